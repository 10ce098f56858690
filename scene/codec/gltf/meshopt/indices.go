package meshopt

import (
	"encoding/binary"
	"fmt"
)

// Triangles are packed against the sixteen edges and vertices that were used
// last: mostly one byte for each.

const (
	trianglesHeader = 0xe1
	sequenceHeader  = 0xd1
	freshMost       = 13 // codes for a vertex near the edge: a queue place below this; 13 and 14 are steps of one
	auxBytes        = 16
)

// auxCodes are the pairs of queue places that occur most when a triangle starts
// anew; a packed buffer carries the table that it was made with.
var auxCodes = [auxBytes]byte{0x00, 0x76, 0x87, 0x56, 0x67, 0x78, 0xa9, 0x86, 0x65, 0x89, 0x68, 0x98, 0x01, 0x69}

// queues are what packing and unpacking keep in step.
type queues struct {
	edges      [16][2]uint32
	vertices   [16]uint32
	edgeAt     int
	vertexAt   int
	next, last uint32
}

func newQueues() *queues {
	q := &queues{}
	for i := range q.edges {
		q.edges[i] = [2]uint32{^uint32(0), ^uint32(0)}
		q.vertices[i] = ^uint32(0)
	}
	return q
}

func (q *queues) pushEdge(a, b uint32) {
	q.edges[q.edgeAt] = [2]uint32{a, b}
	q.edgeAt = (q.edgeAt + 1) & 15
}

func (q *queues) pushVertex(v uint32) {
	q.vertices[q.vertexAt] = v
	q.vertexAt = (q.vertexAt + 1) & 15
}

// vertex is the one pushed n before the last.
func (q *queues) vertex(n int) uint32 { return q.vertices[(q.vertexAt-1-n)&15] }

// fan pushes the two edges that a triangle adds to one that was there.
func (q *queues) fan(a, b, c uint32) {
	q.pushEdge(c, b)
	q.pushEdge(a, c)
}

func unpackTriangles(data []byte, count, stride int) ([]byte, error) {
	if count%3 != 0 {
		return nil, fmt.Errorf("%d indices are no triangles", count)
	}
	if len(data) < 1+count/3+auxBytes {
		return nil, errShort
	}
	if data[0]&0xf0 != trianglesHeader&0xf0 || data[0]&0x0f > 1 {
		return nil, fmt.Errorf("triangles begin with %#x; %#x is read", data[0], trianglesHeader)
	}
	fresh := freshMost
	if data[0]&0x0f == 0 {
		fresh = 15
	}
	codes, aux := data[1:1+count/3], data[len(data)-auxBytes:]
	r := &indexReader{data: data[1+count/3 : len(data)-auxBytes]}
	out := make([]byte, count*stride)
	q := newQueues()
	for i, code := range codes {
		var t [3]uint32
		switch {
		case code < 0xf0:
			e := q.edges[(q.edgeAt-1-int(code>>4))&15]
			a, b := e[0], e[1]
			var c uint32
			switch near := int(code & 15); {
			case near == 0:
				c = q.next
				q.next++
				q.pushVertex(c)
			case near < fresh:
				c = q.vertex(near)
			default:
				if near != 15 {
					c = q.last + uint32(near-(near^3)) // 13 is one before, 14 one after
				} else {
					c = r.index(q.last)
				}
				q.last = c
				q.pushVertex(c)
			}
			t = [3]uint32{a, b, c}
			q.fan(a, b, c)
		case code < 0xfe:
			t = q.anew(0, aux[code&15], r)
		default:
			pair := r.byte()
			if pair == 0 {
				q.next = 0
			}
			t = q.anew(15*(code&1), pair, r)
		}
		put(out, 3*i, stride, t[:])
	}
	if r.short {
		return nil, errShort
	}
	if len(r.data) != r.at {
		return nil, fmt.Errorf("%d packed bytes are left over", len(r.data)-r.at)
	}
	return out, nil
}

// anew reads a triangle that shares no recent edge; first is 0 for the next new
// vertex, 15 for one that is written out.
func (q *queues) anew(first, pair byte, r *indexReader) [3]uint32 {
	places := [3]byte{first, pair >> 4, pair & 15}
	var t [3]uint32
	for k, p := range places {
		switch {
		case p == 0:
			t[k] = q.next
			q.next++
		case p < 15:
			t[k] = q.vertex(int(p) - 1)
		}
	}
	for k, p := range places {
		if p == 15 {
			t[k] = r.index(q.last)
			q.last = t[k]
		}
	}
	q.remember(t, places)
	return t
}

func (q *queues) remember(t [3]uint32, places [3]byte) {
	for k, p := range places {
		if p == 0 || p == 15 {
			q.pushVertex(t[k])
		}
	}
	q.pushEdge(t[1], t[0])
	q.pushEdge(t[2], t[1])
	q.pushEdge(t[0], t[2])
}

