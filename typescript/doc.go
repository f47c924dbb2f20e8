// Package typescript writes what a program offers to clients as one TypeScript
// module: an interface for each struct, and Api, which says what may be sent to which
// store, asked, heard on which topic, and refused with which codes. The client
// package takes Api from the module's augmentation of it.
//
// A type is what encoding/json makes of the Go type, no more and no less:
//
//	bool, string                     boolean, string
//	numbers, time.Duration           number; a Duration is in nanoseconds
//	",string" in the tag             string
//	time.Time                        string, RFC 3339
//	encoding.TextMarshaler           string
//	[]byte                           string | null, base64
//	[]T, map[K]V, *T                 T[] | null, Record<string, V> | null, T | null
//	[n]T                             T[]
//	struct                           an interface; embedded structs are part of it
//	struct without fields            Record<string, never>
//	"omitempty", "omitzero"          optional, and not null for being nil
//	any, json.Marshaler, RawMessage  unknown
//
// Lists and maps may be null because encoding/json writes null for nil, and nobody
// between the reducer and the socket changes that. A field that is tagged omitempty or
// omitzero is never null for that reason: it is absent.
//
// JavaScript's numbers are exact up to 2^53. An int64 that may be larger must be
// tagged ",string", or clients will read another number.
//
// A type has its Go name in upper case, Page[Seat] being PageSeat. When two packages
// have a type of one name, both are prefixed with their package's: EventCancel,
// OrderCancel.
package typescript
