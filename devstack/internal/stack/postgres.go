package stack

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"

	"o2c/devstack/internal/pg"
	"o2c/devstack/internal/ports"
	"o2c/devstack/internal/settings"
)

const databaseName = "o2c"

// cluster is the private PostgreSQL before it is started.
type cluster struct {
	home     pg.Home
	port     int
	password string
}

// prepareCluster finds or makes the folder, port and password of the private PostgreSQL, and sees to it that no server of a
// killed stack runs on it.
func (s *Stack) prepareCluster(ctx context.Context) (c cluster, err error) {
	if c.home, err = pg.Place(filepath.Join(s.settings.Dir, "postgres")); err != nil {
		return c, err
	}
	if err := pg.EndLeftover(ctx, c.home); err != nil {
		return c, err
	}
	if c.port, err = s.postgresPort(); err != nil {
		return c, err
	}
	file := filepath.Join(s.settings.Dir, "postgres.password")
	text, err := os.ReadFile(file)
	switch {
	case err == nil:
		c.password = strings.TrimSpace(string(text))
	case errors.Is(err, fs.ErrNotExist):
		// Somebody removed the development folder to start empty: a cluster that lies elsewhere goes with it.
		if c.home.Moved {
			if err := os.RemoveAll(c.home.Dir); err != nil {
				return c, err
			}
			if c.home, err = pg.Place(filepath.Join(s.settings.Dir, "postgres")); err != nil {
				return c, err
			}
		}
		c.password = rand.Text()
		if err := os.WriteFile(file, []byte(c.password+"\n"), 0o600); err != nil {
			return c, err
		}
	default:
		return c, err
	}
	if c.home.Moved {
		s.say("PostgreSQL's user %s cannot enter %s: its data is in %s.", c.home.As.Name, show(s.settings.Dir), c.home.Dir)
	}
	return c, nil
}

// postgresPort is the port somebody chose, else the one that an earlier start chose, else a free one.
func (s *Stack) postgresPort() (int, error) {
	if s.settings.PostgresPort != 0 {
		return s.settings.PostgresPort, nil
	}
	file := filepath.Join(s.settings.Dir, "postgres.port")
	if text, err := os.ReadFile(file); err == nil {
		if port, err := strconv.Atoi(strings.TrimSpace(string(text))); err == nil && port > 0 {
			return port, nil
		}
	}
	port, err := ports.Free()
	if err != nil {
		return 0, err
	}
	return port, os.WriteFile(file, []byte(strconv.Itoa(port)+"\n"), 0o644)
}

// startPostgres starts the private PostgreSQL and makes the product's database.
func (s *Stack) startPostgres(ctx context.Context, c cluster) error {
	programs, err := pg.Find(ctx, c.home.Dir, func(line string) { s.say("%s", line) })
	if err != nil {
		return err
	}
	log, err := openLog(s.settings.Dir, "postgres")
	if err != nil {
		return err
	}
	defer log.Close()
	server, err := pg.Start(ctx, programs, c.home, pg.Options{Port: c.port, Password: c.password, Log: log.File})
	if err != nil {
		return fmt.Errorf("%w; its log is %s%s", err, show(log.path), log.tail())
	}
	s.postgres, s.database = server, server.URL(databaseName)
	if err := server.CreateDatabase(ctx, databaseName); err != nil {
		return fmt.Errorf("the database %s cannot be created: %w", databaseName, err)
	}
	s.say("PostgreSQL %s runs on %s.", server.Version, ports.Local(c.port))
	return nil
}

// useDatabase checks that the database somebody chose can be used.
func (s *Stack) useDatabase(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, 10*time.Second)
	defer cancel()
	connection, err := pgx.Connect(ctx, s.settings.Database)
	if err != nil {
		return fmt.Errorf("%s is set, but its database cannot be reached (%w): correct it, or unset it to get a private PostgreSQL", settings.Database, err)
	}
	defer func() { _ = connection.Close(context.WithoutCancel(ctx)) }()
	var number int
	if err := connection.QueryRow(ctx, `SELECT current_setting('server_version_num')::int`).Scan(&number); err != nil {
		return err
	}
	if number/10000 < pg.Oldest {
		return fmt.Errorf("%s is set to a PostgreSQL %d, but %d or later is needed", settings.Database, number/10000, pg.Oldest)
	}
	s.database = s.settings.Database
	return nil
}
