package postgres_test

import (
	"bytes"
	"io"
	"net"
	"strconv"
	"testing"

	"github.com/jackc/pgx/v5"

	"o2c/internal/testkit"
	"o2c/models"
	"o2c/postgres"
)

// cutAt forwards connections to a server and cuts one, both ways, as soon as the client has said a word on it.
func cutAt(t *testing.T, server string, word []byte) (address string) {
	t.Helper()
	listener, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = listener.Close() })
	go func() {
		for {
			client, err := listener.Accept()
			if err != nil {
				return
			}
			upstream, err := (&net.Dialer{}).DialContext(t.Context(), "tcp", server)
			if err != nil {
				_ = client.Close()
				return
			}
			go func() {
				_, _ = io.Copy(client, upstream)
				_ = client.Close()
			}()
			go func() {
				defer func() { _, _ = upstream.Close(), client.Close() }()
				buffer := make([]byte, 64<<10)
				for {
					n, err := client.Read(buffer)
					if _, failed := upstream.Write(buffer[:n]); err != nil || failed != nil || bytes.Contains(buffer[:n], word) {
						return
					}
				}
			}()
		}
	}()
	return listener.Addr().String()
}

// A server that crashes while it works on a statement says nothing: the connection ends.
func TestAServerThatCrashesIsUnavailable(t *testing.T) {
	t.Parallel()
	config := testkit.Database(t).Config().ConnConfig
	address := cutAt(t, net.JoinHostPort(config.Host, strconv.Itoa(int(config.Port))), []byte("pg_sleep"))
	pool, err := postgres.Open(t.Context(), "postgres://"+config.User+"@"+address+"/"+config.Database+"?sslmode=disable", 1)
	if err != nil {
		t.Fatal(err)
	}
	defer pool.Close()
	err = postgres.InTx(t.Context(), pool, func(tx pgx.Tx) error {
		_, err := tx.Exec(t.Context(), `SELECT pg_sleep(60)`)
		return err
	})
	wantError(t, err, models.KindUnavailable, "database-unavailable")
}
