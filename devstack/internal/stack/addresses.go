package stack

import (
	"errors"
	"fmt"
	"syscall"
	"time"

	"o2c/devstack/internal/ports"
	"o2c/devstack/internal/settings"
)

// wanted is an address that the stack is going to listen on and the variable that changes it.
type wanted struct{ what, address, variable string }

// checkAddresses fails with a sentence when one of the stack's addresses cannot be listened on, before anything is started.
func (s *Stack) checkAddresses(postgresPort int) error {
	list := []wanted{{"the API", s.settings.API, settings.API}, {"the mail catcher", s.settings.SMTP, settings.SMTP}}
	if s.settings.Temporal == "" {
		list = append(list,
			wanted{"the Temporal engine", ports.Local(s.settings.TemporalPort), settings.TemporalPort},
			wanted{"the Temporal UI", s.settings.UI, settings.UI})
	}
	if s.settings.Database == "" {
		list = append(list, wanted{"PostgreSQL", ports.Local(postgresPort), settings.PostgresPort})
	}
	users := map[int]wanted{}
	for _, w := range list {
		_, port, err := ports.Split(w.address)
		if err != nil {
			return err
		}
		if other, taken := users[port]; taken {
			return fmt.Errorf("%s and %s cannot share port %d: change %s or %s", other.what, w.what, port, other.variable, w.variable)
		}
		users[port] = w
		if err := checkSoon(w.address); err != nil {
			reason := "cannot be listened on (" + err.Error() + ")"
			if errors.Is(err, syscall.EADDRINUSE) {
				reason = "is in use"
			}
			return fmt.Errorf("port %d (%s), meant for %s, %s: free it or choose another with %s", port, w.address, w.what, reason, w.variable)
		}
	}
	return nil
}

// checkSoon gives a port that is in use half a second: the processes of a stack that was killed just now may still hold it.
func checkSoon(address string) error {
	limit := time.Now().Add(500 * time.Millisecond)
	tick := time.NewTicker(50 * time.Millisecond)
	defer tick.Stop()
	for {
		err := ports.Check(address)
		if err == nil || !errors.Is(err, syscall.EADDRINUSE) || time.Now().After(limit) {
			return err
		}
		<-tick.C
	}
}
