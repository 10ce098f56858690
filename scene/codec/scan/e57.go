package scan

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"strconv"

	"github.com/beevik/etree"

	"github.com/glasstwin/glasstwin/markup"
	"github.com/glasstwin/glasstwin/scene/geom"
)

// E57 files (ASTM E2807) are pages of 1024 bytes, the last four of which are
// their checksum. Offsets count bytes of the file, lengths those of the content.
const (
	e57Page    = 1024
	e57Content = e57Page - 4
	e57XMLMax  = 64 << 20
	e57Scans   = 10_000
	e57Depth   = 100 // of its XML
)

// paged reads content across pages.
type paged struct {
	f     file
	page  int64 // the one in buf; -1: none
	buf   [e57Page]byte
	table *crc32.Table
}

// at reads content that begins at a byte of the file.
func (p *paged) at(physical int64, into []byte) error {
	logical := physical/e57Page*e57Content + physical%e57Page
	if physical < 0 || physical%e57Page >= e57Content {
		return fmt.Errorf("byte %d is within a checksum; the file is damaged", physical)
	}
	for len(into) > 0 {
		if err := p.load(logical / e57Content); err != nil {
			return err
		}
		n := copy(into, p.buf[logical%e57Content:e57Content])
		into, logical = into[n:], logical+int64(n)
	}
	return nil
}

func (p *paged) load(page int64) error {
	if page == p.page {
		return nil
	}
	p.page = -1
	if n, err := p.f.r.ReadAt(p.buf[:], page*e57Page); n < e57Page {
		return fmt.Errorf("byte %d: a page of %d bytes (%w); the file is cut off", page*e57Page, n, err)
	}
	sum := crc32.Checksum(p.buf[:e57Content], p.table)
	if have := p.buf[e57Content:]; binary.BigEndian.Uint32(have) != sum && binary.LittleEndian.Uint32(have) != sum {
		return fmt.Errorf("byte %d: the page's checksum is wrong; the file is damaged, fetch it again", page*e57Page)
	}
	p.page = page
	return nil
}

// after is the byte of the file that lies n bytes of content after another.
func after(physical, n int64) int64 {
	logical := physical/e57Page*e57Content + physical%e57Page + n
	return logical/e57Content*e57Page + logical%e57Content
}

func (f file) e57(ctx context.Context) (*Cloud, error) {
	p := &paged{f: f, page: -1, table: crc32.MakeTable(crc32.Castagnoli)}
	var head [48]byte
	if err := p.at(0, head[:]); err != nil {
		return nil, err
	}
	if size := binary.LittleEndian.Uint64(head[40:]); size != e57Page {
		return nil, fmt.Errorf("byte 40: pages of %d bytes; 1024 are read", size)
	}
	at, length := int64(binary.LittleEndian.Uint64(head[24:])), binary.LittleEndian.Uint64(head[32:])
	if length > e57XMLMax || length > uint64(f.size) || at < 48 || at > f.size {
		return nil, fmt.Errorf("byte 24: %d bytes of XML at byte %d of %d; the file is damaged", length, at, f.size)
	}
	text := make([]byte, length)
	if err := p.at(at, text); err != nil {
		return nil, err
	}
	x, err := markup.Read(ctx, text, markup.Limits{Depth: e57Depth, Elements: 1000 * e57Scans})
	if err != nil {
		return nil, fmt.Errorf("byte %d: the XML section: %w", at, err)
	}
	if x.Root() == nil {
		return nil, fmt.Errorf("byte %d: the XML section is empty; the file is damaged", at)
	}
	data := x.Root().SelectElement("data3D")
	if data == nil {
		return nil, errors.New("no data3D in it: it holds pictures at most")
	}
	scans := data.ChildElements()
	total := uint64(0)
	for _, s := range scans {
		if v := s.SelectElement("points"); v != nil {
			n, _ := strconv.ParseUint(v.SelectAttrValue("recordCount", "0"), 10, 40)
			total += n
		}
	}
	if len(scans) > e57Scans || total > uint64(f.size)*64 {
		return nil, fmt.Errorf("%d scans of %d points in a file of %d bytes; the file is damaged", len(scans), total, f.size)
	}
	g, err := f.gather(total)
	if err != nil {
		return nil, err
	}
	g.c.Up = geom.Vec3{0, 0, 1} // the standard's frame
	for i, s := range scans {
		if err := f.e57Scan(ctx, p, s, g); err != nil {
			return nil, fmt.Errorf("scan %d: %w", i, err)
		}
		f.opt.Progress(int64(i+1), int64(len(scans)))
	}
	if pictures := x.Root().SelectElement("images2D"); pictures != nil && len(pictures.ChildElements()) > 0 {
		g.c.Notes = append(g.c.Notes, "its pictures were left out")
	}
	return g.finish(), nil
}

