package models

import "net/url"

// ValidateWebhookURL checks an address that calls are sent to: "webhook-url". Without encryption only where the configuration allows it. That
// it leads to no private address is for whoever connects to see: names change.
func ValidateWebhookURL(address string, plain bool) *Error {
	u, err := url.Parse(address)
	switch {
	case err != nil || u.Host == "" || u.Hostname() == "" || u.User != nil || u.Fragment != "":
		return Invalid("webhook-url", "not an absolute URL without user and fragment")
	case u.Scheme != "https" && !(plain && u.Scheme == "http"):
		return Invalid("webhook-url", "not an https address")
	default:
		return nil
	}
}

// WebhookEndpoint is where calls are sent to, and what they are signed with.
type WebhookEndpoint struct {
	URL    string
	Secret string
}
