package postgres

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"o2c/models"
)

// TakePurchaseOrder has a purchase order number of a customer belong to an order that is about to be accepted, and answers with ""; or, where
// it belongs to another order that is neither cancelled nor rejected, with that order. The number stays locked until the transaction ends.
func TakePurchaseOrder(ctx context.Context, tx pgx.Tx, customerID, poNumber, orderID string) (first string, err error) {
	err = tx.QueryRow(ctx, `
		INSERT INTO purchase_orders (customer_id, po_number, order_id) VALUES ($1, $2, $3)
		ON CONFLICT (customer_id, po_number) DO UPDATE SET order_id = purchase_orders.order_id
		RETURNING order_id`, customerID, poNumber, orderID).Scan(&first)
	if err != nil {
		return "", fmt.Errorf("postgres.TakePurchaseOrder %s: %w", poNumber, err)
	}
	if first == orderID {
		return "", nil
	}
	holder := first
	// One that is accepted and not yet entered goes on as well. Without the holder the number is the next order's that has it.
	err = tx.QueryRow(ctx, `
		SELECT id FROM (
		       SELECT $3::text AS id, NULL::timestamptz AS entered_at WHERE NOT EXISTS (SELECT FROM orders WHERE id = $3)
		       UNION ALL
		       SELECT id, entered_at FROM orders
		        WHERE customer_id = $1 AND po_number = $2 AND id <> $4 AND (outcome IS NULL OR outcome NOT IN ('cancelled', 'rejected'))
		       ) of_number
		 ORDER BY id = $3 DESC, entered_at, id LIMIT 1`, customerID, poNumber, holder, orderID).Scan(&first)
	if errors.Is(err, pgx.ErrNoRows) {
		first, err = orderID, nil
	}
	if err != nil {
		return "", fmt.Errorf("postgres.TakePurchaseOrder %s: %w", poNumber, err)
	}
	if first != holder {
		_, err = tx.Exec(ctx, `UPDATE purchase_orders SET order_id = $3 WHERE customer_id = $1 AND po_number = $2`, customerID, poNumber, first)
		if err != nil {
			return "", fmt.Errorf("postgres.TakePurchaseOrder %s: %w", poNumber, err)
		}
	}
	if first == orderID {
		return "", nil
	}
	return first, nil
}

// InsertFindings keeps why a person has to look at an order, after what was found before.
func InsertFindings(ctx context.Context, tx pgx.Tx, orderID string, findings []models.Finding, at time.Time) error {
	batch := &pgx.Batch{}
	for _, finding := range findings {
		batch.Queue(`
			INSERT INTO order_findings (order_id, finding, code, detail, found_at)
			SELECT $1, coalesce(max(finding), 0) + 1, $2, $3, $4 FROM order_findings WHERE order_id = $1`, orderID, finding.Code, finding.Detail, at)
		if hit := finding.Hit; hit != nil {
			batch.Queue(`
				INSERT INTO screening_hits (order_id, finding, role, party, compared, entry_id, matched, similarity, cause)
				SELECT $1, max(finding), $2, $3, $4, $5, $6, $7, $8 FROM order_findings WHERE order_id = $1`,
				orderID, hit.Role, hit.Party, hit.Compared, hit.EntryID, hit.Matched, hit.Similarity, hit.Cause)
		}
	}
	if err := tx.SendBatch(ctx, batch).Close(); err != nil {
		return fmt.Errorf("postgres.InsertFindings %s: %w", orderID, err)
	}
	return nil
}

// InsertReview keeps what a person decided on what was found of an order.
func InsertReview(ctx context.Context, tx pgx.Tx, orderID string, ruling models.ReviewRuling, at time.Time) error {
	_, err := tx.Exec(ctx, `
		INSERT INTO review_decisions (id, order_id, findings, decision, reason, decided_by, decided_at)
		SELECT $1, $2, max(finding), $3, $4, $5, $6 FROM order_findings WHERE order_id = $2`, ruling.ID, orderID, ruling.Decision, ruling.Reason, ruling.Actor, at)
	if err != nil {
		return fmt.Errorf("postgres.InsertReview %s: %w", ruling.ID, err)
	}
	return nil
}

// FindingView is why a person had to look at an order.
type FindingView struct {
	Finding int
	Code    string
	Detail  string
	FoundAt time.Time
}

// ReviewView is what a person decided on an order in review; Findings is the last finding that it was decided on.
type ReviewView struct {
	ID        string
	Findings  int
	Decision  models.ReviewDecision
	Reason    string
	DecidedBy string
	DecidedAt time.Time
}

// ReadReviews reads what was found of an order and what was decided on it, the oldest first.
func ReadReviews(ctx context.Context, db DB, orderID string) (findings []FindingView, reviews []ReviewView, err error) {
	rows, err := db.Query(ctx, `SELECT finding, code, detail, found_at FROM order_findings WHERE order_id = $1 ORDER BY finding`, orderID)
	if err != nil {
		return nil, nil, TranslateError(fmt.Errorf("postgres.ReadReviews %s: %w", orderID, err))
	}
	if findings, err = pgx.CollectRows(rows, pgx.RowToStructByName[FindingView]); err != nil {
		return nil, nil, TranslateError(fmt.Errorf("postgres.ReadReviews %s: %w", orderID, err))
	}
	rows, err = db.Query(ctx, `
		SELECT id, findings, decision, reason, decided_by, decided_at FROM review_decisions WHERE order_id = $1 ORDER BY findings`, orderID)
	if err != nil {
		return nil, nil, TranslateError(fmt.Errorf("postgres.ReadReviews %s: %w", orderID, err))
	}
	reviews, err = pgx.CollectRows(rows, pgx.RowToStructByName[ReviewView])
	return findings, reviews, TranslateError(err)
}