// PackTriangles packs a list of triangles. Their order and which corner comes
// first are kept up to a turn of the triangle.
func PackTriangles(indices []uint32) []byte {
	codes := make([]byte, 0, len(indices)/3)
	w := &indexWriter{}
	q := newQueues()
	for i := 0; i+2 < len(indices); i += 3 {
		t := [3]uint32{indices[i], indices[i+1], indices[i+2]}
		if edge, turn, ok := q.find(t); ok {
			a, b, c := t[turn], t[(turn+1)%3], t[(turn+2)%3]
			near := q.place(c)
			switch {
			case near >= 1 && near < freshMost:
			case c == q.next:
				near = 0
				q.next++
			case c+1 == q.last:
				near, q.last = 13, c
			case c == q.last+1:
				near, q.last = 14, c
			default:
				near = 15
				w.index(c, &q.last)
			}
			codes = append(codes, byte(edge<<4|near))
			if near == 0 || near >= freshMost {
				q.pushVertex(c)
			}
			q.fan(a, b, c)
			continue
		}
		turn := 0
		switch q.next {
		case t[1]:
			turn = 1
		case t[2]:
			turn = 2
		}
		t = [3]uint32{t[turn], t[(turn+1)%3], t[(turn+2)%3]}
		reset := t == [3]uint32{0, 1, 2} && q.next > 0
		if reset { // a second mesh in one buffer counts from zero again
			q.next = 0
			for k := range q.vertices {
				q.vertices[k] = ^uint32(0)
			}
		}
		codes = w.anew(q, codes, t, reset)
	}
	out := append([]byte{trianglesHeader}, codes...)
	out = append(out, w.data...)
	return append(out, auxCodes[:]...)
}

// find looks for an edge of a triangle among the recent ones; turn tells which.
func (q *queues) find(t [3]uint32) (edge, turn int, ok bool) {
	for i := range 15 {
		e := q.edges[(q.edgeAt-1-i)&15]
		for k := range 3 {
			if e[0] == t[k] && e[1] == t[(k+1)%3] {
				return i, k, true
			}
		}
	}
	return 0, 0, false
}

// place is how many vertices were pushed after v; -1 when it is not there.
func (q *queues) place(v uint32) int {
	for i := range 16 {
		if q.vertex(i) == v {
			return i
		}
	}
	return -1
}

func (w *indexWriter) anew(q *queues, codes []byte, t [3]uint32, reset bool) []byte {
	var places [3]byte
	for k, v := range t {
		near := -1
		if k > 0 {
			near = q.place(v)
		}
		switch {
		case near >= 0 && near < 14:
			places[k] = byte(near + 1)
		case v == q.next:
			q.next++
		default:
			places[k] = 15
		}
	}
	pair := places[1]<<4 | places[2]
	coded := -1
	for i, c := range auxCodes[:14] {
		if c == pair {
			coded = i
			break
		}
	}
	if places[0] == 0 && coded >= 0 && !reset {
		codes = append(codes, 0xf0|byte(coded))
	} else {
		codes = append(codes, 0xfe|places[0]&1)
		w.data = append(w.data, pair)
	}
	for k, p := range places {
		if p == 15 {
			w.index(t[k], &q.last)
		}
	}
	q.remember(t, places)
	return codes
}

type indexReader struct {
	data  []byte
	at    int
	short bool
}

func (r *indexReader) byte() byte {
	if r.at >= len(r.data) {
		r.short = true
		return 0
	}
	r.at++
	return r.data[r.at-1]
}

// number reads a variable-length number of at most 32 bits.
func (r *indexReader) number() uint32 {
	var v uint32
	for shift := 0; shift < 35; shift += 7 {
		b := r.byte()
		v |= uint32(b&0x7f) << shift
		if b < 0x80 {
			break
		}
	}
	return v
}

func (r *indexReader) index(last uint32) uint32 {
	v := r.number()
	return last + (v>>1 ^ -(v & 1))
}

type indexWriter struct{ data []byte }

func (w *indexWriter) number(v uint32) {
	for v >= 0x80 {
		w.data = append(w.data, byte(v)|0x80)
		v >>= 7
	}
	w.data = append(w.data, byte(v))
}

func (w *indexWriter) index(v uint32, last *uint32) {
	d := v - *last
	w.number(d<<1 ^ uint32(int32(d)>>31))
	*last = v
}

func unpackSequence(data []byte, count, stride int) ([]byte, error) {
	const tail = 4
	if len(data) < 1+count+tail {
		return nil, errShort
	}
	if data[0]&0xf0 != sequenceHeader&0xf0 || data[0]&0x0f > 1 {
		return nil, fmt.Errorf("a sequence begins with %#x; %#x is read", data[0], sequenceHeader)
	}
	r := &indexReader{data: data[1 : len(data)-tail]}
	out := make([]byte, count*stride)
	var last [2]uint32
	for i := range count {
		v := r.number()
		line := v & 1
		v >>= 1
		last[line] += v>>1 ^ -(v & 1)
		put(out, i, stride, last[line:line+1])
	}
	if r.short {
		return nil, errShort
	}
	if len(r.data) != r.at {
		return nil, fmt.Errorf("%d packed bytes are left over", len(r.data)-r.at)
	}
	return out, nil
}

// PackSequence packs indices that are no triangles, as of lines. The format
// holds steps of less than 2^30 between indices, which no list of a file exceeds.
func PackSequence(indices []uint32) []byte {
	w := &indexWriter{data: []byte{sequenceHeader}}
	var last [2]uint32
	line := 0
	for _, v := range indices {
		step := func(k int) uint32 {
			d := int32(v - last[k])
			return uint32(d<<1 ^ d>>31)
		}
		if step(line) > 30 && step(1-line) < step(line) {
			line = 1 - line
		}
		w.number(step(line)<<1 | uint32(line))
		last[line] = v
	}
	return append(w.data, 0, 0, 0, 0)
}

func put(out []byte, at, stride int, list []uint32) {
	for i, v := range list {
		if stride == 2 {
			binary.LittleEndian.PutUint16(out[2*(at+i):], uint16(v))
		} else {
			binary.LittleEndian.PutUint32(out[4*(at+i):], v)
		}
	}
}
