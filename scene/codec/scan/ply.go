package scan

import (
	"bufio"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"math"
	"strconv"
	"strings"
)

// plyProperty is one value, or list of values, of an element (Turk 1994).
type plyProperty struct {
	name      string
	kind      string
	list      bool
	countKind string
}

type plyElement struct {
	name       string
	count      uint64
	properties []plyProperty
}

// plySizes are the bytes of each type, by both of its names.
var plySizes = map[string]int{
	"char": 1, "int8": 1, "uchar": 1, "uint8": 1, "short": 2, "int16": 2, "ushort": 2, "uint16": 2,
	"int": 4, "int32": 4, "uint": 4, "uint32": 4, "float": 4, "float32": 4, "double": 8, "float64": 8,
}

const (
	plyHeaderMax = 1 << 20
	plyListMax   = 1 << 16 // corners of one face
)

func (f file) ply(ctx context.Context) (*Cloud, error) {
	in := bufio.NewReaderSize(io.NewSectionReader(f.r, 0, f.size), 1<<20)
	elements, form, header, err := plyHeader(in)
	if err != nil {
		return nil, err
	}
	rows := plyRows{in: in, order: binary.LittleEndian, ascii: form == "ascii"}
	if form == "binary_big_endian" {
		rows.order = binary.BigEndian
	}
	var c *Cloud
	for _, e := range elements {
		if e.count > uint64(f.size) {
			return nil, fmt.Errorf("line %d: %d of %q in a file of %d bytes; the header is damaged", header, e.count, e.name, f.size)
		}
		switch e.name {
		case "vertex":
			if c, err = f.plyVertices(ctx, &rows, e); err != nil {
				return nil, fmt.Errorf("vertex %w", err)
			}
		case "face":
			if c == nil {
				return nil, errors.New("faces stand before the vertices; export the file again")
			}
			if err = rows.faces(ctx, e, c); err != nil {
				return nil, fmt.Errorf("face %w", err)
			}
		default:
			if c != nil { // what follows the points is not needed
				return c, nil
			}
			if err = rows.skip(e); err != nil {
				return nil, fmt.Errorf("%s %w", e.name, err)
			}
		}
	}
	if c == nil {
		return nil, errors.New("no element \"vertex\" in the header; give a file of points")
	}
	return c, nil
}

func plyHeader(in *bufio.Reader) (elements []plyElement, form string, line int, err error) {
	read := 0
	end := byte('\n')
	if begin, _ := in.Peek(5); len(begin) == 5 && begin[3] == '\r' && begin[4] != '\n' {
		end = '\r' // as the first programs wrote
	}
	for {
		text, err := in.ReadString(end)
		line++
		if read += len(text); err != nil || read > plyHeaderMax {
			return nil, "", line, fmt.Errorf("line %d: the header has no end_header; the file is cut off", line)
		}
		w := strings.Fields(text)
		switch {
		case len(w) == 0 || w[0] == "ply" || w[0] == "comment" || w[0] == "obj_info":
		case w[0] == "format" && len(w) >= 2:
			form = w[1]
			if form != "ascii" && form != "binary_little_endian" && form != "binary_big_endian" {
				return nil, "", line, fmt.Errorf("line %d: format %.40q; ascii and binary are read", line, form)
			}
		case w[0] == "element" && len(w) == 3:
			n, err := strconv.ParseUint(w[2], 10, 63)
			if err != nil {
				return nil, "", line, fmt.Errorf("line %d: %.40q elements; give a number", line, w[2])
			}
			elements = append(elements, plyElement{name: w[1], count: n})
		case w[0] == "property" && len(elements) > 0 && len(w) == 3 && plySizes[w[1]] > 0:
			e := &elements[len(elements)-1]
			e.properties = append(e.properties, plyProperty{name: w[2], kind: w[1]})
		case w[0] == "property" && len(elements) > 0 && len(w) == 5 && w[1] == "list" && plySizes[w[2]] > 0 && plySizes[w[3]] > 0:
			e := &elements[len(elements)-1]
			e.properties = append(e.properties, plyProperty{name: w[4], kind: w[3], list: true, countKind: w[2]})
		case w[0] == "end_header":
			if form == "" {
				return nil, "", line, fmt.Errorf("line %d: the header tells no format", line)
			}
			return elements, form, line, nil
		default:
			return nil, "", line, fmt.Errorf("line %d: %.60q is not understood; export the file again", line, strings.TrimSpace(text))
		}
		if len(elements) > 100 || len(elements) > 0 && len(elements[len(elements)-1].properties) > 1000 {
			return nil, "", line, fmt.Errorf("line %d: too many elements or properties", line)
		}
	}
}

// plyRows reads values one after the other.
type plyRows struct {
	in    *bufio.Reader
	order binary.ByteOrder
	ascii bool
	words []string // left of the line
	row   uint64
}

func (r *plyRows) number(kind string) (float64, error) {
	if r.ascii {
		for len(r.words) == 0 {
			text, err := r.in.ReadString('\n')
			if text == "" && err != nil {
				return 0, fmt.Errorf("%d: the file is cut off", r.row)
			}
			r.words = strings.Fields(text)
		}
		v, err := strconv.ParseFloat(r.words[0], 64)
		if err != nil {
			return 0, fmt.Errorf("%d: %.40q is not a number", r.row, r.words[0])
		}
		r.words = r.words[1:]
		return v, nil
	}
	b, err := r.in.Peek(plySizes[kind])
	if err != nil {
		return 0, fmt.Errorf("%d: the file is cut off", r.row)
	}
	v := plyNumber(b, kind, r.order)
	_, err = r.in.Discard(len(b))
	return v, err
}

// list reads a list's length, then each value with take.
func (r *plyRows) list(p plyProperty, take func(i int, v float64)) error {
	n, err := r.number(p.countKind)
	if err != nil {
		return err
	}
	if n < 0 || n > plyListMax || n != math.Trunc(n) {
		return fmt.Errorf("%d: a list of %v values", r.row, n)
	}
	for i := range int(n) {
		v, err := r.number(p.kind)
		if err != nil {
			return err
		}
		take(i, v)
	}
	return nil
}

func (r *plyRows) skip(e plyElement) error {
	for r.row = range e.count {
		for _, p := range e.properties {
			var err error
			if p.list {
				err = r.list(p, func(int, float64) {})
			} else {
				_, err = r.number(p.kind)
			}
			if err != nil {
				return err
			}
		}
	}
	return nil
}

// faces reads polygons as fans of triangles. When points were thinned, corners
// do not count any more, and the faces are left out.
func (r *plyRows) faces(ctx context.Context, e plyElement, c *Cloud) error {
	points := len(c.Positions) / 3
	thinned := len(c.Notes) > 0
	for r.row = range e.count {
		if r.row&0xffff == 0 && ctx.Err() != nil {
			return ctx.Err()
		}
		for _, p := range e.properties {
			if !p.list {
				if _, err := r.number(p.kind); err != nil {
					return err
				}
				continue
			}
			corners := p.name == "vertex_indices" || p.name == "vertex_index"
			var first, last uint32
			err := r.list(p, func(i int, v float64) {
				if !corners || thinned || v < 0 || int(v) >= points {
					return
				}
				at := uint32(v)
				switch {
				case i == 0:
					first = at
				case i >= 2:
					c.Faces = append(c.Faces, first, last, at)
				}
				last = at
			})
			if err != nil {
				return err
			}
		}
	}
	if thinned && e.count > 0 {
		c.Notes = append(c.Notes, "its faces were left out, since points were")
	}
	return nil
}
