// Package meshopt packs and unpacks the buffers of EXT_meshopt_compression
// (Khronos glTF extension; bitstream in its appendix A): attributes, triangles
// and index sequences, and the filters that make attributes compressible. It
// knows bytes only: what they mean is the caller's. Start reading at Unpack,
// then PackAttributes and PackTriangles.
//
// What is written is bitstream version 0 for attributes and 1 for indices, as
// the extension asks for; of attributes, version 0 is read.
package meshopt

import (
	"errors"
	"fmt"
)

// Mode is what a buffer holds.
type Mode string

const (
	Attributes Mode = "ATTRIBUTES"
	Triangles  Mode = "TRIANGLES"
	Indices    Mode = "INDICES"
)

// Filter is how unpacked attributes are turned to what they mean.
type Filter string

const (
	None        Filter = "NONE"
	Octahedral  Filter = "OCTAHEDRAL"
	Quaternion  Filter = "QUATERNION"
	Exponential Filter = "EXPONENTIAL"
)

// countMax bounds the elements of one buffer.
const countMax = 1 << 28

// packedLeast is what bytes at least stand behind n elements: two bits for a
// group of sixteen in each block. It keeps a few bytes from asking for
// gigabytes.
const packedLeast = 256 // elements for one byte

// Unpack returns count elements of stride bytes each.
func Unpack(mode Mode, filter Filter, data []byte, count, stride int) ([]byte, error) {
	if count < 0 || count > countMax || stride < 1 || stride > 256 || count/packedLeast > len(data) {
		return nil, fmt.Errorf("%d elements of %d bytes cannot stand in %d packed bytes", count, stride, len(data))
	}
	var out []byte
	var err error
	switch mode {
	case Attributes:
		if stride%4 != 0 {
			return nil, fmt.Errorf("attributes of %d bytes; only multiples of 4 are packed", stride)
		}
		out, err = unpackAttributes(data, count, stride)
	case Triangles, Indices:
		if stride != 2 && stride != 4 {
			return nil, fmt.Errorf("indices of %d bytes; 2 and 4 are packed", stride)
		}
		if mode == Triangles {
			out, err = unpackTriangles(data, count, stride)
		} else {
			out, err = unpackSequence(data, count, stride)
		}
	default:
		return nil, fmt.Errorf("mode %q is not known", mode)
	}
	if err != nil {
		return nil, err
	}
	return out, unfilter(filter, out, count, stride)
}

var errShort = errors.New("the packed data ends too soon")

// zigzag maps small differences of either sign to small numbers.
func zigzag(d uint8) uint8   { return d<<1 ^ uint8(int8(d)>>7) }
func unzigzag(v uint8) uint8 { return v>>1 ^ -(v & 1) }
