package meshopt

import (
	"fmt"
	"slices"
)

// Attributes are packed in blocks, byte by byte of the elements: each byte is
// stored as its difference from that of the element before, in groups of
// sixteen that take 0, 2, 4 or 8 bits for each.

const (
	attributesHeader = 0xa0
	groupSize        = 16
	blockBytes       = 8192
	blockElements    = 256
	tailBytes        = 32
)

func blockOf(stride int) int {
	return min(blockElements, blockBytes/stride&^(groupSize-1))
}

func unpackAttributes(data []byte, count, stride int) ([]byte, error) {
	tail := max(tailBytes, stride)
	if len(data) < 1+tail {
		return nil, errShort
	}
	if data[0] != attributesHeader {
		return nil, fmt.Errorf("attributes begin with %#x; %#x is read", data[0], attributesHeader)
	}
	out := make([]byte, count*stride)
	last := make([]byte, stride)
	copy(last, data[len(data)-stride:])
	at, end := 1, len(data)-tail
	block := blockOf(stride)
	var column [blockElements]byte
	for first := 0; first < count; first += block {
		n := min(block, count-first)
		for k := range stride {
			var err error
			if at, err = unpackColumn(data[:end], at, column[:(n+groupSize-1)&^(groupSize-1)]); err != nil {
				return nil, err
			}
			v := last[k]
			for i := range n {
				v += unzigzag(column[i])
				out[(first+i)*stride+k] = v
			}
			last[k] = v
		}
	}
	if at != end {
		return nil, fmt.Errorf("%d packed bytes are left over", end-at)
	}
	return out, nil
}

// unpackColumn reads one byte of all elements of a block.
func unpackColumn(data []byte, at int, into []byte) (int, error) {
	groups := len(into) / groupSize
	headers := at
	at += (groups + 3) / 4
	if at > len(data) {
		return 0, errShort
	}
	for g := range groups {
		group := into[g*groupSize:][:groupSize]
		switch bits := data[headers+g/4] >> (2 * (g % 4)) & 3; bits {
		case 0:
			clear(group)
		case 3:
			if at+groupSize > len(data) {
				return 0, errShort
			}
			copy(group, data[at:])
			at += groupSize
		default:
			width := 2 * int(bits) // 2 or 4 bits
			packed := at
			at += groupSize * width / 8
			if at > len(data) {
				return 0, errShort
			}
			escape := byte(1<<width - 1)
			for i := range group {
				bit := i * width
				v := data[packed+bit/8] >> (8 - width - bit%8) & escape
				if v == escape {
					if at >= len(data) {
						return 0, errShort
					}
					v = data[at]
					at++
				}
				group[i] = v
			}
		}
	}
	return at, nil
}

// PackAttributes packs elements of stride bytes; stride is a multiple of 4 and
// at most 256.
func PackAttributes(data []byte, stride int) []byte {
	return packAttributes(data, stride, packColumn)
}

// PackWhole is PackAttributes without squeezing bits out of bytes: what is
// packed is larger, and smaller once a server has compressed it, for an entropy
// coder needs to see bytes.
func PackWhole(data []byte, stride int) []byte {
	return packAttributes(data, stride, wholeColumn)
}

func packAttributes(data []byte, stride int, pack func(out, column []byte) []byte) []byte {
	count := len(data) / stride
	out := []byte{attributesHeader}
	last := make([]byte, stride)
	if count > 0 {
		copy(last, data[:stride])
	}
	firstElement := append([]byte(nil), last...)
	block := blockOf(stride)
	var column [blockElements]byte
	for first := 0; first < count; first += block {
		n := min(block, count-first)
		for k := range stride {
			v := last[k]
			for i := range n {
				next := data[(first+i)*stride+k]
				column[i] = zigzag(next - v)
				v = next
			}
			last[k] = v
			padded := (n + groupSize - 1) &^ (groupSize - 1)
			clear(column[n:padded])
			out = pack(out, column[:padded])
		}
	}
	tail := make([]byte, max(tailBytes, stride))
	copy(tail[len(tail)-stride:], firstElement)
	return append(out, tail...)
}

// wholeColumn writes eight bits for each, or none where all are zero.
func wholeColumn(out, column []byte) []byte {
	header, body := byte(0xff), column
	if !slices.ContainsFunc(column, func(v byte) bool { return v != 0 }) {
		header, body = 0, nil
	}
	groups := len(column) / groupSize
	for g := 0; g < groups; g += 4 {
		if left := groups - g; left < 4 {
			header &= 1<<(2*left) - 1
		}
		out = append(out, header)
	}
	return append(out, body...)
}

func packColumn(out, column []byte) []byte {
	groups := len(column) / groupSize
	headers := len(out)
	for range (groups + 3) / 4 {
		out = append(out, 0)
	}
	for g := range groups {
		group := column[g*groupSize:][:groupSize]
		bits := cheapest(group)
		out[headers+g/4] |= bits << (2 * (g % 4))
		switch bits {
		case 0:
		case 3:
			out = append(out, group...)
		default:
			width := 2 * int(bits)
			escape := byte(1<<width - 1)
			packed := len(out)
			for range groupSize * width / 8 {
				out = append(out, 0)
			}
			for i, v := range group {
				bit := i * width
				if v >= escape {
					out = append(out, v)
					v = escape
				}
				out[packed+bit/8] |= v << (8 - width - bit%8)
			}
		}
	}
	return out
}

// cheapest is the width, as the header codes it, that takes the fewest bytes.
func cheapest(group []byte) byte {
	zero, over2, over4 := true, 0, 0
	for _, v := range group {
		if v != 0 {
			zero = false
		}
		if v >= 3 {
			over2++
		}
		if v >= 15 {
			over4++
		}
	}
	best, size := byte(3), groupSize
	if s := groupSize/2 + over4; s < size {
		best, size = 2, s
	}
	if s := groupSize/4 + over2; s < size {
		best = 1
	}
	if zero {
		best = 0
	}
	return best
}
