package engine

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strconv"
	"time"

	enumspb "go.temporal.io/api/enums/v1"
	"go.temporal.io/server/common/config"
	sqliteplugin "go.temporal.io/server/common/persistence/sql/sqlplugin/sqlite"
	sqliteschema "go.temporal.io/server/schema/sqlite"
	"google.golang.org/protobuf/types/known/durationpb"
)

// retention is how long closed workflows can be looked at. It is more than the 30 days that the product relies on, because
// fast-forward lets weeks pass in a minute.
const retention = 90 * 24 * time.Hour

// openDatabase prepares the engine's SQLite database: schema, then the namespace with its search attributes. file is
// created when it does not exist; an empty file is a database in memory.
func openDatabase(file string, attributes map[string]enumspb.IndexedValueType) (*config.SQL, error) {
	store := &config.SQL{PluginName: sqliteplugin.PluginName}
	if file == "" {
		// The plugin creates the schema of a database in memory by itself. The process id makes the name unique enough:
		// the database is visible in this process only.
		store.DatabaseName = "engine-" + strconv.Itoa(os.Getpid())
		store.ConnectAttributes = map[string]string{"mode": "memory", "cache": "shared"}
	} else {
		store.DatabaseName = file
		// A write-ahead log with normal synchronisation is 3 times as fast as the defaults and loses nothing when the
		// process is killed; at a power cut it may lose the last transactions.
		store.ConnectAttributes = map[string]string{"mode": "rwc", "journal_mode": "wal", "synchronous": "normal", "busy_timeout": "10000"}
		if err := createFile(file, store); err != nil {
			return nil, err
		}
	}

	namespace, err := sqliteschema.NewNamespaceConfig(clusterName, Namespace, false, attributes)
	if err != nil {
		return nil, err
	}
	namespace.Detail.Config.Retention = durationpb.New(retention)
	if err := sqliteschema.CreateNamespaces(store, namespace); err != nil {
		return nil, fmt.Errorf("the engine's namespace cannot be created: %w", err)
	}
	return store, nil
}

// createFile puts the schema into a database that has none. A start that was interrupted half-way leaves no half schema:
// it is made in a file of another name, which then gets its name at once.
func createFile(file string, store *config.SQL) error {
	if _, err := os.Stat(file); err == nil || !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	draft := file + ".new"
	for _, leftover := range []string{draft, draft + "-wal", draft + "-shm"} {
		if err := os.Remove(leftover); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
	}
	// Without a write-ahead log the draft is one file, so that renaming it loses nothing.
	if err := sqliteschema.SetupSchema(&config.SQL{
		PluginName: store.PluginName, DatabaseName: draft,
		ConnectAttributes: map[string]string{"mode": "rwc", "synchronous": "off", "journal_mode": "memory"},
	}); err != nil {
		return fmt.Errorf("the engine's database cannot be created: %w", err)
	}
	return os.Rename(draft, file)
}
