package laz

import (
	"encoding/binary"
	"math/bits"
)

// encoder is the other half of the arithmetic coder, for tests.
type encoder struct {
	out          []byte
	base, length uint32
}

func newEncoder() *encoder { return &encoder{length: 0xffffffff} }

func (e *encoder) add(x uint32) {
	before := e.base
	if e.base += x; e.base < before {
		for i := len(e.out) - 1; ; i-- {
			if e.out[i]++; e.out[i] != 0 {
				break
			}
		}
	}
}

func (e *encoder) renorm() {
	for e.length < lengthMin {
		e.out = append(e.out, byte(e.base>>24))
		e.base <<= 8
		e.length <<= 8
	}
}

func (e *encoder) symbol(m *model, sym uint32) {
	y := e.length
	e.length >>= symbolBits
	x := m.distribution[sym] * e.length
	if sym != m.symbols-1 {
		y = m.distribution[sym+1] * e.length
	}
	e.add(x)
	e.length = y - x
	e.renorm()
	m.count[sym]++
	if m.until--; m.until == 0 {
		m.update()
	}
}

func (e *encoder) bit(m *bitModel, sym uint32) {
	x := m.prob * (e.length >> bitBits)
	if sym == 0 {
		e.length = x
		m.zeros++
	} else {
		e.add(x)
		e.length -= x
	}
	e.renorm()
	if m.until--; m.until == 0 {
		m.update()
	}
}

func (e *encoder) bits(n, v uint32) {
	if n > 19 {
		e.bits(16, v&0xffff)
		v, n = v>>16, n-16
	}
	e.length >>= n
	e.add(v * e.length)
	e.renorm()
}

func (e *encoder) done() []byte {
	zeros := 2
	if e.length > 2*lengthMin {
		e.add(lengthMin)
		e.length = lengthMin >> 1
		zeros = 3
	} else {
		e.add(lengthMin >> 1)
		e.length = lengthMin >> 9
	}
	e.renorm()
	return append(e.out, make([]byte, zeros)...)
}

func (e *encoder) integer(i *integer, predicted, v int32, context int) {
	c := int64(v - predicted)
	if i.span != 0 {
		c = int64(v) - int64(predicted)
		if c < -i.span/2 {
			c += i.span
		} else if c >= i.span/2 {
			c -= i.span
		}
	}
	size := c - 1
	if c <= 0 {
		size = -c
	}
	k := uint32(bits.Len64(uint64(size)))
	i.k = k
	e.symbol(i.lengths[context], k)
	if k == 0 {
		e.bit(i.zero, uint32(c))
		return
	}
	if k >= 32 {
		return
	}
	if c < 0 {
		c += 1<<k - 1
	} else {
		c--
	}
	if k <= highBits {
		e.symbol(i.correctors[k], uint32(c))
		return
	}
	rest := k - highBits
	e.symbol(i.correctors[k], uint32(c)>>rest)
	e.bits(rest, uint32(c)&(1<<rest-1))
}

// point14Out packs what point14 unpacks. It shares the models, and nothing of
// how they are walked through.
type point14Out struct {
	mend     bool
	layer    [layersOfPoint]*encoder
	changed  [layersOfPoint]bool
	now      int
	contexts [4]*context14
}

func newPoint14Out(first []byte, mend bool) *point14Out {
	p := &point14Out{mend: mend, now: int(first[15] >> 4 & 3)}
	for i := range p.layer {
		p.layer[i] = newEncoder()
	}
	p.changed[layerXY] = true
	p.contexts[p.now] = newContext14(first)
	return p
}

func one(yes bool) int {
	if yes {
		return 1
	}
	return 0
}