func (f file) e57Scan(ctx context.Context, p *paged, s *etree.Element, g *gatherer) error {
	points := s.SelectElement("points")
	if points == nil || points.SelectElement("prototype") == nil {
		return nil
	}
	count, err := strconv.ParseUint(points.SelectAttrValue("recordCount", ""), 10, 40)
	if err != nil {
		return fmt.Errorf("recordCount %.40q is not a number", points.SelectAttrValue("recordCount", ""))
	}
	if count == 0 {
		return nil
	}
	offset, err := strconv.ParseInt(points.SelectAttrValue("fileOffset", ""), 10, 62)
	if err != nil || offset < 48 || offset > f.size-32 {
		return fmt.Errorf("fileOffset %.40q is not within the file", points.SelectAttrValue("fileOffset", ""))
	}
	var fields []*e57Field
	for _, e := range points.SelectElement("prototype").ChildElements() {
		field, err := e57FieldOf(e)
		if err != nil {
			return err
		}
		fields = append(fields, field)
	}
	if err := f.e57Packets(ctx, p, offset, fields, count); err != nil {
		return err
	}
	turn, move := e57Pose(s)
	station := Station{From: len(g.c.Positions) / 3}
	limits(s, fields)
	if err := e57Points(ctx, fields, count, turn, move, g); err != nil {
		return err
	}
	station.To = len(g.c.Positions) / 3
	station.At = move.Sub(g.c.Offset)
	if s.SelectElement("pose") != nil {
		g.c.Stations = append(g.c.Stations, station)
	}
	return nil
}

// e57Packets gathers the bytes of each field from the data packets.
func (f file) e57Packets(ctx context.Context, p *paged, section int64, fields []*e57Field, count uint64) error {
	var head [32]byte
	if err := p.at(section, head[:]); err != nil {
		return err
	}
	if head[0] != 1 {
		return fmt.Errorf("byte %d: section %d is no compressed vector; the file is damaged", section, head[0])
	}
	length := int64(binary.LittleEndian.Uint64(head[8:]))
	at := int64(binary.LittleEndian.Uint64(head[16:]))
	if length < 32 || length > f.size || at < 48 || at > f.size {
		return fmt.Errorf("byte %d: points of %d bytes at byte %d; the file is damaged", section, length, at)
	}
	need := make([]uint64, len(fields))
	if stored := e57Width(fields); stored == 0 || count > 8*uint64(f.size)/stored {
		return fmt.Errorf("byte %d: %d points of %d bits in a file of %d bytes; the file is damaged", section, count, stored, f.size)
	}
	whole := func() bool {
		for i, x := range fields {
			if uint64(len(x.data)) < need[i] {
				return false
			}
		}
		return true
	}
	for i, x := range fields {
		width := uint64(x.width)
		if x.float > 0 {
			width = 8 * uint64(x.float)
		}
		need[i] = (count*width + 7) / 8
		if need[i] > uint64(f.size) {
			return fmt.Errorf("field %s needs %d bytes in a file of %d", x.name, need[i], f.size)
		}
	}
	packet := make([]byte, 1<<16)
	for n := 0; !whole(); n++ {
		if n&0x3f == 0 && ctx.Err() != nil {
			return ctx.Err()
		}
		if err := p.at(at, packet[:4]); err != nil {
			return err
		}
		size := int64(binary.LittleEndian.Uint16(packet[2:])) + 1
		if packet[0] != 1 { // an index, or nothing
			if at = after(at, size); at >= f.size {
				return fmt.Errorf("byte %d: the points end too soon; the file is cut off", at)
			}
			continue
		}
		if err := p.at(at, packet[:size]); err != nil {
			return err
		}
		streams := int(binary.LittleEndian.Uint16(packet[4:]))
		if size < 6 || streams != len(fields) || int64(6+2*streams) > size {
			return fmt.Errorf("byte %d: a packet of %d streams in %d bytes, where %d fields are stated", at, streams, size, len(fields))
		}
		from := int64(6 + 2*streams)
		for k, x := range fields {
			n := int64(binary.LittleEndian.Uint16(packet[6+2*k:]))
			if from+n > size {
				return fmt.Errorf("byte %d: a stream ends after its packet", at)
			}
			x.data = append(x.data, packet[from:from+n]...)
			from += n
		}
		at = after(at, size)
	}
	return nil
}
