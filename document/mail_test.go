package document_test

import (
	"flag"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/shopspring/decimal"

	"o2c/document"
	"o2c/models"
)

var update = flag.Bool("update", false, "write the golden files anew")

func receivable(change func(*document.Receivable)) document.Receivable {
	r := document.Receivable{
		Seller: "Seller Ltd", Customer: "Acme GmbH", Invoice: "INV-2026-000001", PONumber: "PO-7", Reference: "RF94INV2026000001",
		DueDate: models.NewDate(2026, time.December, 22), Amount: models.MustMoney(decimal.RequireFromString("1234.5"), "EUR"), IBAN: "DE89370400440532013000",
	}
	if change != nil {
		change(&r)
	}
	return r
}

func TestMails(t *testing.T) {
	t.Parallel()
	noAccount := func(r *document.Receivable) { r.IBAN, r.PONumber = "", "" }
	charged := func(r *document.Receivable) {
		r.Charges = []document.Owed{{Reason: "DN-2027-000002, Dunning level 2 of INV-2026-000001", Amount: models.MustMoney(decimal.NewFromInt(5), "EUR")},
			{Reason: "DN-2027-000001, still open of an earlier notice", Amount: models.MustMoney(decimal.RequireFromString("0.5"), "EUR")}}
	}
	yen := func(r *document.Receivable) { r.Amount = models.MustMoney(decimal.NewFromInt(1500), "JPY") }
	for name, text := range map[string]document.Text{
		"invoice":                      document.InvoiceMail(receivable(nil), models.Money{}),
		"invoice-without-account":      document.InvoiceMail(receivable(noAccount), models.Money{}),
		"invoice-in-yen":               document.InvoiceMail(receivable(yen), models.Money{}),
		"reminder":                     document.DunningMail(0, receivable(nil)),
		"overdue-notice":               document.DunningMail(2, receivable(nil)),
		"overdue-notice-with-charges":  document.DunningMail(2, receivable(charged)),
		"overdue-notice-without-order": document.DunningMail(3, receivable(noAccount)),
		"credit-note":                  document.CreditNoteMail("CN-2026-000001", receivable(nil)),
		"dispute-question":             document.QuestionMail("dsp_1", "Which of the parts are broken?", receivable(nil)),
		"order-confirmation":           document.ConfirmationMail(confirmation(nil)),
		"order-confirmation-bare":      document.ConfirmationMail(confirmation(bare)),
		"order-confirmation-changed":   document.ConfirmationMail(confirmation(changed)),
		"order-confirmation-in-dinars": document.ConfirmationMail(confirmation(inDinars)),
		"shipping-notice":              document.ShippingMail(shippingNotice(false)),
		"shipping-notice-complete":     document.ShippingMail(shippingNotice(true)),
	} {
		t.Run(name+" reads as its golden file", func(t *testing.T) {
			t.Parallel()
			path := filepath.Join("testdata", name+".txt")
			got := "Subject: " + text.Subject + "\n\n" + text.Body
			if *update {
				if err := os.WriteFile(path, []byte(got), 0o600); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(string(want), got); diff != "" {
				t.Errorf("%s (-want +got; -update writes it anew):\n%s", path, diff)
			}
		})
	}
}
