// Package client is the Go client of the API, generated from openapi.yaml.
//
// It owns nothing of its own: change the document and generate. It does not own retries or keys: the caller gives each POST
// its Idempotency-Key, and authenticates with a RequestEditorFn.
//
// What always holds: the client and the server are generated from the same document.
package client
