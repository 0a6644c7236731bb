package stack

import (
	"os"
	"os/exec"
	"slices"
	"strings"
	"testing"
)

func TestTheEnvironmentFileMeansTheSameToAShellAndToUs(t *testing.T) {
	dir := t.TempDir()
	written := []variable{
		{"A_URL", "postgres://o2c:pass@127.0.0.1:5432/o2c?sslmode=disable"},
		{"A_FOREIGN_URL", "postgres://u:p@h/d?sslmode=disable&application_name=it's me; rm -rf $HOME"},
		{"A_FOLDER", "/home/some one/.dev"},
		{"AN_EMPTY_ONE", ""},
	}
	if err := writeEnvironment(dir, written); err != nil {
		t.Fatal(err)
	}
	var want []string
	script := ". " + environmentFile(dir)
	for _, v := range written {
		want = append(want, v.name+"="+v.value)
		script += "; printf '%s\\n' \"" + v.name + "=$" + v.name + `"`
	}
	read, err := readEnvironment(dir)
	if err != nil {
		t.Fatal(err)
	}
	if !slices.Equal(read, want) {
		t.Errorf("read %q, want %q", read, want)
	}
	sourced, err := exec.Command("sh", "-c", script).Output()
	if err != nil {
		t.Fatal(err)
	}
	if string(sourced) != strings.Join(want, "\n")+"\n" {
		t.Errorf("a shell reads %q, want %q", sourced, want)
	}
}

func TestALogThatGrewTooLargeStartsAnew(t *testing.T) {
	dir := t.TempDir()
	log, err := openLog(dir, "serve")
	if err != nil {
		t.Fatal(err)
	}
	if err := log.Truncate(largestLog); err != nil {
		t.Fatal(err)
	}
	size := func() int64 {
		log, err := openLog(dir, "serve")
		if err != nil {
			t.Fatal(err)
		}
		defer log.Close()
		info, err := os.Stat(log.path)
		if err != nil {
			t.Fatal(err)
		}
		return info.Size()
	}
	if got := size(); got != largestLog {
		t.Errorf("a log of the allowed size was cut to %d", got)
	}
	if err := log.Truncate(largestLog + 1); err != nil {
		t.Fatal(err)
	}
	if got := size(); got != 0 {
		t.Errorf("a log above the allowed size still has %d bytes", got)
	}
}

func TestTheTailOfALogIsThatOfThisRun(t *testing.T) {
	dir := t.TempDir()
	for run, want := range []string{"\n    first", "\n    second"} {
		log, err := openLog(dir, "serve")
		if err != nil {
			t.Fatal(err)
		}
		if _, err := log.WriteString([]string{"first\n", "second\n"}[run]); err != nil {
			t.Fatal(err)
		}
		if got := log.tail(); got != want {
			t.Errorf("tail %q, want %q", got, want)
		}
		if err := log.Close(); err != nil {
			t.Fatal(err)
		}
	}
}
