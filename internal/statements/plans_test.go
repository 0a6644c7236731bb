package statements

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"o2c/internal/testkit"
	"o2c/postgres"
)

// small are the tables that stay small in any business, so that reading all of one costs nothing.
var small = []string{"company", "currencies", "warehouses", "dunning_policies", "dunning_levels", "ledger_accounts", "number_series", "goose_db_version",
	"accounting_periods", "ledger_flows", "tax_areas", "tax_rates", "tax_rules", "vat_id_patterns",
	"credit_policies", "credit_policy_rules", "credit_policy_approvals", "credit_policy_classes",
	"calendars", "reference_rates", "authorities", "service_times", "fraud_policies", "fraud_rules", "fraud_first_orders", "screening_lists",
	"customer_clocks"} // which is empty in production

// wholeBook are the functions that read all of the book, because that is what they are for.
var wholeBook = map[string]string{
	"checkInvariant":    "o2c verify",
	"readStages":        "o2c verify: one of its statements reads every open order",
	"ReadShippingAudit": "the shipping audit judges all that left in its period",
	"ReadNumberGaps":    "the gap report counts every document",
	"ReadTrialBalance":  "the trial balance adds up every line; the ledger's own too",
	"TrialBalance":      "the trial balance adds up every line",
	"ReadPeriods":       "counts the entries of every period",
	"ReadTieOut":        "the tie-out adds up every receivable",
	"ListTieOut":        "the tie-out adds up every receivable, by customer",
}

// node is a node of a plan.
type node struct {
	Type      string  `json:"Node Type"`
	Relation  string  `json:"Relation Name"`
	Index     string  `json:"Index Name"`
	Condition string  `json:"Index Cond"`
	Recheck   string  `json:"Recheck Cond"`
	TID       string  `json:"TID Cond"`
	Rows      float64 `json:"Actual Rows"`
	Removed   float64 `json:"Rows Removed by Filter"`
	Rechecked float64 `json:"Rows Removed by Index Recheck"`
	Loops     float64 `json:"Actual Loops"`
	Plans     []node
}

func (n node) all(visit func(node)) {
	visit(n)
	for _, below := range n.Plans {
		below.all(visit)
	}
}

// parse reads what EXPLAIN (FORMAT JSON) answers.
func parse(t *testing.T, plan string) node {
	t.Helper()
	var plans []struct{ Plan node }
	if err := json.Unmarshal([]byte(plan), &plans); err != nil || len(plans) != 1 {
		t.Fatalf("%v: %s", err, plan)
	}
	return plans[0].Plan
}

// bigTables are the tables of the book with enough rows that the planner minds.
func bigTables(t *testing.T, pool *pgxpool.Pool) []string {
	t.Helper()
	rows, err := pool.Query(t.Context(), `
		SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p') AND NOT relispartition
		 ORDER BY relname`)
	if err != nil {
		t.Fatal(err)
	}
	all, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if err != nil {
		t.Fatal(err)
	}
	var big []string
	for _, table := range all {
		if slices.Contains(small, table) {
			continue
		}
		var n int
		if err := pool.QueryRow(t.Context(), `SELECT count(*) FROM `+pgx.Identifier{table}.Sanitize()).Scan(&n); err != nil {
			t.Fatal(err)
		}
		if n < 100 {
			t.Errorf("%s has %d rows in the large book, too few to see a plan: fill it in postgres/testdata/many_of_each_<name>.sql, or call it small", table, n)
			continue
		}
		big = append(big, table)
	}
	return big
}

// partialIndexes are the indexes that hold some rows of their table only: to read all of one is what it is for.
func partialIndexes(t *testing.T, pool *pgxpool.Pool) []string {
	t.Helper()
	rows, err := pool.Query(t.Context(), `
		SELECT c.relname FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid
		 WHERE i.indpred IS NOT NULL AND c.relnamespace = 'public'::regnamespace`)
	if err != nil {
		t.Fatal(err)
	}
	partial, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if err != nil {
		t.Fatal(err)
	}
	return partial
}

// reads says what is wrong with how a plan reads the big tables, or "".
func reads(plan node, big, partial []string) (wrong string) {
	plan.all(func(n node) {
		if wrong != "" || !slices.Contains(big, n.Relation) {
			return
		}
		switch {
		case n.Type == "Seq Scan":
			wrong = "reads all of " + n.Relation
		case strings.HasPrefix(n.Type, "Index") && n.Condition == "" && !slices.Contains(partial, n.Index):
			wrong = "reads all of " + n.Relation + " by " + n.Index
		}
	})
	return wrong
}

