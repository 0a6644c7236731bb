package command

import (
	"bytes"
	"context"
	"encoding/json"
	"time"

	"github.com/jackc/pgx/v5"

	"o2c/models"
	"o2c/postgres"
)

// Lease is how long a claim belongs to a process that does not show any more that it works on it.
const Lease = 30 * time.Second

// Claim is an idempotency key in the hands of the request that works on it. ID is the id of what the request creates or
// decides: the same one for every attempt.
type Claim struct {
	ID        string
	Principal string
	Key       string
	Content   json.RawMessage
	At        time.Time
}

// Claims keeps what was asked under which key, and what was answered.
type Claims struct {
	DB postgres.DB
}

// Take claims a key for a request. Exactly one of its answers is set: the claim, to be worked on, a new one or one whose
// worker died; or the stored answer of an earlier request. "idempotency-key-reused" when the key came with another request,
// "idempotency-key-in-use" (retry later) while the first one runs. newID is only used for a new claim.
func (c Claims) Take(ctx context.Context, principal, key, route string, requestHash []byte, newID string) (*Claim, *postgres.ClaimAnswer, error) {
	asked := postgres.Claim{Principal: principal, Key: key, Route: route, RequestHash: requestHash, ResourceID: newID}
	current, taken, err := postgres.TakeClaim(ctx, c.DB, asked, Lease)
	switch {
	case err != nil:
		return nil, nil, err
	case taken:
		return &Claim{ID: current.ResourceID, Principal: principal, Key: key, Content: current.Content, At: current.ClaimedAt}, nil, nil
	case current.Route != route || !bytes.Equal(current.RequestHash, requestHash):
		return nil, nil, models.Invalid("idempotency-key-reused", "this Idempotency-Key came with another request before")
	case current.Answer != nil:
		return nil, current.Answer, nil
	default:
		return nil, nil, models.Conflict("idempotency-key-in-use", "a request with this Idempotency-Key is still running")
	}
}

// Keep shows that the claim is still worked on.
func (c Claims) Keep(ctx context.Context, claim *Claim) error {
	return postgres.KeepClaim(ctx, c.DB, claim.Principal, claim.Key, Lease)
}

// Release lets the next request with this key work on the claim at once.
func (c Claims) Release(ctx context.Context, claim *Claim) error {
	return postgres.ReleaseClaim(ctx, c.DB, claim.Principal, claim.Key)
}

// Answer stores the answer, unless there is one already, and returns the one that is stored.
func (c Claims) Answer(ctx context.Context, claim *Claim, a postgres.ClaimAnswer) (postgres.ClaimAnswer, error) {
	return postgres.AnswerClaim(ctx, c.DB, claim.Principal, claim.Key, a)
}

// Carried marks the claim, in the transaction that carries it out, so that a later attempt finds it done. Claim.Content is
// then set.
func (c Claims) Carried(claim *Claim) postgres.Within {
	return c.CarriedAs(claim, json.RawMessage(`{"carried_out": true}`))
}

// CarriedAs is Carried with what a later attempt needs to give the same answer.
func (c Claims) CarriedAs(claim *Claim, content any) postgres.Within {
	return func(ctx context.Context, tx pgx.Tx) error {
		_, err := postgres.SaveClaimContent(ctx, tx, claim.Principal, claim.Key, content)
		return err
	}
}

// keep stores what a claim's request was accepted as, unless an earlier attempt did, and reads what is stored into content.
func (s *Service) keep(ctx context.Context, claim *Claim, content any) error {
	stored, err := postgres.SaveClaimContent(ctx, s.DB, claim.Principal, claim.Key, content)
	if err != nil {
		return err
	}
	claim.Content = stored
	return json.Unmarshal(stored, content)
}
