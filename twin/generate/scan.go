package generate

import (
	"bufio"
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"math"
	"strconv"
	"strings"
)

// Scan is what is kept of a scan to lie over its twin: thinned points with their
// distance to the nearest surface of the twin.
type Scan struct {
	Source    string
	Positions []float32 // x, y, z, metres, in the twin's frame
	Colors    []uint8   // r, g, b, sRGB; empty when the scan has none
	MM        []float32 // distance of each, millimetres; behind a surface it is negative
	Nearest   []uint16  // what that surface belongs to: Entities[k-1]; 0 and an empty list: not told
	Entities  []string
}

// Bounds of a kept scan.
const (
	scanKept     = 1_000_000 // points that are kept of one
	scanMost     = 2_000_000 // points that are read back
	scanEntities = math.MaxUint16
	scanLine     = 1024 // bytes of a line of the header
)

// scanGrey stands for the colour of points that have none among some that have.
const scanGrey = 160

// with is both scans as one; either may be nil.
func (s *Scan) with(other *Scan) *Scan {
	switch {
	case s == nil:
		return other
	case other == nil:
		return s
	}
	both := &Scan{Source: s.Source + ", " + other.Source, Positions: append(s.Positions, other.Positions...)}
	if len(s.Colors)+len(other.Colors) > 0 {
		both.Colors = append(s.coloured(), other.coloured()...)
	}
	return both
}

func (s *Scan) coloured() []uint8 {
	if len(s.Colors) > 0 {
		return s.Colors
	}
	return bytes.Repeat([]byte{scanGrey}, len(s.Positions))
}

// lieOn tells of each point which entity it is nearest to, from the node of a
// scene that it is nearest to.
func (s *Scan) lieOn(entities []string, node []int32) {
	index := map[string]uint16{"": 0}
	s.Nearest, s.Entities = make([]uint16, len(node)), nil
	for i, n := range node {
		name := entities[n]
		k, known := index[name]
		if !known && len(s.Entities) < scanEntities {
			s.Entities = append(s.Entities, name)
			k = uint16(len(s.Entities))
			index[name] = k
		}
		s.Nearest[i] = k
	}
}

// encode writes a point cloud that other programs open too (PLY, Turk 1994).
// The entities stand in comments, in the order in which points count them.
func (s *Scan) encode() []byte {
	n := len(s.MM)
	var out bytes.Buffer
	line := func(format string, args ...any) { fmt.Fprintf(&out, format+"\n", args...) }
	line("ply\nformat binary_little_endian 1.0")
	line("comment source %s", strings.Join(strings.Fields(s.Source), " "))
	for _, e := range s.Entities {
		line("comment entity %s", strings.Join(strings.Fields(e), " "))
	}
	line("element vertex %d", n)
	for _, p := range scanProperties {
		if p.has(s) {
			line("property %s", p.line)
		}
	}
	line("end_header")
	le := binary.LittleEndian
	var row []byte
	for i := range n {
		row = row[:0]
		for k := range 3 {
			row = le.AppendUint32(row, math.Float32bits(s.Positions[3*i+k]))
		}
		if len(s.Colors) > 0 {
			row = append(row, s.Colors[3*i:3*i+3]...)
		}
		row = le.AppendUint32(row, math.Float32bits(s.MM[i]))
		if len(s.Nearest) > 0 {
			row = le.AppendUint16(row, s.Nearest[i])
		}
		out.Write(row)
	}
	return out.Bytes()
}

// scanProperties are those of a point, in their order.
var scanProperties = [...]struct {
	line string
	size int
	has  func(*Scan) bool
}{
	{"float x", 4, func(*Scan) bool { return true }},
	{"float y", 4, func(*Scan) bool { return true }},
	{"float z", 4, func(*Scan) bool { return true }},
	{"uchar red", 1, func(s *Scan) bool { return len(s.Colors) > 0 }},
	{"uchar green", 1, func(s *Scan) bool { return len(s.Colors) > 0 }},
	{"uchar blue", 1, func(s *Scan) bool { return len(s.Colors) > 0 }},
	{"float deviation_mm", 4, func(*Scan) bool { return true }},
	{"ushort entity", 2, func(s *Scan) bool { return len(s.Nearest) > 0 }},
}