// Whatever the process and the readers look up is found by an index, for arguments that are not known beforehand.
func TestEveryLookUpUsesAnIndex(t *testing.T) {
	t.Parallel()
	pool := testkit.LargeBook(t, 6000, false)
	big, partial := bigTables(t, pool), partialIndexes(t, pool)
	conn := session(t)
	// A table of a thousand rows is read faster than looked up. Here it counts whether it can be looked up.
	if _, err := conn.Exec(t.Context(), `SET enable_seqscan = off`); err != nil {
		t.Fatal(err)
	}
	for i, s := range product(t) {
		if s.Planned || wholeBook[s.Func] != "" {
			continue
		}
		plan, err := explain(t.Context(), conn, fmt.Sprint("s", i), s.SQL, "FORMAT JSON")
		if err != nil {
			t.Errorf("%s: %v", s.Where, err)
			continue
		}
		if plan == "" {
			continue
		}
		if wrong := reads(parse(t, plan), big, partial); wrong != "" {
			t.Errorf("%s (%s) %s:\n%s\n%s", s.Where, s.Func, wrong, s.SQL, plan)
		}
	}
	for sql, want := range map[string]string{
		`SELECT id FROM orders WHERE entered_by = $1`:            "reads all of orders",
		`SELECT sum(amount) FROM payments`:                       "reads all of payments",
		`UPDATE order_lines SET reserved = 0 WHERE po_line = $1`: "reads all of order_lines",
		`SELECT entered_by FROM orders WHERE id = $1`:            "",
	} {
		plan, err := explain(t.Context(), conn, "p"+sql[:30], sql, "FORMAT JSON")
		if err != nil {
			t.Fatal(err)
		}
		if got := reads(parse(t, plan), big, partial); !strings.HasPrefix(got, want) || (got == "") != (want == "") {
			t.Errorf("%s: %q, want %q", sql, got, want)
		}
	}
}

// recorder keeps what is asked of a database.
type recorder struct{ asked []pgx.TraceQueryStartData }

func (r *recorder) TraceQueryStart(ctx context.Context, _ *pgx.Conn, data pgx.TraceQueryStartData) context.Context {
	r.asked = append(r.asked, data)
	return ctx
}

func (*recorder) TraceQueryEnd(context.Context, *pgx.Conn, pgx.TraceQueryEndData) {}

