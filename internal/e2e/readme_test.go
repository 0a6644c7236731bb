package e2e_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"o2c/internal/testkit"
)

var fence = regexp.MustCompile("(?ms)^```(sh)?\n(.*?)^```$")

// The README's commands, run by a shell as they stand, print what the README says.
func TestTheCommandsOfTheReadmePrintWhatItSays(t *testing.T) {
	t.Parallel()
	s := start(t)
	readme, err := os.ReadFile(filepath.Join(testkit.Root(t), "README.md"))
	if err != nil {
		t.Fatal(err)
	}
	var script, want strings.Builder
	afterCommands := false
	for _, block := range fence.FindAllStringSubmatch(string(readme), -1) {
		switch {
		case block[1] == "sh":
			script.WriteString(block[2])
		case afterCommands && !strings.HasPrefix(block[2], "make"):
			want.WriteString(block[2])
		}
		afterCommands = block[1] == "sh"
	}
	commands := strings.ReplaceAll(script.String(), "http://127.0.0.1:8080", s.url)
	shell := exec.CommandContext(t.Context(), "bash", "-euo", "pipefail", "-c", commands)
	output, err := shell.CombinedOutput()
	if err != nil {
		t.Fatalf("%v\n%s", err, output)
	}
	if string(output) != want.String() || want.Len() == 0 {
		t.Errorf("the commands print\n%s\nthe README says\n%s", output, want.String())
	}
	s.wantClean()
}
