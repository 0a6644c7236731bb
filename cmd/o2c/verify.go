package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/spf13/cobra"
	commonpb "go.temporal.io/api/common/v1"
	enumspb "go.temporal.io/api/enums/v1"
	"go.temporal.io/api/serviceerror"
	"go.temporal.io/api/workflowservice/v1"
	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/converter"

	"o2c/models"
	"o2c/postgres"
	"o2c/workflows"
)

const (
	offendersNamed = 20               // of each invariant
	settlingTime   = 15 * time.Second // how long book and engine may differ, because something is happening
	enginePatience = 30 * time.Second // for one answer
)

func verifyCommand() *cobra.Command {
	var bookOnly bool
	command := &cobra.Command{
		Use:   "verify",
		Short: "check that the book and the engine are consistent; offenders are named, and the exit code is 1",
		Long: `Checks every invariant of the book in one snapshot, and that every order's workflow shows the stage that the book has. It may run
beside everything else: it reads only, with up to four connections, and nobody waits for it but a migration. While it runs, the database keeps the rows that
are deleted or replaced meanwhile. The exit code is 1 when an invariant does not hold; a warning does not count.`,
		Args: cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			config, err := loadConfig()
			if err != nil {
				return err
			}
			p, err := connect(c.Context(), config)
			if err != nil {
				return err
			}
			defer p.close()
			return p.verify(c.Context(), c.OutOrStdout(), bookOnly)
		},
	}
	command.Flags().BoolVar(&bookOnly, "book-only", false, "do not ask the engine")
	return command
}

// verify checks and prints a line per invariant. The book is checked also when the engine is away.
func (p *process) verify(ctx context.Context, out io.Writer, bookOnly bool) error {
	findings, err := postgres.Verify(ctx, p.pool, offendersNamed)
	if err != nil {
		return err
	}
	var engineAway error
	if !bookOnly {
		stages, err := verifyStages(ctx, p.pool, orderEngine{p.engine, p.config.TemporalNamespace}, settlingTime)
		if err == nil {
			findings = append(findings, stages)
		}
		engineAway = err
	}
	return errors.Join(report(out, findings), engineAway)
}

// report prints the findings; it fails when an invariant does not hold.
func report(out io.Writer, findings []postgres.Finding) error {
	var broken []string
	for _, f := range findings {
		verdict := "ok"
		switch {
		case f.Count == 0:
		case f.Warning:
			verdict = "warning, " + offenders(f.Count)
		default:
			verdict = "FAILED, " + offenders(f.Count)
			broken = append(broken, f.Name)
		}
		fmt.Fprintf(out, "%-24s %-4s %s\n", f.Name, verdict, f.Meaning)
		for _, offender := range f.Offenders {
			fmt.Fprintf(out, "    %s: %s\n", offender.Name, offender.Detail)
		}
		if more := f.Count - len(f.Offenders); more > 0 {
			fmt.Fprintf(out, "    … and %d more\n", more)
		}
	}
	if len(broken) > 0 {
		return fmt.Errorf("%d of %d invariants do not hold: %s", len(broken), len(findings), strings.Join(broken, ", "))
	}
	fmt.Fprintf(out, "verified: %d invariants hold\n", len(findings))
	return nil
}

func offenders(n int) string {
	if n == 1 {
		return "1 offender:"
	}
	return fmt.Sprintf("%d offenders:", n)
}

// verifyStages compares the book with the engine: every open order has a running workflow that shows its stage, and no other
// order has one. What differs is asked again until it agrees or the time to settle is over, because both move on, one after
// the other, while something happens. An engine can serve several books: orders that this one does not know don't count.
func verifyStages(ctx context.Context, pool *pgxpool.Pool, engine orderEngine, settling time.Duration) (postgres.Finding, error) {
	finding := postgres.Finding{Invariant: postgres.Invariant{
		Name: "workflow-stages", Meaning: "every open order has a running workflow that shows its stage, and no closed one has",
	}}
	stored, err := postgres.OpenStages(ctx, pool)
	if err != nil {
		return finding, err
	}
	shown, err := engine.running(ctx)
	if err != nil {
		return finding, err
	}
	var suspects []string
	for id, stage := range stored {
		if shown[id] != stage {
			suspects = append(suspects, id)
		}
	}
	for id := range shown {
		if _, open := stored[id]; !open {
			suspects = append(suspects, id)
		}
	}
	slices.Sort(suspects)
	var found []postgres.Offender
	for deadline := time.Now().Add(settling); len(suspects) > 0; {
		if found, err = compareStages(ctx, pool, engine, suspects); err != nil {
			return finding, err
		}
		suspects = suspects[:0]
		for _, offender := range found {
			suspects = append(suspects, offender.Name)
		}
		if time.Now().After(deadline) {
			break
		}
		select {
		case <-ctx.Done():
			return finding, context.Cause(ctx)
		case <-time.After(250 * time.Millisecond):
		}
	}
	finding.Count, finding.Offenders = len(found), found[:min(len(found), offendersNamed)]
	return finding, nil
}

