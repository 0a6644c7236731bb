package e2e_test

import (
	"context"
	"fmt"
	"testing"

	"github.com/google/uuid"
	enumspb "go.temporal.io/api/enums/v1"
	"go.temporal.io/sdk/client"

	"o2c/models"
	"o2c/workflows"
)

// makeCurrent has all workflows go on with a build, as an operator does (docs/runbooks/deploy-under-open-orders.md).
func (s *stack) makeCurrent(deployment, build string) {
	s.t.Helper()
	var last error
	s.eventually(build+" to be current", func() bool {
		_, last = s.engine.WorkerDeploymentClient().GetHandle(deployment).SetCurrentVersion(context.Background(), client.WorkerDeploymentSetCurrentVersionOptions{BuildID: build})
		return last == nil
	})
}

// builds are the builds that the tasks of a workflow's last run were done by, one after the other.
func (s *stack) builds(workflowID string) (builds []string) {
	s.t.Helper()
	history := s.engine.GetWorkflowHistory(s.t.Context(), workflowID, "", false, enumspb.HISTORY_EVENT_FILTER_TYPE_ALL_EVENT)
	for history.HasNext() {
		event, err := history.Next()
		if err != nil {
			s.t.Fatal(err)
		}
		done := event.GetWorkflowTaskCompletedEventAttributes()
		if build := done.GetDeploymentVersion().GetBuildId(); done != nil && (len(builds) == 0 || builds[len(builds)-1] != build) {
			builds = append(builds, build)
		}
	}
	return builds
}

// The runbook docs/runbooks/deploy-under-open-orders.md, between two builds: orders are open on the first when the second starts, is made
// current, and the first stops. None is lost, none starts again, and each goes on with the second; one that comes back does as well. The way back
// is the same.
func TestABuildIsDeployedUnderOpenOrders(t *testing.T) {
	t.Parallel()
	s := startWithoutWorker(t)
	s.patient = true
	deployment := "o2c-" + uuid.NewString()[:8]
	stopA := s.startBuild(deployment, "build-a")
	s.makeCurrent(deployment, "build-a")
	customer := s.customer("100000.00")
	shipping := s.ordered(customer, "main", "1")
	held := s.entered(s.post("sales", "/v1/orders", orderOf(s.customer("1.00"), "main", s.product("main", "1"), "1")))
	collecting, invoice := s.owed(customer)
	closed, paid := s.owed(customer)
	payment := s.paid(customer, "238.00", paid).str("id")
	s.ends(closed)
	s.skip(collecting, 30)
	s.wantNotices(invoice, notice{"0", "238.00", "sent"})

	stopB := s.startBuild(deployment, "build-b")
	s.makeCurrent(deployment, "build-b")
	stopA()

	s.skip(collecting, 10)
	s.wantNotices(invoice, notice{"0", "238.00", "sent"}, notice{"1", "238.00", "sent"})
	s.ship(shipping, "1")
	s.in(models.Collecting, subject{order: shipping})
	s.decides("credit", held, "/v1/orders/"+held+"/credit-decisions", body{"decision": "release", "reason": "known"})
	s.in(models.Fulfilling, subject{order: held})
	s.reversed(payment, "no funds")
	s.in(models.Collecting, subject{order: closed})
	for order, want := range map[string]string{shipping: "[build-a build-b]", held: "[build-a build-b]", collecting: "[build-a build-b]", closed: "[build-b]"} {
		s.eventually(order+" to be done by "+want, func() bool { return fmt.Sprint(s.builds(workflows.OrderID(order))) == want })
	}

	// Back to the first: it is started again, made current, and the second stops.
	s.startBuild(deployment, "build-a")
	s.makeCurrent(deployment, "build-a")
	stopB()
	s.paid(customer, "238.00", invoice)
	s.ends(collecting)
	if got := fmt.Sprint(s.builds(workflows.OrderID(collecting))); got != "[build-a build-b build-a]" {
		t.Errorf("the order was done by %s", got)
	}
	s.wantClean()
}
