package warehouse_test

import (
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	standardwebhooks "github.com/standard-webhooks/standard-webhooks/libraries/go"

	"o2c/adapters/warehouse"
	"o2c/models"
)

const secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"

// receiver is a warehouse outside that answers as it is told.
func receiver(t *testing.T, answer http.HandlerFunc) models.WebhookEndpoint {
	t.Helper()
	server := httptest.NewServer(answer)
	t.Cleanup(server.Close)
	return models.WebhookEndpoint{URL: server.URL, Secret: secret}
}

func TestACallIsSignedAndCarriesItsID(t *testing.T) {
	t.Parallel()
	verifier, err := standardwebhooks.NewWebhook(secret)
	if err != nil {
		t.Fatal(err)
	}
	called := 0
	to := receiver(t, func(w http.ResponseWriter, r *http.Request) {
		called++
		body, _ := io.ReadAll(r.Body)
		if err := verifier.Verify(body, r.Header); err != nil {
			t.Error(err)
		}
		if err := verifier.Verify(append(body, ' '), r.Header); err == nil {
			t.Error("another body has the same signature")
		}
		if id := r.Header.Get("webhook-id"); id != "ful_1-1" || string(body) != `{"a": 1}` {
			t.Errorf("%s says %s", id, body)
		}
		w.WriteHeader(http.StatusNoContent)
	})
	for range 2 {
		if err := warehouse.New(true).Call(t.Context(), to, "ful_1-1", []byte(`{"a": 1}`)); err != nil {
			t.Error(err)
		}
	}
	if called != 2 {
		t.Errorf("called %d times", called)
	}
}

func TestWhatIsNoYesCanBeTriedAgain(t *testing.T) {
	t.Parallel()
	hang := make(chan struct{})
	elsewhere := receiver(t, func(http.ResponseWriter, *http.Request) { t.Error("a redirect was followed") })
	gone := receiver(t, nil)
	gone.URL = "http://127.0.0.1:1"
	for name, to := range map[string]models.WebhookEndpoint{
		"it fails":   receiver(t, func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusInternalServerError) }),
		"it refuses": receiver(t, func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusGone) }),
		"it redirects": receiver(t, func(w http.ResponseWriter, r *http.Request) {
			http.Redirect(w, r, elsewhere.URL, http.StatusTemporaryRedirect)
		}),
		"it hangs": receiver(t, func(http.ResponseWriter, *http.Request) { <-hang }),
		"it breaks off": receiver(t, func(http.ResponseWriter, *http.Request) {
			panic(http.ErrAbortHandler)
		}),
		"it is gone":       gone,
		"its secret is no": {URL: elsewhere.URL, Secret: "whsec_%"},
	} {
		ctx, cancel := context.WithTimeout(t.Context(), 300*time.Millisecond)
		err := warehouse.New(true).Call(ctx, to, "ful_1-1", []byte(`{}`))
		cancel()
		if models.KindOf(err) != models.KindUnavailable {
			t.Errorf("%s: %v", name, err)
		}
	}
	close(hang)
}

func TestPrivateAddressesAreNotCalled(t *testing.T) {
	t.Parallel()
	to := receiver(t, func(http.ResponseWriter, *http.Request) { t.Error("it was called") })
	for _, address := range []string{to.URL, "http://localhost:1", "http://10.0.0.1", "http://192.168.1.1", "http://169.254.169.254/latest", "http://[::1]:1", "http://[::ffff:127.0.0.1]:1", "http://100.64.1.1", "http://0.0.0.0:1"} {
		err := warehouse.New(false).Call(t.Context(), models.WebhookEndpoint{URL: address, Secret: secret}, "ful_1-1", nil)
		if err == nil || models.KindOf(err) != models.KindUnavailable {
			t.Errorf("%s: %v", address, err)
		}
	}
}
