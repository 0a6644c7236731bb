package stack

import (
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
)

// largestLog is the size in bytes above which a log starts anew with the next start of the stack.
const largestLog = 10 << 20

// logFile is one log of the stack.
type logFile struct {
	*os.File
	path  string
	start int64 // where this run's part begins
}

// openLog opens a log for appending.
func openLog(dir, name string) (*logFile, error) {
	folder := filepath.Join(dir, "log")
	if err := os.MkdirAll(folder, 0o755); err != nil {
		return nil, err
	}
	path := filepath.Join(folder, name+".log")
	mode := os.O_CREATE | os.O_WRONLY | os.O_APPEND
	if info, err := os.Stat(path); err == nil && info.Size() > largestLog {
		mode |= os.O_TRUNC
	}
	file, err := os.OpenFile(path, mode, 0o644)
	if err != nil {
		return nil, err
	}
	end, err := file.Seek(0, io.SeekEnd)
	return &logFile{file, path, end}, err
}

// tail is the last lines of this run's part, indented, each on a line of its own; empty when nothing was written. It spares
// the reader of a failure, and of a build server's output, a second look.
func (l *logFile) tail() string {
	const lines, most = 8, 4 << 10
	file, err := os.Open(l.path)
	if err != nil {
		return ""
	}
	defer file.Close()
	info, err := file.Stat()
	if err != nil {
		return ""
	}
	text, _ := io.ReadAll(io.NewSectionReader(file, max(l.start, info.Size()-most), most))
	kept := strings.Split(strings.TrimSpace(string(text)), "\n")
	var tail strings.Builder
	for _, line := range kept[max(0, len(kept)-lines):] {
		if line != "" {
			fmt.Fprintf(&tail, "\n    %s", line)
		}
	}
	return tail.String()
}

// show is a path as a person at this prompt would write it.
func show(path string) string {
	here, err := os.Getwd()
	if err != nil {
		return path
	}
	relative, err := filepath.Rel(here, path)
	if err != nil || strings.HasPrefix(relative, "..") {
		return path
	}
	return relative
}
