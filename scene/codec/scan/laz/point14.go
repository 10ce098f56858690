package laz

import "encoding/binary"

// Layers of a point, in the order that they stand in a chunk.
const (
	layerXY = iota // with channel, returns, and what changed
	layerZ
	layerClass
	layerFlags
	layerIntensity
	layerAngle
	layerUser
	layerSource
	layerTime
	layersOfPoint
)

// point14 is the record of point format 6. Before version 4, the other items of
// the record are told the channel only when it changes, and 0 otherwise.
type point14 struct {
	mend     bool
	layer    []*decoder
	now      int
	contexts [4]*context14
}

// context14 is what is known of the points of one channel of the scanner.
type context14 struct {
	last        [30]byte
	timeChanged bool

	changed         [8]*model
	channel         *model
	count, number   [16]*model // of returns, and which return
	numberSame      *model     // which return, when the time stayed
	dx, dy, dz      *integer
	xs, ys          [12]median
	heights         [8]int32
	class           [64]*model
	flags           [64]*model
	user            [64]*model
	intensity       *integer
	intensities     [8]uint16
	angle, sourceID *integer
	time            *gpsTime
}

func newContext14(last []byte) *context14 {
	c := &context14{channel: newModel(3), numberSame: newModel(13),
		dx: newInteger(32, 2), dy: newInteger(32, 22), dz: newInteger(32, 20),
		intensity: newInteger(16, 4), angle: newInteger(16, 2), sourceID: newInteger(16, 1),
		time: &gpsTime{multi: newModel(multiTotal - 1), zero: newModel(5), value: newInteger(32, 9), layered: 1}}
	copy(c.last[:], last)
	for i := range c.changed {
		c.changed[i] = newModel(128)
	}
	for i := range c.heights {
		c.heights[i] = get32(last, 8)
		c.intensities[i] = binary.LittleEndian.Uint16(last[12:])
	}
	c.time.times[0] = binary.LittleEndian.Uint64(last[22:])
	return c
}

// made returns the model at a place of a table, made when it is first met.
func made(m **model, symbols int) *model {
	if *m == nil {
		*m = newModel(symbols)
	}
	return *m
}

// returns14 groups returns that lie alike, by number of returns and return.
func returns14(n, r int) int {
	switch {
	case n == 0:
		return [16]int{0, 1, 2, 3, 4, 5, 3, 4, 4, 5, 5, 5, 5, 5, 5, 5}[r]
	case r == 0:
		return [16]int{0, 1, 2, 3, 4, 5, 3, 4, 4, 5, 5, 5, 5, 5, 5, 5}[n]
	case n <= 3 && r <= 3:
		return [3][3]int{{0, 1, 3}, {1, 2, 4}, {3, 4, 5}}[n-1][r-1]
	case n == r, n >= 11 && r == n+1, n >= 12 && r == n-1:
		return 5
	case n == 1, r == 1, n == 2 && r >= 11, r == 2 && n >= 11:
		return 3
	}
	return 4
}

func (p *point14) layers() int { return layersOfPoint }

func (p *point14) open(layers []*decoder, first []byte, channel int) {
	p.layer, p.now = layers, channel
	if layers[layerXY] == nil { // a chunk of one point
		layers[layerXY] = newDecoder(nil)
	}
	p.contexts[channel] = newContext14(first)
}

func (p *point14) decode(into []byte, _ int) int {
	xy := p.layer[layerXY]
	c := p.contexts[p.now]
	changed := int(xy.symbol(c.changed[c.kind()]))
	if changed&64 != 0 {
		channel := (p.now + int(xy.symbol(c.channel)) + 1) & 3
		if p.contexts[channel] == nil {
			p.contexts[channel] = newContext14(c.last[:])
		}
		p.now, c = channel, p.contexts[channel]
		c.last[15] = c.last[15]&^0x30 | byte(channel)<<4
	}
	timeChanged := changed >> 4 & 1
	n, r := c.returns(xy, changed)
	ends := 0 // first of its pulse, last of it
	if r == 1 {
		ends = 1
	}
	if r >= n {
		ends |= 2
	}
	p.place(c, n, r, timeChanged)
	p.rest(c, ends, changed)
	copy(into, c.last[:])
	c.timeChanged = timeChanged != 0
	if changed&64 == 0 && !p.mend {
		return 0
	}
	return p.now
}

