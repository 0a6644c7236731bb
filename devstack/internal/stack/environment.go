package stack

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"

	"o2c/devstack/internal/engine"
	"o2c/devstack/internal/settings"
)

// variable is one line of the environment file.
type variable struct{ name, value string }

func environmentFile(dir string) string { return filepath.Join(dir, "env") }

// plain values need no quotes in a shell, so that a program can read the file line by line, too.
var plain = regexp.MustCompile(`^[A-Za-z0-9_@%+=:,./?-]*$`)

// writeEnvironment writes the variables as lines that a shell can source. The file holds the database's password.
func writeEnvironment(dir string, variables []variable) error {
	var text bytes.Buffer
	for _, v := range variables {
		value := v.value
		if !plain.MatchString(value) {
			value = "'" + strings.ReplaceAll(value, "'", `'\''`) + "'"
		}
		fmt.Fprintf(&text, "%s=%s\n", v.name, value)
	}
	draft := environmentFile(dir) + ".new"
	if err := os.WriteFile(draft, text.Bytes(), 0o600); err != nil {
		return err
	}
	return os.Rename(draft, environmentFile(dir))
}

// readEnvironment reads the environment file back as KEY=value entries.
func readEnvironment(dir string) ([]string, error) {
	text, err := os.ReadFile(environmentFile(dir))
	if err != nil {
		return nil, err
	}
	var entries []string
	for line := range strings.Lines(string(text)) {
		name, value, ok := strings.Cut(strings.TrimSuffix(line, "\n"), "=")
		if !ok {
			continue
		}
		if len(value) >= 2 && value[0] == '\'' {
			value = strings.ReplaceAll(value[1:len(value)-1], `'\''`, "'")
		}
		entries = append(entries, name+"="+value)
	}
	return entries, nil
}

// variables are what the product and its tools are told about the stack.
func (s *Stack) variables() []variable {
	namespace := s.settings.Namespace
	if s.engine != nil {
		namespace = engine.Namespace // the only one that it has
	}
	list := []variable{
		{settings.Database, s.database},
		{settings.Temporal, s.temporal},
		{settings.Namespace, namespace},
		{settings.API, s.settings.API},
	}
	if s.engine != nil || s.settings.UISet {
		list = append(list, variable{settings.UI, s.settings.UI})
	}
	return append(list,
		variable{"O2C_SMTP_ADDR", s.settings.SMTP},
		variable{"O2C_DEV", "true"},
		variable{settings.Dir, s.settings.Dir},
	)
}

// Environment is the environment for the product and for a person's command: this process's own, then the stack's.
func (s *Stack) Environment() []string {
	entries := os.Environ()
	for _, v := range s.variables() {
		entries = append(entries, v.name+"="+v.value)
	}
	return entries
}
