package testkit

import (
	"os"
	"os/exec"
	"strings"
	"sync"
	"testing"
)

// browserVariable names the browser that tests drive; "none" skips those tests.
const browserVariable = "O2C_TEST_BROWSER"

// TemporalUI returns the address of the engine's web interface, without a slash at its end. The engine is that of
// [TemporalAddress].
func TemporalUI(t testing.TB) string {
	t.Helper()
	s, err := running()
	if err != nil {
		t.Fatalf("testkit: %v", err)
	}
	if s.temporalUI == "" {
		t.Fatalf("testkit: the servers have no Temporal UI: set %s, or build .dev/bin/devstack anew (make devstack)", uiVariable)
	}
	return s.temporalUI
}

// Browser returns the path of a browser that speaks the protocol of Chrome's developer tools: that of the environment, else what
// `devstack browser` finds or installs. Where there is none the test fails, unless the environment says that it is not wanted.
func Browser(t testing.TB) string {
	t.Helper()
	switch path := os.Getenv(browserVariable); path {
	case "none":
		t.Skipf("testkit: %s is none", browserVariable)
	case "":
	default:
		return path
	}
	path, err := browser()
	if err != nil {
		t.Fatalf("testkit: no browser: %v; set %s to the path of one, or to none to go without what it shows", err, browserVariable)
	}
	return path
}

// browser asks devstack once per test binary.
var browser = sync.OnceValues(func() (string, error) {
	root, err := moduleRoot()
	if err != nil {
		return "", err
	}
	devstack, err := devstackBinary(root)
	if err != nil {
		return "", err
	}
	command := exec.Command(devstack, "browser")
	command.Stderr = os.Stderr
	path, err := command.Output()
	return strings.TrimSpace(string(path)), err
})
