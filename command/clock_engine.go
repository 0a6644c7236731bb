package command

import (
	"context"
	"errors"
	"time"

	commonpb "go.temporal.io/api/common/v1"
	enumspb "go.temporal.io/api/enums/v1"
	"go.temporal.io/api/serviceerror"
	workflowpb "go.temporal.io/api/workflow/v1"
	"go.temporal.io/api/workflowservice/v1"
	"google.golang.org/grpc"
	"google.golang.org/protobuf/types/known/durationpb"
	"google.golang.org/protobuf/types/known/fieldmaskpb"

	"o2c/models"
)

// maxSkips bounds the jumps of one fast-forward; by default the engine stops silently after 200.
const maxSkips = 10_000

type skipKey struct{}

func withSkip(ctx context.Context, skip time.Duration) context.Context {
	return context.WithValue(ctx, skipKey{}, skip)
}

// SkipTime lets workflows start at a customer's time. The SDK has no option for it, so the development stack's client is
// dialled with this interceptor; a call whose context carries no skipped time passes as it is.
func SkipTime(ctx context.Context, method string, req, reply any, conn *grpc.ClientConn, invoke grpc.UnaryInvoker, options ...grpc.CallOption) error {
	if skip, set := ctx.Value(skipKey{}).(time.Duration); set {
		config := skipping(NewID(FastForwardPrefix), skip)
		switch request := req.(type) {
		case *workflowservice.StartWorkflowExecutionRequest:
			request.TimeSkippingConfig = config
		case *workflowservice.SignalWithStartWorkflowExecutionRequest:
			request.TimeSkippingConfig = config
		case *workflowservice.ExecuteMultiOperationRequest:
			for _, operation := range request.GetOperations() {
				if start := operation.GetStartWorkflow(); start != nil {
					start.TimeSkippingConfig = config
				}
			}
		}
	}
	return invoke(ctx, method, req, reply, conn, options...)
}

func skipping(id string, by time.Duration) *commonpb.TimeSkippingConfig {
	return &commonpb.TimeSkippingConfig{
		Enabled:             true,
		FastForwardConfig:   &commonpb.FastForwardConfig{Id: id, Duration: durationpb.New(by)},
		MaxSessionSkipCount: maxSkips,
	}
}

// moveTo moves the clock of a workflow to an instant; a clock that is past it, or a workflow that has closed, stays
// as it is.
func (s *Service) moveTo(ctx context.Context, workflowID string, to time.Time) error {
	execution := &commonpb.WorkflowExecution{WorkflowId: workflowID}
	now, running, err := s.clockOf(ctx, workflowID)
	if err != nil || !running || !now.Before(to) {
		return err
	}
	id := NewID(FastForwardPrefix)
	_, err = s.Temporal.WorkflowService().UpdateWorkflowExecutionOptions(ctx, &workflowservice.UpdateWorkflowExecutionOptionsRequest{
		Namespace:                s.namespace(),
		WorkflowExecution:        execution,
		WorkflowExecutionOptions: &workflowpb.WorkflowExecutionOptions{TimeSkippingConfig: skipping(id, to.Sub(now))},
		UpdateMask:               &fieldmaskpb.FieldMask{Paths: []string{"time_skipping_config"}},
	})
	if err == nil {
		err = s.awaitMove(ctx, workflowID, &workflowservice.PollWorkflowExecutionTimeSkippingRequest{
			Namespace: s.namespace(), WorkflowExecution: execution, FastForwardId: id,
		})
	}
	if _, gone := errors.AsType[*serviceerror.NotFound](err); gone {
		return nil // it closed on the way
	}
	return engineError(err)
}

// awaitMove waits until a clock has arrived, or its workflow has closed on the way. One poll lasts 20 s.
func (s *Service) awaitMove(ctx context.Context, workflowID string, poll *workflowservice.PollWorkflowExecutionTimeSkippingRequest) error {
	for {
		answer, err := s.Temporal.WorkflowService().PollWorkflowExecutionTimeSkipping(ctx, poll)
		if err != nil {
			return err
		}
		result := answer.GetFastForwardPollingResult()
		if result == enumspb.FAST_FORWARD_POLLING_RESULT_FAST_FORWARD_COMPLETED {
			return nil
		}
		_, running, err := s.clockOf(ctx, workflowID) // names an activity that fails
		if err != nil || !running {
			return err
		}
		if result == enumspb.FAST_FORWARD_POLLING_RESULT_FAST_FORWARD_FAILED {
			return models.Unavailable("clock-stopped", "the clock of %s stopped: %s", workflowID, answer.GetFailedReason())
		}
	}
}

// clockOf reads the clock of a workflow; "activity-failing" when one of its activities waits for a retry, which a
// moved clock would skip over.
func (s *Service) clockOf(ctx context.Context, workflowID string) (now time.Time, running bool, err error) {
	description, err := s.Temporal.DescribeWorkflowExecution(ctx, workflowID, "")
	if _, gone := errors.AsType[*serviceerror.NotFound](err); gone {
		return time.Time{}, false, nil
	}
	if err != nil {
		return time.Time{}, false, engineError(err)
	}
	for _, activity := range description.GetPendingActivities() {
		if activity.GetAttempt() > 1 && activity.GetLastFailure() != nil {
			return time.Time{}, false, activityFailing(workflowID, activity.GetActivityType().GetName(), activity.GetAttempt()-1, activity.GetLastFailure().GetMessage())
		}
	}
	now = s.now()
	if moved := description.GetWorkflowExtendedInfo().GetTimeSkippingInfo().GetCurrentTime(); moved != nil {
		now = moved.AsTime()
	}
	return now, description.GetWorkflowExecutionInfo().GetStatus() == enumspb.WORKFLOW_EXECUTION_STATUS_RUNNING, nil
}

func (s *Service) namespace() string {
	if s.Namespace != "" {
		return s.Namespace
	}
	return "default"
}
