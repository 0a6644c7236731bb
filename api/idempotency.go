package api

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/json"
	"net/http"
	"time"

	"github.com/gin-gonic/gin"

	"o2c/command"
	"o2c/models"
	"o2c/postgres"
)

// prefixes names, by operationId, what kind of id an operation that takes an Idempotency-Key makes.
var prefixes = map[string]string{
	"createCustomer":  command.CustomerPrefix,
	"createProduct":   command.ResourcePrefix,
	"receiveStock":    command.StockReceiptPrefix,
	"createWarehouse": command.ResourcePrefix,

	"createDunningPolicy": command.ResourcePrefix,

	"createOrder":       command.OrderPrefix,
	"closeTask":         command.TaskClosurePrefix,
	"decideReview":      command.DecisionPrefix,
	"decideCredit":      command.DecisionPrefix,
	"decideApproval":    command.DecisionPrefix,
	"amendOrder":        command.DecisionPrefix,
	"cancelOrder":       command.DecisionPrefix,
	"intervene":         command.DecisionPrefix,
	"interveneInvoice":  command.DecisionPrefix,
	"chooseBackorder":   command.DecisionPrefix,
	"completeMilestone": command.DecisionPrefix,
	"createShipment":    command.ShipmentPrefix,
	"confirmDelivery":   command.DeliveryPrefix,
	"tellShipment":      command.CarrierEventPrefix,
	"requestReturn":     command.ReturnPrefix,
	"receiveReturn":     command.ReturnReceiptPrefix,
	"raiseDispute":      command.DisputePrefix,
	"makePromise":       command.PromisePrefix,
	"holdDunning":       command.DecisionPrefix,
	"planInstalments":   command.PlanPrefix,
	"resolveDispute":    command.DecisionPrefix,
	"actOnDispute":      command.DecisionPrefix,
	"createPayment":     command.PaymentPrefix,
	"applyPayment":      command.PaymentChangePrefix,
	"reversePayment":    command.PaymentChangePrefix,
	"winReversal":       command.PaymentChangePrefix,
	"refundPayment":     command.PaymentChangePrefix,

	"createCreditNote": command.DecisionPrefix,
	"writeOff":         command.WriteOffPrefix,
	"approveWriteOff":  command.DecisionPrefix,
	"applyCredit":      command.CreditUsePrefix,
	"refundCredit":     command.CreditUsePrefix,
	"closePeriod":      command.DecisionPrefix,

	"fastForward": command.FastForwardPrefix,
}

// keptHeaders are the headers that a replay repeats.
var keptHeaders = []string{"Content-Type", "Location"}

// requireKey answers 400 to a request without a usable Idempotency-Key. It comes before the body is read.
func (s *server) requireKey(c *gin.Context) {
	if !operationOf(c).Keyed {
		return
	}
	given := c.Request.Header.Values("Idempotency-Key")
	if len(given) == 0 || given[0] == "" {
		s.refuse(c, &models.Error{Kind: models.KindMalformed, Code: "idempotency-key-missing", Detail: "This request needs an Idempotency-Key header."})
		return
	}
	key := given[0]
	visible := len(key) <= 255
	for i := range len(key) {
		visible = visible && key[i] > ' ' && key[i] < 0x7f
	}
	if !visible || len(given) > 1 {
		s.refuse(c, &models.Error{Kind: models.KindMalformed, Code: "idempotency-key-invalid", Detail: "An Idempotency-Key is one value of 1 to 255 visible ASCII characters."})
	}
}

// once runs the handler of an operation that takes an Idempotency-Key at most once per key: a repeated request gets the
// stored answer. While the handler runs, its lease is kept; when it crashes, the next request takes the claim over.
func (s *server) once(c *gin.Context) {
	op := operationOf(c)
	if !op.Keyed {
		return
	}
	ctx := c.Request.Context()
	route := c.Request.Method + " " + c.Request.URL.Path
	claim, answer, err := s.claims.Take(ctx, principalOf(c).Name, c.GetHeader("Idempotency-Key"), route, hashOf(route, c.Value(bodyKey)), command.NewID(prefixes[op.ID]))
	if err != nil {
		s.refuse(c, err)
		return
	}
	if answer != nil {
		replay(c, *answer)
		return
	}
	c.Set(claimKey, claim)
	done := s.keepAlive(ctx, claim)
	defer done()
	s.answerOnce(c, claim)
}

