// Package web will be the collections workbench: server-rendered pages on which collectors, credit managers and cashiers see
// their worklist and decide. Nothing is served from it yet; until then the REST API and the Temporal UI show all there is.
//
// It owns: the pages, their templates and static files, embedded in the binary, and the sessions of those who look at them.
//
// It does not own: any fact or decision. It reads through the read models of postgres and tells the process through command,
// as the API does, so that a page can do nothing that a call cannot.
//
// What always holds there: a page never writes to the database, an amount is shown as models.Money prints it, and what a
// person sees is what their role may see in the API.
package web
