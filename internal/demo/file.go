package demo

import (
	"cmp"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"os"
	"regexp"
	"slices"
	"strings"

	"github.com/shopspring/decimal"
)

// The columns of an order file, a row per order line.
var columns = []string{"InvoiceNo", "StockCode", "Description", "Quantity", "InvoiceDate", "UnitPrice", "CustomerID", "Country"}

// maxLines is how many lines the API takes per order.
const maxLines = 500

// ReadFile reads an order file: CSV with the columns InvoiceNo (the purchase order's number), StockCode, Description,
// Quantity, InvoiceDate, UnitPrice (GBP, net), CustomerID and Country, in that order. Rows that can't be sold are left out, each
// with its reason: a cancellation, no customer, a quantity or price that is not above 0, an order with two customers, a
// country that is not known, a code that is no sku, more than 500 lines. What can't be read at all is an error with its row.
func ReadFile(path string) (Plan, error) {
	file, err := os.Open(path)
	if err != nil {
		return Plan{}, err
	}
	defer func() { _ = file.Close() }()
	plan, err := readOrders(file)
	if err != nil {
		return Plan{}, fmt.Errorf("%s: %w", path, err)
	}
	plan.Source = path
	return plan, nil
}

// row is a row of the file.
type row struct {
	po, sku, description, customer, country string
	quantity, price                         decimal.Decimal
}

// orderFile collects the rows of a file.
type orderFile struct {
	plan      Plan
	customers map[string]bool
	products  map[string]bool
	orders    map[string]int // position in the plan
}

func readOrders(file io.Reader) (Plan, error) {
	f := orderFile{plan: Plan{Currency: "GBP"}, customers: map[string]bool{}, products: map[string]bool{}, orders: map[string]int{}}
	reader := csv.NewReader(file)
	header, err := reader.Read()
	if err != nil {
		return Plan{}, fmt.Errorf("no header: %w", err)
	}
	header[0] = strings.TrimPrefix(header[0], "\ufeff")
	if !slices.Equal(header, columns) {
		return Plan{}, fmt.Errorf("the columns are %s; they must be %s", strings.Join(header, ","), strings.Join(columns, ","))
	}
	for {
		record, err := reader.Read()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return Plan{}, err
		}
		line, _ := reader.FieldPos(0)
		r, err := readRow(record)
		if err != nil {
			return Plan{}, fmt.Errorf("row %d: %w", line, err)
		}
		if reason := f.take(r); reason != "" {
			f.plan.LeftOut = append(f.plan.LeftOut, LeftOut{Row: line, Reason: reason})
		}
	}
	if len(f.plan.Orders) == 0 {
		return Plan{}, errors.New("no order can be played")
	}
	f.plan.assignStories()
	return f.plan, nil
}

func readRow(record []string) (row, error) {
	for i := range record {
		record[i] = strings.TrimSpace(record[i])
	}
	r := row{po: record[0], sku: record[1], description: record[2], customer: record[6], country: record[7]}
	var err error
	if r.quantity, err = decimal.NewFromString(record[3]); err != nil {
		return r, fmt.Errorf("%q is not a quantity", record[3])
	}
	if r.price, err = decimal.NewFromString(record[5]); err != nil {
		return r, fmt.Errorf("%q is not a price", record[5])
	}
	return r, nil
}

