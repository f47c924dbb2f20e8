package oauth

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"golang.org/x/oauth2"
)

// What can become of asking a provider. The errors returned wrap one of these, and hold
// no code, token or secret.
var (
	// ErrDenied: the person, or the provider for them, declined.
	ErrDenied = errors.New("oauth: the provider was not allowed to say who this is")
	// ErrUnreachable: the provider is away, overloaded or too slow; try again later.
	ErrUnreachable = errors.New("oauth: the provider cannot be reached")
	// ErrGrant: the code or refresh token was used, withdrawn, has expired, or belongs
	// to another attempt; the person must go to the provider again.
	ErrGrant = errors.New("oauth: the provider does not honour this grant any more")
	// ErrMisconfigured: the provider does not accept this application; compare client
	// id, secret, scopes and callback address with what is registered there.
	ErrMisconfigured = errors.New("oauth: the provider does not accept this application")
	// ErrUntrusted: the answer is not one that this provider gave to this attempt.
	ErrUntrusted = errors.New("oauth: the answer of the provider cannot be trusted")
)

// denial is the error of an answer that has an error code, from RFC 6749 and OpenID
// Connect.
func denial(code string) error {
	declined := []string{"access_denied", "login_required", "consent_required", "interaction_required", "account_selection_required"}
	away := []string{"server_error", "temporarily_unavailable"}
	switch {
	case slices.Contains(declined, code):
		return fmt.Errorf("%w: %s", ErrDenied, code)
	case slices.Contains(away, code):
		return fmt.Errorf("%w: %s", ErrUnreachable, code)
	}
	return fmt.Errorf("%w: %.40q", ErrMisconfigured, code)
}

// tokenError sorts what the token endpoint says. Its words stay out: they may repeat
// what was sent.
func tokenError(err error) error {
	refused, ok := errors.AsType[*oauth2.RetrieveError](err)
	switch {
	case !ok:
		return unreachable(err)
	case refused.ErrorCode == "invalid_grant", refused.ErrorCode == "bad_verification_code": // GitHub's name of it
		return fmt.Errorf("%w: %s", ErrGrant, refused.ErrorCode)
	case refused.Response.StatusCode >= 500 || refused.Response.StatusCode == 429:
		return fmt.Errorf("%w: status %d", ErrUnreachable, refused.Response.StatusCode)
	case refused.ErrorCode == "":
		return fmt.Errorf("%w: status %d", ErrMisconfigured, refused.Response.StatusCode)
	}
	return denial(refused.ErrorCode)
}

// unreachable leaves it visible when it was the caller who stopped waiting.
func unreachable(err error) error {
	if errors.Is(err, context.Canceled) {
		return fmt.Errorf("%w: %w", ErrUnreachable, context.Canceled)
	}
	return fmt.Errorf("%w: %v", ErrUnreachable, err)
}
