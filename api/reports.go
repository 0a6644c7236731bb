package api

import (
	"context"

	"github.com/shopspring/decimal"

	"o2c/postgres"
)

// GetTrialBalance answers with every account's totals, by currency.
func (s *server) GetTrialBalance(ctx context.Context, r GetTrialBalanceRequestObject) (GetTrialBalanceResponseObject, error) {
	balances, err := postgres.ReadTrialBalance(ctx, s.db, readDate(r.Params.AsOf))
	if err != nil {
		return nil, err
	}
	answer := GetTrialBalance200JSONResponse{AsOf: r.Params.AsOf, Data: []TrialBalanceCurrency{}}
	for len(balances) > 0 { // they come sorted by currency
		of := balances[0].Currency
		group := TrialBalanceCurrency{Currency: string(of), Accounts: []AccountBalance{}}
		debit, credit := decimal.Zero, decimal.Zero
		for len(balances) > 0 && balances[0].Currency == of {
			b := balances[0]
			balances = balances[1:]
			debit, credit = debit.Add(b.Debit), credit.Add(b.Credit)
			group.Accounts = append(group.Accounts, AccountBalance{
				Account: b.Account, Name: b.Name, Type: AccountBalanceType(b.Type), Debit: money(b.Debit, of), Credit: money(b.Credit, of),
				Balance: money(b.Debit.Sub(b.Credit), of),
			})
		}
		group.Debit, group.Credit, group.Difference = money(debit, of), money(credit, of), money(debit.Sub(credit), of)
		answer.Data = append(answer.Data, group)
	}
	return answer, nil
}

// GetNumberingGaps answers with the numbers that a series of documents misses.
func (s *server) GetNumberingGaps(ctx context.Context, _ GetNumberingGapsRequestObject) (GetNumberingGapsResponseObject, error) {
	gaps, err := postgres.ReadNumberGaps(ctx, s.db)
	return GetNumberingGaps200JSONResponse{Data: each(gaps, func(g postgres.NumberGap) NumberingGap {
		return NumberingGap{Series: g.Series, Year: g.Year, From: int(g.From), To: int(g.To)}
	})}, err
}

// ListLedgerEntries answers with a page of the journal.
func (s *server) ListLedgerEntries(ctx context.Context, r ListLedgerEntriesRequestObject) (ListLedgerEntriesResponseObject, error) {
	filter := postgres.EntryFilter{CustomerID: r.Params.CustomerID, OrderID: r.Params.OrderID, Account: r.Params.Account}
	found, next, err := postgres.ListEntries(ctx, s.db, filter, pageOf(r.Params.Limit, r.Params.Cursor))
	return ListLedgerEntries200JSONResponse{Data: each(found, ledgerEntry), NextCursor: next}, err
}

func ledgerEntry(e postgres.EntryView) LedgerEntry {
	entry := LedgerEntry{
		ID: int(e.ID), Key: e.Key, Event: e.Event, PostingDate: date(e.BusinessDate), Currency: string(e.Currency), CustomerID: e.CustomerID,
		OrderID: e.OrderID, Document: e.Document, Description: e.Description, RecordedAt: e.RecordedAt.UTC(),
		Lines: each(e.Lines, func(l postgres.EntryLineView) LedgerLine {
			return LedgerLine{Account: l.Account, Debit: money(l.Debit, e.Currency), Credit: money(l.Credit, e.Currency)}
		}),
	}
	if e.Reverses != nil {
		entry.Reverses = new(int(*e.Reverses))
	}
	return entry
}
