package auth

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
)

// Digest is what a step-up confirms: an action by its name, "payment.Refund", and
// the very arguments. It is the SHA-256, in hex, of the name, NUL, and the arguments
// as JSON whose objects are sorted by key. The arguments of a command are the
// command: a browser that sends what the command looks like as JSON gets the same
// digest. The error says that arguments are no JSON.
func Digest(action string, arguments any) (string, error) {
	data, err := json.Marshal(arguments)
	if err != nil {
		return "", err
	}
	var tree any
	decoder := json.NewDecoder(bytes.NewReader(data))
	decoder.UseNumber() // amounts may have more digits than a float
	if err := decoder.Decode(&tree); err != nil {
		return "", err
	}
	sorted, err := json.Marshal(tree)
	if err != nil {
		return "", err
	}
	sum := sha256.Sum256(append([]byte(action+"\x00"), sorted...))
	return hex.EncodeToString(sum[:]), nil
}
