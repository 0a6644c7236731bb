package ledger

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"
	"github.com/shopspring/decimal"

	"o2c/models"
	"o2c/postgres"
)

// TakeBack makes the lines that take back a part of what a document was settled by without money, such as a discount or a
// write-off: the mirror of what was recorded, in proportion, so that parts that sum to the whole mirror all of it. The entries
// are those of the document that have one of the accounts other than that of tax, which is in its invoice as well; of them the net of each
// account is taken. Where nothing was recorded, it is all of the first.
func TakeBack(ctx context.Context, db postgres.DB, document string, amount models.Money, accounts ...Account) ([]Line, error) {
	names := make([]string, len(accounts))
	for i, account := range accounts {
		names[i] = string(account)
	}
	rows, err := db.Query(ctx, `
		SELECT l.account, sum(l.debit - l.credit)
		  FROM ledger_entries e JOIN ledger_lines l ON l.entry_id = e.id
		 WHERE e.document = $1 AND l.account = ANY($2)
		   AND EXISTS (SELECT FROM ledger_lines WHERE entry_id = e.id AND account = ANY($2) AND account <> 'tax_payable')
		 GROUP BY l.account HAVING sum(l.debit - l.credit) > 0
		 ORDER BY array_position($2, l.account)`, document, names)
	if err != nil {
		return nil, fmt.Errorf("ledger.TakeBack %s: %w", document, err)
	}
	var recorded []Account
	var weights []decimal.Decimal
	var account Account
	var net decimal.Decimal
	_, err = pgx.ForEachRow(rows, []any{&account, &net}, func() error {
		recorded, weights = append(recorded, account), append(weights, net)
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("ledger.TakeBack %s: %w", document, err)
	}
	if len(recorded) == 0 {
		recorded, weights = accounts[:1], []decimal.Decimal{decimal.NewFromInt(1)}
	}
	lines := []Line{Debit(Receivables, amount)}
	for i, part := range amount.Allocate(weights) {
		lines = append(lines, Credit(recorded[i], part))
	}
	return lines, nil
}