// kind is the context of what changes: how the last return lay in its pulse, and
// whether the time had changed with it.
func (c *context14) kind() int {
	r, n := c.last[14]&15, c.last[14]>>4
	k := 0
	if r == 1 {
		k = 1
	}
	if r >= n {
		k |= 2
	}
	if c.timeChanged {
		k |= 4
	}
	return k
}

func (c *context14) returns(d *decoder, changed int) (n, r int) {
	n, r = int(c.last[14]>>4), int(c.last[14]&15)
	before := r
	if changed&4 != 0 {
		n = int(d.symbol(made(&c.count[n], 16)))
	}
	switch changed & 3 {
	case 1:
		r = (r + 1) & 15
	case 2:
		r = (r + 15) & 15
	case 3:
		if changed&16 != 0 {
			r = int(d.symbol(made(&c.number[before], 16)))
		} else {
			r = (before + int(d.symbol(c.numberSame)) + 2) & 15
		}
	}
	c.last[14] = byte(n<<4 | r)
	return n, r
}

func (p *point14) place(c *context14, n, r, timeChanged int) {
	xy := p.layer[layerXY]
	m := returns14(n, r)<<1 | timeChanged
	single := 0
	if n == 1 {
		single = 1
	}
	x := c.dx.decode(xy, c.xs[m].v[2], single)
	c.xs[m].add(x)
	add32(c.last[:], 0, x)
	y := c.dy.decode(xy, c.ys[m].v[2], single+int(min(c.dx.k&^1, 20)))
	c.ys[m].add(y)
	add32(c.last[:], 4, y)
	if d := p.layer[layerZ]; d != nil {
		level := min(7, max(n, r)-min(n, r))
		z := c.dz.decode(d, c.heights[level], single+int(min((c.dx.k+c.dy.k)/2&^1, 18)))
		c.heights[level] = z
		put32(c.last[:], 8, z)
	}
}

// rest reads what is not the place, where a layer for it exists.
func (p *point14) rest(c *context14, ends, changed int) {
	l := c.last[:]
	timeChanged := changed >> 4 & 1
	if d := p.layer[layerClass]; d != nil {
		by := int(l[16]&31) << 1
		if ends == 3 {
			by |= 1
		}
		l[16] = byte(d.symbol(made(&c.class[by], 256)))
	}
	if d := p.layer[layerFlags]; d != nil {
		by := l[15]>>6<<4 | l[15]&15 // edge of the line, direction of the mirror, flags
		flags := byte(d.symbol(made(&c.flags[by], 64)))
		l[15] = l[15]&0x30 | flags&15 | flags>>4<<6
	}
	if d := p.layer[layerIntensity]; d != nil {
		by := ends<<1 | timeChanged
		c.intensities[by] = uint16(c.intensity.decode(d, int32(c.intensities[by]), ends))
		binary.LittleEndian.PutUint16(l[12:], c.intensities[by])
	}
	if d := p.layer[layerAngle]; d != nil && changed&8 != 0 {
		before := int32(int16(binary.LittleEndian.Uint16(l[18:])))
		binary.LittleEndian.PutUint16(l[18:], uint16(c.angle.decode(d, before, timeChanged)))
	}
	if d := p.layer[layerUser]; d != nil {
		l[17] = byte(d.symbol(made(&c.user[l[17]/4], 256)))
	}
	if d := p.layer[layerSource]; d != nil && changed&32 != 0 {
		before := int32(binary.LittleEndian.Uint16(l[20:]))
		binary.LittleEndian.PutUint16(l[20:], uint16(c.sourceID.decode(d, before, 0)))
	}
	if d := p.layer[layerTime]; d != nil && timeChanged != 0 {
		c.time.decode(d, l[22:30])
	}
}
