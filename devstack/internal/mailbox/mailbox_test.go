package mailbox

import (
	"net/smtp"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

func TestMailsAreKeptInTheOrderOfTheirArrival(t *testing.T) {
	dir := t.TempDir()
	m, err := Open("127.0.0.1:0", dir)
	if err != nil {
		t.Fatal(err)
	}
	defer m.Close()
	subjects := []string{"Invoice", "Reminder", "Thanks"}
	for _, subject := range subjects {
		mail := "Subject: " + subject + "\r\n\r\nHello.\r\n"
		if err := smtp.SendMail(m.Address(), nil, "a@example.com", []string{"b@example.com", "c@example.com"}, []byte(mail)); err != nil {
			t.Fatal(err)
		}
	}
	files, err := filepath.Glob(filepath.Join(dir, "*.eml"))
	if err != nil || len(files) != len(subjects) {
		t.Fatalf("%d files, want %d (%v)", len(files), len(subjects), err)
	}
	if !slices.IsSorted(files) {
		t.Errorf("names %q", files)
	}
	for i, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		want := "Return-Path: <a@example.com>\r\nDelivered-To: b@example.com\r\nDelivered-To: c@example.com\r\nSubject: " + subjects[i] + "\r\n\r\nHello.\r\n"
		if string(text) != want {
			t.Errorf("%s holds %q, want %q", filepath.Base(file), text, want)
		}
	}
	if hidden, _ := filepath.Glob(filepath.Join(dir, ".*")); len(hidden) > 0 && strings.HasSuffix(hidden[0], ".eml") {
		t.Errorf("drafts are left: %q", hidden)
	}
}
