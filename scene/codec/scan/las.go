package scan

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"math"
	"slices"
	"strings"

	"github.com/glasstwin/glasstwin/scene/codec/scan/laz"
)

// Where a LAS header (ASPRS LAS 1.4 R15, table 3) holds what is needed.
const (
	lasHeaderMin = 227
	lasVLR       = 54 // bytes of a variable length record's own header
	lasEVLR      = 60 // of an extended one, which stands after the points
	lasTextMax   = 1 << 20
	vlrsMax      = 100_000
)

// Places of colours in the point formats; 0: there are none. Formats 6 to 10
// put classes elsewhere.
var lasColors = [11]int{2: 20, 3: 28, 5: 28, 7: 30, 8: 30, 10: 30}

var lasSizes = [11]int{20, 28, 26, 34, 57, 63, 30, 36, 38, 59, 67}

type lasHeader struct {
	minor        byte
	format       int
	recordSize   int
	offset       int64
	count        uint64
	scale, shift [3]float64
	packed       bool
	laz          laz.Header
	metres       [3]float64 // of one unit along x, y, z
	degrees      bool       // x and y are longitude and latitude
}

func (f file) las(ctx context.Context) (*Cloud, error) {
	h, err := f.lasHeader()
	if err != nil {
		return nil, err
	}
	if !h.packed && h.count > uint64(max(0, f.size-h.offset))/uint64(h.recordSize) {
		return nil, fmt.Errorf("byte 107: %d points of %d bytes, but %d bytes follow the header; the file is cut off, fetch it again", h.count, h.recordSize, f.size-h.offset)
	}
	g, err := f.gather(h.count)
	if err != nil {
		return nil, err
	}
	colors := h.colorsAt()
	var low, high []uint8 // the bytes of colours
	withheld := 0
	read := uint64(0)
	take := func(records []byte) error {
		for at := 0; at+h.recordSize <= len(records); at += h.recordSize {
			if !g.wanted() {
				continue
			}
			p := records[at:]
			if h.withheld(p) {
				withheld++
				continue
			}
			var v [3]float64
			for k := range 3 {
				v[k] = (float64(int32(binary.LittleEndian.Uint32(p[4*k:])))*h.scale[k] + h.shift[k]) * h.metres[k]
			}
			if !g.add(v[0], v[1], v[2]) {
				continue
			}
			g.c.Intensity = append(g.c.Intensity, binary.LittleEndian.Uint16(p[12:]))
			g.c.Classes = append(g.c.Classes, h.class(p))
			if colors > 0 {
				for k := range 3 {
					low, high = append(low, p[colors+2*k]), append(high, p[colors+2*k+1])
				}
			}
		}
		read += uint64(len(records) / h.recordSize)
		f.opt.Progress(int64(read), int64(h.count))
		return ctx.Err()
	}
	if h.packed {
		err = laz.Unpack(ctx, f.r, f.size, h.offset, h.laz, h.count, h.recordSize, take)
	} else {
		err = f.blocks(h.offset, int64(h.count)*int64(h.recordSize), h.recordSize, take)
	}
	if err != nil {
		return nil, err
	}
	if colors > 0 {
		g.c.Colors = eightBits(low, high)
	}
	if h.degrees {
		g.c.Notes = append(g.c.Notes, "x and y are degrees of longitude and latitude, read as if they were metres; export it in a system of a map")
	}
	if h.metres != [3]float64{1, 1, 1} {
		g.c.Notes = append(g.c.Notes, fmt.Sprintf("its units are %.6g, %.6g and %.6g m; they were turned to metres", h.metres[0], h.metres[1], h.metres[2]))
	}
	if withheld > 0 {
		g.c.Notes = append(g.c.Notes, fmt.Sprintf("%d points are marked as withheld and were left out", withheld))
	}
	return g.finish(), nil
}

// eightBits chooses the upper bytes of colours of 16 bits; some writers use the
// lower ones only, and some leave both unset.
func eightBits(low, high []uint8) []uint8 {
	set := func(c uint8) bool { return c != 0 }
	switch {
	case slices.ContainsFunc(high, set):
		return high
	case slices.ContainsFunc(low, set):
		return low
	}
	return nil
}

// blocks reads records in pieces.
func (f file) blocks(offset, length int64, record int, take func([]byte) error) error {
	piece := make([]byte, max(1, (1<<22)/record)*record)
	for length > 0 {
		part := piece[:min(int64(len(piece)), length)]
		if n, err := f.r.ReadAt(part, offset); err != nil && (!errors.Is(err, io.EOF) || n < len(part)) {
			return fmt.Errorf("byte %d: %w; the file is cut off", offset, err)
		}
		if err := take(part); err != nil {
			return err
		}
		offset, length = offset+int64(len(part)), length-int64(len(part))
	}
	return nil
}

