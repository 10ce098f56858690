package texture

import "math"

// Kind is what the texels of an image say.
type Kind uint8

const (
	Values Kind = iota // numbers
	Light              // red, green and blue coded for a screen (sRGB)
	Normal             // directions: red, green and blue are -1 to 1 along tangent, bitangent and normal
)

// Ready is the image as smaller levels of it are made from: directions are of
// length one, so that two of their three parts tell all. The pixels of others are
// shared with im.
func (im Image) Ready(kind Kind) Image {
	if kind != Normal {
		return im
	}
	out := Image{im.Width, im.Height, make([]byte, len(im.Pix))}
	for i := 0; i+3 < len(im.Pix); i += 4 {
		var d [3]float64
		for k := range d {
			d[k] = float64(im.Pix[i+k])/127.5 - 1
		}
		direction(out.Pix[i:i+4:i+4], d)
	}
	return out
}

// direction writes a direction as a texel.
func direction(to []byte, d [3]float64) {
	l := math.Sqrt(d[0]*d[0] + d[1]*d[1] + d[2]*d[2])
	if l < 1e-6 {
		d, l = [3]float64{0, 0, 1}, 1
	}
	for k := range d {
		to[k] = uint8(math.Round((d[k]/l + 1) * 127.5))
	}
	to[3] = 255
}

// linear are the amounts of light that a screen's codes stand for (IEC 61966-2-1).
var linear = func() (out [256]float32) {
	for i := range out {
		x := float64(i) / 255
		if x <= 0.04045 {
			out[i] = float32(x / 12.92)
		} else {
			out[i] = float32(math.Pow((x+0.055)/1.055, 2.4))
		}
	}
	return out
}()

// coded is the screen's code of an amount of light, in 4096 steps of its square
// root, which are finer than the codes are.
var coded = func() (out [4097]uint8) {
	for i := range out {
		x := float64(i) / 4096
		x *= x
		if x <= 0.0031308 {
			x *= 12.92
		} else {
			x = 1.055*math.Pow(x, 1/2.4) - 0.055
		}
		out[i] = uint8(math.Round(255 * x))
	}
	return out
}()

// Half is the next smaller level: the mean of four texels, of their light where
// they are light. Where there is no second row or column the last one stands twice.
func (im Image) Half(kind Kind) Image {
	w, h := max(1, im.Width/2), max(1, im.Height/2)
	out := Image{w, h, make([]byte, 4*w*h)}
	for y := range h {
		top := im.row(2 * y)
		low := im.row(min(2*y+1, im.Height-1))
		for x := range w {
			a, b := 8*x, 4*min(2*x+1, im.Width-1)
			to := out.Pix[4*(y*w+x):][:4]
			switch kind {
			case Light:
				for k := range 3 {
					mean := (linear[top[a+k]] + linear[top[b+k]] + linear[low[a+k]] + linear[low[b+k]]) / 4
					to[k] = coded[int(4096*math.Sqrt(float64(mean))+0.5)]
				}
				to[3] = mean(top[a+3], top[b+3], low[a+3], low[b+3])
			case Normal:
				var d [3]float64
				for k := range d {
					d[k] = float64(int(top[a+k])+int(top[b+k])+int(low[a+k])+int(low[b+k]))/510 - 1
				}
				direction(to, d)
			default:
				for k := range 4 {
					to[k] = mean(top[a+k], top[b+k], low[a+k], low[b+k])
				}
			}
		}
	}
	return out
}

func (im Image) row(y int) []byte { return im.Pix[4*y*im.Width:][:4*im.Width] }

func mean(a, b, c, d byte) byte { return byte((int(a) + int(b) + int(c) + int(d) + 2) / 4) }

// Opaque tells whether all of the image is covered.
func (im Image) Opaque() bool {
	for i := 3; i < len(im.Pix); i += 4 {
		if im.Pix[i] != 255 {
			return false
		}
	}
	return true
}
