package pg

import (
	"bufio"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// EndLeftover waits for a server that still runs on the cluster to end. There is one when the last supervisor was killed a
// moment ago; where the kernel does not pass that on, it is asked to end. It fails when the server does not end in time.
func EndLeftover(ctx context.Context, home Home) error {
	pid := leftoverPID(home)
	if pid == 0 {
		return nil
	}
	_ = syscall.Kill(pid, syscall.SIGINT)
	limit := time.NewTimer(30 * time.Second)
	defer limit.Stop()
	tick := time.NewTicker(50 * time.Millisecond)
	defer tick.Stop()
	for leftoverPID(home) == pid {
		select {
		case <-tick.C:
		case <-limit.C:
			return fmt.Errorf("another PostgreSQL (process %d) runs on the cluster in %s and does not end", pid, home.Dir)
		case <-ctx.Done():
			return context.Cause(ctx)
		}
	}
	return nil
}

// leftoverPID is the process of the server that runs on the cluster, 0 when there is none. The file with its number stays
// behind when a server is killed, and its number may by now belong to some other program.
func leftoverPID(home Home) int {
	file, err := os.Open(filepath.Join(dataDir(home.Dir), "postmaster.pid"))
	if err != nil {
		return 0
	}
	defer file.Close()
	lines := bufio.NewScanner(file)
	lines.Scan()
	pid, err := strconv.Atoi(strings.TrimSpace(lines.Text()))
	if err != nil || pid <= 1 || syscall.Kill(pid, 0) != nil {
		return 0
	}
	if !strings.Contains(commandLine(pid), dataDir(home.Dir)) {
		return 0
	}
	return pid
}

// commandLine is how a process was started; empty for one that has ended. Linux tells it without the help of a program
// that a small image may lack.
func commandLine(pid int) string {
	if text, err := os.ReadFile(fmt.Sprintf("/proc/%d/cmdline", pid)); err == nil {
		return string(text)
	}
	text, _ := exec.Command("ps", "-o", "args=", "-p", strconv.Itoa(pid)).Output()
	return string(text)
}
