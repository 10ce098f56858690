package overlay

import (
	"image/color"
	"math"
)

// Table returns n colours of the palette, from Low to High, linear and opaque.
// Neighbours differ by equal steps in OKLab (Ottosson 2020), and lightness
// alone orders them, so that the scale reads the same to colour-blind eyes and
// in grey.
func (p Palette) Table(n int) []RGBA {
	path := sequential
	if p == Diverging {
		path = diverging
	}
	const dense = 512
	var length [dense + 1]float64
	before := path(0)
	for i := 1; i <= dense; i++ {
		c := path(float64(i) / dense)
		length[i] = length[i-1] + distance(before, c)
		before = c
	}
	out := make([]RGBA, n)
	k := 0
	for i := range out {
		want := length[dense] * float64(i) / math.Max(1, float64(n-1))
		for k < dense-1 && length[k+1] < want {
			k++
		}
		t := (float64(k) + (want-length[k])/math.Max(1e-9, length[k+1]-length[k])) / dense
		out[i] = path(t).linear()
	}
	return out
}

// Screen is a linear colour as a screen takes it (IEC 61966-2-1), opaque.
func (c RGBA) Screen() color.NRGBA {
	code := func(x float32) uint8 {
		v := float64(unit(float64(x)))
		if v <= 0.0031308 {
			v *= 12.92
		} else {
			v = 1.055*math.Pow(v, 1/2.4) - 0.055
		}
		return uint8(v*255 + 0.5)
	}
	return color.NRGBA{code(c[0]), code(c[1]), code(c[2]), 255}
}

// Colors are the colours of a heatmap's cells as a screen takes them, each as
// opaque as it covers; what has no value is clear.
func (h *Heatmap) Colors() []color.NRGBA {
	const steps = 256
	table := h.Palette.Table(steps)
	out := make([]color.NRGBA, len(h.Values))
	for i, v := range h.Values {
		if math.IsNaN(v) {
			continue
		}
		out[i] = table[int(unit((v-h.Low)/math.Max(1e-12, h.High-h.Low))*(steps-1)+0.5)].Screen()
		out[i].A = uint8(unit(float64(h.Opacity*h.Weight(i)))*255 + 0.5)
	}
	return out
}

// lab is a colour of OKLab: lightness, green to red, blue to yellow.
type lab [3]float64

func distance(a, b lab) float64 {
	return math.Sqrt((a[0]-b[0])*(a[0]-b[0]) + (a[1]-b[1])*(a[1]-b[1]) + (a[2]-b[2])*(a[2]-b[2]))
}

// lch is the colour of a lightness, chroma and hue in degrees.
func lch(l, c, h float64) lab {
	s, k := math.Sincos(h * math.Pi / 180)
	return lab{l, c * k, c * s}
}

// sequential leads from a dark blue over teal and green to yellow.
func sequential(t float64) lab {
	return lch(0.30+0.60*t, 0.10+0.045*t, 268-160*t-0.8*10*math.Sin(2*math.Pi*t))
}

// diverging leads from blue over a light neutral to red.
func diverging(t float64) lab {
	s := 2*t - 1
	a := math.Abs(s)
	hue := 250.0
	if s > 0 {
		hue = 32
	}
	return lch(0.93-0.45*a, 0.165*a, hue)
}

// linear is the nearest colour that a screen shows, in linear light.
func (c lab) linear() RGBA {
	l := math.Pow(c[0]+0.3963377774*c[1]+0.2158037573*c[2], 3)
	m := math.Pow(c[0]-0.1055613458*c[1]-0.0638541728*c[2], 3)
	s := math.Pow(c[0]-0.0894841775*c[1]-1.2914855480*c[2], 3)
	return RGBA{
		unit(4.0767416621*l - 3.3077115913*m + 0.2309699292*s),
		unit(-1.2684380046*l + 2.6097574011*m - 0.3413193965*s),
		unit(-0.0041960863*l - 0.7034186147*m + 1.7076147010*s),
		1,
	}
}

func unit(x float64) float32 { return float32(math.Min(1, math.Max(0, x))) }