// lists runs each list of the read models with each of its filters, from its start and from a cursor. A page reads what it shows,
// and of a filter that no index goes with at most so many rows more.
var lists = map[string]func(ctx context.Context, db postgres.DB, page postgres.Page) (next *string, err error){
	"orders": func(ctx context.Context, db postgres.DB, page postgres.Page) (*string, error) {
		_, next, err := postgres.ListOrders(ctx, db, postgres.OrderFilter{}, page)
		return next, err
	},
	"orders of a customer":                orders(postgres.OrderFilter{CustomerID: new("cus_7")}),
	"orders in a stage that is common":    orders(postgres.OrderFilter{Stage: new("closed")}),
	"orders in a stage that is rare":      orders(postgres.OrderFilter{Stage: new("credit_hold")}),
	"orders in a stage that none has":     orders(postgres.OrderFilter{Stage: new("review")}),
	"orders by purchase order":            orders(postgres.OrderFilter{PONumber: new("PO-77")}),
	"orders of a customer in a stage":     orders(postgres.OrderFilter{CustomerID: new("cus_7"), Stage: new("closed")}),
	"orders by stage and purchase order":  orders(postgres.OrderFilter{Stage: new("closed"), PONumber: new("PO-77")}),
	"invoices":                            invoices(postgres.InvoiceFilter{}),
	"invoices of a customer":              invoices(postgres.InvoiceFilter{CustomerID: new("cus_7")}),
	"invoices of an order":                invoices(postgres.InvoiceFilter{OrderID: new("ord_77")}),
	"invoices of a status that is common": invoices(postgres.InvoiceFilter{Status: new("paid")}),
	"invoices of a status that is rare":   invoices(postgres.InvoiceFilter{Status: new("partly_paid")}),
	"invoices that are written off":       invoices(postgres.InvoiceFilter{Status: new("written_off")}),
	"invoices that are overdue":           invoices(postgres.InvoiceFilter{Overdue: new(true)}),
	"invoices that are not overdue":       invoices(postgres.InvoiceFilter{Overdue: new(false)}),
	"overdue invoices of a customer":      invoices(postgres.InvoiceFilter{CustomerID: new("cus_7"), Overdue: new(true)}),
	"payments":                            payments(postgres.PaymentFilter{}),
	"payments of a customer":              payments(postgres.PaymentFilter{CustomerID: new("cus_7")}),
	"payments in a state that is common":  payments(postgres.PaymentFilter{State: new("applied")}),
	"payments in a state that none has":   payments(postgres.PaymentFilter{State: new("refunded")}),
	"returns":                             returns(postgres.ReturnFilter{}),
	"returns of an order":                 returns(postgres.ReturnFilter{OrderID: new("ord_77")}),
	"returns in a state that none has":    returns(postgres.ReturnFilter{State: new("requested")}),
	"disputes":                            disputes(postgres.DisputeFilter{}),
	"disputes of a customer":              disputes(postgres.DisputeFilter{CustomerID: new("cus_3")}),
	"disputes in a state":                 disputes(postgres.DisputeFilter{State: new("open")}),
	"disputes in a state that none has":   disputes(postgres.DisputeFilter{State: new("withdrawn")}),
	"entries":                             entries(postgres.EntryFilter{}),
	"entries of a customer":               entries(postgres.EntryFilter{CustomerID: new("cus_7")}),
	"entries of an order":                 entries(postgres.EntryFilter{OrderID: new("ord_77")}),
	"entries on an account that is used":  entries(postgres.EntryFilter{Account: new("receivables")}),
	"entries on an account that is not":   entries(postgres.EntryFilter{Account: new("payables_clearing")}),
	"entries of a customer on an account": entries(postgres.EntryFilter{CustomerID: new("cus_7"), Account: new("receivables")}),
	"tasks":                               tasks(postgres.TaskFilter{}),
	"tasks of a role that are open":       tasks(postgres.TaskFilter{Role: new("collector"), Open: new(true)}),
	"tasks of a customer":                 tasks(postgres.TaskFilter{CustomerID: new("cus_7")}),
	"approvals that wait": func(ctx context.Context, db postgres.DB, page postgres.Page) (*string, error) {
		_, next, err := postgres.ListApprovals(ctx, db, true, page)
		return next, err
	},
	"approvals": func(ctx context.Context, db postgres.DB, page postgres.Page) (*string, error) {
		_, next, err := postgres.ListApprovals(ctx, db, false, page)
		return next, err
	},
	"credit limits of a customer": func(ctx context.Context, db postgres.DB, page postgres.Page) (*string, error) {
		_, next, err := postgres.ListLimits(ctx, db, new("cus_7"), page)
		return next, err
	},
	"credit limits of the company": func(ctx context.Context, db postgres.DB, page postgres.Page) (*string, error) {
		_, next, err := postgres.ListLimits(ctx, db, nil, page)
		return next, err
	},
	"customers": func(ctx context.Context, db postgres.DB, page postgres.Page) (*string, error) {
		_, next, err := postgres.ListCustomers(ctx, db, page)
		return next, err
	},
	"a customer": func(ctx context.Context, db postgres.DB, _ postgres.Page) (*string, error) {
		_, err := postgres.ReadCustomer(ctx, db, "cus_7")
		return nil, err
	},
	"price lists": func(ctx context.Context, db postgres.DB, page postgres.Page) (*string, error) {
		_, next, err := postgres.ListPriceLists(ctx, db, page)
		return next, err
	},
	"backorder policies": func(ctx context.Context, db postgres.DB, page postgres.Page) (*string, error) {
		_, next, err := postgres.ListBackorderPolicies(ctx, db, page)
		return next, err
	},
	"sales policies": func(ctx context.Context, db postgres.DB, page postgres.Page) (*string, error) {
		_, next, err := postgres.ListSalesPolicies(ctx, db, page)
		return next, err
	},
	"reference rates":           referenceRates(nil),
	"reference rates of a base": referenceRates(new("ecb")),
	"a price list": func(ctx context.Context, db postgres.DB, _ postgres.Page) (*string, error) {
		_, err := postgres.ReadPriceList(ctx, db, "for_cus_7")
		return nil, err
	},
	"credits of a customer": func(ctx context.Context, db postgres.DB, page postgres.Page) (*string, error) {
		_, next, err := postgres.ListCredits(ctx, db, "cus_6", page)
		return next, err
	},
	"credits of a customer who has none": func(ctx context.Context, db postgres.DB, page postgres.Page) (*string, error) {
		_, next, err := postgres.ListCredits(ctx, db, "cus_7", page)
		return next, err
	},
	"products": func(ctx context.Context, db postgres.DB, page postgres.Page) (*string, error) {
		_, next, err := postgres.ListProducts(ctx, db, page)
		return next, err
	},
	"a product": func(ctx context.Context, db postgres.DB, _ postgres.Page) (*string, error) {
		_, err := postgres.ReadProduct(ctx, db, "sku_7")
		return nil, err
	},
}

