package typescript_test

import (
	"encoding/json"
	"math/big"
	"net/netip"
	"net/textproto"
	"net/url"
	"reflect"
	"time"

	"github.com/composable-go/composable/typescript"
)

// Kinds is every kind of field that comes back from JavaScript as it went.
type Kinds struct {
	Yes    bool              `json:"yes"`
	Count  int               `json:"count"`
	Small  uint8             `json:"small"`
	Ratio  float64           `json:"ratio"`
	Huge   int64             `json:"huge,string"`
	Large  *uint64           `json:"large,string"`
	Switch bool              `json:"switch,string,omitempty"`
	Text   string            `json:"text"`
	Status status            `json:"status"`
	At     time.Time         `json:"at"`
	Until  *time.Time        `json:"until"`
	Since  time.Time         `json:"since,omitzero"`
	Wait   time.Duration     `json:"wait"`
	Hash   []byte            `json:"hash"`
	Addr   netip.Addr        `json:"addr"`
	Any    any               `json:"any"`
	Raw    json.RawMessage   `json:"raw,omitempty"`
	Tags   []string          `json:"tags"`
	Grid   [][]int           `json:"grid"`
	Corner [2]float32        `json:"corner"`
	Parts  map[string]Part   `json:"parts"`
	Marks  map[int][]bool    `json:"marks"`
	Part   Part              `json:"part"`
	Spare  *Part             `json:"spare"`
	Other  *Part             `json:"other,omitempty"`
	More   []Part            `json:"more,omitempty"`
	Labels map[string]string `json:"labels,omitzero"`
	Lists  *[]Part           `json:"lists,omitempty"`
	Page   page[Part]        `json:"page"`
	Inline struct {
		A int     `json:"a"`
		B *string `json:"b,omitempty"`
	} `json:"inline"`
	None  struct{}       `json:"none"`
	Tree  *node          `json:"tree"`
	ByTag map[string]any `json:"odd-name"`
	Untagged
	*Behind
}

type status string

// Part is used in many places.
type Part struct {
	ID string `json:"id"`
	N  int    `json:"n,omitempty"`
}

type page[T any] struct {
	Items []T     `json:"items"`
	Next  *string `json:"next"`
}

type node struct {
	Left  *node `json:"left"`
	Right *node `json:"right,omitempty"`
}

// Untagged is embedded.
type Untagged struct{ Plain string }

// Behind is embedded by a pointer: its fields are there when it is.
type Behind struct {
	Back  string  `json:"back"`
	Front *string `json:"front"`
}

// Rules is what only one way is asked of.
type Rules struct {
	hidden int
	Left   string `json:"-"`
	//lint:ignore SA5008 encoding/json names it "-"
	Dash string `json:"-,"`
	//lint:ignore SA5008 encoding/json takes no such name
	BadName   string `json:"bad\"name"`
	OnlyOpts  string `json:",omitempty"`
	Struct    Part   `json:"struct,omitempty"`
	Array     [0]int `json:"array,omitempty"`
	Shadowed  string `json:"plain"`
	Number    json.Number
	Big       *big.Int
	BigValue  big.Int
	Listed    []*Part
	Deep      ***string
	Loop      loop
	Ring      ring
	Pages     page[map[string][]Part]
	IPs       map[netip.Addr]bool
	Wrapped   stamp
	Interface interface{ M() }
	Text      shout
	Letters   []letter
	URL       url.Error
	Proto     textproto.Error
	deep
	first
	second
	stringer `json:"named"`
}

type (
	loop  map[string]loop
	ring  []ring
	stamp struct {
		time.Time
		Zone string
	}
	shout  []byte
	letter byte
	deep   struct {
		Shadowed int `json:"plain"` // is less deep elsewhere
		Dug      bool
	}
	first struct {
		Twice  int
		Tagged int `json:"tagged"`
	}
	second struct {
		Twice  int
		Tagged string
	}
	stringer struct{ S string }
)

func (shout) MarshalText() ([]byte, error)  { return []byte("!"), nil }
func (letter) MarshalText() ([]byte, error) { return []byte("a"), nil }

type (
	place  struct{ Items []Part }
	cancel struct {
		Reason string `json:"reason,omitempty"`
	}
	ship    struct{}
	changed struct {
		Change string `json:"change"`
	}
	byKind struct{ Kind status }
)

// rich is an API with all there is.
func rich() typescript.API {
	type Api struct{ Taken bool }
	return typescript.API{
		Program: "example.com/rich",
		Commands: map[string]map[string]reflect.Type{
			"order": {"Place": reflect.TypeFor[place](), "Cancel": reflect.TypeFor[cancel](), "cart.Add": reflect.TypeFor[struct {
				Key    string `json:"key"`
				Action Part   `json:"action"`
			}]()},
			"parcel": {"Ship": reflect.TypeFor[ship]()},
		},
		Queries: map[string]typescript.Query{
			"kinds":    {Params: reflect.TypeFor[byKind](), Result: reflect.TypeFor[Kinds]()},
			"anything": {Params: reflect.TypeFor[struct{}](), Result: reflect.TypeFor[any]()},
			"list":     {Params: reflect.TypeFor[struct{}](), Result: reflect.TypeFor[[]*Part]()},
		},
		Topics: map[string]map[string]reflect.Type{
			"order": {"Changed": reflect.TypeFor[changed](), "Part": reflect.TypeFor[Part]()},
			"me":    {},
			"open":  nil,
		},
		Codes: []string{"conflict", "sold_out"},
		Types: []reflect.Type{reflect.TypeFor[Rules](), reflect.TypeFor[Api](), reflect.TypeFor[[]byte]()},
	}
}
