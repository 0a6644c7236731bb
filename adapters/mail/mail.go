package mail

import (
	"context"
	"errors"
	"fmt"
	"net"
	"strconv"
	"strings"
	"time"

	gomail "github.com/wneessen/go-mail"

	"o2c/models"
)

// Sender sends through one SMTP server.
type Sender struct {
	client *gomail.Client
	from   string
	domain string
}

// New makes a sender for a server ("host:port") and a sender's address. It uses STARTTLS where the server offers it.
func New(server, from string) (*Sender, error) {
	host, port, err := net.SplitHostPort(server)
	if err != nil {
		return nil, fmt.Errorf("O2C_SMTP_ADDR %q is not host:port: %w", server, err)
	}
	number, err := strconv.Atoi(port)
	if err != nil {
		return nil, fmt.Errorf("O2C_SMTP_ADDR %q has no port number: %w", server, err)
	}
	_, domain, found := strings.Cut(from, "@")
	if !found {
		return nil, fmt.Errorf("O2C_MAIL_FROM %q is not an e-mail address", from)
	}
	client, err := gomail.NewClient(host, gomail.WithPort(number), gomail.WithTLSPolicy(gomail.TLSOpportunistic),
		gomail.WithTimeout(20*time.Second), gomail.WithHELO(domain))
	if err != nil {
		return nil, fmt.Errorf("mail: %w", err)
	}
	return &Sender{client: client, from: from, domain: domain}, nil
}

// Send sends one text mail with an id of its own.
func (s *Sender) Send(ctx context.Context, id, to, subject, body string) error {
	message := gomail.NewMsg()
	if err := message.From(s.from); err != nil {
		return models.Invalid("mail-sender", "%v", err)
	}
	if err := message.To(to); err != nil {
		return models.Invalid("mail-recipient", "the recipient's address can't be read")
	}
	message.SetMessageIDWithValue(strings.ReplaceAll(id, "/", ".") + "@" + s.domain)
	message.Subject(subject)
	message.SetDate()
	message.SetBodyString(gomail.TypeTextPlain, body)
	err := s.client.DialAndSendWithContext(ctx, message)
	var sending *gomail.SendError
	switch {
	case err == nil:
		return nil
	case errors.As(err, &sending) && !sending.IsTemp() && refused(sending.Reason):
		return models.Invalid("mail-refused", "the mail server refuses this mail for good")
	default:
		return models.Unavailable("mail-server-unavailable", "the mail server can't be reached or does not take the mail now")
	}
}

// refused is true for the server's answers to this mail, other than troubles with the connection.
func refused(reason gomail.SendErrReason) bool {
	return reason == gomail.ErrSMTPRcptTo || reason == gomail.ErrSMTPMailFrom || reason == gomail.ErrSMTPData || reason == gomail.ErrSMTPDataClose
}
