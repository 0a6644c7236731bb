// Package lock keeps two supervisors from using one folder. A lock is an advisory lock on a file, which the kernel drops
// when its holder dies, so a killed supervisor never leaves a folder locked.
package lock

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strings"
	"syscall"
	"time"
)

// ErrHeld says that another process holds the lock.
var ErrHeld = errors.New("the lock is held by another process")

// Lock is a held lock. It is released when the process ends, or by Release.
type Lock struct{ file *os.File }

// Acquire takes the lock at path, creating the file, and writes the process id into it. It returns ErrHeld when another
// process holds it. Held takes the lock for a moment to see whether it can, so one refusal alone proves nothing.
func Acquire(path string) (*Lock, error) {
	file, err := os.OpenFile(path, os.O_CREATE|os.O_RDWR, 0o644)
	if err != nil {
		return nil, err
	}
	limit := time.Now().Add(200 * time.Millisecond)
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for {
		err = syscall.Flock(int(file.Fd()), syscall.LOCK_EX|syscall.LOCK_NB)
		if err == nil {
			break
		}
		if !errors.Is(err, syscall.EWOULDBLOCK) {
			return nil, errors.Join(err, file.Close())
		}
		if time.Now().After(limit) {
			return nil, errors.Join(ErrHeld, file.Close())
		}
		<-tick.C
	}
	if err := file.Truncate(0); err != nil {
		return nil, errors.Join(err, file.Close())
	}
	_, err = fmt.Fprintf(file, "%d\n", os.Getpid())
	return &Lock{file}, err
}

// Release gives the lock back.
func (l *Lock) Release() { _ = l.file.Close() }

// Held tells whether some process holds the lock at path, and which one as far as the file says.
func Held(path string) (held bool, pid string, err error) {
	file, err := os.Open(path)
	if errors.Is(err, fs.ErrNotExist) {
		return false, "", nil
	}
	if err != nil {
		return false, "", err
	}
	defer file.Close()
	err = syscall.Flock(int(file.Fd()), syscall.LOCK_SH|syscall.LOCK_NB)
	if errors.Is(err, syscall.EWOULDBLOCK) {
		text, _ := os.ReadFile(path)
		return true, strings.TrimSpace(string(text)), nil
	}
	return false, "", err
}
