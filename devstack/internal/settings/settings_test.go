package settings

import (
	"strings"
	"testing"
)

func read(values map[string]string) (Settings, error) {
	return Read(func(name string) string { return values[name] })
}

func TestEverySettingHasADefault(t *testing.T) {
	s, err := read(nil)
	if err != nil {
		t.Fatal(err)
	}
	if s.API != "127.0.0.1:8080" || s.UI != "127.0.0.1:8233" || s.SMTP != "127.0.0.1:1025" || s.TemporalPort != 7233 {
		t.Errorf("defaults %+v", s)
	}
	if s.Database != "" || s.Temporal != "" || s.PostgresPort != 0 {
		t.Errorf("a fresh machine has no servers: %+v", s)
	}
	if !strings.HasPrefix(s.Dir, "/") || !strings.HasSuffix(s.Dir, "/.dev") {
		t.Errorf("folder %s", s.Dir)
	}
}

func TestASettingThatMakesNoSenseIsNamed(t *testing.T) {
	for variable, value := range map[string]string{
		API: "8080", UI: "localhost:http", SMTP: "127.0.0.1:0", TemporalPort: "0", PostgresPort: "70000",
	} {
		if _, err := read(map[string]string{variable: value}); err == nil || !strings.Contains(err.Error(), variable) {
			t.Errorf("%s=%s: error %v", variable, value, err)
		}
	}
}
