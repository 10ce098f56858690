package laz

import (
	"encoding/binary"
	"fmt"
)

// layerItem unpacks one part of a record whose values lie in layers of their
// own. channel is that of the scanner; the point's own item tells it.
type layerItem interface {
	layers() int
	// open takes the item's layers, nil where nothing changes within the chunk.
	open(layers []*decoder, first []byte, channel int)
	// decode writes the part of the next record, and tells its channel.
	decode(into []byte, channel int) int
}

// unpackLayers unpacks a chunk of layers (LASzip 3, point formats 6 to 10): a
// plain record, the count of points, the size of each layer, and the layers.
func (h Header) unpackLayers(packed []byte, c chunk, size int) ([]byte, error) {
	items := make([]layerItem, len(h.Items))
	total := 0
	for k, i := range h.Items {
		switch i.Kind {
		case kindPoint14:
			items[k] = &point14{mend: i.Version >= 4}
		case kindRGB14:
			items[k] = &rgb14{switching: switching{mend: i.Version >= 4}}
		case kindRGBNIR14:
			items[k] = &rgb14{switching: switching{mend: i.Version >= 4}, infrared: true}
		case kindWave14:
			items[k] = &wave14{switching: switching{mend: i.Version >= 4}}
		default:
			items[k] = &bytes14{switching: switching{mend: i.Version >= 4}, size: i.Size}
		}
		total += items[k].layers()
	}
	at := size + 4
	if len(packed) < at+4*total {
		return nil, fmt.Errorf("byte %d: a chunk of %d bytes is too short for the sizes of %d layers; the file is damaged", c.at, len(packed), total)
	}
	if n := binary.LittleEndian.Uint32(packed[size:]); uint64(n) < c.count {
		return nil, fmt.Errorf("byte %d: the chunk holds %d points of the %d that are stated; the file is damaged", c.at, n, c.count)
	}
	sizes, body := packed[at:at+4*total], packed[at+4*total:]
	record := append([]byte(nil), packed[:size]...)
	out := append(room(c, size), record...)
	var opened []*decoder
	channel, part := 0, 0
	for k, i := range h.Items {
		var mine []*decoder
		for range items[k].layers() {
			n := binary.LittleEndian.Uint32(sizes)
			sizes = sizes[4:]
			if uint64(n) > uint64(len(body)) {
				return nil, fmt.Errorf("byte %d: a layer of %d bytes, but %d are left of the chunk; the file is damaged", c.at, n, len(body))
			}
			var d *decoder
			if n > 0 {
				d = newDecoder(body[:n])
				opened = append(opened, d)
			}
			mine, body = append(mine, d), body[n:]
		}
		if k == 0 {
			channel = int(record[15] >> 4 & 3)
		}
		items[k].open(mine, record[part:part+i.Size], channel)
		part += i.Size
	}
	for p := uint64(1); p < c.count; p++ {
		part = 0
		for k, i := range h.Items {
			channel = items[k].decode(record[part:part+i.Size], channel)
			part += i.Size
		}
		out = append(out, record...)
		if p&0xfff == 0 && overrun(opened) {
			return nil, fmt.Errorf("byte %d: the chunk's layers end before its point %d of %d; the file is damaged", c.at, p, c.count)
		}
	}
	if overrun(opened) {
		return nil, fmt.Errorf("byte %d: the chunk's layers end before its %d points; the file is damaged", c.at, c.count)
	}
	return out, nil
}

// room is the memory for a chunk's records, as far as its bytes make their
// number likely.
func room(c chunk, size int) []byte {
	return make([]byte, 0, min(c.count*uint64(size), 64*uint64(c.size)))
}

func overrun(layers []*decoder) bool {
	for _, d := range layers {
		if d.over > 64 {
			return true
		}
	}
	return false
}

// switching follows the channel of the scanner through the four contexts of an
// item. Before version 4, an item that comes back to a channel continues from
// the record of the channel before, and so do all that read it.
type switching struct {
	mend bool
	now  int
	used [4]bool
	last [4][]byte
}

func (s *switching) begin(first []byte, channel int) {
	s.now = channel
	s.used[channel] = true
	s.last[channel] = append([]byte(nil), first...)
}

// turn changes to a channel; fresh tells that its models are to be made. What
// is returned is the record to continue from, and to keep the next one in.
func (s *switching) turn(channel int) (last []byte, fresh bool) {
	last = s.last[s.now]
	if s.now == channel {
		return last, false
	}
	s.now = channel
	if !s.used[channel] {
		s.begin(last, channel)
		return s.last[channel], true
	}
	if s.mend {
		last = s.last[channel]
	}
	return last, false
}

