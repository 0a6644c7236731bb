package activities_test

import (
	"bytes"
	"io"
	"net"
	"strings"
	"sync"
	"testing"

	"github.com/emersion/go-smtp"
	"github.com/google/go-cmp/cmp"

	"o2c/activities"
	"o2c/adapters/mail"
	"o2c/models"
)

// postOffice is a real mail server that answers some recipients with a refusal.
type postOffice struct {
	mu      sync.Mutex
	refuses map[string]int // recipient → SMTP code
	ids     []string       // Message-IDs of what it took
}

type visit struct{ office *postOffice }

func (p *postOffice) NewSession(*smtp.Conn) (smtp.Session, error) { return &visit{p}, nil }
func (*visit) Mail(string, *smtp.MailOptions) error               { return nil }
func (*visit) Reset()                                             {}
func (*visit) Logout() error                                      { return nil }

func (v *visit) Rcpt(to string, _ *smtp.RcptOptions) error {
	v.office.mu.Lock()
	defer v.office.mu.Unlock()
	if code := v.office.refuses[to]; code != 0 {
		return &smtp.SMTPError{Code: code, Message: "no"}
	}
	return nil
}

func (v *visit) Data(r io.Reader) error {
	text, err := io.ReadAll(r)
	if err != nil {
		return err
	}
	v.office.mu.Lock()
	defer v.office.mu.Unlock()
	for line := range bytes.Lines(text) {
		if id, found := strings.CutPrefix(strings.TrimSpace(string(line)), "Message-ID: "); found {
			v.office.ids = append(v.office.ids, id)
		}
	}
	return nil
}

func (p *postOffice) refuse(to string, code int) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.refuses = map[string]int{to: code}
}

func (p *postOffice) took() []string {
	p.mu.Lock()
	defer p.mu.Unlock()
	ids := p.ids
	p.ids = nil
	return ids
}

// newPostOffice runs the server and returns the hand that sends to it.
func newPostOffice(t *testing.T, w *world) (*postOffice, *activities.Messages) {
	t.Helper()
	listener, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	office := &postOffice{}
	server := smtp.NewServer(office)
	done := make(chan error, 1)
	go func() { done <- server.Serve(listener) }()
	t.Cleanup(func() {
		_ = server.Close()
		_ = listener.Close() // Serve may not have begun
		<-done
	})
	sender, err := mail.New(listener.Addr().String(), "billing@seller.example")
	if err != nil {
		t.Fatal(err)
	}
	return office, &activities.Messages{Pool: w.pool, Mailer: sender}
}

func TestSend(t *testing.T) {
	t.Parallel()
	w := newDebt(t)
	office, messages := newPostOffice(t, w)
	w.dun("ord_1", 0, day(2026, 12, 19))
	in := activities.SendInput{Keys: []string{"invoice/" + invoice1, "dunning/" + invoice1 + "/0", "no/such/key"}, At: issued}
	w.must(messages.Send(t.Context(), in))
	want := []string{"<invoice.INV-2026-000001@seller.example>", "<dunning.INV-2026-000001.0@seller.example>"}
	if diff := cmp.Diff(want, office.took()); diff != "" {
		t.Errorf("sent (-want +got):\n%s", diff)
	}
	if n := w.count(`SELECT count(*) FROM messages WHERE state = 'sent' AND sent_at = $1`, issued); n != 2 {
		t.Errorf("%d messages are sent", n)
	}
	if n := w.count(`SELECT count(*) FROM dunning_notices WHERE state = 'sent'`); n != 1 {
		t.Errorf("%d notices are sent", n)
	}
	w.unchanged(func() { w.must(messages.Send(t.Context(), in)) })
	if again := office.took(); len(again) > 0 {
		t.Errorf("the second time it sends %v", again)
	}
}

func TestSendToAMailboxThatIsGone(t *testing.T) {
	t.Parallel()
	w := newDebt(t)
	office, messages := newPostOffice(t, w)
	w.dun("ord_1", 0, day(2026, 12, 19))
	office.refuse("acme@acme.example", 550)
	in := activities.SendInput{Keys: []string{"invoice/" + invoice1, "dunning/" + invoice1 + "/0"}, At: issued}
	w.must(messages.Send(t.Context(), in)) // a refusal is no failure: it is a person's task
	if n := w.count(`SELECT count(*) FROM messages WHERE state = 'refused' AND error LIKE 'mail-refused%'`); n != 2 {
		t.Errorf("%d messages are refused", n)
	}
	if n := w.count(`SELECT count(*) FROM tasks WHERE kind = 'message_refused' AND key LIKE 'refused/%' AND customer_id = 'acme' AND order_id = 'ord_1'`); n != 2 {
		t.Errorf("%d tasks", n)
	}
	if n := w.count(`SELECT count(*) FROM dunning_notices WHERE state = 'bounced' AND reason <> ''`); n != 1 {
		t.Errorf("%d notices bounced", n)
	}
	w.unchanged(func() { w.must(messages.Send(t.Context(), in)) })
}

// What can't be sent now is tried again, and what was sent before the failure is not sent again.
func TestSendGoesOnWhereItFailed(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.customer("acme", "unlimited")
	w.customer("full", "unlimited")
	w.invoiced("ord_1", "acme", want{"nail", "1"})
	w.invoiced("ord_2", "full", want{"nail", "1"})
	office, messages := newPostOffice(t, w)
	office.refuse("full@acme.example", 452)
	in := activities.SendInput{Keys: []string{"invoice/INV-2026-000001", "invoice/INV-2026-000002"}, At: issued}
	wantCode(t, messages.Send(t.Context(), in), models.KindUnavailable, "mail-server-unavailable")
	if diff := cmp.Diff([]string{"<invoice.INV-2026-000001@seller.example>"}, office.took()); diff != "" {
		t.Errorf("sent (-want +got):\n%s", diff)
	}
	if n := w.count(`SELECT count(*) FROM tasks`); n != 0 {
		t.Errorf("%d tasks for what can be tried again", n)
	}
	office.refuse("nobody", 0)
	w.must(messages.Send(t.Context(), in))
	if diff := cmp.Diff([]string{"<invoice.INV-2026-000002@seller.example>"}, office.took()); diff != "" {
		t.Errorf("sent on the second try (-want +got):\n%s", diff)
	}
}
