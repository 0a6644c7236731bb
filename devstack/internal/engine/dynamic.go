package engine

import (
	"time"

	"go.temporal.io/server/common/dynamicconfig"
)

// generous is a limit that one machine does not reach.
const generous = 100_000

// dynamicConfig holds the server's tunables, kept in memory so that no file lies in the user's way.
//
// Left out on purpose: system.forceSearchAttributesCacheRefreshOnRead, which the Temporal CLI sets and which costs one
// database read per listed row.
func dynamicConfig() dynamicconfig.Client {
	return dynamicconfig.StaticClient{
		// Fast-forward (the development stack's "what happens in 30 days?") is built on time skipping.
		dynamicconfig.WorkflowTimeSkippingEnabled.Key(): true,
		// The default of 1 s makes a fast-forwarded workflow that continued as new twice jump past its timers.
		dynamicconfig.WorkflowIdReuseMinimalInterval.Key(): time.Duration(0),
		// The default of 1 s makes each skip take that long.
		dynamicconfig.TimerProcessorMaxTimeShift.Key(): 10 * time.Millisecond,

		// One partition: a task queue spread over four costs one machine more than it brings.
		dynamicconfig.MatchingNumTaskqueueReadPartitions.Key():  1,
		dynamicconfig.MatchingNumTaskqueueWritePartitions.Key(): 1,

		// The limits protect a shared cluster; here they would only fail a test suite or a simulation.
		dynamicconfig.FrontendRPS.Key():                                         generous,
		dynamicconfig.FrontendMaxNamespaceRPSPerInstance.Key():                  generous,
		dynamicconfig.FrontendMaxNamespaceVisibilityRPSPerInstance.Key():        generous,
		dynamicconfig.FrontendMaxConcurrentLongRunningRequestsPerInstance.Key(): generous,
		dynamicconfig.FrontendPersistenceMaxQPS.Key():                           generous,
		dynamicconfig.HistoryRPS.Key():                                          generous,
		dynamicconfig.HistoryPersistenceMaxQPS.Key():                            generous,
		dynamicconfig.MatchingRPS.Key():                                         generous,
		dynamicconfig.MatchingPersistenceMaxQPS.Key():                           generous,
	}
}
