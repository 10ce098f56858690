package laz

import (
	"bytes"
	"encoding/binary"
	"math"
)

// pack packs records into one chunk.
func pack(h Header, records [][]byte) []byte {
	if h.Compressor == 3 {
		return packLayers(h, records)
	}
	out := append([]byte(nil), records[0]...)
	if len(records) == 1 {
		return append(out, newEncoder().done()...)
	}
	e := newEncoder()
	var models []item
	at := 0
	for _, i := range h.Items {
		models = append(models, h.maker(i)(append([]byte(nil), records[0][at:at+i.Size]...)))
		at += i.Size
	}
	for p, r := range records[1:] {
		at, last := 0, records[p]
		for k, i := range h.Items {
			now, before := r[at:at+i.Size], last[at:at+i.Size]
			switch m := models[k].(type) {
			case *point10:
				e.point10(m, before, now)
			case *gpsTime:
				e.time(m, binary.LittleEndian.Uint64(now))
			case *rgb:
				e.rgb(m, before, now)
			case *plain:
				for b, model := range m.models {
					e.symbol(model, uint32(now[b]-before[b]))
				}
			case *wave:
				e.wave(m, before, now)
			case *older10:
				e.older10(m, before, now)
			case *olderTime:
				e.olderTime(m, before, now)
			case *olderBytes:
				e.olderBytes(m, before, now)
			}
			at += i.Size
		}
	}
	return append(out, e.done()...)
}

func packLayers(h Header, records [][]byte) []byte {
	first := records[0]
	type layer struct {
		e       *encoder
		changed bool
	}
	var layers []*layer
	fresh := func(n int) (out []*layer) {
		for range n {
			l := &layer{e: newEncoder()}
			layers, out = append(layers, l), append(out, l)
		}
		return out
	}
	point := newPoint14Out(first, h.Items[0].Version >= 4)
	fresh(layersOfPoint)
	for i := range layersOfPoint {
		layers[i].e = point.layer[i]
	}
	type part struct {
		Item
		at     int
		own    []*layer
		follow switching
		color  *rgb14
		plain  *bytes14
		wave   *wave14
	}
	var parts []*part
	at := 30
	channel := point.now
	for _, i := range h.Items[1:] {
		x := &part{Item: i, at: at, follow: switching{mend: i.Version >= 4}}
		mine := first[at : at+i.Size]
		x.follow.begin(mine, channel)
		switch i.Kind {
		case kindRGB14, kindRGBNIR14:
			x.color = &rgb14{infrared: i.Kind == kindRGBNIR14}
			x.color.fresh(channel)
			x.own = fresh(x.color.layers())
		case kindWave14:
			x.wave = &wave14{}
			x.wave.contexts[channel] = newWave(nil).(*wave)
			x.own = fresh(1)
		default:
			x.plain = &bytes14{size: i.Size}
			x.plain.models[channel] = newPlain(mine).(*plain).models
			x.own = fresh(i.Size)
		}
		parts = append(parts, x)
		at += i.Size
	}
	for _, r := range records[1:] {
		channel = point.encode(r)
		for _, x := range parts {
			last, new := x.follow.turn(channel)
			now := r[x.at : x.at+x.Size]
			if x.color != nil {
				if new {
					x.color.fresh(channel)
				}
				c := &x.color.contexts[channel]
				x.own[0].e.rgb(c.rgb, last, now)
				x.own[0].changed = x.own[0].changed || !bytes.Equal(last[:6], now[:6])
				if x.color.infrared {
					used := one(now[6] != last[6]) | one(now[7] != last[7])<<1
					x.own[1].e.symbol(c.used, uint32(used))
					for k := range 2 {
						if used>>k&1 != 0 {
							x.own[1].changed = true
							x.own[1].e.symbol(c.diffs[k], uint32(now[6+k]-last[6+k]))
						}
					}
				}
			}
			if x.wave != nil {
				if new {
					x.wave.contexts[channel] = newWave(nil).(*wave)
				}
				x.own[0].e.wave(x.wave.contexts[channel], last, now)
				x.own[0].changed = x.own[0].changed || !bytes.Equal(last, now)
			}
			if x.plain != nil {
				if new {
					x.plain.models[channel] = newPlain(last).(*plain).models
				}
				for b := range now {
					x.own[b].e.symbol(x.plain.models[channel][b], uint32(now[b]-last[b]))
					x.own[b].changed = x.own[b].changed || now[b] != last[b]
				}
			}
			copy(last, now)
		}
	}
	for i := range layersOfPoint {
		layers[i].changed = point.changed[i]
	}
	out := binary.LittleEndian.AppendUint32(append([]byte(nil), first...), uint32(len(records)))
	var body []byte
	for _, l := range layers {
		n := 0
		if l.changed {
			b := l.e.done()
			n, body = len(b), append(body, b...)
		}
		out = binary.LittleEndian.AppendUint32(out, uint32(n))
	}
	return append(out, body...)
}

