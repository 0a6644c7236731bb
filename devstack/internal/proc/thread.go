package proc

import (
	"runtime"
	"sync"
)

// lasting runs functions on one operating system thread that lives as long as the process.
//
// The death signal of a child on Linux is tied to the thread that forked it, not to the process: a child that was forked
// from a thread which the Go runtime later retires would be killed out of the blue.
var lasting struct {
	once sync.Once
	work chan func()
}

// onLastingThread runs f on the lasting thread and returns when f has returned.
func onLastingThread(f func()) {
	lasting.once.Do(func() {
		lasting.work = make(chan func())
		go func() {
			runtime.LockOSThread() // never unlocked and the loop never ends, so the thread lasts
			for work := range lasting.work {
				work()
			}
		}()
	})
	done := make(chan struct{})
	lasting.work <- func() {
		defer close(done)
		f()
	}
	<-done
}
