//go:build !linux

package proc

import (
	"errors"
	"os"
	"syscall"
	"time"
)

// attributes makes the system calls' view of a Spec. Only Linux can tie a child's life to its parent's; elsewhere a killed
// supervisor leaves its children, and the next start stops a PostgreSQL that was left.
func attributes(spec Spec) *syscall.SysProcAttr {
	attr := &syscall.SysProcAttr{Setpgid: spec.OwnGroup}
	if spec.As != nil {
		attr.Credential = &syscall.Credential{Uid: spec.As.UID, Gid: spec.As.GID}
	}
	return attr
}

// StopWithParent sends SIGTERM to this process when the process that started it dies. parent is the parent's id as it was
// when this process began; StopWithParent fails if that one is already gone.
func StopWithParent(parent int) error {
	if os.Getppid() != parent {
		return errors.New("the process that started devstack is gone")
	}
	go func() {
		for range time.Tick(time.Second) {
			if os.Getppid() != parent {
				_ = syscall.Kill(os.Getpid(), syscall.SIGTERM)
				return
			}
		}
	}()
	return nil
}
