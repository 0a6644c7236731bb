// Package browser finds a browser that tests can drive.
//
// It owns: where browsers are, and the installation of the distribution's. It does not own: running one. What always holds: what
// is on this machine is taken before anything is installed.
package browser

import (
	"context"
	"errors"
	"fmt"
	"os/exec"

	"o2c/devstack/internal/apt"
)

// names are the programs that speak the protocol of Chrome's developer tools.
var names = []string{"chromium", "chromium-browser", "google-chrome", "google-chrome-stable"}

// Find returns the path of a browser: one in PATH; else, as root on a machine with apt, the distribution's chromium. say gets a line
// before it is installed. Find fails with a sentence on what to install.
func Find(ctx context.Context, say func(string)) (string, error) {
	if path, err := look(); err == nil {
		return path, nil
	}
	tried := ""
	if apt.Available() {
		say("No browser here: installing the distribution's chromium with apt-get.")
		err := apt.Install(ctx, "chromium")
		if err == nil {
			return look()
		}
		tried = fmt.Sprintf(" (%v)", err)
	}
	return "", fmt.Errorf("no browser on this machine%s: install chromium (Debian: apt-get install chromium, Fedora: dnf install chromium)", tried)
}

func look() (string, error) {
	for _, name := range names {
		if path, err := exec.LookPath(name); err == nil {
			return path, nil
		}
	}
	return "", errors.New("chromium is installed and not in PATH")
}
