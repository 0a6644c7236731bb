package e2e_test

import (
	"io"
	"net"
	"net/mail"
	"strings"
	"sync"
	"testing"

	"github.com/emersion/go-smtp"
)

// mailbox is a mail server that keeps what it is sent.
type mailbox struct {
	addr string
	mu   sync.Mutex
	all  []*mail.Message
	busy bool
}

// close has every mail put off until open is called.
func (b *mailbox) close() { b.setBusy(true) }
func (b *mailbox) open()  { b.setBusy(false) }

func (b *mailbox) setBusy(busy bool) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.busy = busy
}

func receiveMails(t testing.TB) *mailbox {
	t.Helper()
	box := &mailbox{}
	server := smtp.NewServer(smtp.BackendFunc(func(*smtp.Conn) (smtp.Session, error) { return session{box}, nil }))
	server.Domain = "localhost"
	server.AllowInsecureAuth = true
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	box.addr = listener.Addr().String()
	go func() { _ = server.Serve(listener) }()
	t.Cleanup(func() { _ = server.Close() })
	return box
}

// subjects are the subjects of the mails so far.
func (b *mailbox) subjects() []string {
	b.mu.Lock()
	defer b.mu.Unlock()
	var subjects []string
	for _, m := range b.all {
		subjects = append(subjects, m.Header.Get("Subject"))
	}
	return subjects
}

// count is how many mails have a subject that begins so.
func (b *mailbox) count(prefix string) int {
	n := 0
	for _, subject := range b.subjects() {
		if strings.HasPrefix(subject, prefix) {
			n++
		}
	}
	return n
}

// ids are the Message-IDs of the mails so far, each once.
func (b *mailbox) ids() map[string]bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	ids := map[string]bool{}
	for _, m := range b.all {
		ids[m.Header.Get("Message-ID")] = true
	}
	return ids
}

type session struct{ box *mailbox }

func (session) Mail(string, *smtp.MailOptions) error { return nil }
func (session) Reset()                               {}
func (session) Logout() error                        { return nil }

func (s session) Rcpt(string, *smtp.RcptOptions) error {
	s.box.mu.Lock()
	defer s.box.mu.Unlock()
	if s.box.busy {
		return &smtp.SMTPError{Code: 451, Message: "not now"}
	}
	return nil
}

func (s session) Data(r io.Reader) error {
	message, err := mail.ReadMessage(r)
	if err != nil {
		return err
	}
	if _, err = io.Copy(io.Discard, message.Body); err != nil {
		return err
	}
	s.box.mu.Lock()
	defer s.box.mu.Unlock()
	s.box.all = append(s.box.all, message)
	return nil
}
