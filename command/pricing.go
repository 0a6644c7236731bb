package command

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"o2c/models"
	"o2c/postgres"
)

// price fills in what the customer has agreed to, determines the prices and taxes of the lines as they are on the customer's day,
// and adds the order up.
func (s *Service) price(ctx context.Context, order models.Order, lines []models.LineRequest, grants Grants) (models.Order, error) {
	customer, err := postgres.LoadCustomer(ctx, s.DB, order.CustomerID)
	if models.KindOf(err) == models.KindNotFound {
		return order, models.Invalid("customer-not-found", "there is no customer %q", order.CustomerID).At("/customer_id")
	}
	if err != nil {
		return order, postgres.TranslateError(err)
	}
	today, err := s.Today(ctx, customer.ID)
	if err != nil {
		return order, err
	}
	var faults []error
	for _, fault := range models.CheckOrder(order, lines, today) {
		faults = append(faults, fault)
	}
	standing, err := postgres.LoadStanding(ctx, s.DB, order.CustomerID)
	if err != nil {
		return order, err
	}
	if standing.Block == models.NoOrder {
		return order, standing.Block.CustomerBlocked()
	}
	if _, err = postgres.ReadWarehouse(ctx, s.DB, order.WarehouseID); models.KindOf(err) == models.KindNotFound {
		faults = append(faults, models.Invalid("warehouse-not-found", "there is no warehouse %q", order.WarehouseID).At("/warehouse_id"))
	} else if err != nil {
		return order, err
	}
	agreed(&order, customer)
	for _, fault := range order.Terms.Validate("/payment_terms") {
		faults = append(faults, fault)
	}
	if len(order.Milestones) > 0 && customer.Invoicing == models.Consolidated {
		faults = append(faults, models.Invalid("milestones-consolidated", "the customer is invoiced consolidated: its orders have no milestones").At("/milestones"))
	}
	products, err := s.determine(ctx, order, lines, customer, today)
	if err != nil {
		return order, err
	}
	priced, wrong := models.PriceOrder(order, lines, &customer, products)
	for _, fault := range wrong {
		faults = append(faults, fault)
	}
	limits, err := postgres.LoadDiscountLimits(ctx, s.DB, customer)
	if err != nil {
		return order, err
	}
	priced.Overrides = priced.FindOverrides(&customer, limits)
	if len(wrong) > 0 { // without all of its lines, and with charges that may be wrong, nothing can be said of its charges' tax
		priced.Overrides = slices.DeleteFunc(priced.Overrides, func(o models.Override) bool { return o.Kind == models.OverrideChargeTax })
	}
	if !grants.OverridePrices {
		for _, override := range priced.Overrides {
			faults = append(faults, override.Forbidden())
		}
	}
	if fault := order.CheckDuplicateAllowed(grants.AllowDuplicatePO); fault != nil {
		faults = append(faults, fault)
	}
	if len(faults) == 0 {
		exposure, err := postgres.ReadExposure(ctx, s.DB, order.CustomerID)
		if err != nil {
			return order, postgres.TranslateError(err)
		}
		if _, err = models.NewMoney(exposure.Total().Add(priced.Total).Decimal(), order.Currency); err != nil {
			return order, models.Invalid("amount-too-large", "the customer's exposure would have more than 15 digits before the point").At("/lines")
		}
	}
	return priced, errors.Join(faults...)
}

// agreed fills in what an order does not say and its customer does.
func agreed(order *models.Order, customer models.Customer) {
	order.PayerID = customer.Payer()
	if order.Terms.IsZero() {
		order.Terms = customer.PaymentTerms
	}
	if order.ShipTo == nil {
		order.ShipTo = customer.ShipTo
	}
	if order.BillTo == nil {
		order.BillTo = customer.BillTo
	}
	if order.BillTo == nil {
		order.BillTo = customer.Address
	}
	if order.BuyerReference == "" {
		order.BuyerReference = customer.BuyerReference
	}
}

// determine finds the products of the lines, the prices of price lists that apply to them and how they are taxed.
func (s *Service) determine(ctx context.Context, order models.Order, lines []models.LineRequest, customer models.Customer, today models.Date) (map[string]*models.Product, error) {
	skus := make([]string, 0, len(lines))
	for _, line := range lines {
		skus = append(skus, line.SKU)
	}
	slices.Sort(skus)
	skus = slices.Compact(skus)
	products, err := postgres.ReadProducts(ctx, s.DB, skus)
	if err != nil {
		return nil, err
	}
	prices, err := postgres.ListPrices(ctx, s.DB, customer, today, skus)
	if err != nil {
		return nil, err
	}
	seller, err := postgres.LoadCompany(ctx, s.DB)
	if err != nil && models.KindOf(err) != models.KindConflict { // without a seller no rule applies
		return nil, postgres.TranslateError(err)
	}
	var questions []models.TaxQuestion
	var asked []int
	for i := range lines {
		lines[i].ListPrices = prices[lines[i].SKU]
		if product := products[lines[i].SKU]; product != nil {
			questions = append(questions, taxQuestion(order, lines[i], customer, product, seller.Address.Country, today))
			asked = append(asked, i)
		}
	}
	engine := s.Tax
	if engine == nil {
		engine = bookTaxes{s.DB}
	}
	answers, err := engine.Determine(ctx, questions)
	if err == nil && len(answers) != len(questions) {
		err = fmt.Errorf("command: the tax engine gave %d answers to %d questions", len(answers), len(questions))
	}
	if err != nil {
		return nil, err
	}
	for k, i := range asked {
		lines[i].Tax = &answers[k]
	}
	return products, nil
}

// taxQuestion asks how a line is taxed. Goods are taxed by where they go: to the line's address, else the order's; where none is
// known they are taken to stay in the seller's country. A service is taxed by where the customer is.
func taxQuestion(order models.Order, line models.LineRequest, customer models.Customer, product *models.Product, seller string, today models.Date) models.TaxQuestion {
	question := models.TaxQuestion{
		Seller: seller, Treatment: customer.TaxTreatment, CustomerKind: customer.Kind, TaxID: customer.TaxID, CheckedOn: customer.TaxIDCheckedOn,
		Product: product, Date: today,
	}
	switch {
	case !product.Stocked:
		question.ShipTo = customer.Country
	case line.ShipTo != nil:
		question.ShipTo = line.ShipTo.Country
	case order.ShipTo != nil:
		question.ShipTo = order.ShipTo.Country
	}
	return question
}

// bookTaxes is the tax engine that is built in: the tax rules of the book.
type bookTaxes struct{ db postgres.DB }

// Determine answers from the tax rules of the day.
func (b bookTaxes) Determine(ctx context.Context, questions []models.TaxQuestion) ([]models.TaxAnswer, error) {
	if len(questions) == 0 {
		return nil, nil
	}
	book, err := postgres.TaxBookOn(ctx, b.db, questions[0].Date)
	if err != nil {
		return nil, err
	}
	answers := make([]models.TaxAnswer, len(questions))
	for i, question := range questions {
		answers[i] = book.Determine(question)
	}
	return answers, nil
}
