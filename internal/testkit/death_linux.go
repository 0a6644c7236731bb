package testkit

import "syscall"

// endsWithParent lets the kernel end a child when the thread that started it is gone.
func endsWithParent(attributes *syscall.SysProcAttr) *syscall.SysProcAttr {
	attributes.Pdeathsig = syscall.SIGQUIT
	return attributes
}
