package models

import (
	"regexp"
	"slices"
	"strings"

	"github.com/shopspring/decimal"
)

// The values of a tax rule that are no countries. Small letters, so that none is an ISO code.
const (
	Anywhere  = "any"
	AtHome    = "domestic" // the seller's own country
	Abroad    = "foreign"  // any other country
	InsideEU  = "eu"       // of a seller: in the EU; of a destination: in another country of the EU
	OutsideEU = "non_eu"   // in another country that is not in the EU
)

// What a tax rule asks of the customer's VAT id. A well-formed one matches the pattern of its country.
const (
	AnyVATID     = "any"
	PresentVATID = "present" // well-formed
	CheckedVATID = "checked" // well-formed, and checked with its country's register on or before the day
)

// Where a tax rule takes the rate from.
const (
	NoRate        = "none"    // no tax is charged
	RateOfProduct = "product" // the product's own
	RateOfSeller  = "seller"  // the table's, for the seller's country
	RateOfShipTo  = "ship_to" // the table's, for the destination
	RateOfRule    = "fixed"   // the rule's own
)

// What is supplied: goods are in stock, services are not.
const goods, service = "goods", "service"

// TaxRule says how a supply is taxed, from a day on. Of the rules that apply the one with the lowest Priority wins; among equals
// the first by id. Only products whose own category is S or Z are ruled on, and for category S only those of S: what is
// exempt or outside the scope of the tax stays so. A rule that needs a rate which the table does not have does not apply.
type TaxRule struct {
	ID            string           `json:"id"`
	ValidFrom     Date             `json:"valid_from"`
	ValidUntil    Date             `json:"valid_until,omitzero"`
	Priority      int              `json:"priority"`
	Seller        string           `json:"seller"`                  // a country, InsideEU or Anywhere
	ShipTo        string           `json:"ship_to"`                 // a country, AtHome, Abroad, InsideEU, OutsideEU or Anywhere
	CustomerKind  string           `json:"customer_kind,omitempty"` // "": any
	VATID         string           `json:"vat_id"`
	Supply        string           `json:"supply,omitempty"`    // goods or service; "": both
	TaxClass      string           `json:"tax_class,omitempty"` // "": any
	Category      string           `json:"category"`
	RateOf        string           `json:"rate_of"`
	Rate          *decimal.Decimal `json:"rate,omitempty"`
	ExemptionCode string           `json:"exemption_code,omitempty"`
	Exemption     string           `json:"exemption,omitempty"`
}

var taxRuleID = regexp.MustCompile(`^[a-z0-9][a-z0-9-]{0,63}$`)

// Validate checks a rule, fills the defaults in, and returns all faults, each with its JSON pointer.
func (r *TaxRule) Validate() []*Error {
	var faults []*Error
	check := func(ok bool, pointer, code, detail string) {
		if !ok {
			faults = append(faults, Invalid(code, "%s", detail).At(pointer))
		}
	}
	defaultTo(&r.VATID, AnyVATID)
	if r.RateOf == "" {
		switch {
		case r.Category != "S":
			r.RateOf = NoRate
		case r.Rate != nil:
			r.RateOf = RateOfRule
		default:
			r.RateOf = RateOfProduct
		}
	}
	check(taxRuleID.MatchString(r.ID), "/id", "invalid-id", "an id has 1 to 64 small letters, digits or dashes")
	check(r.ValidUntil.IsZero() || !r.ValidUntil.Before(r.ValidFrom), "/valid_until", "invalid-date", "is before valid_from")
	check(countryCode.MatchString(r.Seller) || oneOf(r.Seller, InsideEU, Anywhere), "/seller", "invalid-place", "not a country, eu or any")
	check(countryCode.MatchString(r.ShipTo) || oneOf(r.ShipTo, AtHome, Abroad, InsideEU, OutsideEU, Anywhere), "/ship_to", "invalid-place",
		"not a country, domestic, foreign, eu, non_eu or any")
	check(oneOf(r.CustomerKind, "", "business", "public", "consumer"), "/customer_kind", "invalid-kind", "not one of business, public, consumer")
	check(oneOf(r.VATID, AnyVATID, PresentVATID, CheckedVATID), "/vat_id", "invalid-vat-id", "not one of any, present, checked")
	check(oneOf(r.Supply, "", goods, service), "/supply", "invalid-supply", "not one of goods, service")
	check(r.TaxClass == "" || taxClassName.MatchString(r.TaxClass), "/tax_class", "invalid-tax-class", "a tax class has 1 to 40 small letters, digits, dashes or underscores")
	if err := (TaxClass{Category: r.Category}).check(); err != nil {
		faults = append(faults, err.At("/category"))
	}
	check(oneOf(r.RateOf, NoRate, RateOfProduct, RateOfSeller, RateOfShipTo, RateOfRule), "/rate_of", "invalid-tax-rate",
		"not one of none, product, seller, ship_to, fixed")
	check((r.Category == "S") == (r.RateOf != NoRate), "/rate_of", "invalid-tax-rate", "category S takes its rate from somewhere, every other one has none")
	check((r.RateOf == RateOfRule) == (r.Rate != nil), "/rate", "invalid-tax-rate", "a rate goes with rate_of fixed, and only with it")
	charged := r.Category == "S" || r.Category == "Z"
	check(charged == (r.Exemption == "" && r.ExemptionCode == ""), "/exemption", "invalid-exemption",
		"every category but S and Z says why no tax is charged, and these two do not") // EN 16931 BR-E-10 and its like; BR-S-10, BR-Z-10
	return faults
}

