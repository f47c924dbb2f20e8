package risk

import (
	"math"
	"time"
)

// Place is where on Earth a network is said to be.
type Place struct {
	Name      string  `json:"name,omitempty"` // for people: "Berlin, DE"
	Latitude  float64 `json:"latitude"`       // degrees, north is positive
	Longitude float64 `json:"longitude"`      // degrees, east is positive
}

// earthRadius is the mean radius R1 of the Earth in km: H. Moritz, "Geodetic
// Reference System 1980", Journal of Geodesy 74 (2000), page 131.
const earthRadius = 6371.0088

// distance returns the km between two places along the surface of a sphere, by
// the haversine formula: R. W. Sinnott, "Virtues of the Haversine", Sky and
// Telescope 68 (1984), page 159. Between any two places it is within 0.6 % of the
// distance on the ellipsoid, which is less than locators are wrong by.
func (p Place) distance(q Place) float64 {
	const radian = math.Pi / 180
	north, east := (q.Latitude-p.Latitude)*radian, (q.Longitude-p.Longitude)*radian
	h := haversine(north) + math.Cos(p.Latitude*radian)*math.Cos(q.Latitude*radian)*haversine(east)
	return 2 * earthRadius * math.Asin(math.Sqrt(min(h, 1))) // rounding may lead above 1
}

func haversine(angle float64) float64 {
	s := math.Sin(angle / 2)
	return s * s
}

// lastPlace returns the distance from where the account was used last, and the
// time since. Of several sign-ins at that very time the farthest counts.
func (p past) lastPlace(a Attempt) (km float64, since time.Duration, ok bool) {
	var last time.Time
	for _, s := range p.succeeded {
		if s.Place == nil || ok && s.At.Before(last) {
			continue
		}
		d := s.Place.distance(*a.Place)
		if !ok || s.At.After(last) || d > km {
			km, last, ok = d, s.At, true
		}
	}
	return km, max(a.At.Sub(last), 0), ok
}
