package activities

import (
	"context"
	"fmt"
	"strings"

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

// recordOverrides tells the timeline who gave which prices instead of those that were determined, and what else of the order goes
// beyond what is left to those who enter orders.
func (s *step) recordOverrides(ctx context.Context, order models.Order) error {
	if lines := order.Overridden(); len(lines) > 0 {
		prices := make([]overriddenPrice, len(lines))
		for i, line := range lines {
			prices[i] = overriddenPrice{Line: line.Line, SKU: line.SKU, UnitPrice: line.UnitPrice, Instead: line.OverriddenPrice, Source: line.OverriddenSource}
		}
		if err := s.overridden(ctx, order, "overridden/", "price-overridden", overridesInWords(lines), map[string]any{"lines": prices}); err != nil {
			return err
		}
	}
	var terms []models.Override
	var words []string
	for _, override := range order.Overrides {
		if override.Kind != models.OverridePrice {
			terms, words = append(terms, override), append(words, override.Words()+" ("+override.Pointer+")")
		}
	}
	if len(terms) == 0 {
		return nil
	}
	return s.overridden(ctx, order, "terms-overridden/", "terms-overridden", "Given: "+strings.Join(words, ", "), map[string]any{"overrides": terms})
}

func (s *step) overridden(ctx context.Context, order models.Order, key, kind, summary string, detail map[string]any) error {
	if order.OverrideReason != "" {
		detail["reason"] = order.OverrideReason
	}
	_, err := s.event(ctx, postgres.Event{Key: key + order.ID, Kind: kind, Actor: order.EnteredBy, Summary: summary, Detail: detail})
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

// repricedLine is a line whose quantity an amendment took across a break, in the timeline.
type repricedLine struct {
	Line int             `json:"line"`
	SKU  string          `json:"sku"`
	Old  decimal.Decimal `json:"old_price"`
	New  decimal.Decimal `json:"break_price"`
	Kept bool            `json:"kept"` // the old price stays: goods were shipped at it
}

// recordRepricings tells the timeline which prices an amendment changed, and which it left although there is another one for
// the quantity.
func (s *step) recordRepricings(ctx context.Context, amendment models.Amendment, repriced []models.Repricing) error {
	if len(repriced) == 0 {
		return nil
	}
	lines, words := make([]repricedLine, len(repriced)), make([]string, len(repriced))
	for i, r := range repriced {
		lines[i] = repricedLine(r)
		words[i] = fmt.Sprintf("line %d (%s) to %s instead of %s", r.Line, r.SKU, r.New, r.Old)
		if r.Kept {
			words[i] = fmt.Sprintf("line %d (%s) stays at %s, of which goods were shipped, and not %s", r.Line, r.SKU, r.Old, r.New)
		}
	}
	_, err := s.event(ctx, postgres.Event{
		Key: "repriced/" + amendment.ID, Kind: "repriced", Actor: amendment.Actor, Summary: "Prices by the new quantities: " + strings.Join(words, ", "),
		Detail: map[string]any{"lines": lines},
	})
	return err
}
