package engine

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"time"

	enumspb "go.temporal.io/api/enums/v1"
	"go.temporal.io/api/operatorservice/v1"
)

// Namespace is the only namespace of the development stack.
const Namespace = "default"

// Attributes are the search attributes that the product's workflows upsert. An upsert of one that is not registered makes
// the workflow hang, so the list here and the one in the product's contract must be the same.
var Attributes = map[string]enumspb.IndexedValueType{
	"O2CStage":         enumspb.INDEXED_VALUE_TYPE_KEYWORD,
	"O2CCustomer":      enumspb.INDEXED_VALUE_TYPE_KEYWORD,
	"O2CBlockedBy":     enumspb.INDEXED_VALUE_TYPE_KEYWORD,
	"O2CPurchaseOrder": enumspb.INDEXED_VALUE_TYPE_KEYWORD,
	"O2CInvoices":      enumspb.INDEXED_VALUE_TYPE_KEYWORD_LIST,
	"O2CNextActionAt":  enumspb.INDEXED_VALUE_TYPE_DATETIME,
	"O2COpenAmount":    enumspb.INDEXED_VALUE_TYPE_DOUBLE,
}

// register adds the attributes that the namespace does not have yet and returns when all of them can be used. It fails
// when one exists with another type, or when ctx ends.
func register(ctx context.Context, operator operatorservice.OperatorServiceClient, wanted map[string]enumspb.IndexedValueType) error {
	tick := time.NewTicker(100 * time.Millisecond)
	defer tick.Stop()
	asked := false
	for {
		missing, err := missingAttributes(ctx, operator, wanted)
		if err != nil {
			return err
		}
		if len(missing) == 0 {
			return nil
		}
		if !asked {
			if _, err := operator.AddSearchAttributes(ctx, &operatorservice.AddSearchAttributesRequest{
				Namespace: Namespace, SearchAttributes: missing,
			}); err != nil {
				return fmt.Errorf("search attributes %v cannot be registered: %w", slices.Sorted(maps.Keys(missing)), err)
			}
			asked = true
		}
		// The server reads its namespaces every other second: only then does it know a new attribute.
		select {
		case <-tick.C:
		case <-ctx.Done():
			return fmt.Errorf("search attributes %v did not appear: %w", slices.Sorted(maps.Keys(missing)), ctx.Err())
		}
	}
}

func missingAttributes(ctx context.Context, operator operatorservice.OperatorServiceClient, wanted map[string]enumspb.IndexedValueType) (map[string]enumspb.IndexedValueType, error) {
	known, err := operator.ListSearchAttributes(ctx, &operatorservice.ListSearchAttributesRequest{Namespace: Namespace})
	if err != nil {
		return nil, fmt.Errorf("search attributes cannot be listed: %w", err)
	}
	missing := map[string]enumspb.IndexedValueType{}
	for name, kind := range wanted {
		switch registered, ok := known.GetCustomAttributes()[name]; {
		case !ok:
			missing[name] = kind
		case registered != kind:
			return nil, fmt.Errorf("search attribute %s is registered as %s, not as %s", name, registered, kind)
		}
	}
	return missing, nil
}
