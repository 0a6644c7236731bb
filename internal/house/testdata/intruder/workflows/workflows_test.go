package workflows

import (
	"os"
	"testing"
	"time"
)

// A test may cross a border, but it does not sleep.
func TestOrder(_ *testing.T) {
	_ = os.Args
	time.Sleep(time.Second) // want forbidigo
}
