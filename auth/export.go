package auth

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"time"

	"github.com/composable-go/composable/auth/personal"
	"github.com/composable-go/composable/store"
	"github.com/composable-go/composable/web"
)

// part is one member of the exported document.
type part struct {
	name  string
	value any
}

// ownParts are the members that do not come from the application.
func ownParts() []string {
	return []string{"exported_at", "profile", "registered_at", "sessions", "devices", "passkeys", "identities", "audit"}
}

// checkExports refuses names that would be there twice.
func checkExports(exports map[string]func(ctx context.Context, userID string) (any, error)) error {
	for name := range exports {
		if name == "" || slices.Contains(ownParts(), name) {
			return fmt.Errorf("Options.Export has %q, which is a part of each export already; name it otherwise", name)
		}
	}
	return nil
}

// export sends all that is known about the user as one document, which is written as it
// is read. Nobody takes what breaks off for the whole: it is no JSON, and no complete
// answer.
func (a *Auth) export(w http.ResponseWriter, r *web.Request) error {
	ctx, user := r.Context(), r.Actor().ID
	key, err := a.keys.Of(ctx, user)
	if err != nil {
		return err
	}
	parts, err := a.ownExport(ctx, user, key)
	if err != nil {
		return err
	}
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Content-Disposition", `attachment; filename="account.json"`)
	w.Header().Set("Cache-Control", "no-store")
	if err := a.writeExport(ctx, w, user, key, parts); err != nil {
		a.options.Logger.ErrorContext(ctx, "an export broke off", "user", user, "error", err)
		panic(http.ErrAbortHandler)
	}
	return nil
}

// ownExport is what this package knows of the user besides the audit trail.
func (a *Auth) ownExport(ctx context.Context, id string, key *personal.Key) ([]part, error) {
	user, err := a.users.State(ctx, id)
	if err != nil {
		return nil, err
	}
	profile, err := a.view(ctx, user.State)
	if err != nil {
		return nil, err
	}
	rows, err := a.rt.RowsOf(ctx, sessionKind, id)
	if err != nil {
		return nil, err
	}
	sessions := make([]sessionRow, len(rows))
	for i, row := range rows {
		if sessions[i], err = readSession(row); err != nil {
			return nil, err
		}
	}
	parts := []part{
		{"profile", profile},
		{"registered_at", user.State.RegisteredAt},
		{"sessions", sessions},
		{"devices", devicesOf(user.State)},
		{"passkeys", slices.Collect(maps.Values(user.State.Passkeys))},
		{"identities", identitiesOf(user.State)},
	}
	for i := range parts {
		if parts[i].value, err = legible(key, parts[i].value); err != nil {
			return nil, err
		}
	}
	return parts, nil
}

type (
	exportedDevice struct {
		ID string
		Device
	}
	exportedIdentity struct {
		Provider string
		Account
	}
)

func devicesOf(u User) (all []exportedDevice) {
	for _, id := range slices.Sorted(maps.Keys(u.Devices)) {
		all = append(all, exportedDevice{id, u.Devices[id]})
	}
	return all
}

func identitiesOf(u User) (all []exportedIdentity) {
	for _, provider := range slices.Sorted(maps.Keys(u.Identities)) {
		all = append(all, exportedIdentity{provider, u.Identities[provider]})
	}
	return all
}

// writeExport writes the parts, those of the application, and the audit trail.
func (a *Auth) writeExport(ctx context.Context, w http.ResponseWriter, user string, key *personal.Key, parts []part) error {
	if _, err := fmt.Fprintf(w, "{\n%q: %q", "exported_at", time.Now().UTC().Format(time.RFC3339)); err != nil {
		return err
	}
	for _, p := range parts {
		if err := writePart(w, p); err != nil {
			return err
		}
	}
	for _, name := range slices.Sorted(maps.Keys(a.options.Export)) {
		value, err := a.options.Export[name](ctx, user)
		if err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
		if err := writePart(w, part{name, value}); err != nil {
			return err
		}
	}
	return a.writeTrail(ctx, w, user, key)
}

func writePart(w http.ResponseWriter, p part) error {
	data, err := json.MarshalIndent(p.value, "", "  ")
	if err != nil {
		return fmt.Errorf("%s: %w", p.name, err)
	}
	_, err = fmt.Fprintf(w, ",\n%q: %s", p.name, data)
	return err
}

// trailPage is how many events of the audit trail are in memory at once.
const trailPage = 500

// writeTrail writes all events of the user's stream, legibly, and ends the document.
func (a *Auth) writeTrail(ctx context.Context, w http.ResponseWriter, user string, key *personal.Key) error {
	separator := fmt.Sprintf(",\n%q: [\n", "audit")
	for after := int64(0); ; {
		decisions, err := a.users.History(ctx, user, after, trailPage)
		if err != nil {
			return err
		}
		if len(decisions) == 0 {
			_, err := fmt.Fprint(w, "\n]\n}\n")
			return err
		}
		for _, d := range decisions {
			if err := writeDecision(w, separator, key, d); err != nil {
				return err
			}
			separator, after = ",\n", d.Events[len(d.Events)-1].Version
		}
		_ = http.NewResponseController(w).Flush() // where the connection can
	}
}

func writeDecision(w http.ResponseWriter, separator string, key *personal.Key, d store.Decision) error {
	for _, e := range d.Events {
		data, err := legible(key, e.Data)
		if err != nil {
			return err
		}
		entry, err := json.Marshal(map[string]any{"version": e.Version, "at": d.At, "action": d.Action, "event": e.Name, "data": data})
		if err != nil {
			return err
		}
		if _, err := fmt.Fprintf(w, "%s%s", separator, entry); err != nil {
			return err
		}
		separator = ",\n"
	}
	return nil
}
