package ledger_test

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/jackc/pgx/v5"

	"o2c/internal/testkit"
	"o2c/ledger"
	"o2c/models"
)

// samples are the templates by their events, with amounts that use every line.
var samples = map[string][]ledger.Line{
	"invoice_issued": ledger.InvoiceIssued(eur("100"), eur("19")), "invoice_rounded_up": ledger.InvoiceRounded(eur("0.01")),
	"invoice_rounded_down": ledger.InvoiceRounded(eur("-0.01")), "credit_note_issued": ledger.CreditNoteIssued(eur("100"), eur("19"), eur("20")),
	"credit_note_taken_back": {ledger.Debit(ledger.Receivables, eur("5")), ledger.Credit(ledger.BadDebtExpense, eur("1")), ledger.Credit(ledger.LossAllowance, eur("1")),
		ledger.Credit(ledger.PaymentDifferences, eur("1")), ledger.Credit(ledger.DiscountsAllowed, eur("1")), ledger.Credit(ledger.TaxPayable, eur("1"))}, // by TakeBack
	"customer_credit_applied": ledger.CustomerCreditApplied(eur("5")), "customer_credit_refunded": ledger.CustomerCreditRefunded(eur("5")),
	"payment_received": ledger.PaymentReceived(eur("5")), "bank_line_settled": ledger.BankLineSettled(eur("5"), eur("1")),
	"payment_identified": ledger.PaymentIdentified(eur("5"), "acme"), "payment_applied": ledger.PaymentApplied(eur("5")),
	"payment_converted": ledger.PaymentConverted(eur("5"), "x"), "conversion_applied": ledger.ConversionApplied(eur("5"), "x"),
	"payment_reversed_in_part": ledger.PaymentReversedInPart(eur("5")), "payment_refunded": ledger.PaymentRefunded(eur("5")),
	"refund_recovery": ledger.RefundRecovery(eur("5")), "early_payment_discount": ledger.EarlyPaymentDiscount(eur("5"), eur("1")),
	"short_difference": ledger.ShortDifference(eur("5")), "over_difference": ledger.OverDifference(eur("5")),
	"withholding_tax": ledger.WithholdingTax(eur("5")), "netted": ledger.Netted(eur("5")), "return_cost": ledger.ReturnCost(eur("5")),
	"return_cost_recharged": ledger.ReturnCostRecharged(eur("5")), "fee_charged": ledger.FeeCharged(eur("5")),
	"interest_charged": ledger.InterestCharged(eur("5")), "compensation_charged": ledger.CompensationCharged(eur("40")),
	"written_off": ledger.WrittenOff(eur("5"), eur("2")), "tax_relief": ledger.TaxRelief(eur("5")), "recovered": ledger.Recovered(eur("5"), eur("1")),
	"deposit_received": ledger.DepositReceived(eur("5"), eur("1")), "deposit_applied": ledger.DepositApplied(eur("5"), eur("1")),
	"deposit_given_back": ledger.DepositGivenBack(eur("5"), eur("1")), "refund_recovery_repaid": ledger.RefundRecoveryRepaid(eur("3"), eur("2")),
}

// Each template debits and credits what the table says, balances, and is let in by the database.
func TestEveryTemplateIsItsPosting(t *testing.T) {
	t.Parallel()
	b := newBooks(t)
	for _, posting := range ledger.Postings {
		lines, known := samples[posting.Event]
		if !known {
			if !slices.Contains([]string{"revalued", "residue_lost", "residue_gained"}, posting.Event) { // made by Close and Reverse
				t.Errorf("%s has no template", posting.Event)
			}
			continue
		}
		var debit, credit []ledger.Account
		balance := models.Zero("EUR")
		for _, l := range lines {
			if l.Debit.IsPositive() {
				debit = append(debit, l.Account)
			}
			if l.Credit.IsPositive() {
				credit = append(credit, l.Account)
			}
			balance = balance.Add(l.Debit).Sub(l.Credit)
		}
		if !slices.Equal(debit, posting.Debit) || !slices.Equal(credit, posting.Credit) || !balance.IsZero() {
			t.Errorf("%s debits %v and credits %v, off by %s", posting.Event, debit, credit, balance)
		}
		b.posts("a-test/"+posting.Event, "2026-05-02", "DOC-1", lines)
	}
}

// The database allows exactly the pairs of the table, and the differences of rates.
func TestTheFlowsAreTheTable(t *testing.T) {
	t.Parallel()
	want := map[string]bool{}
	for _, posting := range ledger.Postings {
		for _, debit := range posting.Debit {
			for _, credit := range posting.Credit {
				want[string(debit+" "+credit)] = true
			}
		}
	}
	delete(want, "fx_loss fx_gain") // a valuation nets them
	for _, relieved := range []ledger.Account{"unapplied_cash", "customer_credit", "customer_deposits", "tax_payable", "fx_clearing"} {
		want[string(relieved+" fx_gain")] = true
	}
	want["fx_loss receivables"] = true
	rows, err := testkit.Database(t).Query(t.Context(), `SELECT debit || ' ' || credit FROM ledger_flows`)
	if err != nil {
		t.Fatal(err)
	}
	flows, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if err != nil {
		t.Fatal(err)
	}
	got := map[string]bool{}
	for _, flow := range flows {
		got[flow] = true
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(- the table, + the database):\n%s", diff)
	}
}

// docs/accounting.md shows the table.
func TestTheTableIsDocumented(t *testing.T) {
	t.Parallel()
	page, err := os.ReadFile("../docs/accounting.md")
	if err != nil {
		t.Fatal(err)
	}
	join := func(accounts []ledger.Account) string {
		names := make([]string, len(accounts))
		for i, account := range accounts {
			names[i] = "`" + string(account) + "`"
		}
		return strings.Join(names, ", ")
	}
	for _, p := range ledger.Postings {
		row := fmt.Sprintf("| `%s` | `%s` | %s | %s |", p.Event, p.Key, join(p.Debit), join(p.Credit))
		if !strings.Contains(string(page), row) {
			t.Errorf("docs/accounting.md has no row\n%s", row)
		}
	}
	if rows := regexp.MustCompile("(?m)^\\| `[a-z_]+` \\| `[^`]+/[^`]*` \\|").FindAllString(string(page), -1); len(rows) != len(ledger.Postings) {
		t.Errorf("docs/accounting.md shows %d events, there are %d", len(rows), len(ledger.Postings))
	}
}

// The activities post only events of the table.
func TestActivitiesPostEventsOfTheTable(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob("../activities/*.go")
	if err != nil || len(files) == 0 {
		t.Fatal(err)
	}
	var known []string
	for _, p := range ledger.Postings {
		known = append(known, p.Event, p.Event+"_reversed")
	}
	for _, file := range files {
		if strings.HasSuffix(file, "_test.go") {
			continue
		}
		source, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, event := range regexp.MustCompile(`\bEvent: +"([^"]+)"`).FindAllStringSubmatch(string(source), -1) {
			if !slices.Contains(known, event[1]) {
				t.Errorf("%s posts %q, which is not in ledger.Postings", file, event[1])
			}
		}
	}
}
