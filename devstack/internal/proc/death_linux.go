package proc

import (
	"fmt"
	"os"
	"syscall"

	"golang.org/x/sys/unix"
)

// attributes makes the system calls' view of a Spec. The death signal is set by the child itself after it has changed its
// user, because the change clears it.
func attributes(spec Spec) *syscall.SysProcAttr {
	attr := &syscall.SysProcAttr{Setpgid: spec.OwnGroup, Pdeathsig: spec.Death}
	if spec.As != nil {
		attr.Credential = &syscall.Credential{Uid: spec.As.UID, Gid: spec.As.GID}
	}
	return attr
}

// StopWithParent asks the kernel to send SIGTERM to this process when the process that started it dies. parent is the
// parent's id as it was when this process began; StopWithParent fails if that one is already gone.
func StopWithParent(parent int) error {
	var err error
	onLastingThread(func() { // the setting belongs to the calling thread
		err = unix.Prctl(unix.PR_SET_PDEATHSIG, uintptr(unix.SIGTERM), 0, 0, 0)
	})
	if err != nil {
		return fmt.Errorf("cannot follow the parent process: %w", err)
	}
	// A parent that died before the request is never reported: the check has to come after it.
	if os.Getppid() != parent {
		return fmt.Errorf("the process that started devstack is gone")
	}
	return nil
}
