package light

import (
	"slices"
	"testing"

	"github.com/composable-go/composable/store"
)

func TestTurnOn(t *testing.T) {
	effects, _ := Reducer{}.Reduce(&Light{}, TurnOn{}, store.Env{})
	record := effects[0].(store.RecordEffect)
	if len(record.Events) != 2 {
		t.Error("the events are not those two")
	}
	if !slices.Contains(effects, store.Effect(store.Claim("light"))) {
		t.Error("the name is not claimed")
	}
}
