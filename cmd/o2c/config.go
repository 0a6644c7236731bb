package main

import (
	"errors"
	"fmt"
	"os"
	"strconv"
	"strings"
)

// Config is how a process is set up. Each field has its variable of the environment.
type Config struct {
	DatabaseURL       string
	DatabaseConns     int32
	TemporalAddress   string
	TemporalNamespace string
	TaskQueue         string
	APIAddr           string
	TemporalUIAddr    string
	SMTPAddr          string
	MailFrom          string
	Dev               bool
	PrivateWebhooks   bool
	Deployment        string
	BuildID           string
}

// variable is a variable of the environment with its default and meaning.
type variable struct {
	Name    string
	Default string
	Meaning string
}

// Variables are all variables that the product reads.
var Variables = []variable{
	{"O2C_DATABASE_URL", "", "PostgreSQL, as a URL (required)"},
	{"O2C_DATABASE_CONNS", "20", "connections of a process at most"},
	{"O2C_TEMPORAL_ADDRESS", "127.0.0.1:7233", "frontend of the Temporal engine"},
	{"O2C_TEMPORAL_NAMESPACE", "default", "namespace of the workflows"},
	{"O2C_TASK_QUEUE", "o2c", "task queue of workflows and activities"},
	{"O2C_API_ADDR", "127.0.0.1:8080", "where the REST API listens"},
	{"O2C_TEMPORAL_UI_ADDR", "127.0.0.1:8233", "the Temporal UI, for links"},
	{"O2C_SMTP_ADDR", "", "mail server as host:port (required for a worker)"},
	{"O2C_MAIL_FROM", "billing@example.com", "sender of mails"},
	{"O2C_PRIVATE_WEBHOOKS", "false", "warehouses outside may have private addresses and such without encryption, as they may with O2C_DEV"},
	{"O2C_DEPLOYMENT", "o2c", "name of the worker deployment, where O2C_BUILD_ID is set"},
	{"O2C_BUILD_ID", "", "version of this build's workers, for deployments under open orders; empty: workers have no version"},
	{"O2C_DEV", "false", "development: accepts the keys dev-<role> and lets customers' clocks run ahead; never in production"},
}

func describeVariables() string {
	var b strings.Builder
	for _, v := range Variables {
		fmt.Fprintf(&b, "  %-24s %s", v.Name, v.Meaning)
		if v.Default != "" {
			fmt.Fprintf(&b, " (default %s)", v.Default)
		}
		b.WriteByte('\n')
	}
	return b.String()
}

// loadConfig reads the environment.
func loadConfig() (Config, error) {
	get := func(name string) string {
		if value := os.Getenv(name); value != "" {
			return value
		}
		for _, v := range Variables {
			if v.Name == name {
				return v.Default
			}
		}
		panic("no variable " + name)
	}
	c := Config{
		DatabaseURL: get("O2C_DATABASE_URL"), TemporalAddress: get("O2C_TEMPORAL_ADDRESS"), TemporalNamespace: get("O2C_TEMPORAL_NAMESPACE"),
		TaskQueue: get("O2C_TASK_QUEUE"), APIAddr: get("O2C_API_ADDR"), TemporalUIAddr: get("O2C_TEMPORAL_UI_ADDR"),
		SMTPAddr: get("O2C_SMTP_ADDR"), MailFrom: get("O2C_MAIL_FROM"), Deployment: get("O2C_DEPLOYMENT"), BuildID: get("O2C_BUILD_ID"),
	}
	if c.DatabaseURL == "" {
		return c, errors.New("O2C_DATABASE_URL is not set")
	}
	conns, err := strconv.ParseInt(get("O2C_DATABASE_CONNS"), 10, 32)
	if err != nil || conns < 1 {
		return c, errors.New("O2C_DATABASE_CONNS is not a number above 0")
	}
	c.DatabaseConns = int32(conns)
	if c.Dev, err = strconv.ParseBool(get("O2C_DEV")); err != nil {
		return c, errors.New("O2C_DEV is neither true nor false")
	}
	if c.PrivateWebhooks, err = strconv.ParseBool(get("O2C_PRIVATE_WEBHOOKS")); err != nil {
		return c, errors.New("O2C_PRIVATE_WEBHOOKS is neither true nor false")
	}
	return c, nil
}
