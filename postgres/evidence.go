package postgres

import (
	"context"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"o2c/models"
)

// AddEvidence adds to what speaks for or against a dispute, whose invoice's item the caller has locked.
func AddEvidence(ctx context.Context, tx pgx.Tx, disputeID string, list []models.Evidence, by string, at time.Time) error {
	batch := &pgx.Batch{}
	for _, e := range list {
		batch.Queue(`
			INSERT INTO dispute_evidence (dispute_id, n, kind, text, sha256, added_by, added_at)
			SELECT $1, coalesce(max(n), 0) + 1, $2, $3, nullif($4, ''), $5, $6 FROM dispute_evidence WHERE dispute_id = $1`,
			disputeID, e.Kind, e.Text, e.SHA256, by, at)
	}
	if err := tx.SendBatch(ctx, batch).Close(); err != nil {
		return fmt.Errorf("postgres.AddEvidence %s: %w", disputeID, err)
	}
	return nil
}

// ProofOfDelivery is the kind of evidence that a delivered shipment of the invoice is by itself.
const ProofOfDelivery = "proof_of_delivery"

// EvidenceView is a piece of evidence as it is shown. Text is who signed for a proof of delivery.
type EvidenceView struct {
	Kind       string
	Text       string
	SHA256     *string `db:"sha256"`
	ShipmentID *string
	AddedBy    string
	AddedAt    time.Time
}

// ReadEvidence reads what speaks for or against a dispute: the proofs of delivery of its invoice's shipments, then what was added.
func ReadEvidence(ctx context.Context, db DB, disputeID, invoice string) ([]EvidenceView, error) {
	rows, err := db.Query(ctx, `
		SELECT kind, text, sha256, shipment_id, added_by, added_at
		  FROM (SELECT $3 AS kind, s.signed_by AS text, NULL AS sha256, s.id AS shipment_id, s.confirmed_by AS added_by, s.delivered_at AS added_at, 0 AS n
		          FROM shipments s
		         WHERE s.delivered_at IS NOT NULL AND s.id IN (SELECT shipment_id FROM invoice_lines WHERE invoice = $2)
		        UNION ALL
		        SELECT kind, text, sha256, NULL, added_by, added_at, n FROM dispute_evidence WHERE dispute_id = $1) e
		 ORDER BY n, added_at, shipment_id`, disputeID, invoice, ProofOfDelivery)
	if err != nil {
		return nil, TranslateError(fmt.Errorf("postgres.ReadEvidence: %w", err))
	}
	found, err := pgx.CollectRows(rows, pgx.RowToStructByName[EvidenceView])
	return found, TranslateError(err)
}
