package warehouse

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/netip"
	"strconv"
	"syscall"
	"time"

	standardwebhooks "github.com/standard-webhooks/standard-webhooks/libraries/go"

	"o2c/models"
)

// patience is how long an answer is waited for.
const patience = 10 * time.Second

// Caller calls warehouses.
type Caller struct {
	client *http.Client
}

// New makes a caller; private allows it to call private addresses.
func New(private bool) *Caller {
	dialer := &net.Dialer{Timeout: patience}
	if !private {
		dialer.Control = publicOnly
	}
	return &Caller{client: &http.Client{
		Timeout:       patience,
		Transport:     &http.Transport{DialContext: dialer.DialContext, MaxIdleConnsPerHost: 2, IdleConnTimeout: time.Minute, TLSHandshakeTimeout: patience}, // no proxy: it would see the addresses
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}}
}

var errPrivate = errors.New("a private address")

// publicOnly looks at the address that a name has led to.
func publicOnly(_, address string, _ syscall.RawConn) error {
	to, err := netip.ParseAddrPort(address)
	if err != nil {
		return fmt.Errorf("warehouse: %w", err)
	}
	if ip := to.Addr().Unmap(); !ip.IsGlobalUnicast() || ip.IsPrivate() || shared.Contains(ip) {
		return errPrivate
	}
	return nil
}

// shared is the address space of carriers (RFC 6598).
var shared = netip.MustParsePrefix("100.64.0.0/10")

// Call posts a body, signed; an answer other than 2xx, or none in time, is "warehouse-unavailable".
func (c *Caller) Call(ctx context.Context, to models.WebhookEndpoint, id string, body []byte) error {
	signer, err := standardwebhooks.NewWebhook(to.Secret)
	if err != nil {
		return models.Unavailable("warehouse-unavailable", "the warehouse's secret can't be read")
	}
	now := time.Now() // not the business's: the receiver compares it with its own clock
	signature, err := signer.Sign(id, now, body)
	if err != nil {
		return models.Unavailable("warehouse-unavailable", "the call can't be signed")
	}
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, to.URL, bytes.NewReader(body))
	if err != nil {
		return models.Unavailable("warehouse-unavailable", "the warehouse's address can't be read")
	}
	request.Header.Set("Content-Type", "application/json")
	request.Header.Set("User-Agent", "o2c")
	request.Header.Set(standardwebhooks.HeaderWebhookID, id)
	request.Header.Set(standardwebhooks.HeaderWebhookTimestamp, strconv.FormatInt(now.Unix(), 10))
	request.Header.Set(standardwebhooks.HeaderWebhookSignature, signature)
	response, err := c.client.Do(request)
	if errors.Is(err, errPrivate) {
		return models.Unavailable("warehouse-unavailable", "the warehouse's address is private, which the configuration does not allow")
	}
	if err != nil {
		return models.Unavailable("warehouse-unavailable", "the warehouse can't be reached, or does not answer in time")
	}
	defer func() { _ = response.Body.Close() }()
	_, _ = io.CopyN(io.Discard, response.Body, 1<<16) // so that the connection can be used again
	if response.StatusCode < 200 || response.StatusCode > 299 {
		return models.Unavailable("warehouse-unavailable", "the warehouse answers %d", response.StatusCode)
	}
	return nil
}
