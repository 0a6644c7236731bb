package api

import (
	"context"
	"net/http"
	"time"

	"github.com/gin-gonic/gin"
)

// getHealth says that the process is alive.
func (s *server) getHealth(c *gin.Context) {
	c.JSON(http.StatusOK, gin.H{"status": "ok"})
}

// getReadiness says whether the database and the engine can be reached.
func (s *server) getReadiness(c *gin.Context) {
	ctx, cancel := context.WithTimeout(c.Request.Context(), 3*time.Second)
	defer cancel()
	status, answer, checks := http.StatusOK, "ok", map[string]string{}
	for name, ask := range map[string]func(context.Context) error{"database": s.db.Ping, "engine": s.commands.Ready} {
		checks[name] = "ok"
		if err := ask(ctx); err != nil {
			s.log.WarnContext(ctx, "not ready", "neighbour", name, "error", err)
			status, answer, checks[name] = http.StatusServiceUnavailable, "unavailable", "unavailable"
		}
	}
	c.JSON(status, gin.H{"status": answer, "checks": checks})
}
