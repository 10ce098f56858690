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

// pcdField is one field of a point (Point Cloud Library, "The PCD file format").
type pcdField struct {
	name  string
	size  int
	kind  byte // F, U or I
	count int
	at    int // bytes from the beginning of the point
}

type pcdHeader struct {
	fields []pcdField
	points uint64
	data   string
	length int64 // bytes of the header
	record int   // bytes of a point
}

const pcdPackedMax = 1 << 33 // bytes of a compressed body when unpacked

func (f file) pcd(ctx context.Context) (*Cloud, error) {
	h, err := f.pcdHeader()
	if err != nil {
		return nil, err
	}
	if h.points > uint64(f.size)*64 || h.data == "ascii" && h.points > uint64(f.size) {
		return nil, fmt.Errorf("POINTS %d in a file of %d bytes; the header is damaged", h.points, f.size)
	}
	g, err := f.gather(h.points)
	if err != nil {
		return nil, err
	}
	switch h.data {
	case "ascii":
		err = f.pcdLines(ctx, h, g)
	case "binary":
		if uint64(f.size-h.length)/uint64(h.record) < h.points {
			return nil, fmt.Errorf("byte %d: %d points of %d bytes, but %d bytes follow; the file is cut off", h.length, h.points, h.record, f.size-h.length)
		}
		read := int64(0)
		err = f.blocks(h.length, int64(h.points)*int64(h.record), h.record, func(b []byte) error {
			for at := 0; at+h.record <= len(b); at += h.record {
				h.take(g, func(p pcdField) float64 { return pcdNumber(b[at+p.at:], p) })
			}
			read += int64(len(b))
			f.opt.Progress(read, f.size)
			return ctx.Err()
		})
	case "binary_compressed":
		err = f.pcdCompressed(ctx, h, g)
	default:
		err = fmt.Errorf("DATA %.40q; ascii, binary and binary_compressed are read", h.data)
	}
	if err != nil {
		return nil, err
	}
	return g.finish(), nil
}

func (f file) pcdHeader() (h pcdHeader, err error) {
	in := bufio.NewReader(io.NewSectionReader(f.r, 0, min(f.size, 1<<16)))
	var sizes, counts []int
	var kinds []string
	width, height := uint64(0), uint64(1)
	for line := 1; ; line++ {
		text, err := in.ReadString('\n')
		h.length += int64(len(text))
		if err != nil && text == "" {
			return h, fmt.Errorf("line %d: the header has no DATA; the file is cut off", line)
		}
		w := strings.Fields(text)
		if len(w) == 0 || strings.HasPrefix(w[0], "#") {
			continue
		}
		numbers := func() (out []int) {
			for _, x := range w[1:] {
				v, err := strconv.Atoi(x)
				if err != nil {
					v = -1
				}
				out = append(out, v)
			}
			return out
		}
		switch w[0] {
		case "FIELDS", "COLUMNS":
			for _, name := range w[1:] {
				h.fields = append(h.fields, pcdField{name: strings.ToLower(name)})
			}
		case "SIZE":
			sizes = numbers()
		case "TYPE":
			kinds = w[1:]
		case "COUNT":
			counts = numbers()
		case "WIDTH", "HEIGHT", "POINTS":
			v, err := strconv.ParseUint(append(w, "")[1], 10, 62)
			if err != nil {
				return h, fmt.Errorf("line %d: %s needs a number", line, w[0])
			}
			switch w[0] {
			case "WIDTH":
				width = v
			case "HEIGHT":
				height = v
			default:
				h.points = v
			}
		case "DATA":
			h.data = strings.ToLower(append(w, "")[1])
			if h.points == 0 && height > 0 && width <= pointsMax/height {
				h.points = width * height
			}
			return h, h.layout(sizes, kinds, counts)
		}
	}
}

func (h *pcdHeader) layout(sizes []int, kinds []string, counts []int) error {
	if len(h.fields) == 0 || len(h.fields) > 200 || len(sizes) != len(h.fields) || len(kinds) != len(h.fields) {
		return fmt.Errorf("%d FIELDS, %d SIZE and %d TYPE do not go together", len(h.fields), len(sizes), len(kinds))
	}
	for i := range h.fields {
		p := &h.fields[i]
		p.size, p.kind, p.count, p.at = sizes[i], kinds[i][0], 1, h.record
		if len(counts) == len(h.fields) {
			p.count = counts[i]
		}
		if p.size != 1 && p.size != 2 && p.size != 4 && p.size != 8 || p.count < 0 || p.count > 1<<16 || !strings.ContainsRune("FUI", rune(p.kind)) {
			return fmt.Errorf("field %q of type %s, %d bytes, %d times is not read", p.name, kinds[i], p.size, p.count)
		}
		h.record += p.size * p.count
	}
	if h.record == 0 {
		return errors.New("points of no bytes")
	}
	return nil
}

func pcdNumber(b []byte, p pcdField) float64 {
	switch {
	case p.kind == 'F' && p.size == 4:
		return float64(math.Float32frombits(binary.LittleEndian.Uint32(b)))
	case p.kind == 'F' && p.size == 8:
		return math.Float64frombits(binary.LittleEndian.Uint64(b))
	case p.size == 1 && p.kind == 'I':
		return float64(int8(b[0]))
	case p.size == 1:
		return float64(b[0])
	case p.size == 2 && p.kind == 'I':
		return float64(int16(binary.LittleEndian.Uint16(b)))
	case p.size == 2:
		return float64(binary.LittleEndian.Uint16(b))
	case p.size == 4 && p.kind == 'I':
		return float64(int32(binary.LittleEndian.Uint32(b)))
	case p.size == 4:
		return float64(binary.LittleEndian.Uint32(b))
	case p.kind == 'I':
		return float64(int64(binary.LittleEndian.Uint64(b)))
	}
	return float64(binary.LittleEndian.Uint64(b))
}

