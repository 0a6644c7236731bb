package mail_test

import (
	"fmt"
	"io"
	"mime"
	"net"
	"net/mail"
	"strings"
	"sync"
	"testing"

	"github.com/emersion/go-smtp"

	adapter "o2c/adapters/mail"
	"o2c/models"
)

// inbox is a mail server's back end that keeps what it takes, and answers as it is told.
type inbox struct {
	mu                  sync.Mutex
	onMail, onTo, onEnd error
	taken               []letter
}

type letter struct {
	from, to string
	text     string
}

// delivery is one conversation with the server.
type delivery struct {
	box    *inbox
	letter letter
}

func (b *inbox) NewSession(*smtp.Conn) (smtp.Session, error) { return &delivery{box: b}, nil }

func (d *delivery) Mail(from string, _ *smtp.MailOptions) error {
	d.letter.from = from
	return d.box.onMail
}

func (d *delivery) Rcpt(to string, _ *smtp.RcptOptions) error {
	d.letter.to = to
	return d.box.onTo
}

func (d *delivery) Data(r io.Reader) error {
	text, err := io.ReadAll(r)
	if err != nil || d.box.onEnd != nil {
		return d.box.onEnd
	}
	d.letter.text = string(text)
	d.box.mu.Lock()
	defer d.box.mu.Unlock()
	d.box.taken = append(d.box.taken, d.letter)
	return nil
}

func (*delivery) Reset()        {}
func (*delivery) Logout() error { return nil }

func (b *inbox) letters() []letter {
	b.mu.Lock()
	defer b.mu.Unlock()
	return append([]letter(nil), b.taken...)
}

// serve runs a real SMTP server and returns a sender for it.
func serve(t *testing.T, box *inbox) *adapter.Sender {
	t.Helper()
	listener, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	server := smtp.NewServer(box)
	server.Domain = "mail.example"
	done := make(chan error, 1)
	go func() { done <- server.Serve(listener) }()
	t.Cleanup(func() {
		_ = server.Close()
		_ = listener.Close() // Serve may not have begun
		<-done
	})
	return sender(t, listener.Addr().String())
}

func sender(t *testing.T, address string) *adapter.Sender {
	t.Helper()
	s, err := adapter.New(address, "billing@seller.example")
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func TestSend(t *testing.T) {
	t.Parallel()
	box := &inbox{}
	s := serve(t, box)
	if err := s.Send(t.Context(), "dunning/INV-2026-000001/2", "ap@acme.example", "Überfällig: INV-2026-000001", "Grüße\nSeller"); err != nil {
		t.Fatal(err)
	}
	got := box.letters()
	if len(got) != 1 || got[0].from != "billing@seller.example" || got[0].to != "ap@acme.example" {
		t.Fatalf("the server took %+v", got)
	}
	message, err := mail.ReadMessage(strings.NewReader(got[0].text))
	if err != nil {
		t.Fatal(err)
	}
	if id := message.Header.Get("Message-ID"); id != "<dunning.INV-2026-000001.2@seller.example>" {
		t.Errorf("Message-ID is %s: a second copy can't be told", id)
	}
	subject, err := new(mime.WordDecoder).DecodeHeader(message.Header.Get("Subject"))
	if err != nil || subject != "Überfällig: INV-2026-000001" {
		t.Errorf("subject is %q, %v", subject, err)
	}
	if _, err = message.Header.Date(); err != nil {
		t.Errorf("the date can't be read: %v", err)
	}
}

func TestSendFailures(t *testing.T) {
	t.Parallel()
	refuse := func(code int) error { return &smtp.SMTPError{Code: code, Message: "no"} }
	for name, c := range map[string]struct {
		box  *inbox
		want models.Kind
		code string
	}{
		"a recipient that does not exist is refused for good": {&inbox{onTo: refuse(550)}, models.KindInvalid, "mail-refused"},
		"a recipient that moved is refused for good":          {&inbox{onTo: refuse(551)}, models.KindInvalid, "mail-refused"},
		"a full mailbox can be tried again":                   {&inbox{onTo: refuse(452)}, models.KindUnavailable, "mail-server-unavailable"},
		"a grey-listed recipient can be tried again":          {&inbox{onTo: refuse(451)}, models.KindUnavailable, "mail-server-unavailable"},
		"a refused sender is refused for good":                {&inbox{onMail: refuse(550)}, models.KindInvalid, "mail-refused"},
		"a sender can be tried again":                         {&inbox{onMail: refuse(451)}, models.KindUnavailable, "mail-server-unavailable"},
		"a mail that is taken for spam is refused for good":   {&inbox{onEnd: refuse(554)}, models.KindInvalid, "mail-refused"},
		"a server without space can be tried again":           {&inbox{onEnd: refuse(452)}, models.KindUnavailable, "mail-server-unavailable"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			err := serve(t, c.box).Send(t.Context(), "invoice/INV-1", "ap@acme.example", "Invoice", "Pay.")
			wantError(t, err, c.want, c.code)
			if got := c.box.letters(); len(got) > 0 {
				t.Errorf("the server took %+v", got)
			}
		})
	}
}

