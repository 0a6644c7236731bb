package api

import (
	"context"

	"github.com/gin-gonic/gin"

	"o2c/command"
)

// What the middleware leaves in a request's context for those that come after it. The names are not exported strings of
// other packages, so that nothing else sets them.
const (
	operationKey = "o2c/operation"
	principalKey = "o2c/principal"
	requestIDKey = "o2c/request-id"
	bodyKey      = "o2c/body"
	claimKey     = "o2c/claim"
)

func operationOf(c *gin.Context) *operation {
	op, _ := c.Value(operationKey).(*operation)
	return op
}

func principalOf(ctx context.Context) Principal {
	principal, _ := ctx.Value(principalKey).(Principal)
	return principal
}

func requestID(ctx context.Context) string {
	id, _ := ctx.Value(requestIDKey).(string)
	return id
}

// claimOf is the claim that the request works on. Its operation takes an Idempotency-Key, so there is one.
func claimOf(ctx context.Context) *command.Claim {
	claim, _ := ctx.Value(claimKey).(*command.Claim)
	return claim
}
