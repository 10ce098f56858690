// Package laz unpacks points that LASzip packed (Isenburg 2013: "LASzip: lossless
// compression of LiDAR data"): an arithmetic coder (Said 2004, "FastAC") with
// adaptive models, integers as differences, and predictors for each item of a
// point record. It knows records of bytes only: what they mean is the caller's.
// Start reading at Unpack.
//
// Read are records of LAS 1.0 to 1.3, whose items are version 1 or 2, and layered
// chunks (version 3 and 4) of the point formats 6 to 10.
package laz

// Lengths of the coder's fractions, bits.
const (
	bitBits    = 13
	symbolBits = 15
	lengthMin  = 1 << 24
)

// decoder reads symbols from bytes. Past their end it reads zeros and says so.
type decoder struct {
	data          []byte
	at            int
	value, length uint32
	over          int // bytes asked for past the end
}

func newDecoder(data []byte) *decoder {
	d := &decoder{data: data, length: 0xffffffff}
	for range 4 {
		d.value = d.value<<8 | uint32(d.byte())
	}
	return d
}

func (d *decoder) byte() byte {
	if d.at >= len(d.data) {
		d.over++
		return 0
	}
	d.at++
	return d.data[d.at-1]
}

func (d *decoder) renorm() {
	for d.length < lengthMin {
		d.value = d.value<<8 | uint32(d.byte())
		d.length <<= 8
	}
}

// bitModel is an adaptive bit.
type bitModel struct{ prob, zeros, count, until, cycle uint32 }

func newBit() *bitModel {
	return &bitModel{prob: 1 << (bitBits - 1), zeros: 1, count: 2, until: 4, cycle: 4}
}

func (d *decoder) bit(m *bitModel) uint32 {
	x := m.prob * (d.length >> bitBits)
	sym := uint32(0)
	if d.value >= x {
		sym = 1
		d.value -= x
		d.length -= x
	} else {
		d.length = x
		m.zeros++
	}
	d.renorm()
	if m.until--; m.until == 0 {
		m.update()
	}
	return sym
}

func (m *bitModel) update() {
	if m.count += m.cycle; m.count > 1<<bitBits {
		m.count = (m.count + 1) >> 1
		m.zeros = (m.zeros + 1) >> 1
		if m.zeros == m.count {
			m.count++
		}
	}
	scale := 0x80000000 / m.count
	m.prob = (m.zeros * scale) >> (31 - bitBits)
	m.cycle = min(5*m.cycle>>2, 64)
	m.until = m.cycle
}

// model is an adaptive alphabet.
type model struct {
	symbols             uint32
	distribution, count []uint32
	table               []uint32 // where to begin looking; nil for small alphabets
	size, shift         uint32   // of the table
	total, cycle, until uint32
}

func newModel(symbols int) *model {
	m := &model{symbols: uint32(symbols), distribution: make([]uint32, symbols), count: make([]uint32, symbols)}
	if symbols > 16 {
		bits := uint32(3)
		for m.symbols > 1<<(bits+2) {
			bits++
		}
		m.size, m.shift = 1<<bits, symbolBits-bits
		m.table = make([]uint32, m.size+2)
	}
	for i := range m.count {
		m.count[i] = 1
	}
	m.cycle = m.symbols
	m.update()
	m.cycle = (m.symbols + 6) >> 1
	m.until = m.cycle
	return m
}

func (m *model) update() {
	if m.total += m.cycle; m.total > 1<<symbolBits {
		m.total = 0
		for i := range m.count {
			m.count[i] = (m.count[i] + 1) >> 1
			m.total += m.count[i]
		}
	}
	sum, s := uint32(0), uint32(0)
	scale := 0x80000000 / m.total
	for k := range m.symbols {
		m.distribution[k] = (scale * sum) >> (31 - symbolBits)
		sum += m.count[k]
		if m.table != nil {
			for w := m.distribution[k] >> m.shift; s < w; {
				s++
				m.table[s] = k - 1
			}
		}
	}
	if m.table != nil {
		m.table[0] = 0
		for s <= m.size {
			s++
			m.table[s] = m.symbols - 1
		}
	}
	m.cycle = min(5*m.cycle>>2, (m.symbols+6)<<3)
	m.until = m.cycle
}

func (d *decoder) symbol(m *model) uint32 {
	var sym, x uint32
	y := d.length
	d.length >>= symbolBits
	if m.table != nil {
		dv := d.value / d.length
		t := min(dv>>m.shift, m.size)
		sym = m.table[t]
		n := m.table[t+1] + 1
		for n > sym+1 {
			k := (sym + n) >> 1
			if m.distribution[k] > dv {
				n = k
			} else {
				sym = k
			}
		}
		x = m.distribution[sym] * d.length
		if sym != m.symbols-1 {
			y = m.distribution[sym+1] * d.length
		}
	} else {
		n := m.symbols
		for k := n >> 1; k != sym; k = (sym + n) >> 1 {
			if z := d.length * m.distribution[k]; z > d.value {
				n, y = k, z
			} else {
				sym, x = k, z
			}
		}
	}
	d.value -= x
	d.length = y - x
	d.renorm()
	m.count[sym]++
	if m.until--; m.until == 0 {
		m.update()
	}
	return sym
}

// bits reads plain bits, at most 32.
func (d *decoder) bits(n uint32) uint32 {
	if n > 19 {
		low := d.bits(16)
		return d.bits(n-16)<<16 | low
	}
	d.length >>= n
	sym := d.value / d.length
	d.value -= d.length * sym
	d.renorm()
	return sym
}

// integer is an adaptive integer, coded as the difference to a prediction.
type integer struct {
	bits       uint32
	span       int64 // values wrap around at this; 0: at 32 bits
	least      int32
	lengths    []*model // of the difference, by context
	zero       *bitModel
	correctors []*model // by length of the difference
	k          uint32   // length of the last difference
}

const highBits = 8

func newInteger(bits uint32, contexts int) *integer {
	i := &integer{bits: bits, zero: newBit(), least: -0x80000000, lengths: make([]*model, contexts), correctors: make([]*model, bits+1)}
	if bits < 32 {
		i.span = 1 << bits
		i.least = -int32(i.span / 2)
	}
	for c := range i.lengths {
		i.lengths[c] = newModel(int(bits) + 1)
	}
	for k := uint32(1); k <= bits; k++ {
		i.correctors[k] = newModel(1 << min(k, highBits))
	}
	return i
}

func (i *integer) decode(d *decoder, predicted int32, context int) int32 {
	c := i.corrector(d, i.lengths[context])
	if i.span == 0 {
		return predicted + c
	}
	v := int64(predicted) + int64(c)
	if v < 0 {
		v += i.span
	} else if v >= i.span {
		v -= i.span
	}
	return int32(v)
}

func (i *integer) corrector(d *decoder, lengths *model) int32 {
	k := d.symbol(lengths)
	i.k = k
	switch {
	case k == 0:
		return int32(d.bit(i.zero))
	case k >= 32:
		return i.least
	}
	var c int32
	if k <= highBits {
		c = int32(d.symbol(i.correctors[k]))
	} else {
		rest := k - highBits
		c = int32(d.symbol(i.correctors[k])<<rest | d.bits(rest))
	}
	if c >= 1<<(k-1) {
		return c + 1
	}
	return c - (1<<k - 1)
}
