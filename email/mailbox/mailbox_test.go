package mailbox_test

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/composable-go/composable/email"
	"github.com/composable-go/composable/email/mailbox"
)

func open(t *testing.T, dir string, o mailbox.Options) *mailbox.Mailbox {
	t.Helper()
	b, err := mailbox.New(dir, o)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func message(id, subject string) email.Message {
	return email.Message{ID: id, From: "box@example.com", To: []string{"ada@example.com"}, Subject: subject, Text: "hi"}
}

func send(t *testing.T, b *mailbox.Mailbox, messages ...email.Message) {
	t.Helper()
	for _, m := range messages {
		if err := b.Send(t.Context(), m); err != nil {
			t.Fatal(err)
		}
	}
}

func subjects(t *testing.T, b *mailbox.Mailbox) []string {
	t.Helper()
	mails, err := b.Mails()
	if err != nil {
		t.Fatal(err)
	}
	list := make([]string, len(mails))
	for i, m := range mails {
		list[i] = m.Subject
	}
	return list
}

func TestMailsAreThereAfterARestart(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "data", "mailbox")
	send(t, open(t, dir, mailbox.Options{}), message("1", "first"), message("2", "second"))
	if diff := cmp.Diff([]string{"second", "first"}, subjects(t, open(t, dir, mailbox.Options{}))); diff != "" {
		t.Errorf("mails (-want +got):\n%s", diff)
	}
}

func TestAMailSentTwiceIsThereOnce(t *testing.T) {
	t.Parallel()
	b := open(t, t.TempDir(), mailbox.Options{})
	send(t, b, message("1", "first"), message("1", "first"), message("", "other"), message("", "other"))
	if diff := cmp.Diff([]string{"other", "other", "first"}, subjects(t, b)); diff != "" {
		t.Errorf("mails (-want +got):\n%s", diff)
	}
}

func TestOnlyTheNewestMailsAreKept(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	b := open(t, dir, mailbox.Options{Keep: 2})
	send(t, b, message("1", "first"), message("2", "second"), message("3", "third"))
	if diff := cmp.Diff([]string{"third", "second"}, subjects(t, b)); diff != "" {
		t.Errorf("mails (-want +got):\n%s", diff)
	}
	if files, err := os.ReadDir(dir); err != nil || len(files) != 2 {
		t.Errorf("%d files are left, %v; want 2", len(files), err)
	}
}

func TestAWriteCutShortIsNotAMail(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "0a.json.tmp"), []byte(`{"sub`), 0o600); err != nil {
		t.Fatal(err)
	}
	b := open(t, dir, mailbox.Options{})
	send(t, b, message("1", "first"))
	if diff := cmp.Diff([]string{"first"}, subjects(t, b)); diff != "" {
		t.Errorf("mails (-want +got):\n%s", diff)
	}
}

func TestSendAndMailsAtOnce(t *testing.T) {
	t.Parallel()
	b := open(t, t.TempDir(), mailbox.Options{Keep: 10})
	var all sync.WaitGroup
	for i := range 50 {
		all.Go(func() {
			if err := b.Send(t.Context(), message(fmt.Sprint(i), "s")); err != nil {
				t.Error(err)
			}
			if _, err := b.Mails(); err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	if got := len(subjects(t, b)); got != 10 {
		t.Errorf("%d mails are kept, want 10", got)
	}
}

func TestSendRefusesMalformedMail(t *testing.T) {
	t.Parallel()
	b := open(t, t.TempDir(), mailbox.Options{})
	if err := b.Send(t.Context(), message("1", "a\r\nBcc: eve@example.com")); !errors.Is(err, email.ErrPermanent) {
		t.Errorf("error = %v, want %v", err, email.ErrPermanent)
	}
}

func TestNewNamesTheRemedy(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := mailbox.New(file, mailbox.Options{}); err == nil {
		t.Error("a file was accepted as directory")
	}
}
