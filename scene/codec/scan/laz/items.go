package laz

import "encoding/binary"

// item unpacks one part of a record in place: what stands in into before is
// the record before.
type item interface {
	decode(d *decoder, into []byte)
}

// median is the running median of the last five values (LASzip's
// StreamingMedian5).
type median struct {
	v   [5]int32
	low bool // a value below the middle is replaced next, else one above
}

func (m *median) add(x int32) {
	v := &m.v
	if !m.low {
		if x < v[2] {
			v[4], v[3] = v[3], v[2]
			switch {
			case x < v[0]:
				v[2], v[1], v[0] = v[1], v[0], x
			case x < v[1]:
				v[2], v[1] = v[1], x
			default:
				v[2] = x
			}
			return
		}
		if x < v[3] {
			v[4], v[3] = v[3], x
		} else {
			v[4] = x
		}
		m.low = true
		return
	}
	if v[2] < x {
		v[0], v[1] = v[1], v[2]
		switch {
		case v[4] < x:
			v[2], v[3], v[4] = v[3], v[4], x
		case v[3] < x:
			v[2], v[3] = v[3], x
		default:
			v[2] = x
		}
		return
	}
	if v[1] < x {
		v[0], v[1] = v[1], x
	} else {
		v[0] = x
	}
	m.low = false
}

// returnMap groups returns that lie alike, by number of returns and return.
var returnMap = [8][8]uint8{
	{15, 14, 13, 12, 11, 10, 9, 8}, {14, 0, 1, 3, 6, 10, 10, 9}, {13, 1, 2, 4, 7, 11, 11, 10}, {12, 3, 4, 5, 8, 12, 12, 11},
	{11, 6, 7, 8, 9, 13, 13, 12}, {10, 10, 11, 12, 13, 14, 14, 13}, {9, 10, 11, 12, 13, 14, 15, 14}, {8, 9, 10, 11, 12, 13, 14, 15},
}

// point10 is the record of point format 0.
type point10 struct {
	changed                      *model
	intensity, source            *integer
	angle                        [2]*model
	flags, classification, extra [256]*model
	dx, dy, dz                   *integer
	xs, ys                       [16]median
	intensities                  [16]uint16
	heights                      [8]int32
}

func newPoint10(first []byte) item {
	binary.LittleEndian.PutUint16(first[12:], 0) // as the packer begins
	return &point10{changed: newModel(64), intensity: newInteger(16, 4), source: newInteger(16, 1), angle: [2]*model{newModel(256), newModel(256)},
		dx: newInteger(32, 2), dy: newInteger(32, 22), dz: newInteger(32, 20)}
}

func lazily(models *[256]*model, by byte) *model {
	if models[by] == nil {
		models[by] = newModel(256)
	}
	return models[by]
}

func (p *point10) decode(d *decoder, r []byte) {
	changed := d.symbol(p.changed)
	if changed&32 != 0 {
		r[14] = byte(d.symbol(lazily(&p.flags, r[14])))
	}
	ret, of := r[14]&7, r[14]>>3&7
	m := returnMap[of][ret]
	level := max(of, ret) - min(of, ret)
	if changed != 0 {
		if changed&16 != 0 {
			p.intensities[m] = uint16(p.intensity.decode(d, int32(p.intensities[m]), int(min(m, 3))))
		}
		binary.LittleEndian.PutUint16(r[12:], p.intensities[m])
		if changed&8 != 0 {
			r[15] = byte(d.symbol(lazily(&p.classification, r[15])))
		}
		if changed&4 != 0 {
			r[16] += byte(d.symbol(p.angle[r[14]>>6&1]))
		}
		if changed&2 != 0 {
			r[17] = byte(d.symbol(lazily(&p.extra, r[17])))
		}
		if changed&1 != 0 {
			binary.LittleEndian.PutUint16(r[18:], uint16(p.source.decode(d, int32(binary.LittleEndian.Uint16(r[18:])), 0)))
		}
	}
	single := 0
	if of == 1 {
		single = 1
	}
	x := p.dx.decode(d, p.xs[m].v[2], single)
	p.xs[m].add(x)
	add32(r, 0, x)
	y := p.dy.decode(d, p.ys[m].v[2], single+int(min(p.dx.k&^1, 20)))
	p.ys[m].add(y)
	add32(r, 4, y)
	z := p.dz.decode(d, p.heights[level], single+int(min((p.dx.k+p.dy.k)/2&^1, 18)))
	p.heights[level] = z
	binary.LittleEndian.PutUint32(r[8:], uint32(z))
}

func add32(r []byte, at int, d int32) {
	binary.LittleEndian.PutUint32(r[at:], binary.LittleEndian.Uint32(r[at:])+uint32(d))
}

// Codes of how a time differs from the one before, in multiples of the last
// difference.
const (
	multiMost      = 500
	multiLeast     = -10
	multiUnchanged = multiMost - multiLeast + 1
	multiFull      = multiMost - multiLeast + 2
	multiTotal     = multiMost - multiLeast + 6
)

// gpsTime is the time of a point; up to four sequences of times alternate.
type gpsTime struct {
	multi, zero *model
	value       *integer
	layered     int // 1: the codes for a time that stayed are left out, as a layer has other means to tell
	last, next  int
	times       [4]uint64
	diffs       [4]int32
	extremes    [4]int
}