// TaxRate is the rate of a tax class in a country, from a day on.
type TaxRate struct {
	Country   string          `json:"country"`
	TaxClass  string          `json:"tax_class"`
	ValidFrom Date            `json:"valid_from"`
	Rate      decimal.Decimal `json:"rate"`
}

// Validate checks a rate and returns all faults, each with its JSON pointer.
func (r *TaxRate) Validate() []*Error {
	var faults []*Error
	defaultTo(&r.TaxClass, "standard")
	if !countryCode.MatchString(r.Country) {
		faults = append(faults, Invalid("invalid-country", "not an ISO 3166-1 alpha-2 code").At("/country"))
	}
	if !taxClassName.MatchString(r.TaxClass) {
		faults = append(faults, Invalid("invalid-tax-class", "a tax class has 1 to 40 small letters, digits, dashes or underscores").At("/tax_class"))
	}
	return faults
}

// TaxQuestion is all that decides how a line is taxed.
type TaxQuestion struct {
	Seller       string       // country
	ShipTo       string       // country to which goods go or in which the customer of a service is; "": not known, so at home
	Treatment    TaxTreatment // the customer's
	CustomerKind string
	TaxID        string
	CheckedOn    Date // when the tax id was checked; zero: never
	Product      *Product
	Date         Date
}

// TaxAnswer is how a line is taxed, and why.
type TaxAnswer struct {
	Tax           TaxClass
	Exemption     string // EN 16931 BT-120, empty where tax is charged
	ExemptionCode string // BT-121
	Source        string // "customer:<treatment>", "rule:<id>@<valid_from>" or "product"
	Reason        string // the same in words
}

// TaxOfProduct is the source of a tax that no rule changed.
const TaxOfProduct = "product"

// VATIDPattern is what the VAT ids with a prefix look like.
type VATIDPattern struct {
	Prefix  string
	Country string
	Pattern string // a regular expression for what follows the prefix, without anchors
}

// TaxBook is what is known about taxes on a day: the rules and rates that hold then, which countries are in the EU, what VAT ids
// look like. The zero TaxBook knows of no rule.
type TaxBook struct {
	Rules    []TaxRule
	Rates    []TaxRate
	EU       []string
	Patterns []VATIDPattern
}

// treatments is how customers are taxed who are not taxed by rules.
var treatments = map[TaxTreatment]TaxAnswer{
	Export:         {Tax: TaxClass{Category: "G"}, Exemption: "Export outside the EU", ExemptionCode: "VATEX-EU-G"},
	ReverseCharge:  {Tax: TaxClass{Category: "AE"}, Exemption: "Reverse charge", ExemptionCode: "VATEX-EU-AE"},
	IntraCommunity: {Tax: TaxClass{Category: "K"}, Exemption: "Intra-Community supply", ExemptionCode: "VATEX-EU-IC"},
}

// Determine answers how a product is taxed: by the customer's treatment where it has one, else by the first rule that
// applies, else by the product's own class.
func (b TaxBook) Determine(q TaxQuestion) TaxAnswer {
	own := TaxAnswer{Tax: q.Product.Tax, ExemptionCode: q.Product.TaxExemptionCode, Source: TaxOfProduct, Reason: "the product's own category and rate"}
	switch q.Treatment {
	case Domestic:
		own.Source, own.Reason = "customer:"+string(Domestic), "the customer's tax treatment is domestic: the product's own category and rate"
		return own
	case Export, ReverseCharge, IntraCommunity:
		answer := treatments[q.Treatment]
		answer.Source, answer.Reason = "customer:"+string(q.Treatment), "the customer's tax treatment is "+string(q.Treatment)
		return answer
	case Determined:
	}
	if q.ShipTo == "" {
		q.ShipTo = q.Seller
	}
	rules := slices.SortedStableFunc(slices.Values(b.Rules), func(x, y TaxRule) int {
		if x.Priority != y.Priority {
			return x.Priority - y.Priority
		}
		return strings.Compare(x.ID, y.ID)
	})
	for _, rule := range rules {
		if !b.applies(rule, q) {
			continue
		}
		rate, known := b.rate(rule, q)
		if !known {
			continue
		}
		return TaxAnswer{
			Tax: TaxClass{Category: rule.Category, Rate: rate}, Exemption: rule.Exemption, ExemptionCode: rule.ExemptionCode,
			Source: "rule:" + rule.ID + "@" + rule.ValidFrom.String(), Reason: rule.words(q),
		}
	}
	return own
}

