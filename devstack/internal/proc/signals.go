package proc

import (
	"context"
	"fmt"
	"os"
	"os/signal"
	"syscall"
)

// Signals are the wishes of a person or a parent that this process stop.
type Signals struct{ received chan os.Signal }

// Listen begins to receive SIGINT, SIGTERM and SIGHUP in place of their default action. It also makes writing to a closed
// terminal or pipe an ordinary error, so that stopping is not cut short because nobody reads its messages any more.
func Listen() *Signals {
	s := &Signals{received: make(chan os.Signal, 8)}
	signal.Notify(s.received, syscall.SIGINT, syscall.SIGTERM, syscall.SIGHUP)
	// Received rather than ignored: children would inherit that it is ignored.
	signal.Notify(make(chan os.Signal, 1), syscall.SIGPIPE)
	return s
}

// C delivers the signals. Each goes to one receiver, or to one context of Context.
func (s *Signals) C() <-chan os.Signal { return s.received }

// Interrupted is the cause of a context that a signal has cancelled.
type Interrupted struct{ Signal syscall.Signal }

// Error names the signal.
func (i Interrupted) Error() string { return fmt.Sprintf("stopped by signal %s", i.Signal) }

// Context returns a context that the next signal cancels, with Interrupted as its cause. After release the signals go
// elsewhere again.
func (s *Signals) Context() (ctx context.Context, release func()) {
	ctx, cancel := context.WithCancelCause(context.Background())
	released := make(chan struct{})
	finished := make(chan struct{})
	go func() {
		defer close(finished)
		select {
		case received := <-s.received:
			number, _ := received.(syscall.Signal) // every signal of a system with processes like ours is one
			cancel(Interrupted{number})
		case <-released:
		}
	}()
	return ctx, func() {
		close(released)
		<-finished
		cancel(nil)
	}
}
