package demo

import (
	"fmt"
	"io"
	"os"
	"sync"
	"time"
)

// progress shows how far a run is: on a terminal a line that counts, elsewhere a line per phase, and one every ten seconds in
// a long one.
type progress struct {
	out      io.Writer
	terminal bool

	mu      sync.Mutex
	phase   string
	done    int
	total   int
	began   time.Time
	printed time.Time
}

const plainInterval = 10 * time.Second

func newProgress(out io.Writer) *progress {
	file, isFile := out.(*os.File)
	p := &progress{out: out}
	if isFile {
		info, err := file.Stat()
		p.terminal = err == nil && info.Mode()&os.ModeCharDevice != 0
	}
	return p
}

// begin starts a phase of so many steps.
func (p *progress) begin(phase string, total int) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.phase, p.done, p.total, p.began, p.printed = phase, 0, total, time.Now(), time.Now()
	if p.terminal {
		p.line()
	}
}

// step counts a step of the phase.
func (p *progress) step() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.done++
	switch {
	case p.terminal:
		p.line()
	case time.Since(p.printed) > plainInterval:
		p.printed = time.Now()
		p.line()
	}
}

// end ends the phase.
func (p *progress) end() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.line()
	if p.terminal {
		fmt.Fprintln(p.out)
	}
	p.phase = ""
}

// say prints a line beside the counters.
func (p *progress) say(line string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.terminal {
		fmt.Fprint(p.out, "\r\033[K")
	}
	fmt.Fprintln(p.out, line)
	if p.terminal && p.phase != "" {
		p.line()
	}
}

func (p *progress) line() {
	text := fmt.Sprintf("%-34s %4d/%d  %5.1f s", p.phase, p.done, p.total, time.Since(p.began).Seconds())
	if p.terminal {
		fmt.Fprint(p.out, "\r\033[K"+text)
	} else {
		fmt.Fprintln(p.out, text)
	}
}