func (b TaxBook) applies(r TaxRule, q TaxQuestion) bool {
	product := q.Product
	supply := goods
	if !product.Stocked {
		supply = service
	}
	return q.Seller != "" &&
		!r.ValidFrom.After(q.Date) && (r.ValidUntil.IsZero() || !r.ValidUntil.Before(q.Date)) &&
		(product.Tax.Category == "S" || product.Tax.Category == "Z" && r.Category != "S") &&
		(r.Seller == Anywhere || r.Seller == q.Seller || r.Seller == InsideEU && slices.Contains(b.EU, q.Seller)) &&
		b.goesTo(r.ShipTo, q) &&
		(r.CustomerKind == "" || r.CustomerKind == q.CustomerKind) &&
		(r.Supply == "" || r.Supply == supply) &&
		(r.TaxClass == "" || r.TaxClass == product.TaxClass) &&
		b.identified(r, q)
}

func (b TaxBook) goesTo(place string, q TaxQuestion) bool {
	home, inEU := q.ShipTo == q.Seller, slices.Contains(b.EU, q.ShipTo)
	switch place {
	case Anywhere:
		return true
	case AtHome:
		return home
	case Abroad:
		return !home
	case InsideEU:
		return !home && inEU
	case OutsideEU:
		return !home && !inEU
	default:
		return q.ShipTo == place
	}
}

// identified says whether the customer has the VAT id that a rule asks for. Where the supply leaves the seller's country, one of
// that country does not count; inside the EU it must be one of the EU.
func (b TaxBook) identified(r TaxRule, q TaxQuestion) bool {
	if r.VATID == AnyVATID {
		return true
	}
	country := b.VATIDCountry(q.TaxID)
	if country == "" || q.ShipTo != q.Seller && country == q.Seller || r.ShipTo == InsideEU && !slices.Contains(b.EU, country) {
		return false
	}
	return r.VATID == PresentVATID || !q.CheckedOn.IsZero() && !q.CheckedOn.After(q.Date)
}

// VATIDCountry is the country of a well-formed VAT id, "" for one that is not. Spaces, dots and dashes do not count.
func (b TaxBook) VATIDCountry(id string) string {
	id = strings.NewReplacer(" ", "", ".", "", "-", "").Replace(strings.ToUpper(id))
	for _, p := range b.Patterns {
		number, isPrefix := strings.CutPrefix(id, p.Prefix)
		if !isPrefix {
			continue
		}
		if matched, err := regexp.MatchString("^(?:"+p.Pattern+")$", number); err == nil && matched {
			return p.Country
		}
	}
	return ""
}

func (b TaxBook) rate(r TaxRule, q TaxQuestion) (decimal.Decimal, bool) {
	switch r.RateOf {
	case RateOfProduct:
		return q.Product.Tax.Rate, true
	case RateOfRule:
		return *r.Rate, true
	case RateOfSeller:
		return b.rateIn(q.Seller, q)
	case RateOfShipTo:
		return b.rateIn(q.ShipTo, q)
	default:
		return decimal.Zero, true
	}
}

// rateIn is the rate of the product's class in a country: the newest that has begun.
func (b TaxBook) rateIn(country string, q TaxQuestion) (rate decimal.Decimal, known bool) {
	var since Date
	for _, r := range b.Rates {
		if r.Country == country && r.TaxClass == q.Product.TaxClass && !r.ValidFrom.After(q.Date) && (!known || r.ValidFrom.After(since)) {
			rate, since, known = r.Rate, r.ValidFrom, true
		}
	}
	return rate, known
}

func (r TaxRule) words(q TaxQuestion) string {
	text := "tax rule " + r.ID + " of " + r.ValidFrom.String() + ": from " + q.Seller + " to " + q.ShipTo
	if r.VATID != AnyVATID {
		text += ", VAT id " + q.TaxID + " " + r.VATID
	}
	return text
}
