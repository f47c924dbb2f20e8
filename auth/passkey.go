package auth

import (
	"cmp"
	"context"
	"encoding/base64"
	"slices"

	"github.com/composable-go/composable/auth/passkey"
	"github.com/composable-go/composable/auth/personal"
	"github.com/composable-go/composable/web"
)

// findPasskey is a [passkey.Lookup].
func (a *Auth) findPasskey(ctx context.Context, id string) (string, passkey.Credential, error) {
	owner, err := a.rt.ClaimOwner(ctx, passkeyClaim(id))
	if err != nil {
		return "", passkey.Credential{}, err
	}
	if owner.Key == "" {
		return "", passkey.Credential{}, passkey.ErrUnknown
	}
	user, err := a.users.State(ctx, owner.Key)
	if err != nil {
		return "", passkey.Credential{}, err
	}
	known, ok := user.State.Passkeys[id]
	if !ok { // removed just now
		return "", passkey.Credential{}, passkey.ErrUnknown
	}
	return owner.Key, known.credential(), nil
}

func newPasskey(c passkey.Credential, name personal.Text) NewPasskey {
	return NewPasskey{
		ID: c.ID, Name: name, PublicKey: c.PublicKey, AAGUID: c.AAGUID, Transports: c.Transports, SignCount: c.SignCount,
		UserVerified: c.UserVerified, BackupEligible: c.BackupEligible, BackedUp: c.BackedUp,
	}
}

func (p Passkey) credential() passkey.Credential {
	return passkey.Credential{
		ID: p.ID, PublicKey: p.PublicKey, AAGUID: p.AAGUID, Transports: p.Transports, SignCount: p.SignCount,
		UserVerified: p.UserVerified, BackupEligible: p.BackupEligible, BackedUp: p.BackedUp,
	}
}

func credentials(u User) (list []passkey.Credential) {
	for _, p := range sortedPasskeys(u) {
		list = append(list, p.credential())
	}
	return list
}

// passkeySignal is what PublicKeyCredential.signalAllAcceptedCredentials takes, so
// that a browser forgets the passkeys that were removed.
type passkeySignal struct {
	RPID          string   `json:"rp_id"`
	UserHandle    string   `json:"user_handle"`
	CredentialIDs []string `json:"credential_ids"`
}

func (a *Auth) signal(u User) passkeySignal {
	ids := []string{}
	for _, p := range sortedPasskeys(u) {
		ids = append(ids, p.ID)
	}
	return passkeySignal{a.passkeys.ID(), base64.RawURLEncoding.EncodeToString([]byte(u.ID)), ids}
}

// sortedPasskeys returns a user's passkeys, the oldest first.
func sortedPasskeys(u User) []Passkey {
	list := make([]Passkey, 0, len(u.Passkeys))
	for _, p := range u.Passkeys {
		list = append(list, p)
	}
	slices.SortFunc(list, func(a, b Passkey) int { return cmp.Or(a.AddedAt.Compare(b.AddedAt), cmp.Compare(a.ID, b.ID)) })
	return list
}

// passkeyLetter seals what a letter about a passkey tells: the details of a [Notice].
func passkeyLetter(r *web.Request, key *personal.Key, name string) personal.Text {
	return sealJSON(key, "notice", letter{Passkey: name, Device: deviceName(r)})
}

// letterAbout is [passkeyLetter] of a passkey that the user has.
func letterAbout(r *web.Request, u User, key *personal.Key, id string) (personal.Text, error) {
	name, err := key.Open("passkey", u.Passkeys[id].Name)
	return passkeyLetter(r, key, name), err
}
