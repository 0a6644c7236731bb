package main

import (
	"fmt"

	"github.com/spf13/cobra"

	"o2c/models"
	"o2c/postgres"
)

func migrateCommand() *cobra.Command {
	return &cobra.Command{Use: "migrate", Short: "bring the schema of the database up to date", Args: cobra.NoArgs, RunE: func(c *cobra.Command, _ []string) error {
		config, err := loadConfig()
		if err != nil {
			return err
		}
		if err = postgres.Migrate(c.Context(), config.DatabaseURL); err != nil {
			return err
		}
		fmt.Fprintln(c.OutOrStdout(), "the schema is up to date")
		return nil
	}}
}

// seller is whom a fresh installation sells as, until PUT /v1/company says otherwise.
var seller = models.Company{
	LegalName:    "Example Trading Ltd",
	Address:      models.Address{Line1: "1 Example Street", City: "London", Postcode: "EC1A 1AA", Country: "GB"},
	TaxID:        "GB123456789",
	Contact:      models.Contact{Name: "Accounts receivable", Phone: "+44 20 0000 0000", Email: "billing@example.com"},
	TimeZone:     "Europe/London",
	BaseCurrency: "GBP",
	Calendar:     "none",
	BankAccounts: []models.BankAccount{{IBAN: "GB33BUKB20201555555555", BIC: "BUKBGB22", Currency: "GBP"}},
}

func seedCommand() *cobra.Command {
	return &cobra.Command{Use: "seed", Short: "set up a seller where there is none", Args: cobra.NoArgs, RunE: func(c *cobra.Command, _ []string) error {
		config, err := loadConfig()
		if err != nil {
			return err
		}
		pool, err := postgres.Open(c.Context(), config.DatabaseURL, 1)
		if err != nil {
			return err
		}
		defer pool.Close()
		added, err := postgres.SeedCompany(c.Context(), pool, seller)
		if err != nil {
			return err
		}
		if added {
			fmt.Fprintln(c.OutOrStdout(), "set up the seller "+seller.LegalName)
		}
		return nil
	}}
}