// take adds the next point, whose fields get gives.
func (h pcdHeader) take(g *gatherer, get func(pcdField) float64) {
	if !g.wanted() {
		return
	}
	at := math.NaN()
	x, y, z := at, at, at
	var packed uint32
	colored, sensed, turned := false, false, 0
	var normal [3]float32
	intensity := 0.0
	for _, p := range h.fields {
		if p.count == 0 {
			continue
		}
		switch p.name {
		case "x":
			x = get(p)
		case "y":
			y = get(p)
		case "z":
			z = get(p)
		case "rgb", "rgba":
			v := get(p)
			packed, colored = uint32(v), true
			if p.kind == 'F' { // the bits of a float hold the bytes
				packed = math.Float32bits(float32(v))
			}
		case "intensity":
			intensity, sensed = get(p), true
		case "normal_x", "normal_y", "normal_z", "nx", "ny", "nz":
			normal[p.name[len(p.name)-1]-'x'] = float32(get(p))
			turned++
		}
	}
	if !g.add(x, y, z) {
		return
	}
	if colored {
		g.c.Colors = append(g.c.Colors, uint8(packed>>16), uint8(packed>>8), uint8(packed))
	}
	if sensed {
		g.c.Intensity = append(g.c.Intensity, uint16(math.Max(0, math.Min(65535, intensity))))
	}
	if turned == 3 {
		g.c.Normals = append(g.c.Normals, normal[:]...)
	}
}

func (f file) pcdLines(ctx context.Context, h pcdHeader, g *gatherer) error {
	in := bufio.NewReaderSize(io.NewSectionReader(f.r, h.length, f.size-h.length), 1<<20)
	for n := uint64(0); n < h.points; n++ {
		if n&0xffff == 0 && ctx.Err() != nil {
			return ctx.Err()
		}
		text, err := in.ReadString('\n')
		if err != nil && text == "" {
			return fmt.Errorf("point %d of %d: the file is cut off", n, h.points)
		}
		w := strings.Fields(text)
		at := 0
		places := map[string]int{}
		for _, p := range h.fields {
			places[p.name] = at
			at += p.count
		}
		if len(w) < at {
			return fmt.Errorf("point %d: %d values, %d are expected", n, len(w), at)
		}
		var bad error
		h.take(g, func(p pcdField) float64 {
			v, err := strconv.ParseFloat(w[places[p.name]], 64)
			if err != nil && bad == nil {
				bad = fmt.Errorf("point %d: %.40q is not a number", n, w[places[p.name]])
			}
			return v
		})
		if bad != nil {
			return bad
		}
	}
	return nil
}

// pcdCompressed reads a body packed with LZF, its fields one after the other.
func (f file) pcdCompressed(ctx context.Context, h pcdHeader, g *gatherer) error {
	var sizes [8]byte
	if _, err := f.r.ReadAt(sizes[:], h.length); err != nil {
		return fmt.Errorf("byte %d: %w; the file is cut off", h.length, err)
	}
	packed, plain := int64(binary.LittleEndian.Uint32(sizes[:])), int64(binary.LittleEndian.Uint32(sizes[4:]))
	if packed > f.size-h.length-8 || plain != int64(h.points)*int64(h.record) || plain > pcdPackedMax || plain > 300*packed+1024 {
		return fmt.Errorf("byte %d: %d bytes packed from %d, where %d points of %d bytes are stated; the file is damaged", h.length, packed, plain, h.points, h.record)
	}
	in := make([]byte, packed)
	if _, err := f.r.ReadAt(in, h.length+8); err != nil && !errors.Is(err, io.EOF) {
		return err
	}
	out, err := lzf(in, int(plain))
	if err != nil {
		return fmt.Errorf("byte %d: %w", h.length+8, err)
	}
	starts := map[string]int{}
	at := 0
	for _, p := range h.fields {
		starts[p.name] = at
		at += p.size * p.count * int(h.points)
	}
	for n := range int(h.points) {
		if n&0xffff == 0 && ctx.Err() != nil {
			return ctx.Err()
		}
		h.take(g, func(p pcdField) float64 { return pcdNumber(out[starts[p.name]+n*p.size*p.count:], p) })
	}
	return nil
}

// lzf unpacks Lehmann's LZF.
func lzf(in []byte, size int) ([]byte, error) {
	out := make([]byte, 0, size)
	short := errors.New("the packed points end too soon; the file is damaged")
	for i := 0; i < len(in); {
		c := int(in[i])
		i++
		if c < 32 {
			if i+c+1 > len(in) || len(out)+c+1 > size {
				return nil, short
			}
			out = append(out, in[i:i+c+1]...)
			i += c + 1
			continue
		}
		length := c >> 5
		if length == 7 {
			if i >= len(in) {
				return nil, short
			}
			length += int(in[i])
			i++
		}
		if i >= len(in) {
			return nil, short
		}
		back := (c&0x1f)<<8 | int(in[i])
		i++
		from := len(out) - back - 1
		if from < 0 || len(out)+length+2 > size {
			return nil, short
		}
		for k := range length + 2 {
			out = append(out, out[from+k])
		}
	}
	if len(out) != size {
		return nil, short
	}
	return out, nil
}
