package eventlog

// Snapshot is the state of a stream at one version, as the engine encoded it.
type Snapshot struct {
	Stream   StreamID
	Version  int64
	Position int64  // of the event that led to the version
	Schema   string // names what encoded it; another schema means that it cannot be read
	Data     []byte
}