func (f file) lasHeader() (lasHeader, error) {
	h := lasHeader{metres: [3]float64{1, 1, 1}}
	b := make([]byte, min(f.size, 375))
	if _, err := f.r.ReadAt(b, 0); err != nil && !errors.Is(err, io.EOF) {
		return h, err
	}
	if len(b) < lasHeaderMin {
		return h, fmt.Errorf("a header of %d bytes, LAS has %d; the file is cut off", len(b), lasHeaderMin)
	}
	if b[24] != 1 {
		return h, fmt.Errorf("byte 24: LAS %d.%d; 1.0 to 1.4 are read", b[24], b[25])
	}
	h.minor = b[25]
	h.offset = int64(binary.LittleEndian.Uint32(b[96:]))
	format := b[104]
	h.packed = format&0xc0 != 0
	h.format, h.recordSize = int(format&0x3f), int(binary.LittleEndian.Uint16(b[105:]))
	h.count = uint64(binary.LittleEndian.Uint32(b[107:]))
	if h.minor >= 4 && len(b) >= 255 {
		if n := binary.LittleEndian.Uint64(b[247:]); n > 0 {
			h.count = n
		}
	}
	for k := range 3 {
		h.scale[k] = math.Float64frombits(binary.LittleEndian.Uint64(b[131+8*k:]))
		h.shift[k] = math.Float64frombits(binary.LittleEndian.Uint64(b[155+8*k:]))
		if math.IsNaN(h.scale[k]+h.shift[k]) || math.IsInf(h.scale[k]+h.shift[k], 0) || h.scale[k] == 0 {
			return h, fmt.Errorf("byte %d: a scale of %v and an offset of %v; the header is damaged", 131+8*k, h.scale[k], h.shift[k])
		}
	}
	if h.format >= len(lasSizes) {
		return h, fmt.Errorf("byte 104: point format %d; 0 to 10 are read", h.format)
	}
	if h.recordSize < lasSizes[h.format] || h.offset < int64(binary.LittleEndian.Uint16(b[94:])) || h.offset > f.size {
		return h, fmt.Errorf("byte 96: points of format %d with %d bytes at byte %d of %d; the header is damaged", h.format, h.recordSize, h.offset, f.size)
	}
	if err := f.lasRecords(&h, int64(binary.LittleEndian.Uint16(b[94:])), binary.LittleEndian.Uint32(b[100:]), lasVLR); err != nil {
		return h, err
	}
	if h.minor >= 4 && len(b) >= 247 {
		at, n := binary.LittleEndian.Uint64(b[235:]), binary.LittleEndian.Uint32(b[243:])
		if n > 0 && at < uint64(f.size) {
			if err := f.lasRecords(&h, int64(at), n, lasEVLR); err != nil {
				return h, err
			}
		}
	}
	if h.packed && len(h.laz.Items) == 0 {
		return h, errors.New("byte 104: the points are packed, but no LASzip record tells how; the file is damaged")
	}
	return h, nil
}

// lasRecords looks for the packing and the units among the records before or
// after the points, whose own headers have so many bytes.
func (f file) lasRecords(h *lasHeader, at int64, n uint32, own int64) error {
	for range min(n, vlrsMax) {
		head := make([]byte, own)
		if own == lasVLR && at+own > h.offset || at+own > f.size {
			break
		}
		if _, err := f.r.ReadAt(head, at); err != nil && !errors.Is(err, io.EOF) {
			return fmt.Errorf("byte %d: a record beside the points: %w", at, err)
		}
		user := strings.TrimRight(string(head[2:18]), "\x00")
		id, length := binary.LittleEndian.Uint16(head[18:]), uint64(binary.LittleEndian.Uint16(head[20:]))
		if own == lasEVLR {
			length = binary.LittleEndian.Uint64(head[20:])
		}
		at += own
		if length > uint64(f.size-at) {
			return fmt.Errorf("byte %d: a record of %d bytes ends after the file", at-own, length)
		}
		packing, projection := user == "laszip encoded" && id == 22204, user == "LASF_Projection" && (id == 2112 || id == 34735)
		if (packing || projection) && length <= lasTextMax {
			data := make([]byte, length)
			if _, err := f.r.ReadAt(data, at); err != nil && !errors.Is(err, io.EOF) {
				return fmt.Errorf("byte %d: a record beside the points: %w", at, err)
			}
			switch {
			case packing:
				var err error
				if h.laz, err = laz.ParseHeader(data); err != nil {
					return fmt.Errorf("byte %d: %w", at, err)
				}
			case id == 2112: // well-known text
				h.unitsOfText(string(data))
			default: // GeoTIFF keys
				h.unitsOfKeys(data)
			}
		}
		at += int64(length)
	}
	return nil
}

func (h lasHeader) colorsAt() int { return lasColors[h.format] }

// class of a point: what stands behind it by ASPRS's list.
func (h lasHeader) class(p []byte) uint8 {
	if h.format >= 6 {
		return p[16]
	}
	return p[15] & 0x1f
}

func (h lasHeader) withheld(p []byte) bool {
	if h.format >= 6 {
		return p[15]&4 != 0
	}
	return p[15]&0x80 != 0
}
