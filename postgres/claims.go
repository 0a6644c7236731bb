package postgres

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"
)

// Claim is one use of an idempotency key: who sent which request, what it creates or decides (ResourceID), and the answer
// once there is one. Content is what was accepted, for an order the priced order.
type Claim struct {
	Principal   string
	Key         string
	Route       string
	RequestHash []byte
	ResourceID  string
	Content     json.RawMessage
	ClaimedAt   time.Time
	Answer      *ClaimAnswer `db:"-"`
}

// ClaimAnswer is a stored response.
type ClaimAnswer struct {
	Status int
	Header map[string]string
	Body   []byte
}

// TakeClaim claims a key, with one insert: a new claim, or the resumption of an unanswered one of the same request whose
// lease has run out, comes back as taken, with the resource id and the content of the first attempt. Otherwise the claim
// that is in the way comes back, not taken.
func TakeClaim(ctx context.Context, db DB, c Claim, lease time.Duration) (current Claim, taken bool, err error) {
	for range 3 { // the claim in the way can be gone before it is read
		current = c
		err = db.QueryRow(ctx, `
			INSERT INTO claims (principal, key, route, request_hash, resource_id, leased_until)
			VALUES ($1, $2, $3, $4, $5, now() + $6::interval)
			ON CONFLICT (principal, key) DO UPDATE SET leased_until = excluded.leased_until
			 WHERE claims.answered_at IS NULL AND claims.leased_until <= now()
			   AND claims.route = excluded.route AND claims.request_hash = excluded.request_hash
			RETURNING resource_id, content, claimed_at`,
			c.Principal, c.Key, c.Route, c.RequestHash, c.ResourceID, lease).
			Scan(&current.ResourceID, &current.Content, &current.ClaimedAt)
		if err == nil {
			return current, true, nil
		}
		if !errors.Is(err, pgx.ErrNoRows) {
			return Claim{}, false, TranslateError(fmt.Errorf("postgres.TakeClaim: %w", err))
		}
		current, err = readClaim(ctx, db, c.Principal, c.Key)
		if err == nil {
			return current, false, nil
		}
		if !errors.Is(err, pgx.ErrNoRows) {
			return Claim{}, false, TranslateError(err)
		}
	}
	return Claim{}, false, fmt.Errorf("postgres.TakeClaim: %w", err)
}

func readClaim(ctx context.Context, db DB, principal, key string) (Claim, error) {
	c := Claim{Principal: principal, Key: key}
	var answer ClaimAnswer
	var status *int
	err := db.QueryRow(ctx, `
		SELECT route, request_hash, resource_id, content, claimed_at, response_status, response_header, response_body
		  FROM claims WHERE principal = $1 AND key = $2`, principal, key).
		Scan(&c.Route, &c.RequestHash, &c.ResourceID, &c.Content, &c.ClaimedAt, &status, &answer.Header, &answer.Body)
	if err != nil {
		return Claim{}, fmt.Errorf("postgres.readClaim: %w", err)
	}
	if status != nil {
		answer.Status = *status
		c.Answer = &answer
	}
	return c, nil
}

// KeepClaim lengthens the lease of a claim that is being worked on.
func KeepClaim(ctx context.Context, db DB, principal, key string, lease time.Duration) error {
	_, err := db.Exec(ctx, `
		UPDATE claims SET leased_until = now() + $3::interval WHERE principal = $1 AND key = $2 AND answered_at IS NULL`, principal, key, lease)
	return TranslateError(err)
}

// ReleaseClaim ends the lease of an unanswered claim at once, so that a retry need not wait for it.
func ReleaseClaim(ctx context.Context, db DB, principal, key string) error {
	_, err := db.Exec(ctx, `
		UPDATE claims SET leased_until = now() WHERE principal = $1 AND key = $2 AND answered_at IS NULL`, principal, key)
	return TranslateError(err)
}

// SaveClaimContent keeps what a claim's request was accepted as. The first content stays: it comes back.
func SaveClaimContent(ctx context.Context, db DB, principal, key string, content any) (json.RawMessage, error) {
	var kept json.RawMessage
	err := db.QueryRow(ctx, `
		UPDATE claims SET content = coalesce(content, $3) WHERE principal = $1 AND key = $2 RETURNING content`,
		principal, key, content).Scan(&kept)
	if err != nil {
		return nil, TranslateError(fmt.Errorf("postgres.SaveClaimContent: %w", err))
	}
	return kept, nil
}

// AnswerClaim stores the answer to a claim. The first answer stays: whichever is stored comes back.
func AnswerClaim(ctx context.Context, db DB, principal, key string, a ClaimAnswer) (ClaimAnswer, error) {
	tag, err := db.Exec(ctx, `
		UPDATE claims SET response_status = $3, response_header = $4, response_body = $5, answered_at = now()
		 WHERE principal = $1 AND key = $2 AND answered_at IS NULL`, principal, key, a.Status, a.Header, a.Body)
	if err != nil {
		return ClaimAnswer{}, TranslateError(fmt.Errorf("postgres.AnswerClaim: %w", err))
	}
	if tag.RowsAffected() == 1 {
		return a, nil
	}
	c, err := readClaim(ctx, db, principal, key)
	if err != nil || c.Answer == nil {
		return a, TranslateError(err)
	}
	return *c.Answer, nil
}

// ReadClaimOf finds the claim of a resource that has content; pgx.ErrNoRows when there is none.
func ReadClaimOf(ctx context.Context, db DB, resourceID string) (Claim, error) {
	var c Claim
	err := db.QueryRow(ctx, `
		SELECT principal, key, route, resource_id, content, claimed_at FROM claims WHERE resource_id = $1 AND content IS NOT NULL`, resourceID).
		Scan(&c.Principal, &c.Key, &c.Route, &c.ResourceID, &c.Content, &c.ClaimedAt)
	if err != nil {
		return Claim{}, fmt.Errorf("postgres.ReadClaimOf: %w", err)
	}
	return c, nil
}
