package memory_test

import (
	"testing"

	"github.com/composable-go/composable/eventlog"
	"github.com/composable-go/composable/eventlog/eventlogtest"
	"github.com/composable-go/composable/eventlog/memory"
)

func TestConformance(t *testing.T) {
	eventlogtest.Run(t, func(*testing.T) eventlog.Backend { return memory.New() })
}