// compareStages asks book and engine about orders, and returns those on which they differ.
func compareStages(ctx context.Context, pool *pgxpool.Pool, engine orderEngine, ids []string) ([]postgres.Offender, error) {
	shown := map[string]models.Stage{}
	for _, id := range ids {
		stage, running, err := engine.describe(ctx, id)
		if err != nil {
			return nil, err
		}
		if running {
			shown[id] = stage
		}
	}
	stored, err := postgres.StagesOf(ctx, pool, ids)
	if err != nil {
		return nil, err
	}
	var differ []postgres.Offender
	for _, id := range slices.Sorted(maps.Keys(stored)) {
		var wrong string
		stage, running := shown[id]
		switch {
		case running && stage == stored[id]: // a closed one may still have messages on their way out
		case running && stage == "":
			wrong = fmt.Sprintf("is in stage %s, and its workflow shows none", stored[id])
		case running:
			wrong = fmt.Sprintf("is in stage %s, and its workflow shows %s", stored[id], stage)
		case stored[id] != models.Closed:
			wrong = fmt.Sprintf("is in stage %s, and has no running workflow", stored[id])
		}
		if wrong != "" {
			differ = append(differ, postgres.Offender{Name: id, Detail: wrong})
		}
	}
	return differ, nil
}

// orderEngine asks the engine about the workflows of orders.
type orderEngine struct {
	client    client.Client
	namespace string
}

// running lists the orders that have a running workflow, with the stage that it shows, as the engine's index has them.
func (e orderEngine) running(ctx context.Context) (map[string]models.Stage, error) {
	stages := map[string]models.Stage{}
	request := &workflowservice.ListWorkflowExecutionsRequest{
		Namespace: e.namespace, Query: "WorkflowType = '" + workflows.OrderType + "' AND ExecutionStatus = 'Running'", PageSize: 1000,
	}
	for {
		page, err := e.list(ctx, request)
		if err != nil {
			return nil, fmt.Errorf("the engine can't be asked for its open workflows: %w", err)
		}
		for _, execution := range page.GetExecutions() {
			if id, ok := strings.CutPrefix(execution.GetExecution().GetWorkflowId(), workflows.OrderID("")); ok {
				stages[id] = stageIn(execution.GetSearchAttributes())
			}
		}
		if request.NextPageToken = page.GetNextPageToken(); len(request.NextPageToken) == 0 {
			return stages, nil
		}
	}
}

func (e orderEngine) list(ctx context.Context, request *workflowservice.ListWorkflowExecutionsRequest) (*workflowservice.ListWorkflowExecutionsResponse, error) {
	ctx, cancel := context.WithTimeout(ctx, enginePatience)
	defer cancel()
	return e.client.ListWorkflow(ctx, request)
}

// describe reads what an order's workflow shows now.
func (e orderEngine) describe(ctx context.Context, orderID string) (stage models.Stage, running bool, err error) {
	ctx, cancel := context.WithTimeout(ctx, enginePatience)
	defer cancel()
	description, err := e.client.DescribeWorkflowExecution(ctx, workflows.OrderID(orderID), "")
	if _, unknown := errors.AsType[*serviceerror.NotFound](err); unknown {
		return "", false, nil
	}
	if err != nil {
		return "", false, fmt.Errorf("the engine can't be asked for the workflow of order %s: %w", orderID, err)
	}
	info := description.GetWorkflowExecutionInfo()
	return stageIn(info.GetSearchAttributes()), info.GetStatus() == enumspb.WORKFLOW_EXECUTION_STATUS_RUNNING, nil
}

func stageIn(attributes *commonpb.SearchAttributes) models.Stage {
	var stage string
	payload := attributes.GetIndexedFields()[workflows.StageAttribute.GetName()]
	if payload == nil || converter.GetDefaultDataConverter().FromPayload(payload, &stage) != nil {
		return ""
	}
	return models.Stage(stage)
}
