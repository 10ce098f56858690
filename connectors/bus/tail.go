package bus

import (
	"encoding/binary"
	"fmt"
	"math"
)

// A tail message is what one flush made durable: the span of the whole history
// so far, and for each signal with news a chunk under its name.
//
//	magic "GTT1", first and last moment of the history (8 bytes each), then
//	length and name, length and chunk, until the end
const (
	tailMagic = "GTT1"
	nameMax   = 1 << 10 // bytes of a signal's id
	tailBytes = 768 << 10
)

// span is the moments that a history reaches from and to; the zero one is of an
// empty history.
type span struct{ first, last int64 }

func (s span) empty() bool { return s == span{} }

func (s span) with(first, last int64) span {
	if s.empty() {
		return span{first, last}
	}
	return span{min(s.first, first), max(s.last, last)}
}

func beginTail(dst []byte, s span) []byte {
	dst = append(dst, tailMagic...)
	dst = binary.LittleEndian.AppendUint64(dst, uint64(s.first))
	return binary.LittleEndian.AppendUint64(dst, uint64(s.last))
}

func appendTail(dst []byte, name string, chunk []byte) []byte {
	dst = binary.AppendUvarint(dst, uint64(len(name)))
	dst = append(dst, name...)
	dst = binary.AppendUvarint(dst, uint64(len(chunk)))
	return append(dst, chunk...)
}

// readTail calls fn for every chunk of a tail message.
func readTail(data []byte, fn func(name string, chunk []byte) error) (span, error) {
	if len(data) < len(tailMagic)+spanBytes || string(data[:4]) != tailMagic {
		return span{}, fmt.Errorf("%w: it does not begin as a tail", errChunk)
	}
	s := span{int64(binary.LittleEndian.Uint64(data[4:])), int64(binary.LittleEndian.Uint64(data[12:]))}
	for rest := data[4+spanBytes:]; len(rest) > 0; {
		name, after, ok := field(rest, nameMax)
		if !ok {
			return s, fmt.Errorf("%w: the name of a signal is cut short", errChunk)
		}
		chunk, after, ok := field(after, math.MaxInt32)
		if !ok {
			return s, fmt.Errorf("%w: the samples of %s are cut short", errChunk, name)
		}
		if err := fn(string(name), chunk); err != nil {
			return s, err
		}
		rest = after
	}
	return s, nil
}

func field(data []byte, most uint64) (value, rest []byte, ok bool) {
	n, k := binary.Uvarint(data)
	if k <= 0 || n > most || n > uint64(len(data)-k) {
		return nil, nil, false
	}
	return data[k : k+int(n)], data[k+int(n):], true
}
