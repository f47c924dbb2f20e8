package auth

import (
	"cmp"
	"encoding/json"
	"errors"
	"net/http"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/composable-go/composable/auth/passkey"
	"github.com/composable-go/composable/auth/personal"
	"github.com/composable-go/composable/web"
)

// passkeyItem is what its owner sees of a passkey.
type passkeyItem struct {
	ID         string     `json:"id"`
	Name       string     `json:"name"`
	AAGUID     string     `json:"aaguid"` // by which pages know a picture of the authenticator
	Transports []string   `json:"transports"`
	Synced     bool       `json:"synced"`
	CreatedAt  time.Time  `json:"created_at"`
	LastUsedAt *time.Time `json:"last_used_at"`
}

func itemOf(key *personal.Key, p Passkey) (passkeyItem, error) {
	name, err := key.Open("passkey", p.Name)
	item := passkeyItem{
		ID: p.ID, Name: name, AAGUID: p.AAGUID, Transports: p.Transports, Synced: p.BackedUp, CreatedAt: p.AddedAt,
	}
	if !p.LastUsedAt.IsZero() {
		item.LastUsedAt = &p.LastUsedAt
	}
	return item, err
}

func (a *Auth) listPasskeys(w http.ResponseWriter, r *web.Request) error {
	user, key, err := a.person(r.Context(), r.Actor().ID)
	if err != nil {
		return err
	}
	items := make([]passkeyItem, 0, len(user.Passkeys))
	for _, p := range sortedPasskeys(user) {
		item, err := itemOf(key, p)
		if err != nil {
			return err
		}
		items = append(items, item)
	}
	return web.Reply(w, http.StatusOK, map[string]any{"items": items, "signal": a.signal(user)})
}

func (a *Auth) beginRegistration(w http.ResponseWriter, r *web.Request) error {
	user, key, err := a.person(r.Context(), r.Actor().ID)
	if err != nil {
		return err
	}
	holder, err := a.holder(user, key)
	if err != nil {
		return err
	}
	options, err := a.passkeys.BeginRegistration(r.Context(),
		passkey.Ceremony{Purpose: passkey.Register, Owner: user.ID}, holder, credentials(user))
	if err != nil {
		return err
	}
	return web.Reply(w, http.StatusOK, options)
}

// holder is what the user's keychain shows of them.
func (a *Auth) holder(u User, key *personal.Key) (passkey.User, error) {
	address, err := key.Open("email", u.Address)
	if err != nil {
		return passkey.User{}, err
	}
	name, err := key.Open("name", u.Name)
	return passkey.User{ID: u.ID, Name: cmp.Or(address, name, a.options.App), DisplayName: cmp.Or(name, address, a.options.App)}, err
}

func (a *Auth) completeRegistration(w http.ResponseWriter, r *web.Request) error {
	var body struct {
		Credential json.RawMessage `json:"credential"`
		Name       string          `json:"name"`
	}
	if err := r.JSON(&body); err != nil {
		return err
	}
	name, err := passkeyName(cmp.Or(body.Name, deviceName(r)))
	if err != nil {
		return err
	}
	id, err := a.registerBy(r, body.Credential, name)
	if errors.Is(err, passkey.ErrCeremony) && r.Header.Get("Idempotency-Key") != "" {
		id, err = idOf(body.Credential), nil // if it was added, it is the answer that was lost
	}
	if err != nil {
		return err
	}
	return a.showAdded(w, r, id)
}

func (a *Auth) showAdded(w http.ResponseWriter, r *web.Request, id string) error {
	user, err := a.users.State(r.Context(), r.Actor().ID)
	if err != nil {
		return err
	}
	added, ok := user.State.Passkeys[id]
	if !ok {
		return passkey.ErrCeremony
	}
	key, err := a.keys.Of(r.Context(), r.Actor().ID)
	if err != nil {
		return err
	}
	item, err := itemOf(key, added)
	if err != nil {
		return err
	}
	web.SetPosition(w, user.Position)
	return web.Reply(w, http.StatusCreated, item)
}

// registerBy adds the passkey that was made, and returns its id.
func (a *Auth) registerBy(r *web.Request, shown json.RawMessage, name string) (id string, err error) {
	made, err := a.passkeys.FinishRegistration(r.Context(), passkey.Register, r.Actor().ID, shown)
	if err != nil {
		return "", err
	}
	key, err := a.keys.Of(r.Context(), made.User)
	if err != nil {
		return "", err
	}
	_, err = a.users.Send(r.Context(), made.User, AddPasskey{
		Passkey: newPasskey(made.Credential, key.Seal("passkey", name)),
		Proof:   Proof(made.Proof), Details: passkeyLetter(r, key, name),
	})
	return made.Credential.ID, overtaken(err)
}

func (a *Auth) renamePasskey(w http.ResponseWriter, r *web.Request) error {
	var body struct {
		Name string `json:"name"`
	}
	if err := r.JSON(&body); err != nil {
		return err
	}
	name, err := passkeyName(body.Name)
	if err != nil {
		return err
	}
	key, err := a.keys.Of(r.Context(), r.Actor().ID)
	if err != nil {
		return err
	}
	receipt, err := a.users.Send(r.Context(), r.Actor().ID, RenamePasskey{ID: r.Param("id"), Name: key.Seal("passkey", name)})
	if err != nil {
		return err
	}
	web.SetPosition(w, receipt.Position)
	w.WriteHeader(http.StatusNoContent)
	return nil
}

func (a *Auth) removePasskey(w http.ResponseWriter, r *web.Request) error {
	user, key, err := a.person(r.Context(), r.Actor().ID)
	if err != nil {
		return err
	}
	details, err := letterAbout(r, user, key, r.Param("id"))
	if err != nil {
		return err
	}
	receipt, err := a.users.Send(r.Context(), user.ID, RemovePasskey{ID: r.Param("id"), Details: details})
	if err != nil {
		return err
	}
	left, err := a.users.State(r.Context(), user.ID)
	if err != nil {
		return err
	}
	web.SetPosition(w, receipt.Position)
	return web.Reply(w, http.StatusOK, map[string]any{"signal": a.signal(left.State)})
}

func passkeyName(name string) (string, error) {
	const longest = 100
	name = strings.TrimSpace(name)
	var v web.Validation
	v.Check(name != "", "name", "is missing")
	v.Check(utf8.RuneCountInString(name) <= longest, "name", "must have at most %d characters", longest)
	v.Check(!strings.ContainsFunc(name, unicode.IsControl), "name", "must not contain control characters")
	return name, v.Err()
}