// answerOnce runs the handler into a buffer, stores the answer if it is one to store, and then sends it. Storing comes
// first, so that what a client has seen is what a repeated request gets.
func (s *server) answerOnce(c *gin.Context, claim *command.Claim) {
	original := c.Writer
	buffered := &bufferedWriter{ResponseWriter: original, status: http.StatusOK}
	stored := false
	defer func() { // also when the handler panics
		c.Writer = original
		if !stored {
			ctx, cancel := afterwards(c.Request.Context())
			defer cancel()
			if err := s.claims.Release(ctx, claim); err != nil {
				s.log.WarnContext(ctx, "claim not released: it is free when its lease ends", "claim", claim.ID, "error", err)
			}
		}
	}()
	c.Writer = buffered
	c.Next()
	if storable(buffered.status) {
		answer := postgres.ClaimAnswer{Status: buffered.status, Header: map[string]string{}, Body: buffered.body.Bytes()}
		for _, name := range keptHeaders {
			if value := original.Header().Get(name); value != "" {
				answer.Header[name] = value
			}
		}
		ctx, cancel := afterwards(c.Request.Context())
		defer cancel()
		kept, err := s.claims.Answer(ctx, claim, answer)
		switch {
		case err != nil:
			s.log.ErrorContext(ctx, "answer not stored: a repeated request will find the effect", "claim", claim.ID, "error", err)
		case !bytes.Equal(kept.Body, answer.Body) || kept.Status != answer.Status: // another process took the claim over
			stored = true
			c.Writer = original
			replay(c, kept)
			return
		default:
			stored = true
		}
	}
	original.WriteHeader(buffered.status)
	_, _ = original.Write(buffered.body.Bytes()) // a client that has gone reads nothing
}

// storable says which answers are kept: success, and what the business refused. All else may be tried again.
func storable(status int) bool {
	return status >= 200 && status < 300 || status == http.StatusConflict || status == http.StatusUnprocessableEntity
}

func replay(c *gin.Context, answer postgres.ClaimAnswer) {
	for name, value := range answer.Header {
		c.Header(name, value)
	}
	c.Header("Idempotency-Replayed", "true")
	c.Data(answer.Status, answer.Header["Content-Type"], answer.Body)
	c.Abort()
}

// hashOf identifies a request: its route and the content of its body, whatever the order of fields and the white space.
func hashOf(route string, body any) []byte {
	canonical, err := json.Marshal(body)
	if err != nil { // it was read from JSON: it always can be written
		canonical = nil
	}
	hash := sha256.Sum256(append([]byte(route+"\n"), canonical...))
	return hash[:]
}

// keepAlive keeps the lease of a claim until done is called.
func (s *server) keepAlive(ctx context.Context, claim *command.Claim) (done func()) {
	ctx, cancel := context.WithCancel(ctx)
	go func() {
		ticker := time.NewTicker(command.Lease / 3)
		defer ticker.Stop()
		for {
			select {
			case <-ctx.Done():
				return
			case <-ticker.C:
				if err := s.claims.Keep(ctx, claim); err != nil && ctx.Err() == nil {
					s.log.WarnContext(ctx, "lease not kept", "claim", claim.ID, "error", err)
				}
			}
		}
	}()
	return cancel
}

// afterwards is a short time for what has to be done although the client may have gone.
func afterwards(ctx context.Context) (context.Context, context.CancelFunc) {
	return context.WithTimeout(context.WithoutCancel(ctx), 3*time.Second)
}

// bufferedWriter holds an answer back until it is stored.
type bufferedWriter struct {
	gin.ResponseWriter
	status int
	body   bytes.Buffer
}

func (w *bufferedWriter) WriteHeader(status int)               { w.status = status }
func (w *bufferedWriter) WriteHeaderNow()                      {}
func (w *bufferedWriter) Write(data []byte) (int, error)       { return w.body.Write(data) }
func (w *bufferedWriter) WriteString(text string) (int, error) { return w.body.WriteString(text) }
func (w *bufferedWriter) Status() int                          { return w.status }
func (w *bufferedWriter) Size() int                            { return w.body.Len() }
func (w *bufferedWriter) Written() bool                        { return w.body.Len() > 0 }
func (w *bufferedWriter) Flush()                               {}
