package e2e_test

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"go.temporal.io/api/workflowservice/v1"

	"o2c/internal/testkit"
)

// The queries that the pages for operators give are run as they stand there. One that asks for a thing by name finds the order of it.
func TestTheQueriesForOperatorsFindWhatTheySay(t *testing.T) {
	t.Parallel()
	s := start(t)
	customer, sku := s.customer("100000.00"), s.product("auto", "10")
	request := orderOf(customer, "auto", sku, "2")
	request["po_number"] = "PO-" + sku
	order := s.post("sales", "/v1/orders", request).want(201).str("id")
	s.awaitStage(order, "collecting")
	count := func(query string) int64 {
		found, err := s.engine.CountWorkflow(t.Context(), &workflowservice.CountWorkflowExecutionsRequest{Query: query})
		if err != nil {
			t.Errorf("%s: %v", query, err)
		}
		return found.GetCount()
	}
	names := map[string]string{"<customer>": customer, "<purchase order>": "PO-" + sku, "<invoice>": s.invoice(order)}
	times := strings.NewReplacer("<now>", time.Now().UTC().Format(time.RFC3339), "<then>", time.Now().UTC().AddDate(0, 2, 0).Format(time.RFC3339),
		"<deployed at>", time.Now().UTC().Format(time.RFC3339))
	asked := map[string]bool{}
	for _, query := range queries(t) {
		named := query
		for placeholder, name := range names {
			if strings.Contains(query, placeholder) {
				named, asked[placeholder] = strings.ReplaceAll(named, placeholder, name), true
			}
		}
		if named == query {
			count(times.Replace(query))
			continue
		}
		s.eventually(named+" to find something", func() bool { return count(named) > 0 || t.Failed() })
	}
	if len(asked) != len(names) {
		t.Errorf("the pages ask only for %v", asked)
	}
	mine := ` AND O2CCustomer = "` + customer + `"`
	for query, want := range map[string]int64{ // what a name does not narrow, narrowed to this order
		`WorkflowType = "Order" AND ExecutionStatus = "Running" AND O2CStage = "collecting"`:          1,
		`ExecutionStatus = "Running" AND O2CBlockedBy IS NOT NULL`:                                    0,
		`ExecutionStatus = "Running" AND O2CNextActionAt < "<now>"`:                                   0,
		`ExecutionStatus = "Running" AND O2CNextActionAt BETWEEN "<now>" AND "<then>"`:                1,
		`ExecutionStatus = "Running" AND O2CStage = "collecting" AND O2COpenAmount >= 10000`:          0,
		`WorkflowType = "Order" AND ExecutionStatus = "Running" AND StartTime < "<then>"`:             1,
		`ExecutionStatus = "Running" AND O2CBlockedBy STARTS_WITH "technical:"`:                       0,
		`WorkflowType = "Order" AND ExecutionStatus = "Running" AND O2CStage = "awaiting_prepayment"`: 0,
	} {
		if !strings.Contains(strings.Join(queries(t), "\n"), query) {
			t.Errorf("no page has %s", query)
		}
		s.eventually(fmt.Sprintf("%s to find %d orders of the customer", query, want), func() bool { return count(times.Replace(query)+mine) == want || t.Failed() })
	}
}

// queries are those of the pages for operators: in blocks of their own, and in commands.
func queries(t *testing.T) []string {
	t.Helper()
	pages, err := filepath.Glob(filepath.Join(testkit.Root(t), "docs", "runbooks", "*.md"))
	if err != nil {
		t.Fatal(err)
	}
	block := regexp.MustCompile("(?m)^```\n([^`]*?)\n```$")
	command := regexp.MustCompile(`--query '([^']+)'`)
	var found []string
	for _, page := range append(pages, filepath.Join(testkit.Root(t), "docs", "temporal-ui.md")) {
		text, err := os.ReadFile(page)
		if err != nil {
			t.Fatal(err)
		}
		for _, match := range block.FindAllStringSubmatch(string(text), -1) {
			if isQuery := !strings.HasPrefix(match[1], "SELECT ") && !strings.HasPrefix(match[1], "temporal "); isQuery {
				found = append(found, match[1])
			}
		}
		for _, match := range command.FindAllStringSubmatch(string(text), -1) {
			found = append(found, match[1])
		}
	}
	if len(found) < 18 {
		t.Errorf("only %d queries are found", len(found))
	}
	return found
}