var identifier = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9._-]{0,39}$`) // with room for the run's prefix

// take adds a row to the plan, or says why it is left out.
func (f *orderFile) take(r row) (leftOut string) {
	country, known := countries[r.country]
	switch {
	case strings.HasPrefix(strings.ToUpper(r.po), "C"):
		return "a cancellation, not an order"
	case r.customer == "":
		return "no customer"
	case !identifier.MatchString(r.po) || !identifier.MatchString(r.customer) || !identifier.MatchString(r.sku):
		return "an invoice number, customer or stock code that can't be an id"
	case !known:
		return fmt.Sprintf("country %q is not known", r.country)
	case !r.quantity.IsPositive():
		return "a quantity that is not above 0"
	case !r.price.IsPositive():
		return "a price that is not above 0"
	}
	order := f.order(r)
	switch {
	case order.Customer != r.customer:
		return fmt.Sprintf("order %s belongs to customer %s", r.po, order.Customer)
	case len(order.Lines) == maxLines:
		return fmt.Sprintf("order %s has %d lines already", r.po, maxLines)
	}
	if !f.customers[r.customer] {
		f.customers[r.customer] = true
		f.plan.Customers = append(f.plan.Customers, Customer{
			ID: r.customer, Name: "Customer " + r.customer, Country: country.code, TimeZone: country.zone, Limit: decimal.NewFromInt(1_000_000),
		})
	}
	if !f.products[r.sku] {
		f.products[r.sku] = true
		f.plan.Products = append(f.plan.Products, Product{SKU: r.sku, Name: cmp.Or(r.description, r.sku), Price: r.price})
	}
	order.Lines = append(order.Lines, Line{SKU: r.sku, Quantity: r.quantity, Price: r.price})
	return ""
}

// order finds the order of a row, or begins it. Every fourth ships from the manual warehouse, every other of these in two
// parts.
func (f *orderFile) order(r row) *Order {
	n, known := f.orders[r.po]
	if !known {
		n = len(f.plan.Orders)
		order := Order{PO: r.po, Customer: r.customer, Warehouse: "auto", Shipments: 1}
		if n%4 == 3 {
			order.Warehouse, order.Shipments = "main", 1+n/4%2
		}
		f.orders[r.po] = n
		f.plan.Orders = append(f.plan.Orders, order)
	}
	return &f.plan.Orders[n]
}

// assignStories has most orders paid. Of the second to fifth customer the last order is disputed, paid short or paid twice; of
// every fifth customer after that it is paid late or, in turn, never. The rest of their orders are paid, so that a customer's
// clock moves for one order alone.
func (p *Plan) assignStories() {
	last := map[string]int{}
	for i := range p.Orders {
		p.Orders[i].Story = Pays
		last[p.Orders[i].Customer] = i
	}
	for i, customer := range p.Customers {
		story := Pays
		switch {
		case i == 1:
			story = DisputesRightly
		case i == 2:
			story = DisputesWrongly
		case i == 3:
			story = PaysShort
		case i == 4:
			story = PaysTwice
		case i > 0 && i%10 == 0:
			story = NeverPays
		case i > 0 && i%5 == 0:
			story = PaysLate
		}
		p.Orders[last[customer.ID]].Story = story
	}
}

// country is how a file's country is written elsewhere.
type country struct{ code, zone string }

// countries are those of the full data set that the file is a part of. "Unspecified" and "European Community" are none.
var countries = map[string]country{
	"Australia": {"AU", "Australia/Sydney"}, "Austria": {"AT", "Europe/Vienna"}, "Bahrain": {"BH", "Asia/Bahrain"}, "Belgium": {"BE", "Europe/Brussels"},
	"Brazil": {"BR", "America/Sao_Paulo"}, "Canada": {"CA", "America/Toronto"}, "Channel Islands": {"JE", "Europe/Jersey"}, "Cyprus": {"CY", "Asia/Nicosia"},
	"Czech Republic": {"CZ", "Europe/Prague"}, "Denmark": {"DK", "Europe/Copenhagen"}, "EIRE": {"IE", "Europe/Dublin"}, "Finland": {"FI", "Europe/Helsinki"},
	"France": {"FR", "Europe/Paris"}, "Germany": {"DE", "Europe/Berlin"}, "Greece": {"GR", "Europe/Athens"}, "Hong Kong": {"HK", "Asia/Hong_Kong"},
	"Iceland": {"IS", "Atlantic/Reykjavik"}, "Israel": {"IL", "Asia/Jerusalem"}, "Italy": {"IT", "Europe/Rome"}, "Japan": {"JP", "Asia/Tokyo"},
	"Lebanon": {"LB", "Asia/Beirut"}, "Lithuania": {"LT", "Europe/Vilnius"}, "Malta": {"MT", "Europe/Malta"}, "Netherlands": {"NL", "Europe/Amsterdam"},
	"Norway": {"NO", "Europe/Oslo"}, "Poland": {"PL", "Europe/Warsaw"}, "Portugal": {"PT", "Europe/Lisbon"}, "RSA": {"ZA", "Africa/Johannesburg"},
	"Saudi Arabia": {"SA", "Asia/Riyadh"}, "Singapore": {"SG", "Asia/Singapore"}, "Spain": {"ES", "Europe/Madrid"}, "Sweden": {"SE", "Europe/Stockholm"},
	"Switzerland": {"CH", "Europe/Zurich"}, "USA": {"US", "America/New_York"}, "United Arab Emirates": {"AE", "Asia/Dubai"},
	"United Kingdom": {"GB", "Europe/London"},
}
