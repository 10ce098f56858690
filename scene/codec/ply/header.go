package ply

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"math"
	"strconv"
	"strings"
)

const (
	headerMax   = 1 << 16
	elementsMax = 32
	propertyMax = 256
	countMax    = 1 << 30
)

type header struct {
	format   string
	elements []element
}

type element struct {
	name       string
	count      int
	properties []property
}

// property is a number, or a list when it has a kind of length.
type property struct{ name, kind, length string }

// value is what a property holds in one element.
type value struct {
	one  float64
	list []float64
}

// sizes are the bytes of each kind of number, with the names of both ages.
var sizes = map[string]int{
	"char": 1, "uchar": 1, "short": 2, "ushort": 2, "int": 4, "uint": 4, "float": 4, "double": 8,
}

var renamed = map[string]string{
	"int8": "char", "uint8": "uchar", "int16": "short", "uint16": "ushort",
	"int32": "int", "uint32": "uint", "float32": "float", "float64": "double",
}

// parseHeader reads up to end_header and returns what follows.
func parseHeader(data []byte) (header, []byte, error) {
	var h header
	data = bytes.TrimPrefix(data, []byte("\ufeff"))
	rest, end := data, byte('\n')
	if bytes.HasPrefix(data, []byte("ply\r")) && !bytes.HasPrefix(data, []byte("ply\r\n")) {
		end = '\r' // as the first programs wrote
	}
	for line := 1; ; line++ {
		i := bytes.IndexByte(rest, end)
		if i < 0 || len(data)-len(rest) > headerMax {
			if line == 1 {
				return h, nil, errors.New("the file does not begin with \"ply\"")
			}
			return h, nil, fmt.Errorf("line %d: the header has no end_header", line)
		}
		words := strings.Fields(string(rest[:i]))
		rest = rest[i+1:]
		if line == 1 {
			if len(words) != 1 || words[0] != "ply" {
				return h, nil, errors.New("the file does not begin with \"ply\"")
			}
			continue
		}
		if len(words) == 0 {
			continue
		}
		bad := func(why string) error { return fmt.Errorf("line %d: %s: %.60q", line, why, strings.Join(words, " ")) }
		switch words[0] {
		case "comment", "obj_info":
		case "format":
			if len(words) < 2 || words[1] != "ascii" && words[1] != "binary_little_endian" && words[1] != "binary_big_endian" {
				return h, nil, bad("a format that is not read")
			}
			h.format = words[1]
		case "element":
			if len(words) != 3 || len(h.elements) >= elementsMax {
				return h, nil, bad("an element has a name and a count")
			}
			n, err := strconv.Atoi(words[2])
			if err != nil || n < 0 || n > countMax {
				return h, nil, bad("a count that cannot be")
			}
			h.elements = append(h.elements, element{name: words[1], count: n})
		case "property":
			for k, w := range words {
				if to, ok := renamed[w]; ok && k < len(words)-1 {
					words[k] = to
				}
			}
			var p property
			switch {
			case len(words) == 3:
				p = property{name: words[2], kind: words[1]}
			case len(words) == 5 && words[1] == "list":
				p = property{name: words[4], kind: words[3], length: words[2]}
				if sizes[p.length] == 0 || p.length == "float" || p.length == "double" {
					return h, nil, bad("a list's length is a whole number")
				}
			}
			if sizes[p.kind] == 0 || len(h.elements) == 0 {
				return h, nil, bad("a property that is not understood")
			}
			e := &h.elements[len(h.elements)-1]
			if len(e.properties) >= propertyMax {
				return h, nil, bad("too many properties")
			}
			e.properties = append(e.properties, p)
		case "end_header":
			if h.format == "" {
				return h, nil, bad("no format was named before")
			}
			return h, rest, nil
		default:
			return h, nil, bad("a word that is not understood")
		}
	}
}

// find returns the first property of one of these names, -1 for none.
func (e element) find(names ...string) int {
	for _, n := range names {
		for i, p := range e.properties {
			if p.name == n {
				return i
			}
		}
	}
	return -1
}

// least is the fewest bytes that one element takes.
func (e element) least(ascii bool) int64 {
	sum := int64(0)
	for _, p := range e.properties {
		switch {
		case ascii:
			sum += 2
		case p.length != "":
			sum += int64(sizes[p.length])
		default:
			sum += int64(sizes[p.kind])
		}
	}
	return max(1, sum-1)
}

// source hands out the numbers of the body.
type source struct {
	data  []byte
	from  int // place of data in the file
	order binary.ByteOrder
	ascii bool
}

// each reads all of one element; the row handed out is used again.
func (s *source) each(ctx context.Context, e element, do func(i int, row []value) error) error {
	if len(e.properties) == 0 {
		return nil
	}
	row := make([]value, len(e.properties))
	for i := range e.count {
		if i%8192 == 0 && ctx.Err() != nil {
			return ctx.Err()
		}
		for k, p := range e.properties {
			var err error
			if p.length == "" {
				row[k].one, err = s.number(p.kind)
			} else {
				row[k].list, err = s.list(p, row[k].list[:0])
			}
			if err != nil {
				return fmt.Errorf("%s %d, byte %d: %s: %w", e.name, i, s.from, p.name, err)
			}
		}
		if err := do(i, row); err != nil {
			return err
		}
	}
	return nil
}

func (s *source) list(p property, into []float64) ([]float64, error) {
	n, err := s.number(p.length)
	if err != nil {
		return nil, err
	}
	width := sizes[p.kind]
	if s.ascii {
		width = 2
	}
	if !(n >= 0 && n*float64(width) <= float64(len(s.data)+1)) {
		return nil, fmt.Errorf("a list of %g does not fit in the %d bytes left", n, len(s.data))
	}
	for range int(n) {
		x, err := s.number(p.kind)
		if err != nil {
			return nil, err
		}
		into = append(into, x)
	}
	return into, nil
}

var errShort = errors.New("the file ends here: it was cut off")

func (s *source) number(kind string) (float64, error) {
	if s.ascii {
		start := 0
		for start < len(s.data) && s.data[start] <= ' ' {
			start++
		}
		end := start
		for end < len(s.data) && s.data[end] > ' ' {
			end++
		}
		if start == end {
			return 0, errShort
		}
		x, err := strconv.ParseFloat(string(s.data[start:end]), 64)
		if err != nil {
			return 0, fmt.Errorf("%.40q is no number", s.data[start:end])
		}
		s.from += end
		s.data = s.data[end:]
		return x, nil
	}
	size := sizes[kind]
	if len(s.data) < size {
		return 0, errShort
	}
	b := s.data[:size]
	s.data = s.data[size:]
	s.from += size
	switch kind {
	case "char":
		return float64(int8(b[0])), nil
	case "uchar":
		return float64(b[0]), nil
	case "short":
		return float64(int16(s.order.Uint16(b))), nil
	case "ushort":
		return float64(s.order.Uint16(b)), nil
	case "int":
		return float64(int32(s.order.Uint32(b))), nil
	case "uint":
		return float64(s.order.Uint32(b)), nil
	case "float":
		return float64(math.Float32frombits(s.order.Uint32(b))), nil
	default:
		return math.Float64frombits(s.order.Uint64(b)), nil
	}
}