func (p *point14Out) encode(r []byte) int {
	xy := p.layer[layerXY]
	c := p.contexts[p.now]
	kindModel, channelModel := c.changed[c.kind()], c.channel
	channel := int(r[15] >> 4 & 3)
	turned := (channel - p.now + 4) & 3
	if turned != 0 {
		if p.contexts[channel] == nil {
			p.contexts[channel] = newContext14(c.last[:])
		}
		p.now, c = channel, p.contexts[channel]
		c.last[15] = c.last[15]&^0x30 | byte(channel)<<4
	}
	l := c.last[:]
	u16 := func(b []byte, at int) uint16 { return binary.LittleEndian.Uint16(b[at:]) }
	timeChanged := one(binary.LittleEndian.Uint64(r[22:]) != binary.LittleEndian.Uint64(l[22:]))
	n, ret, n0, ret0 := int(r[14]>>4), int(r[14]&15), int(l[14]>>4), int(l[14]&15)
	step := 3
	switch (ret - ret0 + 16) & 15 {
	case 0:
		step = 0
	case 1:
		step = 1
	case 15:
		step = 2
	}
	mask := step | one(n != n0)<<2 | one(u16(r, 18) != u16(l, 18))<<3 | timeChanged<<4 | one(u16(r, 20) != u16(l, 20))<<5 | one(turned != 0)<<6
	xy.symbol(kindModel, uint32(mask))
	if turned != 0 {
		xy.symbol(channelModel, uint32(turned-1))
	}
	if n != n0 {
		xy.symbol(made(&c.count[n0], 16), uint32(n))
	}
	if step == 3 {
		if timeChanged != 0 {
			xy.symbol(made(&c.number[ret0], 16), uint32(ret))
		} else {
			xy.symbol(c.numberSame, uint32((ret-ret0+16)&15-2))
		}
	}
	single, ends := one(n == 1), one(ret == 1)|one(ret >= n)<<1
	m := returns14(n, ret)<<1 | timeChanged
	dx, dy := get32(r, 0)-get32(l, 0), get32(r, 4)-get32(l, 4)
	xy.integer(c.dx, c.xs[m].v[2], dx, single)
	c.xs[m].add(dx)
	xy.integer(c.dy, c.ys[m].v[2], dy, single+int(min(c.dx.k&^1, 20)))
	c.ys[m].add(dy)
	level := min(7, max(n, ret)-min(n, ret))
	p.layer[layerZ].integer(c.dz, c.heights[level], get32(r, 8), single+int(min((c.dx.k+c.dy.k)/2&^1, 18)))
	c.heights[level] = get32(r, 8)
	p.changed[layerZ] = p.changed[layerZ] || get32(r, 8) != get32(l, 8)

	p.layer[layerClass].symbol(made(&c.class[int(l[16]&31)<<1|one(ends == 3)], 256), uint32(r[16]))
	p.changed[layerClass] = p.changed[layerClass] || r[16] != l[16]
	flags := func(b byte) byte { return b>>6<<4 | b&15 }
	p.layer[layerFlags].symbol(made(&c.flags[flags(l[15])], 64), uint32(flags(r[15])))
	p.changed[layerFlags] = p.changed[layerFlags] || flags(r[15]) != flags(l[15])
	by := ends<<1 | timeChanged
	p.layer[layerIntensity].integer(c.intensity, int32(c.intensities[by]), int32(u16(r, 12)), ends)
	c.intensities[by] = u16(r, 12)
	p.changed[layerIntensity] = p.changed[layerIntensity] || u16(r, 12) != u16(l, 12)
	if mask&8 != 0 {
		p.changed[layerAngle] = true
		p.layer[layerAngle].integer(c.angle, int32(int16(u16(l, 18))), int32(int16(u16(r, 18))), timeChanged)
	}
	p.layer[layerUser].symbol(made(&c.user[l[17]/4], 256), uint32(r[17]))
	p.changed[layerUser] = p.changed[layerUser] || r[17] != l[17]
	if mask&32 != 0 {
		p.changed[layerSource] = true
		p.layer[layerSource].integer(c.sourceID, int32(u16(l, 20)), int32(u16(r, 20)), 0)
	}
	if timeChanged != 0 {
		p.changed[layerTime] = true
		p.layer[layerTime].time(c.time, binary.LittleEndian.Uint64(r[22:]))
	}
	copy(l, r)
	c.timeChanged = timeChanged != 0
	if turned == 0 && !p.mend {
		return 0
	}
	return p.now
}

// time packs a time: as a multiple of the last difference where that is near,
// as a difference where 32 bits hold it, else in full.
func (e *encoder) time(g *gpsTime, v uint64) {
	for i := range 4 { // continue another sequence when it is nearer
		k := (g.last + i) & 3
		diff := int64(v - g.times[k])
		if int64(int32(diff)) != diff {
			continue
		}
		if i > 0 {
			if g.diffs[g.last] == 0 {
				e.symbol(g.zero, uint32(i+2-g.layered))
			} else {
				e.symbol(g.multi, uint32(multiFull+i-g.layered))
			}
			g.last = k
		}
		if g.diffs[k] == 0 {
			if diff == 0 && g.layered == 0 {
				e.symbol(g.zero, 0)
				return
			}
			e.symbol(g.zero, uint32(1-g.layered))
			e.integer(g.value, 0, int32(diff), 0)
			g.diffs[k], g.extremes[k] = int32(diff), 0
		} else {
			e.multiple(g, k, int32(diff))
		}
		g.times[k] = v
		return
	}
	if g.diffs[g.last] == 0 {
		e.symbol(g.zero, uint32(2-g.layered))
	} else {
		e.symbol(g.multi, uint32(multiFull-g.layered))
	}
	g.next = (g.next + 1) & 3
	e.integer(g.value, int32(g.times[g.last]>>32), int32(v>>32), 8)
	e.bits(16, uint32(v)&0xffff)
	e.bits(16, uint32(v)>>16)
	g.last = g.next
	g.times[g.last], g.diffs[g.last], g.extremes[g.last] = v, 0, 0
}