// ReadScan reads the points of a scan that Keep wrote, and nothing else, as they
// come: at most 2,000,000 of them. An error says where the file is damaged.
func ReadScan(ctx context.Context, r io.Reader) (*Scan, error) {
	in := bufio.NewReaderSize(r, 1<<16)
	s, n, has, err := readScanHead(in)
	if err != nil {
		return nil, fmt.Errorf("%s: %w; generate the site again", KeptScan, err)
	}
	if err := s.readPoints(ctx, in, n, has); err != nil {
		if ctx.Err() != nil {
			return nil, ctx.Err()
		}
		return nil, fmt.Errorf("%s: %w; generate the site again", KeptScan, err)
	}
	return s, nil
}

// readScanHead reads the header: how many points follow, and which properties
// each of them has.
func readScanHead(in *bufio.Reader) (s *Scan, n int, has [len(scanProperties)]bool, err error) {
	s, n = &Scan{}, -1
	next := 0
	for line := 1; ; line++ {
		text, err := in.ReadSlice('\n')
		if err != nil || len(text) > scanLine {
			return nil, 0, has, fmt.Errorf("line %d: the header has no end", line)
		}
		word, rest, _ := strings.Cut(strings.TrimSuffix(string(text), "\n"), " ")
		ok := true
		switch {
		case line == 1:
			ok = word == "ply"
		case line == 2:
			ok = word == "format" && rest == "binary_little_endian 1.0"
		case word == "comment":
			name, value, _ := strings.Cut(rest, " ")
			if name == "source" {
				s.Source = value
			}
			if name == "entity" {
				s.Entities = append(s.Entities, value)
				ok = len(s.Entities) <= scanEntities
			}
		case word == "element":
			count, found := strings.CutPrefix(rest, "vertex ")
			n, err = strconv.Atoi(count)
			ok = found && err == nil && n >= 0 && n <= scanMost
		case word == "property":
			for next < len(scanProperties) && scanProperties[next].line != rest {
				next++
			}
			if ok = next < len(scanProperties); ok {
				has[next] = true
				next++
			}
		case word == "end_header":
			ok = n >= 0 && has[0] && has[1] && has[2] && has[3] == has[4] && has[4] == has[5] && has[6] && (has[7] || len(s.Entities) == 0)
			if ok {
				return s, n, has, nil
			}
		default:
			ok = false
		}
		if !ok {
			return nil, 0, has, fmt.Errorf("line %d: %q is not the header of a scan that was kept", line, strings.TrimSpace(string(text[:min(len(text), 60)])))
		}
		if line > scanEntities+16 {
			return nil, 0, has, fmt.Errorf("line %d: the header has no end", line)
		}
	}
}

// readPoints reads the points behind the header, of which nothing may be left.
func (s *Scan) readPoints(ctx context.Context, in *bufio.Reader, n int, has [len(scanProperties)]bool) error {
	size := 0
	for i, p := range scanProperties {
		if has[i] {
			size += p.size
		}
	}
	row, le := make([]byte, size), binary.LittleEndian
	for i := range n {
		if i&0xffff == 0 && ctx.Err() != nil {
			return ctx.Err()
		}
		if _, err := io.ReadFull(in, row); err != nil {
			return fmt.Errorf("it ends at point %d of %d", i+1, n)
		}
		at := row
		number := func() float32 {
			v := math.Float32frombits(le.Uint32(at))
			at = at[4:]
			return v
		}
		x, y, z := number(), number(), number()
		if has[3] {
			s.Colors = append(s.Colors, at[:3]...)
			at = at[3:]
		}
		mm := number()
		if v := x + y + z + mm; v-v != 0 {
			return fmt.Errorf("point %d of %d is no place", i+1, n)
		}
		if has[7] {
			k := le.Uint16(at)
			if int(k) > len(s.Entities) {
				return fmt.Errorf("point %d of %d lies on entity %d of %d", i+1, n, k, len(s.Entities))
			}
			s.Nearest = append(s.Nearest, k)
		}
		s.Positions, s.MM = append(s.Positions, x, y, z), append(s.MM, mm)
	}
	if _, err := in.ReadByte(); !errors.Is(err, io.EOF) {
		return fmt.Errorf("more follows after the last of %d points", n)
	}
	return nil
}
