package api

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"time"
)

// Config is how the API is served.
type Config struct {
	// Addr is where to listen, for example "127.0.0.1:8080".
	Addr string
	// Drain is how long requests that run may go on when the server stops; 0 is 20 s.
	Drain time.Duration
	// Listening, when set, is told the address once connections are accepted.
	Listening func(net.Addr)
}

// Serve serves a handler until the context ends; then it takes no more connections, lets the requests that run finish, and
// returns nil. It fails when it can't listen, or when requests are still running after Drain.
func Serve(ctx context.Context, cfg Config, handler http.Handler) error {
	if cfg.Drain == 0 {
		cfg.Drain = 20 * time.Second
	}
	var listen net.ListenConfig
	listener, err := listen.Listen(ctx, "tcp", cfg.Addr)
	if err != nil {
		return fmt.Errorf("the API can't listen on %s: %w", cfg.Addr, err)
	}
	if cfg.Listening != nil {
		cfg.Listening(listener.Addr())
	}
	// Requests must outlive ctx, which ends when draining begins.
	requests, abandon := context.WithCancel(context.WithoutCancel(ctx))
	defer abandon()
	server := &http.Server{
		Handler:           handler,
		ReadHeaderTimeout: 5 * time.Second,
		ReadTimeout:       60 * time.Second, // a body of 10 MiB over a slow line
		WriteTimeout:      60*time.Second + requestTimeout,
		IdleTimeout:       2 * time.Minute,
		MaxHeaderBytes:    64 << 10,
		BaseContext:       func(net.Listener) context.Context { return requests },
	}
	failed := make(chan error, 1)
	go func() { failed <- server.Serve(listener) }()
	select {
	case err = <-failed:
		return fmt.Errorf("serve the API: %w", err)
	case <-ctx.Done():
	}
	draining, cancel := context.WithTimeout(requests, cfg.Drain)
	defer cancel()
	if err = server.Shutdown(draining); err != nil {
		abandon()
		return errors.Join(fmt.Errorf("requests were still running after %s: %w", cfg.Drain, err), server.Close())
	}
	return nil
}
