package risk

import (
	"math"
	"testing"

	"pgregory.net/rapid"
)

// TestDistance has its distances from the definition: a meridian is half a circle,
// and Nashville to Los Angeles is the usual test of the formula.
func TestDistance(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		from, to Place
		km       float64
	}{
		"nowhere":                  {Place{Latitude: 10, Longitude: 20}, Place{Latitude: 10, Longitude: 20}, 0},
		"pole to pole":             {Place{Latitude: 90}, Place{Latitude: -90, Longitude: 77}, math.Pi * earthRadius},
		"antipodes":                {Place{Latitude: 30, Longitude: 40}, Place{Latitude: -30, Longitude: -140}, math.Pi * earthRadius},
		"across the date line":     {Place{Longitude: 179.5}, Place{Longitude: -179.5}, math.Pi * earthRadius / 180},
		"Nashville to Los Angeles": {Place{Latitude: 36.12, Longitude: -86.67}, Place{Latitude: 33.94, Longitude: -118.4}, 2886.448},
	} {
		if got := c.from.distance(c.to); math.Abs(got-c.km) > 0.01 {
			t.Errorf("%s: %.3f km, want %.3f", name, got, c.km)
		}
	}
}

func TestDistanceIsSymmetricAndBounded(t *testing.T) {
	t.Parallel()
	place := rapid.Custom(func(t *rapid.T) Place {
		return Place{Latitude: rapid.Float64Range(-90, 90).Draw(t, "latitude"), Longitude: rapid.Float64Range(-180, 180).Draw(t, "longitude")}
	})
	rapid.Check(t, func(t *rapid.T) {
		p, q := place.Draw(t, "p"), place.Draw(t, "q")
		there, back := p.distance(q), q.distance(p)
		if math.Abs(there-back) > 1e-6 || there < 0 || there > math.Pi*earthRadius+1e-6 {
			t.Errorf("%v km there, %v back", there, back)
		}
	})
}
