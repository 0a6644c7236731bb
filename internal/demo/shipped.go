package demo

import (
	"bytes"
	"embed"
	"encoding/csv"
	"fmt"

	"github.com/shopspring/decimal"
)

// The data that the product ships: invented customers and goods, an order for each thing that can happen to one.
//
//go:embed data/*.csv
var shipped embed.FS

// Shipped is the plan of the data that the product ships.
func Shipped() (Plan, error) {
	plan := Plan{Source: "the data that o2c ships", Currency: "GBP"}
	for _, table := range []struct {
		name string
		take func(record []string) error
	}{
		{"customers", plan.takeCustomer}, {"products", plan.takeProduct}, {"orders", plan.takeOrderLine},
	} {
		content, err := shipped.ReadFile("data/" + table.name + ".csv")
		if err != nil {
			return Plan{}, err
		}
		records, err := csv.NewReader(bytes.NewReader(content)).ReadAll()
		if err != nil {
			return Plan{}, fmt.Errorf("%s: %w", table.name, err)
		}
		for i, record := range records[1:] {
			if err = table.take(record); err != nil {
				return Plan{}, fmt.Errorf("%s, row %d: %w", table.name, i+2, err)
			}
		}
	}
	return plan, nil
}

func (p *Plan) takeCustomer(record []string) error {
	limit, err := decimal.NewFromString(record[4])
	p.Customers = append(p.Customers, Customer{ID: record[0], Name: record[1], Country: record[2], TimeZone: record[3], Limit: limit})
	return err
}

func (p *Plan) takeProduct(record []string) error {
	price, err := decimal.NewFromString(record[2])
	p.Products = append(p.Products, Product{SKU: record[0], Name: record[1], Price: price})
	return err
}

func (p *Plan) takeOrderLine(record []string) error {
	if n := len(p.Orders); n == 0 || p.Orders[n-1].PO != record[0] {
		order := Order{PO: record[0], Customer: record[1], Warehouse: record[2], Shipments: 1, Story: Story(record[4])}
		if record[3] == "2" {
			order.Shipments = 2
		}
		p.Orders = append(p.Orders, order)
	}
	quantity, err := decimal.NewFromString(record[6])
	if err != nil {
		return err
	}
	for _, product := range p.Products {
		if product.SKU == record[5] {
			order := &p.Orders[len(p.Orders)-1]
			order.Lines = append(order.Lines, Line{SKU: product.SKU, Quantity: quantity, Price: product.Price})
			return nil
		}
	}
	return fmt.Errorf("there is no product %s", record[5])
}