func (e *encoder) multiple(g *gpsTime, k int, diff int32) {
	before := g.diffs[k]
	multi := int64(diff) / int64(before)
	extreme := false
	code := func(symbol int64, times int32, context int) {
		e.symbol(g.multi, uint32(symbol))
		e.integer(g.value, times*before, diff, context)
	}
	switch {
	case diff == 0 && g.layered == 0:
		e.symbol(g.multi, multiUnchanged)
	case multi == 1:
		code(1, 1, 1)
		g.extremes[k] = 0
	case multi == 0:
		code(0, 0, 7)
		extreme = true
	case multi > 0 && multi < 10:
		code(multi, int32(multi), 2)
	case multi > 0 && multi < multiMost:
		code(multi, int32(multi), 3)
	case multi > 0:
		code(multiMost, multiMost, 4)
		extreme = true
	case multi > multiLeast:
		code(multiMost-multi, int32(multi), 5)
	default:
		code(multiMost-multiLeast, multiLeast, 6)
		extreme = true
	}
	if extreme {
		if g.extremes[k]++; g.extremes[k] > 3 {
			g.diffs[k], g.extremes[k] = diff, 0
		}
	}
}

// rgbOut packs a colour.
func (e *encoder) rgb(c *rgb, last, r []byte) {
	b := func(x []byte, k, half int) int { return int(x[2*k+half]) }
	used := uint32(0)
	grey := r[0] == r[2] && r[0] == r[4] && r[1] == r[3] && r[1] == r[5]
	for half := range 2 {
		used |= uint32(one(b(r, 0, half) != b(last, 0, half))) << half
		if !grey {
			used |= uint32(one(b(r, 1, half) != b(last, 1, half))) << (2 + half)
			used |= uint32(one(b(r, 2, half) != b(last, 2, half))) << (4 + half)
		}
	}
	used |= uint32(one(!grey)) << 6
	e.symbol(c.used, used)
	fold := func(v int) uint32 { return uint32(byte(v)) }
	clamp := func(v int) int { return max(0, min(255, v)) }
	for half := range 2 {
		if used>>half&1 != 0 {
			e.symbol(c.diffs[half], fold(b(r, 0, half)-b(last, 0, half)))
		}
	}
	if grey {
		return
	}
	for half := range 2 {
		diff := b(r, 0, half) - b(last, 0, half)
		if used>>(2+half)&1 != 0 {
			e.symbol(c.diffs[2+half], fold(b(r, 1, half)-clamp(diff+b(last, 1, half))))
		}
		if used>>(4+half)&1 != 0 {
			diff = (diff + b(r, 1, half) - b(last, 1, half)) / 2
			e.symbol(c.diffs[4+half], fold(b(r, 2, half)-clamp(diff+b(last, 2, half))))
		}
	}
}

// wave packs the place of a waveform.
func (e *encoder) wave(w *wave, last, r []byte) {
	e.symbol(w.index, uint32(r[0]))
	at, size := binary.LittleEndian.Uint64(last[1:]), binary.LittleEndian.Uint32(last[9:])
	now := binary.LittleEndian.Uint64(r[1:])
	diff := int64(now - at)
	code := uint32(3)
	switch {
	case diff == 0:
		code = 0
	case diff == int64(size):
		code = 1
	case int64(int32(diff)) == diff:
		code = 2
	}
	e.symbol(w.offset[w.before], code)
	w.before = code
	switch code {
	case 2:
		e.integer(w.diff, w.lastDiff, int32(diff), 0)
		w.lastDiff = int32(diff)
	case 3:
		e.bits(32, uint32(now))
		e.bits(32, uint32(now>>32))
	}
	e.integer(w.bytes, int32(size), get32(r, 9), 0)
	e.integer(w.when, get32(last, 13), get32(r, 13), 0)
	for k := range 3 {
		e.integer(w.axes, get32(last, 17+4*k), get32(r, 17+4*k), k)
	}
}
