package laz

import "encoding/binary"

// older10 is the record of point format 0 as LASzip 1 packed it.
type older10 struct {
	changed                  *model
	dx, dy, dz               *integer
	intensity, angle, source *integer
	flags, class, user       [256]*model
	xs, ys                   [3]int32 // the last differences
	next                     int
}

func newOlder10([]byte) item {
	return &older10{changed: newModel(64), dx: newInteger(32, 1), dy: newInteger(32, 20), dz: newInteger(32, 20),
		intensity: newInteger(16, 1), angle: newInteger(8, 2), source: newInteger(16, 1)}
}

func middle(v [3]int32) int32 {
	return max(min(v[0], v[1]), min(max(v[0], v[1]), v[2]))
}

func (p *older10) decode(d *decoder, r []byte) {
	x := p.dx.decode(d, middle(p.xs), 0)
	add32(r, 0, x)
	k := p.dx.k
	y := p.dy.decode(d, middle(p.ys), int(min(k, 19)))
	add32(r, 4, y)
	k = (k + p.dy.k) / 2
	put32(r, 8, p.dz.decode(d, get32(r, 8), int(min(k, 19))))
	p.xs[p.next], p.ys[p.next] = x, y
	p.next = (p.next + 1) % 3
	changed := d.symbol(p.changed)
	if changed&32 != 0 {
		binary.LittleEndian.PutUint16(r[12:], uint16(p.intensity.decode(d, int32(binary.LittleEndian.Uint16(r[12:])), 0)))
	}
	if changed&16 != 0 {
		r[14] = byte(d.symbol(lazily(&p.flags, r[14])))
	}
	if changed&8 != 0 {
		r[15] = byte(d.symbol(lazily(&p.class, r[15])))
	}
	if changed&4 != 0 {
		near := 0
		if k < 3 {
			near = 1
		}
		r[16] = byte(p.angle.decode(d, int32(r[16]), near))
	}
	if changed&2 != 0 {
		r[17] = byte(d.symbol(lazily(&p.user, r[17])))
	}
	if changed&1 != 0 {
		binary.LittleEndian.PutUint16(r[18:], uint16(p.source.decode(d, int32(binary.LittleEndian.Uint16(r[18:])), 0)))
	}
}

// olderMulti is how many codes LASzip 1 has for a time.
const olderMulti = 512

// olderTime is the time of a point as LASzip 1 packed it.
type olderTime struct {
	multi, zero *model
	value       *integer
	diff        int32
	extremes    int
}

func newOlderTime([]byte) item {
	return &olderTime{multi: newModel(olderMulti), zero: newModel(3), value: newInteger(32, 6)}
}

func (g *olderTime) decode(d *decoder, r []byte) {
	whole := func() {
		low := uint64(d.bits(32))
		binary.LittleEndian.PutUint64(r, low|uint64(d.bits(32))<<32)
	}
	add := func(v int32) { binary.LittleEndian.PutUint64(r, binary.LittleEndian.Uint64(r)+uint64(int64(v))) }
	if g.diff == 0 {
		switch d.symbol(g.zero) {
		case 1:
			g.diff = g.value.decode(d, 0, 0)
			add(g.diff)
		case 2:
			whole()
		}
		return
	}
	multi := int32(d.symbol(g.multi))
	var v int32
	extreme := false
	switch {
	case multi == olderMulti-1:
		return
	case multi == olderMulti-2:
		whole()
		return
	case multi == 1:
		v = g.value.decode(d, g.diff, 1)
		g.diff, g.extremes = v, 0
	case multi == 0:
		v, extreme = g.value.decode(d, g.diff/4, 2), true
	case multi < 10:
		v = g.value.decode(d, multi*g.diff, 3)
	case multi < 50:
		v = g.value.decode(d, multi*g.diff, 4)
	default:
		v, extreme = g.value.decode(d, multi*g.diff, 5), multi == olderMulti-3
	}
	if extreme {
		if g.extremes++; g.extremes > 3 {
			g.diff, g.extremes = v, 0
		}
	}
	add(v)
}

// olderBytes are the colour (each byte told whether it changed) and the bytes
// beyond the format as LASzip 1 packed them.
type olderBytes struct {
	used  *model // nil: each byte is there
	value *integer
}

func newOlderRGB([]byte) item { return &olderBytes{used: newModel(64), value: newInteger(8, 6)} }

func newOlderPlain(first []byte) item { return &olderBytes{value: newInteger(8, len(first))} }

func (b *olderBytes) decode(d *decoder, r []byte) {
	used := ^uint32(0)
	if b.used != nil {
		used = d.symbol(b.used)
	}
	for i := range r {
		if b.used == nil || used>>i&1 != 0 {
			r[i] = byte(b.value.decode(d, int32(r[i]), i))
		}
	}
}
