//go:build !linux

package testkit

import "syscall"

// endsWithParent is for the kernel of Linux only: elsewhere a killed test binary leaves its server behind.
func endsWithParent(attributes *syscall.SysProcAttr) *syscall.SysProcAttr { return attributes }
