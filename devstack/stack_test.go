package main

import (
	"context"
	"io"
	"net"
	"net/http"
	"net/smtp"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"go.temporal.io/sdk/client"
	sdklog "go.temporal.io/sdk/log"

	"github.com/jackc/pgx/v5"
)

// setting is the value of a variable in the environment file of the running stack.
func (b *bench) setting(name string) string {
	b.Helper()
	text, err := os.ReadFile(filepath.Join(b.dir, "env"))
	if err != nil {
		b.Fatal(err)
	}
	for line := range strings.Lines(string(text)) {
		if value, ok := strings.CutPrefix(strings.TrimSpace(line), name+"="); ok {
			return value
		}
	}
	b.Fatalf("the environment file has no %s", name)
	return ""
}

// rows counts what the fake product's seed has left: one row for every start.
func (b *bench) rows() (count int) {
	b.Helper()
	connection, err := pgx.Connect(b.ctx, b.setting("O2C_DATABASE_URL"))
	if err != nil {
		b.Fatal(err)
	}
	defer func() { _ = connection.Close(context.WithoutCancel(b.ctx)) }()
	if err := connection.QueryRow(b.ctx, `SELECT count(*) FROM starts`).Scan(&count); err != nil {
		b.Fatal(err)
	}
	return count
}

func (b *bench) temporal() client.Client {
	b.Helper()
	c, err := client.Dial(client.Options{HostPort: b.setting("O2C_TEMPORAL_ADDRESS"), Logger: sdklog.NewStructuredLogger(nil)})
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(c.Close)
	return c
}

func TestAStackKeepsItsDataAndLetsOthersUseIt(t *testing.T) {
	b := newBench(t)
	first := b.up()

	t.Run("the announcement says where everything is", func(t *testing.T) {
		for _, part := range []string{"http://" + b.api + "/docs", b.setting("O2C_TEMPORAL_UI_ADDR"), b.setting("O2C_DATABASE_URL"), "mail"} {
			if !strings.Contains(first.output.String(), part) {
				t.Errorf("%q is missing", part)
			}
		}
		if strings.Contains(first.output.String(), "Workbench") {
			t.Error("a product without a workbench is announced with one")
		}
	})

	t.Run("the Temporal UI answers", func(t *testing.T) {
		response, err := http.Get("http://" + b.setting("O2C_TEMPORAL_UI_ADDR") + "/api/v1/namespaces/default")
		if err != nil {
			t.Fatal(err)
		}
		defer response.Body.Close()
		if body, _ := io.ReadAll(response.Body); response.StatusCode != http.StatusOK || !strings.Contains(string(body), "O2CStage") {
			t.Errorf("%s: %s", response.Status, body)
		}
	})

	t.Run("secrets are for the owner only", func(t *testing.T) {
		for _, name := range []string{"env", "postgres.password"} {
			info, err := os.Stat(filepath.Join(b.dir, name))
			if err != nil {
				t.Fatal(err)
			}
			if info.Mode().Perm() != 0o600 {
				t.Errorf("%s has mode %o", name, info.Mode().Perm())
			}
		}
		password, err := os.ReadFile(filepath.Join(b.dir, "postgres.password"))
		if err != nil {
			t.Fatal(err)
		}
		for _, command := range b.processes() {
			if strings.Contains(command, strings.TrimSpace(string(password))) {
				t.Errorf("the password is an argument: %s", command)
			}
		}
	})

	t.Run("a mail becomes a file", func(t *testing.T) {
		mail := []byte("Subject: Invoice\r\n\r\nPlease pay.\r\n")
		if err := smtp.SendMail(b.smtp, nil, "billing@example.com", []string{"buyer@example.com"}, mail); err != nil {
			t.Fatal(err)
		}
		files, _ := filepath.Glob(filepath.Join(b.dir, "mail", "*.eml"))
		if len(files) != 1 {
			t.Fatalf("%d files, want 1", len(files))
		}
		if text, _ := os.ReadFile(files[0]); !strings.Contains(string(text), "Delivered-To: buyer@example.com\r\n") || !strings.HasSuffix(string(text), string(mail)) {
			t.Errorf("the file holds %q", text)
		}
	})

	t.Run("a second stack in the folder is refused", func(t *testing.T) {
		b.start("up").expectRefusal("a stack already runs in", "O2C_DEV_DIR")
	})

	t.Run("run uses the running stack and returns the exit code", func(t *testing.T) {
		s := b.start("run", "--", "sh", "-c", `echo "dev=$O2C_DEV db=$O2C_DATABASE_URL"; exit 7`)
		if code := s.exit(); code != 7 {
			t.Errorf("exit code %d, want 7", code)
		}
		if want := "dev=true db=" + b.setting("O2C_DATABASE_URL") + "\n"; s.output.String() != want {
			t.Errorf("output %q, want %q", s.output, want)
		}
	})

	t.Run("env prints the environment file", func(t *testing.T) {
		s := b.start("env")
		if code := s.exit(); code != 0 || !strings.Contains(s.output.String(), "O2C_DATABASE_URL=postgres://") {
			t.Errorf("exit code %d: %s", code, s.output)
		}
	})

	if _, err := b.temporal().ExecuteWorkflow(b.ctx, client.StartWorkflowOptions{ID: "kept", TaskQueue: "nobody"}, "Kept"); err != nil {
		t.Fatal(err)
	}
	address := b.setting("O2C_DATABASE_URL")
	first.stop()
	b.expectNothingLeft()
	for _, part := range []string{"serve has stopped.", "Temporal has stopped.", "PostgreSQL has stopped."} {
		if !strings.Contains(first.output.String(), part) {
			t.Errorf("stopping did not say %q", part)
		}
	}
	b.start("env").expectRefusal("no stack runs in")

	second := b.up()
	if again := b.setting("O2C_DATABASE_URL"); again != address {
		t.Errorf("the database moved from %s to %s", address, again)
	}
	if rows := b.rows(); rows != 2 {
		t.Errorf("%d rows after the second start, want 2", rows)
	}
	if _, err := b.temporal().DescribeWorkflowExecution(b.ctx, "kept", ""); err != nil {
		t.Errorf("the workflow is gone: %v", err)
	}
	second.stop()
}