func (e *encoder) point10(p *point10, before, now []byte) {
	u16 := binary.LittleEndian.Uint16
	ret, of := now[14]&7, now[14]>>3&7
	m := returnMap[of][ret]
	level := max(of, ret) - min(of, ret)
	mask := one(before[14] != now[14])<<5 | one(p.intensities[m] != u16(now[12:]))<<4 | one(before[15] != now[15])<<3 |
		one(before[16] != now[16])<<2 | one(before[17] != now[17])<<1 | one(u16(before[18:]) != u16(now[18:]))
	e.symbol(p.changed, uint32(mask))
	if mask&32 != 0 {
		e.symbol(lazily(&p.flags, before[14]), uint32(now[14]))
	}
	if mask&16 != 0 {
		e.integer(p.intensity, int32(p.intensities[m]), int32(u16(now[12:])), int(min(m, 3)))
		p.intensities[m] = u16(now[12:])
	}
	if mask&8 != 0 {
		e.symbol(lazily(&p.classification, before[15]), uint32(now[15]))
	}
	if mask&4 != 0 {
		e.symbol(p.angle[now[14]>>6&1], uint32(now[16]-before[16]))
	}
	if mask&2 != 0 {
		e.symbol(lazily(&p.extra, before[17]), uint32(now[17]))
	}
	if mask&1 != 0 {
		e.integer(p.source, int32(u16(before[18:])), int32(u16(now[18:])), 0)
	}
	single := one(of == 1)
	dx, dy := get32(now, 0)-get32(before, 0), get32(now, 4)-get32(before, 4)
	e.integer(p.dx, p.xs[m].v[2], dx, single)
	p.xs[m].add(dx)
	e.integer(p.dy, p.ys[m].v[2], dy, single+int(min(p.dx.k&^1, 20)))
	p.ys[m].add(dy)
	e.integer(p.dz, p.heights[level], get32(now, 8), single+int(min((p.dx.k+p.dy.k)/2&^1, 18)))
	p.heights[level] = get32(now, 8)
}

func (e *encoder) older10(p *older10, before, now []byte) {
	u16 := binary.LittleEndian.Uint16
	dx, dy := get32(now, 0)-get32(before, 0), get32(now, 4)-get32(before, 4)
	e.integer(p.dx, middle(p.xs), dx, 0)
	e.integer(p.dy, middle(p.ys), dy, int(min(p.dx.k, 19)))
	k := (p.dx.k + p.dy.k) / 2
	e.integer(p.dz, get32(before, 8), get32(now, 8), int(min(k, 19)))
	p.xs[p.next], p.ys[p.next] = dx, dy
	p.next = (p.next + 1) % 3
	mask := one(u16(before[12:]) != u16(now[12:]))<<5 | one(before[14] != now[14])<<4 | one(before[15] != now[15])<<3 |
		one(before[16] != now[16])<<2 | one(before[17] != now[17])<<1 | one(u16(before[18:]) != u16(now[18:]))
	e.symbol(p.changed, uint32(mask))
	if mask&32 != 0 {
		e.integer(p.intensity, int32(u16(before[12:])), int32(u16(now[12:])), 0)
	}
	if mask&16 != 0 {
		e.symbol(lazily(&p.flags, before[14]), uint32(now[14]))
	}
	if mask&8 != 0 {
		e.symbol(lazily(&p.class, before[15]), uint32(now[15]))
	}
	if mask&4 != 0 {
		e.integer(p.angle, int32(before[16]), int32(now[16]), one(k < 3))
	}
	if mask&2 != 0 {
		e.symbol(lazily(&p.user, before[17]), uint32(now[17]))
	}
	if mask&1 != 0 {
		e.integer(p.source, int32(u16(before[18:])), int32(u16(now[18:])), 0)
	}
}

