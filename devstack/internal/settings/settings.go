// Package settings reads what a person may set about the development stack. Everything comes from environment variables and
// has a default that works on a fresh machine.
package settings

import (
	"fmt"
	"path/filepath"
	"strconv"

	"o2c/devstack/internal/ports"
)

// The variables. Those without DEV in their name are the product's own: set by a person they say where something already
// runs or shall listen; the supervisor sets all of them for the product.
const (
	Dir          = "O2C_DEV_DIR"            // folder of all data, logs and mails
	API          = "O2C_API_ADDR"           // where the product listens
	Temporal     = "O2C_TEMPORAL_ADDRESS"   // an engine to use instead of an own one
	Namespace    = "O2C_TEMPORAL_NAMESPACE" // of that engine
	TemporalPort = "O2C_DEV_TEMPORAL_PORT"  // of the own engine
	UI           = "O2C_TEMPORAL_UI_ADDR"   // where the own engine's web interface listens
	Database     = "O2C_DATABASE_URL"       // a PostgreSQL database to use instead of a private one
	PostgresPort = "O2C_DEV_POSTGRES_PORT"  // of the private PostgreSQL
	SMTP         = "O2C_DEV_SMTP_ADDR"      // where the mail catcher listens
)

// Settings are the values of the variables, with their defaults.
type Settings struct {
	Dir          string // absolute
	API          string
	Temporal     string // empty: an own engine
	Namespace    string
	TemporalPort int
	UI           string
	UISet        bool   // somebody chose UI
	Database     string // empty: a private PostgreSQL
	PostgresPort int    // 0: a free one, chosen once
	SMTP         string
}

// Read reads the settings through getenv. It fails with a sentence that names the variable.
func Read(getenv func(string) string) (Settings, error) {
	or := func(name, fallback string) string {
		if value := getenv(name); value != "" {
			return value
		}
		return fallback
	}
	s := Settings{
		API:       or(API, "127.0.0.1:8080"),
		Temporal:  getenv(Temporal),
		Namespace: or(Namespace, "default"),
		UI:        or(UI, "127.0.0.1:8233"),
		UISet:     getenv(UI) != "",
		Database:  getenv(Database),
		SMTP:      or(SMTP, "127.0.0.1:1025"),
	}
	var err error
	if s.Dir, err = filepath.Abs(or(Dir, ".dev")); err != nil {
		return Settings{}, err
	}
	for _, address := range []struct{ name, value string }{{API, s.API}, {UI, s.UI}, {SMTP, s.SMTP}} {
		if _, _, err := ports.Split(address.value); err != nil {
			return Settings{}, fmt.Errorf("%s: %w", address.name, err)
		}
	}
	for _, port := range []struct {
		name, value string
		into        *int
	}{{TemporalPort, or(TemporalPort, "7233"), &s.TemporalPort}, {PostgresPort, or(PostgresPort, "0"), &s.PostgresPort}} {
		*port.into, err = strconv.Atoi(port.value)
		if err != nil || *port.into < 0 || *port.into > 65535 || port.name == TemporalPort && *port.into == 0 {
			return Settings{}, fmt.Errorf("%s: %q is not a port between 1 and 65535", port.name, port.value)
		}
	}
	return s, nil
}
