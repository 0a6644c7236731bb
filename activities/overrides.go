package activities

import (
	"context"
	"fmt"

	"github.com/shopspring/decimal"

	"o2c/models"
	"o2c/postgres"
)

// overriddenPrice is a price that a person gave, in the timeline.
type overriddenPrice struct {
	Line      int              `json:"line"`
	SKU       string           `json:"sku"`
	UnitPrice decimal.Decimal  `json:"unit_price"`
	Instead   *decimal.Decimal `json:"instead_of,omitempty"` // what was determined; none where no price is known
	Source    string           `json:"source,omitempty"`     // which rule had given that
}

// recordOverrides tells the timeline who gave which prices instead of those that were determined.
func (s *step) recordOverrides(ctx context.Context, order models.Order) error {
	lines := order.Overridden()
	if len(lines) == 0 {
		return nil
	}
	prices := make([]overriddenPrice, len(lines))
	for i, line := range lines {
		prices[i] = overriddenPrice{Line: line.Line, SKU: line.SKU, UnitPrice: line.UnitPrice, Instead: line.OverriddenPrice, Source: line.OverriddenSource}
	}
	_, err := s.event(ctx, postgres.Event{
		Key: "overridden/" + order.ID, Kind: "price-overridden", Actor: order.EnteredBy,
		Summary: overridesInWords(lines), Detail: map[string]any{"lines": prices},
	})
	return err
}

func overridesInWords(lines []models.OrderLine) string {
	first := lines[0]
	text := fmt.Sprintf("Price of line %d (%s) given as %s", first.Line, first.SKU, first.UnitPrice)
	if first.OverriddenPrice != nil {
		text += " instead of " + first.OverriddenPrice.String()
	}
	if more := len(lines) - 1; more > 0 {
		text += fmt.Sprintf(", and of %d more line(s)", more)
	}
	return text
}
