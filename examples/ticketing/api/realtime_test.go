package api

import (
	"slices"
	"testing"

	"github.com/composable-go/composable/examples/ticketing/reservation"
	"github.com/composable-go/composable/ws"
)

func TestWhatChangesACustomersListsReachesThem(t *testing.T) {
	t.Parallel()
	for _, event := range []reservation.Action{
		reservation.Initiated{CustomerID: "ann"},
		reservation.Rejected{CustomerID: "ann"},
		reservation.Completed{CustomerID: "ann"},
		reservation.Expired{CustomerID: "ann"},
		reservation.Cancelled{CustomerID: "ann"},
		reservation.Compensated{CustomerID: "ann"},
		reservation.ReturnRequested{CustomerID: "ann"},
		reservation.RefundDecided{CustomerID: "ann"},
		reservation.Refunded{CustomerID: "ann"},
	} {
		var topics []string
		for _, m := range showReservation(ws.Recorded[reservation.Action]{Action: event, Key: "7"}) {
			topics = append(topics, m.Topic)
		}
		if !slices.Equal(topics, []string{"reservation:7", ws.Me("ann")}) {
			t.Errorf("%T goes to %q", event, topics)
		}
	}
}
