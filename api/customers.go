package api

import (
	"context"

	"github.com/jackc/pgx/v5"

	"o2c/models"
	"o2c/postgres"
)

// CreateCustomer adds a customer, with a credit limit if one is given.
func (s *server) CreateCustomer(ctx context.Context, r CreateCustomerRequestObject) (CreateCustomerResponseObject, error) {
	claim := claimOf(ctx)
	id := valueOr(r.Body.ID, claim.ID)
	if claim.Content == nil {
		c, limit, err := readCustomer(id, *r.Body)
		if err != nil {
			return nil, err
		}
		if err = postgres.CreateCustomer(ctx, s.db, c, limit, claim.Principal, claim.At, s.claims.Carried(claim)); err != nil {
			return nil, err
		}
	}
	view, err := postgres.ReadCustomer(ctx, s.db, id)
	if err != nil {
		return nil, err
	}
	return CreateCustomer201JSONResponse{
		Body: customer(view), Headers: CreateCustomer201ResponseHeaders{Location: base + "/customers/" + id},
	}, nil
}

// GetCustomer answers with a customer.
func (s *server) GetCustomer(ctx context.Context, r GetCustomerRequestObject) (GetCustomerResponseObject, error) {
	view, err := postgres.ReadCustomer(ctx, s.db, r.CustomerID)
	return GetCustomer200JSONResponse(customer(view)), err
}

// ListCustomers answers with a page of customers.
func (s *server) ListCustomers(ctx context.Context, r ListCustomersRequestObject) (ListCustomersResponseObject, error) {
	found, next, err := postgres.ListCustomers(ctx, s.db, pageOf(r.Params.Limit, r.Params.Cursor))
	return ListCustomers200JSONResponse{Data: each(found, customer), NextCursor: next}, err
}

// UpdateCustomer replaces the fields that are present.
func (s *server) UpdateCustomer(ctx context.Context, r UpdateCustomerRequestObject) (UpdateCustomerResponseObject, error) {
	err := postgres.ChangeCustomer(ctx, s.db, r.CustomerID, principalOf(ctx).Name, func(c *models.Customer) error {
		var read reading
		changeCustomer(&read, c, *r.Body)
		read.all(c.Validate())
		return read.err()
	})
	if err != nil {
		return nil, err
	}
	view, err := postgres.ReadCustomer(ctx, s.db, r.CustomerID)
	return UpdateCustomer200JSONResponse(customer(view)), err
}

// GetAccount answers with what a customer owes, item by item, as the ledger has it.
func (s *server) GetAccount(ctx context.Context, r GetAccountRequestObject) (GetAccountResponseObject, error) {
	customer, err := postgres.ReadCustomer(ctx, s.db, r.CustomerID)
	if err != nil {
		return nil, err
	}
	asOf := readDate(r.Params.AsOf)
	currency := customer.Currency
	answer := Account{Currency: string(currency), AsOf: date(asOf), OpenItems: []OpenItem{}}
	if asOf.IsZero() {
		today, err := s.commands.Today(ctx, r.CustomerID)
		if err != nil {
			return nil, err
		}
		answer.AsOf = date(today)
	}
	err = postgres.InSnapshot(ctx, s.db, func(tx pgx.Tx) error { // items and totals are of one moment
		items, err := postgres.ReadAccountItems(ctx, tx, r.CustomerID, currency, asOf)
		if err != nil {
			return err
		}
		for _, item := range items {
			answer.OpenItems = append(answer.OpenItems, OpenItem{
				Kind: OpenItemKind(item.Kind), Number: item.Document, Invoice: item.Invoice, DueDate: date(item.DueDate), Amount: money(item.Amount, currency),
				OpenAmount: money(item.Open, currency), DisputedAmount: money(item.Disputed, currency),
			})
		}
		totals, err := postgres.ReadAccountTotals(ctx, tx, r.CustomerID, currency, asOf)
		answer.Receivables, answer.UnappliedCash = money(totals.Receivables, currency), money(totals.UnappliedCash, currency)
		answer.CustomerCredit, answer.Deposits = money(totals.CustomerCredit, currency), money(totals.Deposits, currency)
		answer.Balance = money(totals.Receivables.Sub(totals.UnappliedCash).Sub(totals.CustomerCredit).Sub(totals.Deposits), currency)
		return err
	})
	return GetAccount200JSONResponse(answer), err
}
