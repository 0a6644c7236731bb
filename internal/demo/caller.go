package demo

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"time"

	"o2c/api/client"
)

// refusal is an answer of the API that is no success.
type refusal struct {
	status  int
	problem client.Problem
}

func (r *refusal) Error() string {
	var text strings.Builder
	fmt.Fprintf(&text, "the API answered %d %s: %s", r.status, r.problem.Code, r.problem.Detail)
	if r.problem.Errors != nil {
		for _, fault := range *r.problem.Errors {
			fmt.Fprintf(&text, "; %s %s", fault.Pointer, fault.Detail)
		}
	}
	if r.status == http.StatusUnauthorized {
		text.WriteString(" (the demo uses the keys of the development stack)")
	}
	return text.String()
}

// refusedWith says whether an error is the API's, with a code.
func refusedWith(err error, code string) bool {
	r, is := errors.AsType[*refusal](err)
	return is && r.problem.Code == code
}

// answered is what the generated client returns for a request.
type answered interface {
	StatusCode() int
	GetBody() []byte
}

// take reads the answer to a request: a T, or why there is none.
func take[T any](response answered, err error) (answer T, _ error) {
	if err != nil {
		return answer, err
	}
	if body := response.GetBody(); response.StatusCode()/100 != 2 {
		r := &refusal{status: response.StatusCode()}
		if json.Unmarshal(body, &r.problem) != nil || r.problem.Code == "" {
			r.problem.Code, r.problem.Detail = "no-problem-document", string(body[:min(len(body), 200)])
		}
		return answer, r
	}
	err = json.Unmarshal(response.GetBody(), &answer)
	return answer, err
}

// as sends a request with the development stack's key of a role.
func as(role string) client.RequestEditorFn {
	return func(_ context.Context, request *http.Request) error {
		request.Header.Set("Authorization", "Bearer dev-"+role)
		return nil
	}
}

// patient sends requests again, as they are, while the API is away: not reachable, not ready, or still busy with the same
// request. Every request of a run may be sent again: those that change something carry an Idempotency-Key.
type patient struct {
	http     *http.Client
	patience time.Duration
	say      func(line string)

	mu        sync.Mutex
	awaySince time.Time
}

// attemptTimeout ends an attempt that hangs. The longest call, a fast-forward over months, takes seconds.
const attemptTimeout = 4 * time.Minute

// faultPatience is how long a 500 is taken for the last word of a process that is going down.
const faultPatience = 20 * time.Second

func newPatient(patience time.Duration, say func(string)) *patient {
	return &patient{http: &http.Client{Timeout: attemptTimeout}, patience: patience, say: say}
}

// Do sends a request until it is answered.
func (p *patient) Do(request *http.Request) (*http.Response, error) {
	first := time.Now()
	for pause := 200 * time.Millisecond; ; pause = min(2*pause, 2*time.Second) {
		response, wait, err := p.attempt(request)
		if err == nil && wait == 0 {
			p.back()
			return response, nil
		}
		if cause := context.Cause(request.Context()); cause != nil {
			return nil, cause
		}
		limit := p.patience
		if err == nil && response.StatusCode == http.StatusInternalServerError {
			limit = min(limit, faultPatience)
		}
		if time.Since(first) > limit {
			if err == nil {
				return response, nil // its refusal says why
			}
			return nil, fmt.Errorf("the API did not answer for %s: %w", p.patience, err)
		}
		p.away(err, response)
		select {
		case <-request.Context().Done():
		case <-time.After(max(pause, wait)):
		}
	}
}

// attempt sends a request once. wait is above 0 when the answer is that it has to be sent again.
func (p *patient) attempt(request *http.Request) (_ *http.Response, wait time.Duration, _ error) {
	again := request.Clone(request.Context())
	if request.GetBody != nil {
		body, err := request.GetBody()
		if err != nil {
			return nil, 0, err
		}
		again.Body = body
	}
	response, err := p.http.Do(again)
	if err != nil {
		return nil, 0, err
	}
	body, err := io.ReadAll(response.Body)
	_ = response.Body.Close()
	if err != nil {
		return nil, 0, err
	}
	response.Body = io.NopCloser(bytes.NewReader(body))
	if !worthRepeating(response.StatusCode, body) {
		return response, 0, nil
	}
	seconds, err := strconv.Atoi(response.Header.Get("Retry-After"))
	if err != nil || seconds < 1 {
		seconds = 1
	}
	return response, time.Duration(min(seconds, 5)) * time.Second, nil
}

// worthRepeating is true for answers that say no more than "not now".
func worthRepeating(status int, body []byte) bool {
	switch status {
	case http.StatusBadGateway, http.StatusServiceUnavailable, http.StatusGatewayTimeout, http.StatusTooManyRequests, http.StatusInternalServerError:
		return true
	case http.StatusConflict:
		var problem client.Problem
		return json.Unmarshal(body, &problem) == nil && problem.Code == "idempotency-key-in-use"
	default:
		return false
	}
}

// away says once per outage that the run waits.
func (p *patient) away(err error, response *http.Response) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if response != nil && response.StatusCode == http.StatusConflict {
		return // the same request, sent before an outage, is still being worked on
	}
	if !p.awaySince.IsZero() {
		return
	}
	p.awaySince = time.Now()
	if response != nil {
		p.say("waiting for the API… (" + response.Status + ")")
	} else {
		p.say("waiting for the API… (" + err.Error() + ")")
	}
}

// back says that the run goes on.
func (p *patient) back() {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.awaySince.IsZero() {
		return
	}
	p.say(fmt.Sprintf("the API is back after %s", time.Since(p.awaySince).Round(100*time.Millisecond)))
	p.awaySince = time.Time{}
}
