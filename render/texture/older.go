package texture

import (
	"encoding/binary"
	"math"
)

// The older blocks: colours of 5, 6 and 5 bits with two steps between, and single
// parts with six.

// appendColors writes the red, green and blue of a block of BC1.
func appendColors(out []byte, t *texels) []byte {
	from, to := t.line(3)
	var best [2]uint16
	var index uint32
	least := math.MaxInt
	for range refits + 1 {
		a, b := pack565(from), pack565(to)
		if a < b {
			a, b = b, a
			from, to = to, from
		}
		palette := palette565(a, b)
		var weights [16]float32
		sum, chosen := 0, uint32(0)
		for i := range t {
			near, nearest := math.MaxInt, 0
			for k := range palette {
				err := 0
				for c := range 3 {
					e := int(t[i][c]) - palette[k][c]
					err += e * e
				}
				if err < near {
					near, nearest = err, k
				}
			}
			if a == b {
				nearest = 0 // of equal ends the fourth is black
			}
			sum += near
			chosen |= uint32(nearest) << (2 * i)
			weights[i] = [4]float32{0, 1, 1. / 3, 2. / 3}[nearest]
		}
		if sum >= least {
			break
		}
		best, index, least = [2]uint16{a, b}, chosen, sum
		if sum == 0 {
			break
		}
		t.fit(&weights, 3, &from, &to)
	}
	out = binary.LittleEndian.AppendUint16(binary.LittleEndian.AppendUint16(out, best[0]), best[1])
	return binary.LittleEndian.AppendUint32(out, index)
}

func pack565(c [4]float32) uint16 {
	r, g, b := uint16(c[0]*31/255+0.5), uint16(c[1]*63/255+0.5), uint16(c[2]*31/255+0.5)
	return r<<11 | g<<5 | b
}

func palette565(a, b uint16) (out [4][3]int) {
	for i, c := range [2]uint16{a, b} {
		r, g, b := int(c>>11), int(c>>5&63), int(c&31)
		out[i] = [3]int{r<<3 | r>>2, g<<2 | g>>4, b<<3 | b>>2}
	}
	for k := range 3 {
		out[2][k], out[3][k] = (2*out[0][k]+out[1][k])/3, (out[0][k]+2*out[1][k])/3
	}
	return out
}

func colors(t *texels, b []byte) {
	palette := palette565(binary.LittleEndian.Uint16(b), binary.LittleEndian.Uint16(b[2:]))
	index := binary.LittleEndian.Uint32(b[4:])
	for i := range t {
		c := palette[index>>(2*i)&3]
		t[i] = [4]uint8{uint8(c[0]), uint8(c[1]), uint8(c[2]), 255}
	}
}

// appendSteps writes one part of the texels in eight steps (BC4).
func appendSteps(out []byte, t *texels, part int) []byte {
	lo, hi := t[0][part], t[0][part]
	for i := range t {
		lo, hi = min(lo, t[i][part]), max(hi, t[i][part])
	}
	index := uint64(0)
	if lo < hi {
		palette := paletteSteps(hi, lo)
		for i := range t {
			near, nearest := math.MaxInt, 0
			for k, x := range palette {
				if e := max(x-int(t[i][part]), int(t[i][part])-x); e < near {
					near, nearest = e, k
				}
			}
			index |= uint64(nearest) << (3 * i)
		}
	}
	for k := range 6 {
		if k == 0 {
			out = append(out, hi, lo)
		}
		out = append(out, byte(index>>(8*k)))
	}
	return out
}

// paletteSteps are the steps between the higher and the lower end.
func paletteSteps(hi, lo uint8) (out [8]int) {
	out[0], out[1] = int(hi), int(lo)
	for k := 2; k < 8; k++ {
		out[k] = (int(hi)*(8-k) + int(lo)*(k-1) + 3) / 7
	}
	return out
}

func steps(t *texels, part int, b []byte) {
	palette := paletteSteps(b[0], b[1])
	index := uint64(0)
	for k := range 6 {
		index |= uint64(b[2+k]) << (8 * k)
	}
	for i := range t {
		t[i][part] = uint8(palette[index>>(3*i)&7])
	}
}
