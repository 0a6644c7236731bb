package api

import (
	"context"

	"github.com/jackc/pgx/v5"
	"github.com/shopspring/decimal"

	"o2c/models"
	"o2c/postgres"
)

// GetTrialBalance answers with every account's totals, by currency, beside what they are in the base currency.
func (s *server) GetTrialBalance(ctx context.Context, r GetTrialBalanceRequestObject) (GetTrialBalanceResponseObject, error) {
	balances, err := postgres.ReadTrialBalance(ctx, s.db, readDate(r.Params.AsOf))
	if err != nil {
		return nil, err
	}
	unvalued, err := postgres.ReadUnvalued(ctx, s.db, readDate(r.Params.AsOf))
	if err != nil {
		return nil, err
	}
	answer := GetTrialBalance200JSONResponse{AsOf: r.Params.AsOf, UnvaluedEntries: unvalued, Data: []TrialBalanceCurrency{}}
	if len(balances) > 0 {
		answer.BaseCurrency = new(string(balances[0].BaseCurrency))
	}
	for len(balances) > 0 { // they come sorted by currency
		of, base := balances[0].Currency, balances[0].BaseCurrency
		group := TrialBalanceCurrency{Currency: string(of), Accounts: []AccountBalance{}}
		var debit, credit, baseDebit, baseCredit decimal.Decimal
		for len(balances) > 0 && balances[0].Currency == of {
			b := balances[0]
			balances = balances[1:]
			debit, credit = debit.Add(b.Debit), credit.Add(b.Credit)
			baseDebit, baseCredit = baseDebit.Add(b.BaseDebit), baseCredit.Add(b.BaseCredit)
			group.Accounts = append(group.Accounts, AccountBalance{
				Account: b.Account, Name: b.Name, Type: AccountBalanceType(b.Type), Debit: money(b.Debit, of), Credit: money(b.Credit, of),
				Balance: money(b.Debit.Sub(b.Credit), of), BaseDebit: money(b.BaseDebit, base), BaseCredit: money(b.BaseCredit, base),
				BaseBalance: money(b.BaseDebit.Sub(b.BaseCredit), base),
			})
		}
		group.Debit, group.Credit, group.Difference = money(debit, of), money(credit, of), money(debit.Sub(credit), of)
		group.BaseDebit, group.BaseCredit = money(baseDebit, base), money(baseCredit, base)
		answer.Data = append(answer.Data, group)
	}
	return answer, nil
}

// GetReceivablesTieOut compares the receivables account with the open items, by currency and by customer.
func (s *server) GetReceivablesTieOut(ctx context.Context, r GetReceivablesTieOutRequestObject) (GetReceivablesTieOutResponseObject, error) {
	asOf := readDate(r.Params.AsOf)
	answer := GetReceivablesTieOut200JSONResponse{AsOf: r.Params.AsOf}
	err := postgres.InSnapshot(ctx, s.db, func(tx pgx.Tx) error { // totals and customers are of one moment
		totals, err := postgres.ReadTieOut(ctx, tx, asOf)
		if err != nil {
			return err
		}
		customers, next, err := postgres.ListTieOut(ctx, tx, asOf, r.Params.CustomerID, pageOf(r.Params.Limit, r.Params.Cursor))
		answer.NextCursor = next
		answer.Totals = each(totals, func(t postgres.TieOutView) TieOutTotal {
			return TieOutTotal{
				Currency: string(t.Currency), ControlAccount: money(t.Control, t.Currency), OpenItems: money(t.Items, t.Currency),
				Difference: money(t.Control.Sub(t.Items), t.Currency),
			}
		})
		answer.Data = each(customers, func(t postgres.TieOutView) TieOutCustomer {
			return TieOutCustomer{
				CustomerID: optional(t.CustomerID), Currency: string(t.Currency), ControlAccount: money(t.Control, t.Currency),
				OpenItems: money(t.Items, t.Currency), Difference: money(t.Control.Sub(t.Items), t.Currency),
			}
		})
		return err
	})
	return answer, err
}

