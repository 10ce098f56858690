package texture

import (
	"encoding/binary"
	"math"
	"math/bits"
)

// Format is how texels lie in memory: each by itself, or in blocks of 4×4 as
// graphics cards decode them (Khronos Data Format Specification 1.3, chapters 18
// to 20).
type Format uint8

const (
	Plain Format = iota // four bytes a texel
	BC1                 // red, green, blue: half a byte a texel
	BC3                 // and coverage: one byte
	BC5                 // red and green alone, finely: one byte
	BC7                 // red, green, blue and coverage, finely: one byte
)

// Bytes is the size of a level.
func (f Format) Bytes(width, height int) int {
	n := ((width + 3) / 4) * ((height + 3) / 4)
	switch f {
	case Plain:
		return 4 * width * height
	case BC1:
		return 8 * n
	}
	return 16 * n
}

func (f Format) size() int {
	if f == BC1 {
		return 8
	}
	return 16
}

// texels are those of a block, by row.
type texels [16][4]uint8

// at reads a block; what lies outside of the image repeats its edge.
func (im *Image) at(bx, by int) (t texels) {
	for i := range t {
		x, y := min(4*bx+i%4, im.Width-1), min(4*by+i/4, im.Height-1)
		copy(t[i][:], im.Pix[4*(y*im.Width+x):])
	}
	return t
}

// Encode writes an image in a format. BC7 is written in its mode 6 alone: one line
// through the colours of a block, 16 steps on it. A block takes some microseconds.
func (im *Image) Encode(f Format) []byte {
	if f == Plain {
		return im.Pix
	}
	out := make([]byte, 0, f.Bytes(im.Width, im.Height))
	for by := range (im.Height + 3) / 4 {
		for bx := range (im.Width + 3) / 4 {
			t := im.at(bx, by)
			out = block(out, &t, f)
		}
	}
	return out
}

func block(out []byte, t *texels, f Format) []byte {
	switch f {
	case BC1:
		return appendColors(out, t)
	case BC3:
		return appendColors(appendSteps(out, t, 3), t)
	case BC5:
		return appendSteps(appendSteps(out, t, 0), t, 1)
	}
	return appendFine(out, t)
}

// Decode reads what Encode wrote, of a level of a size. Blue of BC5 is that of a
// direction of length one.
func (f Format) Decode(blocks []byte, width, height int) Image {
	out := Image{width, height, make([]byte, 4*width*height)}
	if f == Plain {
		copy(out.Pix, blocks)
		return out
	}
	for by := range (height + 3) / 4 {
		for bx := range (width + 3) / 4 {
			t := unblock(blocks, f)
			blocks = blocks[f.size():]
			for i, c := range t {
				if x, y := 4*bx+i%4, 4*by+i/4; x < width && y < height {
					copy(out.Pix[4*(y*width+x):], c[:])
				}
			}
		}
	}
	return out
}

func unblock(b []byte, f Format) (t texels) {
	switch f {
	case BC1:
		colors(&t, b)
	case BC3:
		colors(&t, b[8:])
		steps(&t, 3, b)
	case BC5:
		steps(&t, 0, b)
		steps(&t, 1, b[8:])
		for i := range t {
			x, y := float64(t[i][0])/127.5-1, float64(t[i][1])/127.5-1
			t[i][2], t[i][3] = uint8(math.Round((math.Sqrt(math.Max(0, 1-x*x-y*y))+1)*127.5)), 255
		}
	case BC7:
		fine(&t, b)
	}
	return t
}

// line is the way through the colours of a block along which they differ most,
// from one end to the other, by the largest eigenvector of their covariance; only
// the first n parts of a colour count.
func (t *texels) line(n int) (from, to [4]float32) {
	var mid [4]float32
	lo, hi := t[0], t[0]
	for i := range t {
		for k := range n {
			mid[k] += float32(t[i][k]) / 16
			lo[k], hi[k] = min(lo[k], t[i][k]), max(hi[k], t[i][k])
		}
	}
	if lo == hi {
		return mid, mid
	}
	var cov [4][4]float32
	for i := range t {
		var d [4]float32
		for k := range n {
			d[k] = float32(t[i][k]) - mid[k]
		}
		for a := range n {
			for b := a; b < n; b++ {
				cov[a][b] += d[a] * d[b]
			}
		}
	}
	var way [4]float32
	most := 0
	for k := range n {
		if cov[k][k] > cov[most][most] {
			most = k
		}
	}
	for k := range n {
		way[k] = cov[min(k, most)][max(k, most)]
	}
	for range 4 {
		var next [4]float32
		var size float32
		for a := range n {
			for b := range n {
				next[a] += cov[min(a, b)][max(a, b)] * way[b]
			}
			size = max(size, next[a], -next[a])
		}
		if size == 0 {
			break
		}
		for k := range n {
			way[k] = next[k] / size
		}
	}
	var length float32
	for k := range n {
		length += way[k] * way[k]
	}
	first, last := float32(math.Inf(1)), float32(math.Inf(-1))
	for i := range t {
		var s float32
		for k := range n {
			s += (float32(t[i][k]) - mid[k]) * way[k]
		}
		first, last = min(first, s/length), max(last, s/length)
	}
	for k := range n {
		from[k], to[k] = held(mid[k]+first*way[k]), held(mid[k]+last*way[k])
	}
	return from, to
}

func held(x float32) float32 { return max(0, min(255, x)) }