type list = func(ctx context.Context, db postgres.DB, page postgres.Page) (next *string, err error)

func orders(f postgres.OrderFilter) list {
	return func(ctx context.Context, db postgres.DB, page postgres.Page) (*string, error) {
		_, next, err := postgres.ListOrders(ctx, db, f, page)
		return next, err
	}
}

func invoices(f postgres.InvoiceFilter) list {
	return func(ctx context.Context, db postgres.DB, page postgres.Page) (*string, error) {
		_, next, err := postgres.ListInvoices(ctx, db, f, page)
		return next, err
	}
}

func payments(f postgres.PaymentFilter) list {
	return func(ctx context.Context, db postgres.DB, page postgres.Page) (*string, error) {
		_, next, err := postgres.ListPayments(ctx, db, f, page)
		return next, err
	}
}

func disputes(f postgres.DisputeFilter) list {
	return func(ctx context.Context, db postgres.DB, page postgres.Page) (*string, error) {
		_, next, err := postgres.ListDisputes(ctx, db, f, page)
		return next, err
	}
}

func returns(f postgres.ReturnFilter) list {
	return func(ctx context.Context, db postgres.DB, page postgres.Page) (*string, error) {
		_, next, err := postgres.ListReturns(ctx, db, f, page)
		return next, err
	}
}

func tasks(f postgres.TaskFilter) list {
	return func(ctx context.Context, db postgres.DB, page postgres.Page) (*string, error) {
		_, next, err := postgres.ListTasks(ctx, db, f, page)
		return next, err
	}
}

func entries(f postgres.EntryFilter) list {
	return func(ctx context.Context, db postgres.DB, page postgres.Page) (*string, error) {
		_, next, err := postgres.ListEntries(ctx, db, f, page)
		return next, err
	}
}

func referenceRates(base *string) list {
	return func(ctx context.Context, db postgres.DB, page postgres.Page) (*string, error) {
		_, next, err := postgres.ListReferenceRates(ctx, db, base, page)
		return next, err
	}
}

// shown is how many rows a page shows, and most how many rows of a table are read for it, or sorted.
const shown, most = 5, 150

// more are the lists that read more, and how many rows of this book that is.
var more = map[string]float64{
	"invoices that are overdue":         3000, // every open item: they are overdue in one order and listed in another
	"invoices of a status that is rare": 400,  // every item of the status: open items don't know when the invoice was recorded
}

func TestEveryListReadsOnlyItsPage(t *testing.T) {
	t.Parallel()
	big := bigTables(t, testkit.LargeBook(t, 6000, false))
	seen := &recorder{}
	pool := testkit.Database(t, func(c *pgxpool.Config) { c.ConnConfig.Tracer = seen }, testkit.MaxConns(1))
	explained := map[string]bool{}
	// A table of a thousand rows is read faster than looked up.
	if _, err := pool.Exec(t.Context(), `SET enable_seqscan = off`); err != nil {
		t.Fatal(err)
	}
	seen.asked = nil
	check := func(name string) {
		asked := seen.asked
		for _, q := range asked {
			var plan string
			if err := pool.QueryRow(t.Context(), "EXPLAIN (ANALYZE, TIMING OFF, FORMAT JSON) "+q.SQL, q.Args...).Scan(&plan); err != nil {
				t.Fatalf("%s: %v", name, err)
			}
			explained[q.SQL] = true
			root := parse(t, plan)
			root.all(func(n node) {
				read := (n.Rows + n.Removed + n.Rechecked) * max(n.Loops, 1)
				switch {
				case !slices.Contains(big, n.Relation) && !strings.HasSuffix(n.Type, "Sort"):
				case n.Type == "Seq Scan":
					t.Errorf("%s reads all of %s:\n%s\n%s", name, n.Relation, q.SQL, plan)
				case read > max(most, more[name]):
					t.Errorf("%s: %s %s handles %.0f rows for a page of %d:\n%s\n%s", name, n.Type, n.Relation, read, shown, q.SQL, plan)
				}
			})
		}
		seen.asked = nil
	}
	for _, name := range slices.Sorted(maps.Keys(lists)) {
		page := postgres.Page{Limit: shown}
		for range 3 { // the start, and two cursors
			next, err := lists[name](t.Context(), pool, page)
			if err != nil {
				t.Fatalf("%s: %v", name, err)
			}
			check(name)
			if next == nil {
				break
			}
			page.Cursor = *next
		}
	}
	for _, s := range product(t) {
		if s.Planned && !explained[s.SQL] {
			t.Errorf("%s (%s) is planned for its arguments, and no list here tries it:\n%s", s.Where, s.Func, s.SQL)
		}
	}
}