func wantError(t *testing.T, err error, kind models.Kind, code string) {
	t.Helper()
	if models.KindOf(err) != kind || err == nil || !strings.HasPrefix(err.Error(), code+":") {
		t.Errorf("%v is %s, want %s %s", err, models.KindOf(err), kind, code)
	}
}

func TestSendToNobody(t *testing.T) {
	t.Parallel()
	box := &inbox{}
	s := serve(t, box)
	for _, to := range []string{"", "nobody", "a@b.example\r\nBcc: c@d.example"} {
		wantError(t, s.Send(t.Context(), "x", to, "s", "b"), models.KindInvalid, "mail-recipient")
	}
	if got := box.letters(); len(got) > 0 {
		t.Errorf("the server took %+v", got)
	}
}

// A customer's words must not become headers.
func TestSubjectMakesNoHeaders(t *testing.T) {
	t.Parallel()
	box := &inbox{}
	s := serve(t, box)
	if err := s.Send(t.Context(), "x", "ap@acme.example", "Invoice\r\nBcc: c@d.example", "body"); err != nil {
		t.Fatal(err)
	}
	message, err := mail.ReadMessage(strings.NewReader(box.letters()[0].text))
	if err != nil {
		t.Fatal(err)
	}
	if bcc := message.Header.Get("Bcc"); bcc != "" {
		t.Errorf("a header was made: Bcc: %s", bcc)
	}
}

func TestSendWithoutAServer(t *testing.T) {
	t.Parallel()
	listener, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	address := listener.Addr().String()
	if err = listener.Close(); err != nil {
		t.Fatal(err)
	}
	wantError(t, sender(t, address).Send(t.Context(), "x", "ap@acme.example", "s", "b"), models.KindUnavailable, "mail-server-unavailable")
}

// One sender serves all activities at once.
func TestSendInParallel(t *testing.T) {
	t.Parallel()
	box := &inbox{}
	s := serve(t, box)
	const many = 32
	failures := make(chan error, many)
	for i := range many {
		go func() {
			failures <- s.Send(t.Context(), fmt.Sprint("m/", i), fmt.Sprintf("c%d@acme.example", i), "s", "b")
		}()
	}
	for range many {
		if err := <-failures; err != nil {
			t.Error(err)
		}
	}
	recipients := map[string]bool{}
	for _, l := range box.letters() {
		recipients[l.to] = true
	}
	if len(box.letters()) != many || len(recipients) != many {
		t.Errorf("%d letters to %d recipients, want %d", len(box.letters()), len(recipients), many)
	}
}

func TestNewRefusals(t *testing.T) {
	t.Parallel()
	for name, c := range map[string][2]string{
		"a server without a port":           {"mail.example", "a@b.example"},
		"a port that is no number":          {"mail.example:smtp", "a@b.example"},
		"a sender that is no address":       {"mail.example:25", "billing"},
		"a server of which nothing is said": {"", "a@b.example"},
	} {
		if _, err := adapter.New(c[0], c[1]); err == nil {
			t.Errorf("%s is taken", name)
		}
	}
}