// fit moves the ends of a line so that the colours lie nearest to where their
// weights say, 0 at from and 1 at to (least squares).
func (t *texels) fit(weights *[16]float32, n int, from, to *[4]float32) {
	var aa, ab, bb float32
	var ac, bc [4]float32
	for i, w := range weights {
		v := 1 - w
		aa, ab, bb = aa+v*v, ab+v*w, bb+w*w
		for k := range n {
			ac[k] += v * float32(t[i][k])
			bc[k] += w * float32(t[i][k])
		}
	}
	det := aa*bb - ab*ab
	if det < 1e-3 {
		return
	}
	for k := range n {
		from[k], to[k] = held((ac[k]*bb-bc[k]*ab)/det), held((bc[k]*aa-ac[k]*ab)/det)
	}
}

// steps4 are the 16 steps of BC7 from end to end, in 64ths.
var steps4 = [16]int{0, 4, 9, 13, 17, 21, 26, 30, 34, 38, 43, 47, 51, 55, 60, 64}

// refits is how often the ends of a line are moved.
const refits = 2

// appendFine writes a block of BC7, mode 6.
func appendFine(out []byte, t *texels) []byte {
	from, to := t.line(4)
	best, least := fineBlock{}, math.MaxInt
	for round := range refits + 1 {
		b := newFine(from, to, t)
		if err := b.choose(t); err < least {
			best, least = b, err
		} else if round > 0 {
			break
		}
		if least == 0 {
			break
		}
		var weights [16]float32
		for i, k := range b.index {
			weights[i] = float32(steps4[k]) / 64
		}
		t.fit(&weights, 4, &from, &to)
	}
	return best.append(out)
}

// fineBlock has ends of 7 bits each, with a lowest bit that all parts of an end
// share.
type fineBlock struct {
	ends  [2][4]uint8 // as 8 bits
	index [16]uint8
}

func newFine(from, to [4]float32, t *texels) (b fineBlock) {
	for e, want := range [2][4]float32{from, to} {
		least := float32(math.Inf(1))
		for low := range 2 {
			var end [4]uint8
			var err float32
			for k, x := range want {
				q := max(0, min(127, int((x-float32(low))/2+0.5)))<<1 | low
				end[k] = uint8(q)
				err += (float32(q) - x) * (float32(q) - x)
			}
			if want[3] > 254.5 && end[3] != 255 {
				err += 1 << 16 // what is covered stays so
			}
			if err < least {
				least, b.ends[e] = err, end
			}
		}
	}
	return b
}

// choose finds the step of each texel and returns the sum of squares that they
// are off.
func (b *fineBlock) choose(t *texels) (sum int) {
	var palette [16][4]int
	for i, w := range steps4 {
		for k := range 4 {
			palette[i][k] = ((64-w)*int(b.ends[0][k]) + w*int(b.ends[1][k]) + 32) >> 6
		}
	}
	var d [4]int
	length := 0
	for k := range 4 {
		d[k] = int(b.ends[1][k]) - int(b.ends[0][k])
		length += d[k] * d[k]
	}
	for i := range t {
		guess := 0
		if length > 0 {
			s := 0
			for k := range 4 {
				s += (int(t[i][k]) - int(b.ends[0][k])) * d[k]
			}
			guess = max(0, min(15, (30*s+length)/(2*length)))
		}
		least := math.MaxInt
		for g := max(0, guess-1); g <= min(15, guess+1); g++ {
			err := 0
			for k := range 4 {
				e := int(t[i][k]) - palette[g][k]
				err += e * e
			}
			if err < least {
				least, b.index[i] = err, uint8(g)
			}
		}
		sum += least
	}
	return sum
}

func (b *fineBlock) append(out []byte) []byte {
	ends, index := b.ends, b.index
	if index[0] >= 8 { // its highest bit is not written
		ends[0], ends[1] = ends[1], ends[0]
		for i := range index {
			index[i] = 15 - index[i]
		}
	}
	lo, hi := uint64(1)<<6, uint64(0)
	at := 7
	put := func(x uint64, n int) {
		if at < 64 {
			lo |= x << at
			if at+n > 64 {
				hi |= x >> (64 - at)
			}
		} else {
			hi |= x << (at - 64)
		}
		at += n
	}
	for k := range 4 {
		put(uint64(ends[0][k]>>1), 7)
		put(uint64(ends[1][k]>>1), 7)
	}
	put(uint64(ends[0][0]&1), 1)
	put(uint64(ends[1][0]&1), 1)
	put(uint64(index[0]), 3)
	for _, x := range index[1:] {
		put(uint64(x), 4)
	}
	return binary.LittleEndian.AppendUint64(binary.LittleEndian.AppendUint64(out, lo), hi)
}

// fine reads a block of BC7, mode 6.
func fine(t *texels, b []byte) {
	lo, hi := binary.LittleEndian.Uint64(b), binary.LittleEndian.Uint64(b[8:])
	at := 7
	get := func(n int) int {
		x := hi >> max(0, at-64)
		if at < 64 {
			x = lo >> at
			if at+n > 64 {
				x |= hi << (64 - at)
			}
		}
		at += n
		return int(x & (1<<n - 1))
	}
	if bits.TrailingZeros64(lo) != 6 {
		return // another mode: no coverage
	}
	var ends [2][4]int
	for k := range 4 {
		ends[0][k] = get(7) << 1
		ends[1][k] = get(7) << 1
	}
	for e := range ends {
		low := get(1)
		for k := range 4 {
			ends[e][k] |= low
		}
	}
	for i := range t {
		n := 4
		if i == 0 {
			n = 3
		}
		w := steps4[get(n)]
		for k := range 4 {
			t[i][k] = uint8(((64-w)*ends[0][k] + w*ends[1][k] + 32) >> 6)
		}
	}
}
