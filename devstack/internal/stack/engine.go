package stack

import (
	"context"
	"fmt"
	"net"
	"path/filepath"
	"time"

	"o2c/devstack/internal/engine"
	"o2c/devstack/internal/ports"
	"o2c/devstack/internal/settings"
)

// startEngine starts the own engine and its web interface.
func (s *Stack) startEngine(ctx context.Context) error {
	log, err := openLog(s.settings.Dir, "temporal")
	if err != nil {
		return err
	}
	defer log.Close()
	ui := s.settings.UI
	if host, port, err := ports.Split(ui); err == nil && host == "" {
		ui = ports.Local(port) // a development stack is nobody else's business unless somebody says so
	}
	s.engine, err = engine.Start(ctx, engine.Options{
		Port: s.settings.TemporalPort, File: filepath.Join(s.settings.Dir, "temporal.db"), UI: ui, LogFile: log.path,
	})
	if err != nil {
		return fmt.Errorf("%w; its log is %s%s", err, show(log.path), log.tail())
	}
	s.temporal = s.engine.Address()
	s.say("Temporal runs on %s.", s.temporal)
	return nil
}

// useEngine checks that the engine somebody chose can be reached.
func (s *Stack) useEngine(ctx context.Context) error {
	dialer := net.Dialer{Timeout: 10 * time.Second}
	connection, err := dialer.DialContext(ctx, "tcp", s.settings.Temporal)
	if err != nil {
		return fmt.Errorf("%s is set, but its engine cannot be reached (%w): correct it, or unset it to get an own engine", settings.Temporal, err)
	}
	s.temporal = s.settings.Temporal
	return connection.Close()
}