func newGPSTime(first []byte) item {
	g := &gpsTime{multi: newModel(multiTotal), zero: newModel(6), value: newInteger(32, 9)}
	g.times[0] = binary.LittleEndian.Uint64(first)
	return g
}

func (g *gpsTime) decode(d *decoder, r []byte) {
	for range 8 { // a switch to another sequence is followed by its own code
		if !g.step(d) {
			break
		}
	}
	binary.LittleEndian.PutUint64(r, g.times[g.last])
}

// step reads one code; true when it only switched to another sequence.
func (g *gpsTime) step(d *decoder) bool {
	if g.diffs[g.last] == 0 {
		switch multi := int(d.symbol(g.zero)) + g.layered; multi {
		case 0:
		case 1:
			g.diffs[g.last] = g.value.decode(d, 0, 0)
			g.times[g.last] += uint64(int64(g.diffs[g.last]))
			g.extremes[g.last] = 0
		case 2:
			g.full(d)
		default:
			g.last = (g.last + multi - 2) & 3
			return true
		}
		return false
	}
	multi := int(d.symbol(g.multi))
	if multi >= multiUnchanged {
		multi += g.layered
	}
	diff := g.diffs[g.last]
	switch {
	case multi == 1:
		g.times[g.last] += uint64(int64(g.value.decode(d, diff, 1)))
		g.extremes[g.last] = 0
	case multi < multiUnchanged:
		g.times[g.last] += uint64(int64(g.multiple(d, multi, diff)))
	case multi == multiUnchanged:
	case multi == multiFull:
		g.full(d)
	default:
		g.last = (g.last + multi - multiFull) & 3
		return true
	}
	return false
}

func (g *gpsTime) multiple(d *decoder, multi int, diff int32) int32 {
	var v int32
	extreme := false
	switch {
	case multi == 0:
		v, extreme = g.value.decode(d, 0, 7), true
	case multi < 10:
		v = g.value.decode(d, int32(multi)*diff, 2)
	case multi < multiMost:
		v = g.value.decode(d, int32(multi)*diff, 3)
	case multi == multiMost:
		v, extreme = g.value.decode(d, multiMost*diff, 4), true
	default:
		if multi = multiMost - multi; multi > multiLeast {
			v = g.value.decode(d, int32(multi)*diff, 5)
		} else {
			v, extreme = g.value.decode(d, multiLeast*diff, 6), true
		}
	}
	if extreme {
		if g.extremes[g.last]++; g.extremes[g.last] > 3 {
			g.diffs[g.last], g.extremes[g.last] = v, 0
		}
	}
	return v
}

// full begins another sequence with a time written out.
func (g *gpsTime) full(d *decoder) {
	g.next = (g.next + 1) & 3
	high := g.value.decode(d, int32(g.times[g.last]>>32), 8)
	low := d.bits(16)
	low |= d.bits(16) << 16
	g.times[g.next] = uint64(uint32(high))<<32 | uint64(low)
	g.last = g.next
	g.diffs[g.last], g.extremes[g.last] = 0, 0
}

// rgb is the colour of a point.
type rgb struct {
	used  *model
	diffs [6]*model
}

func newRGB([]byte) item {
	c := &rgb{used: newModel(128)}
	for i := range c.diffs {
		c.diffs[i] = newModel(256)
	}
	return c
}

func (c *rgb) decode(d *decoder, r []byte) {
	var last, now [3]uint16
	for k := range 3 {
		last[k] = binary.LittleEndian.Uint16(r[2*k:])
	}
	used := d.symbol(c.used)
	part := func(bit uint32, m int, before uint16, shift uint) uint16 {
		b := before >> shift & 0xff
		if used&bit != 0 {
			b = (b + uint16(d.symbol(c.diffs[m]))) & 0xff
		}
		return b << shift
	}
	now[0] = part(1, 0, last[0], 0)
	now[0] |= part(2, 1, last[0], 8)
	if used&64 == 0 { // a grey
		now[1], now[2] = now[0], now[0]
	} else {
		for half, shift := range [2]uint{0, 8} {
			byteOf := func(v uint16) int { return int(v >> shift & 0xff) }
			diff := byteOf(now[0]) - byteOf(last[0])
			follow := func(bit uint32, m, by int, before uint16) uint16 {
				if used&bit == 0 {
					return before & (0xff << shift)
				}
				guess := max(0, min(255, by+byteOf(before)))
				return uint16((guess+int(d.symbol(c.diffs[m])))&0xff) << shift
			}
			now[1] |= follow(4<<half, 2+half, diff, last[1])
			diff = (diff + byteOf(now[1]) - byteOf(last[1])) / 2
			now[2] |= follow(16<<half, 4+half, diff, last[2])
		}
	}
	for k := range 3 {
		binary.LittleEndian.PutUint16(r[2*k:], now[k])
	}
}

// bytes are what a record has beyond its format.
type plain struct{ models []*model }

func newPlain(first []byte) item {
	p := &plain{models: make([]*model, len(first))}
	for i := range p.models {
		p.models[i] = newModel(256)
	}
	return p
}

func (p *plain) decode(d *decoder, r []byte) {
	for i, m := range p.models {
		r[i] += byte(d.symbol(m))
	}
}
