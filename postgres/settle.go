package postgres

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"

	"github.com/jackc/pgx/v5"

	"o2c/models"
)

// TakenFact is something that was accepted and is now carried out or refused, with the content that its kind has.
type TakenFact[Content any] struct {
	ID      string
	Content Content
	Actor   string
	Settled bool
	Refused *models.Error
}

// TakeFact locks an accepted fact and reads it; "fact-not-found".
func TakeFact[Content any](ctx context.Context, tx pgx.Tx, id string) (TakenFact[Content], error) {
	fact := TakenFact[Content]{ID: id}
	var content []byte
	var code, detail *string
	err := tx.QueryRow(ctx, `
		SELECT content, actor, settled_at IS NOT NULL, refused_code, refused_detail FROM facts WHERE id = $1 FOR UPDATE`, id).
		Scan(&content, &fact.Actor, &fact.Settled, &code, &detail)
	if errors.Is(err, pgx.ErrNoRows) {
		return fact, models.NotFound("fact", id)
	}
	if err != nil {
		return fact, fmt.Errorf("postgres.TakeFact %s: %w", id, err)
	}
	if err = json.Unmarshal(content, &fact.Content); err != nil {
		return fact, fmt.Errorf("postgres.TakeFact %s: %w", id, err)
	}
	if code != nil {
		fact.Refused = &models.Error{Kind: models.KindConflict, Code: *code, Detail: *detail}
	}
	return fact, nil
}

// LockFact locks an accepted fact of whatever kind; "fact-not-found".
func LockFact(ctx context.Context, tx pgx.Tx, id string) (Fact, error) {
	rows, err := tx.Query(ctx, factColumns+`WHERE id = $1 FOR UPDATE`, id)
	if err != nil {
		return Fact{}, fmt.Errorf("postgres.LockFact %s: %w", id, err)
	}
	fact, err := pgx.CollectExactlyOneRow(rows, pgx.RowToStructByName[Fact])
	if errors.Is(err, pgx.ErrNoRows) {
		return fact, models.NotFound("fact", id)
	}
	return fact, err
}

// SettleFact marks a fact as carried out, or with a reason as refused.
func SettleFact(ctx context.Context, tx pgx.Tx, id string, refused *models.Error) error {
	var code, detail *string
	if refused != nil {
		code, detail = &refused.Code, &refused.Detail
	}
	_, err := tx.Exec(ctx, `UPDATE facts SET settled_at = now(), refused_code = $2, refused_detail = $3 WHERE id = $1`, id, code, detail)
	if err != nil {
		return fmt.Errorf("postgres.SettleFact %s: %w", id, err)
	}
	return nil
}

// ClaimedOrder reads the priced order that a claim accepted under an id, and who ordered; "order-not-found".
func ClaimedOrder(ctx context.Context, db DB, orderID string) (models.Order, error) {
	var order models.Order
	var content []byte
	err := db.QueryRow(ctx, `SELECT content FROM claims WHERE resource_id = $1 AND content IS NOT NULL`, orderID).Scan(&content)
	if errors.Is(err, pgx.ErrNoRows) {
		return order, models.NotFound("order", orderID)
	}
	if err != nil {
		return order, fmt.Errorf("postgres.ClaimedOrder %s: %w", orderID, err)
	}
	if err = json.Unmarshal(content, &order); err != nil {
		return order, fmt.Errorf("postgres.ClaimedOrder %s: %w", orderID, err)
	}
	return order, nil
}
