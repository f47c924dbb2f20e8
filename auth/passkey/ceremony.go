package passkey

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"time"

	"github.com/composable-go/composable/store"
)

// Purpose is what a ceremony is for, and the kind of its row.
type Purpose string

// Purposes.
const (
	Register Purpose = "passkey_registration" // a user adds a passkey
	SignUp   Purpose = "passkey_sign_up"      // a visitor makes an account with one
	Login    Purpose = "passkey_login"        // somebody signs in
	StepUp   Purpose = "step_up"              // a user confirms an action
)

// Ceremony is what its beginning and its end have to agree on.
type Ceremony struct {
	Purpose Purpose
	Owner   string // user who began it, signed in, and alone can complete it; "" for a visitor
	Note    string // what is to be found again at the end, kept in clear
}

// Proof names the row that must be taken to complete a ceremony.
type Proof struct{ Kind, Key string }

// proof of a ceremony whose challenge is that, in base64url.
func (p Purpose) proof(challenge string) Proof {
	sum := sha256.Sum256([]byte(challenge))
	return Proof{Kind: string(p), Key: hex.EncodeToString(sum[:])}
}

// ceremonyRow is the data of a ceremony's row.
type ceremonyRow struct {
	User         string           `json:"user,omitempty"` // handle the passkey must have; "": any
	Verification UserVerification `json:"verification"`
	Note         string           `json:"note,omitempty"`
}

// begin writes a ceremony down.
func (rp *RelyingParty) begin(ctx context.Context, c Ceremony, challenge, user string, verification UserVerification) error {
	data, err := json.Marshal(ceremonyRow{User: user, Verification: verification, Note: c.Note})
	if err != nil {
		return err
	}
	proof := c.Purpose.proof(challenge)
	return rp.rt.Change(ctx, store.Insert(store.Row{
		Kind: proof.Kind, Key: proof.Key, Owner: c.Owner, Data: data, Expires: time.Now().UTC().Add(Life),
	}))
}

// find returns the ceremony that a challenge belongs to.
func (rp *RelyingParty) find(ctx context.Context, proof Proof, owner string) (ceremonyRow, error) {
	var c ceremonyRow
	row, ok, err := rp.rt.Row(ctx, proof.Kind, proof.Key)
	if err != nil {
		return c, err
	}
	if !ok || row.Owner != owner {
		return c, ErrCeremony
	}
	if err := json.Unmarshal(row.Data, &c); err != nil {
		return c, fmt.Errorf("passkey: the row of a ceremony is malformed: %w", err)
	}
	return c, nil
}