// GetNumberingGaps answers with the numbers that a series of documents misses.
func (s *server) GetNumberingGaps(ctx context.Context, _ GetNumberingGapsRequestObject) (GetNumberingGapsResponseObject, error) {
	gaps, err := postgres.ReadNumberGaps(ctx, s.db)
	return GetNumberingGaps200JSONResponse{Data: each(gaps, func(g postgres.NumberGap) NumberingGap {
		return NumberingGap{Series: g.Series, Year: g.Year, From: int(g.From), To: int(g.To)}
	})}, err
}

// ListLedgerEntries answers with a page of the entries.
func (s *server) ListLedgerEntries(ctx context.Context, r ListLedgerEntriesRequestObject) (ListLedgerEntriesResponseObject, error) {
	p := r.Params
	filter := postgres.EntryFilter{
		CustomerID: p.CustomerID, OrderID: p.OrderID, Account: p.Account, Document: p.Document, Event: p.Event, From: readDate(p.From), To: readDate(p.To),
	}
	found, next, err := postgres.ListEntries(ctx, s.db, filter, pageOf(p.Limit, p.Cursor))
	return ListLedgerEntries200JSONResponse{Data: each(found, ledgerEntry), NextCursor: next}, err
}

// ListJournal answers with a page of a period's entries.
func (s *server) ListJournal(ctx context.Context, r ListJournalRequestObject) (ListJournalResponseObject, error) {
	period, err := models.ParsePeriod(r.Params.Period)
	if err != nil {
		return nil, err
	}
	found, next, err := postgres.ListJournal(ctx, s.db, period, pageOf(r.Params.Limit, r.Params.Cursor))
	return ListJournal200JSONResponse{Data: each(found, ledgerEntry), NextCursor: next}, err
}

// ListBalances answers with a page of the balances by account, currency and customer.
func (s *server) ListBalances(ctx context.Context, r ListBalancesRequestObject) (ListBalancesResponseObject, error) {
	filter := postgres.BalanceFilter{Account: r.Params.Account, Currency: r.Params.Currency, CustomerID: r.Params.CustomerID, AsOf: readDate(r.Params.AsOf)}
	found, next, err := postgres.ListBalances(ctx, s.db, filter, pageOf(r.Params.Limit, r.Params.Cursor))
	return ListBalances200JSONResponse{Data: each(found, func(b postgres.AccountBalanceView) CustomerBalance {
		return CustomerBalance{
			Account: b.Account, Currency: string(b.Currency), CustomerID: optional(b.CustomerID), Debit: money(b.Debit, b.Currency),
			Credit: money(b.Credit, b.Currency), Balance: money(b.Debit.Sub(b.Credit), b.Currency), BaseCurrency: string(b.BaseCurrency),
			BaseDebit: money(b.BaseDebit, b.BaseCurrency), BaseCredit: money(b.BaseCredit, b.BaseCurrency),
			BaseBalance: money(b.BaseDebit.Sub(b.BaseCredit), b.BaseCurrency),
		}
	}), NextCursor: next}, err
}

func ledgerEntry(e postgres.EntryView) LedgerEntry {
	base := e.Currency
	if len(e.Lines) > 0 {
		base = e.Lines[0].BaseCurrency
	}
	return LedgerEntry{
		ID: int(e.ID), Key: e.Key, Event: e.Event, BusinessDate: date(e.BusinessDate), PostingDate: date(e.PostingDate), LateFor: e.LateFor,
		Currency: string(e.Currency), BaseCurrency: string(base), CustomerID: e.CustomerID, OrderID: e.OrderID, Document: e.Document,
		Description: e.Description, Actor: e.Actor, Reason: e.Reason, Reverses: entryID(e.Reverses), Unvalued: e.Unvalued, Values: entryID(e.Values),
		RecordedAt: e.RecordedAt.UTC(),
		Lines: each(e.Lines, func(l postgres.EntryLineView) LedgerLine {
			return LedgerLine{
				Account: l.Account, CustomerID: l.CustomerID, Document: l.Document, Debit: money(l.Debit, e.Currency), Credit: money(l.Credit, e.Currency),
				BaseDebit: money(l.BaseDebit, base), BaseCredit: money(l.BaseCredit, base),
			}
		}),
	}
}

func entryID(id *int64) *int {
	if id == nil {
		return nil
	}
	return new(int(*id))
}
