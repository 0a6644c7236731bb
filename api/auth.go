package api

import (
	"context"
	"strings"

	"github.com/gin-gonic/gin"

	"o2c/models"
)

// Principal is who sends a request: the name reaches audit and timeline.
type Principal struct {
	Name  string
	Roles []string
}

// Keys knows API keys.
type Keys interface {
	// Principal is whose key it is; false for an unknown one.
	Principal(ctx context.Context, key string) (Principal, bool)
}

// DevKeys accepts dev-sales, dev-credit, … dev-admin, each a person of its own with that one role. They belong on the
// development stack only.
type DevKeys struct{}

// Principal is the person of a development key.
func (DevKeys) Principal(_ context.Context, key string) (Principal, bool) {
	role, isDev := strings.CutPrefix(key, "dev-")
	for _, known := range allRoles {
		if isDev && role == known {
			return Principal{Name: key, Roles: []string{role}}, true
		}
	}
	return Principal{}, false
}

// noKeys knows nobody.
type noKeys struct{}

func (noKeys) Principal(context.Context, string) (Principal, bool) { return Principal{}, false }

// authenticate answers 401 to a request without a known key.
func (s *server) authenticate(c *gin.Context) {
	scheme, key, _ := strings.Cut(c.GetHeader("Authorization"), " ")
	if strings.EqualFold(scheme, "Bearer") {
		if principal, known := s.keys.Principal(c.Request.Context(), strings.TrimSpace(key)); known {
			c.Set(principalKey, principal)
			return
		}
	}
	s.refuse(c, &models.Error{Code: "unauthorized", Detail: `Send your API key as "Authorization: Bearer KEY".`})
}
