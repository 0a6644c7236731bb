// Package mailbox catches the mails of the development stack: it takes every mail over SMTP and keeps it as a file instead
// of delivering it.
//
// What always holds: a mail that was accepted is a complete .eml file; the names sort in the order of arrival.
package mailbox

import (
	"bytes"
	"fmt"
	"io"
	"log"
	"net"
	"os"
	"path/filepath"
	"sync/atomic"
	"time"

	"github.com/emersion/go-smtp"
)

// largest is the largest mail that is taken, in bytes: about what public providers take.
const largest = 25 << 20

// Mailbox is a running catcher.
type Mailbox struct {
	server   *smtp.Server
	listener net.Listener
	dir      string
	count    atomic.Int64
}

// Open listens at address and keeps mails in dir, which is created. It fails when the address cannot be listened on.
func Open(address, dir string) (*Mailbox, error) {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return nil, err
	}
	listener, err := net.Listen("tcp", address)
	if err != nil {
		return nil, err
	}
	m := &Mailbox{listener: listener, dir: dir}
	m.server = smtp.NewServer(smtp.BackendFunc(func(*smtp.Conn) (smtp.Session, error) { return &session{mailbox: m}, nil }))
	m.server.Domain = "localhost"
	m.server.MaxMessageBytes = largest
	m.server.EnableSMTPUTF8 = true
	m.server.ReadTimeout, m.server.WriteTimeout = time.Minute, time.Minute
	m.server.ErrorLog = log.New(io.Discard, "", 0) // a client that hangs up is not worth a line on the terminal
	go func() { _ = m.server.Serve(listener) }()   // ends when Close closes the listener
	return m, nil
}

// Address is where the catcher listens.
func (m *Mailbox) Address() string { return m.listener.Addr().String() }

// Close stops listening and hangs up.
func (m *Mailbox) Close() { _ = m.server.Close() }

// keep writes a mail with the two headers that a delivery adds, so that blind copies can be told, too.
func (m *Mailbox) keep(from string, to []string, mail []byte) error {
	name := fmt.Sprintf("%s-%04d.eml", time.Now().UTC().Format("20060102T150405.000"), m.count.Add(1))
	var text bytes.Buffer
	fmt.Fprintf(&text, "Return-Path: <%s>\r\n", from)
	for _, recipient := range to {
		fmt.Fprintf(&text, "Delivered-To: %s\r\n", recipient)
	}
	text.Write(mail)
	draft := filepath.Join(m.dir, "."+name)
	if err := os.WriteFile(draft, text.Bytes(), 0o644); err != nil {
		return err
	}
	return os.Rename(draft, filepath.Join(m.dir, name))
}

// session is one connection's talk.
type session struct {
	mailbox *Mailbox
	from    string
	to      []string
}

// Mail notes the sender of the next mail.
func (s *session) Mail(from string, _ *smtp.MailOptions) error {
	s.from = from
	return nil
}

// Rcpt notes a recipient; every address is taken.
func (s *session) Rcpt(to string, _ *smtp.RcptOptions) error {
	s.to = append(s.to, to)
	return nil
}

// Data keeps the mail. It fails when the file cannot be written, and the client hears that.
func (s *session) Data(r io.Reader) error {
	mail, err := io.ReadAll(r)
	if err != nil {
		return err
	}
	return s.mailbox.keep(s.from, s.to, mail)
}

// Reset forgets sender and recipients.
func (s *session) Reset() { s.from, s.to = "", nil }

// Logout ends the session.
func (s *session) Logout() error { return nil }
