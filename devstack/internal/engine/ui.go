package engine

import (
	"os"

	"github.com/temporalio/ui-server/v2/server"
	"github.com/temporalio/ui-server/v2/server/config"
	"github.com/temporalio/ui-server/v2/server/server_options"
)

// newUI prepares the web interface of the engine at frontend, to listen on host and port.
func newUI(host string, port int, frontend string) *server.Server {
	// The UI's web server keeps the standard output that it finds when it is made and writes its errors there.
	terminal := os.Stdout
	if null, err := os.OpenFile(os.DevNull, os.O_WRONLY, 0); err == nil {
		os.Stdout = null
		defer func() { os.Stdout = terminal }()
	}
	return server.NewServer(server_options.WithConfigProvider(&config.Config{
		Host:                host,
		Port:                port,
		TemporalGRPCAddress: frontend,
		EnableUI:            true,
		DefaultNamespace:    Namespace,
		DisableNewsFetch:    true,
		HideLogs:            true,
		// Without TLS a browser keeps the UI's CSRF cookie only when it is not marked as secure.
		CORS: config.CORS{CookieInsecure: true},
	}))
}
