//go:build linux

package main

import "encoding/binary"

const (
	textFrame = 0x81 // the last of its message
	masked    = 0x80
	in16Bits  = 126
	in64Bits  = 127
)

// withHeader makes a server's frame of a text.
func withHeader(text []byte) []byte { return append(header(len(text), 0), text...) }

// fromClient makes a client's frame of a text. Its mask is zero, which leaves the
// text as it is.
func fromClient(text []byte) []byte {
	return append(append(header(len(text), masked), 0, 0, 0, 0), text...)
}

func header(size int, mask byte) []byte {
	if size < in16Bits {
		return []byte{textFrame, mask | byte(size)}
	}
	return binary.BigEndian.AppendUint16([]byte{textFrame, mask | in16Bits}, uint16(size))
}

// frameEnd returns where the text and the end of a server's frame are that data
// begins with; ok is false when it is not all there yet.
func frameEnd(data []byte) (text, end int, ok bool) {
	if len(data) < 2 {
		return 0, 0, false
	}
	text, size := 2, int(data[1])
	switch size {
	case in16Bits:
		if len(data) < 4 {
			return 0, 0, false
		}
		text, size = 4, int(binary.BigEndian.Uint16(data[2:]))
	case in64Bits:
		if len(data) < 10 {
			return 0, 0, false
		}
		text, size = 10, int(binary.BigEndian.Uint64(data[2:]))
	}
	return text, text + size, len(data) >= text+size
}
