package ledger

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"
	"github.com/shopspring/decimal"

	"o2c/models"
)

// sweep takes to gain or loss what is left in the base currency of items that the entry under a key moved, and that have nothing left in
// their own currency. The last that relieves an item takes the rest by itself; but the mirror of an entry takes what that had,
// whatever was taken in between. Items of which an entry has no base amounts yet are swept when it gets them.
func sweep(ctx context.Context, tx pgx.Tx, key string, day models.Date, actor string) error {
	rows, err := tx.Query(ctx, `
		SELECT i.account, coalesce(i.customer_id, ''), i.document, e.currency, min(l.base_currency), sum(l.base_debit - l.base_credit), coalesce(e.order_id, '')
		  FROM ledger_entries e
		 CROSS JOIN LATERAL (SELECT DISTINCT account, customer_id, document FROM ledger_lines
		                      WHERE entry_id = e.id AND document <> '' AND account NOT IN ('fx_clearing', 'receivables_revaluation')) i
		  JOIN ledger_lines l ON l.document = i.document AND l.account = i.account AND l.customer_id IS NOT DISTINCT FROM i.customer_id AND l.currency = e.currency
		  JOIN ledger_entries o ON o.id = l.entry_id
		 WHERE e.key = $1
		 GROUP BY i.account, i.customer_id, i.document, e.currency, e.order_id
		HAVING sum(l.debit) = sum(l.credit) AND sum(l.base_debit) <> sum(l.base_credit)
		   AND NOT bool_or(o.unvalued AND NOT EXISTS (SELECT FROM ledger_entries v WHERE v.values_entry = o.id))
		 ORDER BY i.account, i.customer_id, i.document`, key)
	if err != nil {
		return err
	}
	residues, err := pgx.CollectRows(rows, pgx.RowToStructByPos[residue])
	if err != nil {
		return err
	}
	for n, r := range residues {
		event, lines := r.lines()
		err = insertValued(ctx, tx, Entry{
			Key: fmt.Sprintf("%s/residue/%d", key, n+1), Event: event, BusinessDate: day, CustomerID: r.CustomerID, OrderID: r.OrderID, Document: r.Document,
			Description: "What rounding left of " + r.Document, Actor: actor,
		}, lines, r.BaseCurrency, false)
		if err != nil {
			return err
		}
	}
	return nil
}

// residue is what an item has left in the base currency, debits less credits.
type residue struct {
	Account      Account
	CustomerID   string
	Document     string
	Currency     models.Currency
	BaseCurrency models.Currency
	Amount       decimal.Decimal
	OrderID      string
}

// lines bring the item to nothing, in the base currency only.
func (r residue) lines() (event string, lines []valuedLine) {
	none := models.Zero(r.Currency)
	amount, noBase := models.MustMoney(r.Amount.Abs(), r.BaseCurrency), models.Zero(r.BaseCurrency)
	line := func(account Account, item string, debit, credit models.Money) valuedLine {
		return valuedLine{Line: Line{Account: account, Debit: none, Credit: none, item: item, customer: &r.CustomerID}, baseDebit: debit, baseCredit: credit}
	}
	if r.Amount.IsPositive() {
		return "residue_lost", []valuedLine{line(FXLoss, "", amount, noBase), line(r.Account, r.Document, noBase, amount)}
	}
	return "residue_gained", []valuedLine{line(r.Account, r.Document, amount, noBase), line(FXGain, "", noBase, amount)}
}