func (e *encoder) olderTime(g *olderTime, before, now []byte) {
	v := binary.LittleEndian.Uint64(now)
	diff := int64(v - binary.LittleEndian.Uint64(before))
	small := int64(int32(diff)) == diff
	whole := func() {
		e.bits(32, uint32(v))
		e.bits(32, uint32(v>>32))
	}
	switch {
	case g.diff == 0 && diff == 0:
		e.symbol(g.zero, 0)
		return
	case g.diff == 0 && small:
		e.symbol(g.zero, 1)
		e.integer(g.value, 0, int32(diff), 0)
		g.diff = int32(diff)
		return
	case g.diff == 0:
		e.symbol(g.zero, 2)
		whole()
		return
	case diff == 0:
		e.symbol(g.multi, olderMulti-1)
		return
	case !small:
		e.symbol(g.multi, olderMulti-2)
		whole()
		return
	}
	multi := max(0, min(olderMulti-3, diff/int64(g.diff)))
	e.symbol(g.multi, uint32(multi))
	predicted, context := int32(multi)*g.diff, 5
	switch {
	case multi == 0:
		predicted, context = g.diff/4, 2
	case multi == 1:
		context = 1
	case multi < 10:
		context = 3
	case multi < 50:
		context = 4
	}
	e.integer(g.value, predicted, int32(diff), context)
	if multi == 1 {
		g.diff, g.extremes = int32(diff), 0
	}
	if multi == 0 || multi == olderMulti-3 {
		if g.extremes++; g.extremes > 3 {
			g.diff, g.extremes = int32(diff), 0
		}
	}
}

func (e *encoder) olderBytes(b *olderBytes, before, now []byte) {
	used := ^uint32(0)
	if b.used != nil {
		used = 0
		for i := range now {
			used |= uint32(one(before[i] != now[i])) << i
		}
		e.symbol(b.used, used)
	}
	for i := range now {
		if b.used == nil || used>>i&1 != 0 {
			e.integer(b.value, int32(before[i]), int32(now[i]), i)
		}
	}
}

// writeFile writes a whole .laz file of records in chunks.
func writeFile(h Header, format byte, records [][]byte) (file []byte, offset int64) {
	const head = 375
	vlr := make([]byte, 54+34+6*len(h.Items))
	copy(vlr[2:], "laszip encoded")
	binary.LittleEndian.PutUint16(vlr[18:], 22204)
	binary.LittleEndian.PutUint16(vlr[20:], uint16(34+6*len(h.Items)))
	v := vlr[54:]
	binary.LittleEndian.PutUint16(v, uint16(h.Compressor))
	v[4], v[5] = 3, 4
	binary.LittleEndian.PutUint32(v[12:], h.ChunkSize)
	binary.LittleEndian.PutUint64(v[16:], math.MaxUint64)
	binary.LittleEndian.PutUint64(v[24:], math.MaxUint64)
	binary.LittleEndian.PutUint16(v[32:], uint16(len(h.Items)))
	for i, x := range h.Items {
		binary.LittleEndian.PutUint16(v[34+6*i:], uint16(x.Kind))
		binary.LittleEndian.PutUint16(v[36+6*i:], uint16(x.Size))
		binary.LittleEndian.PutUint16(v[38+6*i:], uint16(x.Version))
	}
	b := make([]byte, head)
	copy(b, "LASF")
	b[24], b[25] = 1, 4
	binary.LittleEndian.PutUint16(b[94:], head)
	binary.LittleEndian.PutUint32(b[96:], uint32(head+len(vlr)))
	binary.LittleEndian.PutUint32(b[100:], 1)
	b[104] = format | 0x80
	binary.LittleEndian.PutUint16(b[105:], uint16(h.size()))
	if format < 6 {
		binary.LittleEndian.PutUint32(b[107:], uint32(len(records)))
	}
	for k := range 3 {
		binary.LittleEndian.PutUint64(b[131+8*k:], math.Float64bits(0.001))
	}
	binary.LittleEndian.PutUint64(b[247:], uint64(len(records)))
	b = append(b, vlr...)
	offset = int64(len(b))
	if h.Compressor == 1 {
		return append(b, pack(h, records)...), offset
	}
	b = append(b, make([]byte, 8)...)
	e, sizes := newEncoder(), newInteger(32, 2)
	var counts, lengths []int32
	step := int(h.ChunkSize)
	for at, n := 0, 0; at < len(records); n++ {
		if h.ChunkSize == math.MaxUint32 {
			step = 1 + n*n*7%311
		}
		end := min(len(records), at+step)
		c := pack(h, records[at:end])
		b = append(b, c...)
		counts, lengths = append(counts, int32(end-at)), append(lengths, int32(len(c)))
		at = end
	}
	binary.LittleEndian.PutUint64(b[offset:], uint64(len(b)))
	b = append(b, 0, 0, 0, 0)
	b = binary.LittleEndian.AppendUint32(b, uint32(len(lengths)))
	var lastCount, lastLength int32
	for i := range lengths {
		if h.ChunkSize == math.MaxUint32 {
			e.integer(sizes, lastCount, counts[i], 0)
			lastCount = counts[i]
		}
		e.integer(sizes, lastLength, lengths[i], 1)
		lastLength = lengths[i]
	}
	return append(b, e.done()...), offset
}