func TestRunStartsAStackOfItsOwn(t *testing.T) {
	b := newBench(t)
	s := b.start("run", "--", "sh", "-c", `test -n "$O2C_TEMPORAL_ADDRESS" && exit 5`)
	if code := s.exit(); code != 5 {
		t.Errorf("exit code %d, want the command's 5", code)
	}
}

func TestAnAddressInUseIsRefused(t *testing.T) {
	for name, variable := range map[string]string{
		"API": "O2C_API_ADDR", "engine": "O2C_DEV_TEMPORAL_PORT", "mail catcher": "O2C_DEV_SMTP_ADDR", "UI": "O2C_TEMPORAL_UI_ADDR", "PostgreSQL": "O2C_DEV_POSTGRES_PORT",
	} {
		t.Run(name, func(t *testing.T) {
			b := newBench(t)
			listener, err := net.Listen("tcp", "127.0.0.1:0")
			if err != nil {
				t.Fatal(err)
			}
			defer listener.Close()
			_, port, _ := net.SplitHostPort(listener.Addr().String())
			value := port
			if strings.HasSuffix(variable, "_ADDR") {
				value = listener.Addr().String()
			}
			b.set(variable, value)
			b.start("up").expectRefusal("port "+port, "is in use", variable)
		})
	}
}

func TestAProductThatFailsStopsTheStack(t *testing.T) {
	for _, subcommand := range []string{"migrate", "serve"} {
		t.Run("in "+subcommand, func(t *testing.T) {
			b := newBench(t)
			b.set(failVariable, subcommand)
			b.start("up").expectRefusal(subcommand, "exit code 3", "as it was told to", filepath.Join("dev", "log"))
		})
	}
	t.Run("when it runs", func(t *testing.T) {
		b := newBench(t)
		s := b.up()
		if response, err := http.Post("http://"+b.api+"/die", "", nil); err == nil {
			_ = response.Body.Close()
		}
		s.expectRefusal("serve ended (exit code 9)", "last words", "PostgreSQL has stopped.")
	})
}

func TestServersThatSomebodyChoseAreUsed(t *testing.T) {
	b := newBench(t)
	b.set("O2C_DATABASE_URL", "postgres://someone:secret@"+b.api+"/o2c")
	s := b.start("up")
	s.expectRefusal("O2C_DATABASE_URL is set, but its database cannot be reached")
	if strings.Contains(s.output.String(), "secret") {
		t.Errorf("the password is shown: %s", s.output)
	}
}