// rgb14 is the colour of a point, and the near infrared of format 8 and 10.
type rgb14 struct {
	switching
	infrared    bool
	color, near *decoder
	contexts    [4]struct {
		rgb   *rgb
		used  *model
		diffs [2]*model
	}
}

func (c *rgb14) layers() int {
	if c.infrared {
		return 2
	}
	return 1
}

func (c *rgb14) open(layers []*decoder, first []byte, channel int) {
	c.color = layers[0]
	if c.infrared {
		c.near = layers[1]
	}
	c.begin(first, channel)
	c.fresh(channel)
}

func (c *rgb14) fresh(channel int) {
	x := &c.contexts[channel]
	x.rgb = newRGB(nil).(*rgb)
	if c.infrared {
		x.used, x.diffs = newModel(4), [2]*model{newModel(256), newModel(256)}
	}
}

func (c *rgb14) decode(into []byte, channel int) int {
	last, fresh := c.turn(channel)
	if fresh {
		c.fresh(channel)
	}
	x := &c.contexts[channel]
	if c.color != nil {
		x.rgb.decode(c.color, last[:6])
	}
	if c.near != nil {
		used := c.near.symbol(x.used)
		for k := range 2 {
			if used>>k&1 != 0 {
				last[6+k] += byte(c.near.symbol(x.diffs[k]))
			}
		}
	}
	copy(into, last)
	return channel
}

// bytes14 are what a record has beyond its format, each byte in a layer.
type bytes14 struct {
	switching
	size   int
	layer  []*decoder
	models [4][]*model
}

func (b *bytes14) layers() int { return b.size }

func (b *bytes14) open(layers []*decoder, first []byte, channel int) {
	b.layer = layers
	b.begin(first, channel)
	b.models[channel] = newPlain(first).(*plain).models
}

func (b *bytes14) decode(into []byte, channel int) int {
	last, fresh := b.turn(channel)
	if fresh {
		b.models[channel] = newPlain(last).(*plain).models
	}
	for i, d := range b.layer {
		if d != nil {
			last[i] += byte(d.symbol(b.models[channel][i]))
		}
	}
	copy(into, last)
	return channel
}

// wave14 places a point in the record of its waveform.
type wave14 struct {
	switching
	layer    *decoder
	contexts [4]*wave
}

func (w *wave14) layers() int { return 1 }

func (w *wave14) open(layers []*decoder, first []byte, channel int) {
	w.layer = layers[0]
	w.begin(first, channel)
	w.contexts[channel] = newWave(first).(*wave)
}

func (w *wave14) decode(into []byte, channel int) int {
	last, fresh := w.turn(channel)
	if fresh {
		w.contexts[channel] = newWave(last).(*wave)
	}
	if w.layer != nil {
		w.contexts[channel].decode(w.layer, last)
	}
	copy(into, last)
	return channel
}

// wave is the same in records of either age.
type wave struct {
	index             *model
	offset            [4]*model
	diff, bytes, when *integer
	axes              *integer
	before            uint32
	lastDiff          int32
}

func newWave([]byte) item {
	w := &wave{index: newModel(256), diff: newInteger(32, 1), bytes: newInteger(32, 1), when: newInteger(32, 1), axes: newInteger(32, 3)}
	for i := range w.offset {
		w.offset[i] = newModel(4)
	}
	return w
}

func (w *wave) decode(d *decoder, r []byte) {
	r[0] = byte(d.symbol(w.index))
	w.before = d.symbol(w.offset[w.before])
	at, size := binary.LittleEndian.Uint64(r[1:]), binary.LittleEndian.Uint32(r[9:])
	switch w.before {
	case 0:
	case 1:
		at += uint64(size)
	case 2:
		w.lastDiff = w.diff.decode(d, w.lastDiff, 0)
		at += uint64(int64(w.lastDiff))
	default:
		low := uint64(d.bits(32))
		at = low | uint64(d.bits(32))<<32
	}
	binary.LittleEndian.PutUint64(r[1:], at)
	put32(r, 9, w.bytes.decode(d, int32(size), 0))
	put32(r, 13, w.when.decode(d, get32(r, 13), 0))
	for k := range 3 {
		put32(r, 17+4*k, w.axes.decode(d, get32(r, 17+4*k), k))
	}
}

func get32(r []byte, at int) int32    { return int32(binary.LittleEndian.Uint32(r[at:])) }
func put32(r []byte, at int, v int32) { binary.LittleEndian.PutUint32(r[at:], uint32(v)) }
