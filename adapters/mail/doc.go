// Package mail sends e-mail over SMTP: the adapter behind the port Mailer of package activities.
//
// It owns the connection to the mail server and which of its answers are final. It does not own what is said, to whom, or
// when it is tried again.
//
// What always holds: a mail carries an id made from the business fact that it tells, so that a second copy can be told; a
// recipient that is refused for good is KindInvalid, everything else can be tried again.
package mail
