package mailbox

import (
	"cmp"
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/composable-go/composable/email"
)

// Options adjust a [Mailbox]. The zero value works.
type Options struct {
	// Keep is how many mails are kept, the newest ones. 0 means 200.
	Keep int
}

// Mail is a mail as it was sent.
type Mail struct {
	ID      string    `json:"id"` // the name of its file, without the extension
	From    string    `json:"from"`
	To      []string  `json:"to"`
	Subject string    `json:"subject"`
	Text    string    `json:"text"`
	HTML    string    `json:"html"`
	At      time.Time `json:"at"`
}

// Mailbox is an [email.Sender] that keeps mails in a directory. It is safe for
// concurrent use by one process.
type Mailbox struct {
	dir  string
	keep int
	mu   sync.Mutex // held while the directory changes
}

// New opens the mailbox in a directory, which is made when it is not there, and
// which should hold nothing else.
func New(dir string, o Options) (*Mailbox, error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, fmt.Errorf("mailbox: choose a directory that can be written: %w", err)
	}
	return &Mailbox{dir: dir, keep: cmp.Or(o.Keep, 200)}, nil
}

// Send keeps the mail. One that was kept under the same ID before is replaced,
// so a mail sent twice is there once.
func (b *Mailbox) Send(_ context.Context, m email.Message) error {
	if err := m.Check(); err != nil {
		return err
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	mail := Mail{From: m.From, To: m.To, Subject: m.Subject, Text: m.Text, HTML: m.HTML, At: time.Now().UTC()}
	if err := b.write(fileName(m), mail); err != nil {
		return fmt.Errorf("mailbox: %w", err)
	}
	return b.prune()
}

// Mails returns the mails that are kept, newest first.
func (b *Mailbox) Mails() ([]Mail, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	files, err := b.files()
	mails := make([]Mail, 0, len(files))
	for _, f := range files {
		var m Mail
		if m, err = b.read(f.Name()); err != nil {
			break
		}
		mails = append(mails, m)
	}
	return mails, err
}

const extension = ".json"

// fileName hides the ID, which may hold anything, behind its hash.
func fileName(m email.Message) string {
	sum := sha256.Sum256([]byte(cmp.Or(m.ID, rand.Text())))
	return hex.EncodeToString(sum[:16]) + extension
}

// write makes the file appear complete or not at all. The file's own time, by
// which mails are sorted, is set because the system's clock for files is coarse.
func (b *Mailbox) write(name string, m Mail) error {
	data, err := json.Marshal(m)
	if err != nil {
		return err
	}
	path := filepath.Join(b.dir, name)
	f, err := os.OpenFile(path+".tmp", os.O_CREATE|os.O_TRUNC|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	_, err = f.Write(data)
	err = errors.Join(err, f.Sync(), f.Close(), os.Chtimes(f.Name(), m.At, m.At))
	if err != nil {
		return err
	}
	return os.Rename(f.Name(), path)
}

func (b *Mailbox) read(name string) (Mail, error) {
	data, err := os.ReadFile(filepath.Join(b.dir, name))
	if err != nil {
		return Mail{}, fmt.Errorf("mailbox: %w", err)
	}
	var m Mail
	if err := json.Unmarshal(data, &m); err != nil {
		return Mail{}, fmt.Errorf("mailbox: %s is damaged, remove it: %w", name, err)
	}
	m.ID = strings.TrimSuffix(name, extension)
	return m, nil
}

// files lists the mails' files, newest first.
func (b *Mailbox) files() ([]fs.FileInfo, error) {
	entries, err := os.ReadDir(b.dir)
	if err != nil {
		return nil, fmt.Errorf("mailbox: %w", err)
	}
	var files []fs.FileInfo
	for _, e := range entries {
		if filepath.Ext(e.Name()) != extension {
			continue
		}
		info, err := e.Info()
		if err != nil {
			return nil, fmt.Errorf("mailbox: %w", err)
		}
		files = append(files, info)
	}
	slices.SortFunc(files, func(a, b fs.FileInfo) int { return b.ModTime().Compare(a.ModTime()) })
	return files, nil
}

func (b *Mailbox) prune() error {
	files, err := b.files()
	if err != nil {
		return err
	}
	for _, f := range files[min(b.keep, len(files)):] {
		if err := os.Remove(filepath.Join(b.dir, f.Name())); err != nil {
			return fmt.Errorf("mailbox: %w", err)
		}
	}
	return nil
}
