package likeness

import (
	"fmt"
	"image"
	"math"
)

// flipPixels is how many pixels a person sees in a degree: a screen 0.7 m wide of
// 3840 pixels from 0.7 m away, as the method's authors take it.
const flipPixels = 0.7 * 3840 / 0.7 * math.Pi / 180

// FLIP tells how different two pictures look to a person who flips between them,
// 0 to 1, the mean over all pixels: for screens of ordinary brightness, as
// Andersson, Nilsson, Akenine-Möller, Oskarsson, Åström and Fairchild 2020 have
// it (their equations stand beside the steps).
func FLIP(a, b *image.RGBA) (float64, error) {
	if a.Rect.Size() != b.Rect.Size() || a.Rect.Empty() {
		return 0, fmt.Errorf("compare pictures: one is %v, the other %v", a.Rect.Size(), b.Rect.Size())
	}
	x, y := flipSide(a), flipSide(b)
	most := math.Pow(hyab(hunt(lab([3]float64{0, 1, 0})), hunt(lab([3]float64{0, 0, 1}))), 0.7)
	sum := 0.0
	for i := range x.lab {
		// Colours (6 to 9): most differences are small, so they get most of the
		// range.
		d := math.Pow(hyab(x.lab[i], y.lab[i]), 0.7)
		color := 0.95 * d / (0.4 * most)
		if d >= 0.4*most {
			color = 0.95 + 0.05*(d-0.4*most)/(0.6*most)
		}
		// Features (10): edges and points that only one of them has (11).
		feature := math.Max(math.Abs(x.edge[i]-y.edge[i]), math.Abs(x.spot[i]-y.spot[i]))
		sum += math.Pow(color, 1-math.Sqrt(feature/math.Sqrt2))
	}
	return sum / float64(len(x.lab)), nil
}

// flipped is a picture as it is seen.
type flipped struct {
	lab        [][3]float64
	edge, spot []float64
}

func flipSide(img *image.RGBA) flipped {
	w, h := img.Rect.Dx(), img.Rect.Dy()
	var planes [3][]float64 // lightness, red to green, blue to yellow, all linear
	for k := range planes {
		planes[k] = make([]float64, w*h)
	}
	light := make([]float64, w*h)
	for i := range light {
		c := img.RGBAAt(img.Rect.Min.X+i%w, img.Rect.Min.Y+i/w)
		o := opponent([3]float64{linear(c.R), linear(c.G), linear(c.B)})
		for k := range planes {
			planes[k][i] = o[k]
		}
		light[i] = (o[0] + 16) / 116
	}
	// What the eye resolves (2, with table 1).
	blur := func(p []float64, parts ...[2]float64) []float64 {
		out, total := make([]float64, w*h), 0.0
		radius := int(math.Ceil(3 * math.Sqrt(0.04/(2*math.Pi*math.Pi)) * flipPixels))
		for _, part := range parts {
			line := gauss(radius, func(x float64) float64 {
				return math.Exp(-math.Pi * math.Pi / part[1] * x * x / flipPixels / flipPixels)
			})
			one := 0.0
			for _, v := range line {
				one += v
			}
			weight := part[0] * math.Sqrt(math.Pi/part[1])
			total += weight * one * one
			for i, v := range along(along(p, w, h, 1, 0, line), w, h, 0, 1, line) {
				out[i] += weight * v
			}
		}
		for i := range out {
			out[i] /= total
		}
		return out
	}
	planes[0] = blur(planes[0], [2]float64{1, 0.0047})
	planes[1] = blur(planes[1], [2]float64{1, 0.0053})
	planes[2] = blur(planes[2], [2]float64{34.1, 0.04}, [2]float64{13.5, 0.025})
	out := flipped{lab: make([][3]float64, w*h), edge: make([]float64, w*h), spot: make([]float64, w*h)}
	for i := range out.lab {
		c := fromOpponent([3]float64{planes[0][i], planes[1][i], planes[2][i]})
		for k := range c {
			c[k] = math.Max(0, math.Min(1, c[k]))
		}
		out.lab[i] = hunt(lab(c))
	}
	// Edges and points of a certain width (section 4.2).
	sd := 0.5 * 0.082 * flipPixels
	radius := int(math.Ceil(3 * sd))
	bell := gauss(radius, func(x float64) float64 { return math.Exp(-x * x / (2 * sd * sd)) })
	slope := balanced(gauss(radius, func(x float64) float64 { return -x * math.Exp(-x*x/(2*sd*sd)) }), bell)
	bend := balanced(gauss(radius, func(x float64) float64 { return (x*x/(sd*sd) - 1) * math.Exp(-x*x/(2*sd*sd)) }), bell)
	pair := func(line []float64) (x, y []float64) {
		return along(along(light, w, h, 1, 0, line), w, h, 0, 1, bell), along(along(light, w, h, 0, 1, line), w, h, 1, 0, bell)
	}
	ex, ey := pair(slope)
	sx, sy := pair(bend)
	for i := range light {
		out.edge[i], out.spot[i] = math.Hypot(ex[i], ey[i]), math.Hypot(sx[i], sy[i])
	}
	return out
}

func gauss(radius int, f func(float64) float64) []float64 {
	out := make([]float64, 2*radius+1)
	for i := range out {
		out[i] = f(float64(i - radius))
	}
	return out
}

// balanced scales a line so that, spread by another across it, what it adds and
// what it takes are one each.
func balanced(line, across []float64) []float64 {
	wide, more, less := 0.0, 0.0, 0.0
	for _, v := range across {
		wide += v
	}
	for _, v := range line {
		more, less = more+math.Max(0, v), less+math.Max(0, -v)
	}
	for i, v := range line {
		if v > 0 {
			line[i] = v / more / wide
		} else {
			line[i] = v / less / wide
		}
	}
	return line
}

// along filters the rows or the columns; beyond the edges lies what lies at them.
func along(p []float64, w, h, dx, dy int, line []float64) []float64 {
	out, radius := make([]float64, len(p)), len(line)/2
	for i := range p {
		x, y, sum := i%w, i/w, 0.0
		for k, weight := range line {
			sx, sy := min(w-1, max(0, x+dx*(k-radius))), min(h-1, max(0, y+dy*(k-radius)))
			sum += weight * p[sy*w+sx]
		}
		out[i] = sum
	}
	return out
}

var white = xyz([3]float64{1, 1, 1})

func xyz(c [3]float64) [3]float64 {
	return [3]float64{
		0.4124564*c[0] + 0.3575761*c[1] + 0.1804375*c[2],
		0.2126729*c[0] + 0.7151522*c[1] + 0.0721750*c[2],
		0.0193339*c[0] + 0.1191920*c[1] + 0.9503041*c[2],
	}
}

// opponent is YCxCz: CIELAB without its cube root.
func opponent(c [3]float64) [3]float64 {
	v := xyz(c)
	for k := range v {
		v[k] /= white[k]
	}
	return [3]float64{116*v[1] - 16, 500 * (v[0] - v[1]), 200 * (v[1] - v[2])}
}

func fromOpponent(o [3]float64) [3]float64 {
	y := (o[0] + 16) / 116
	x, z := (y+o[1]/500)*white[0], (y-o[2]/200)*white[2]
	y *= white[1]
	return [3]float64{
		3.2404542*x - 1.5371385*y - 0.4985314*z,
		-0.9692660*x + 1.8760108*y + 0.0415560*z,
		0.0556434*x - 0.2040259*y + 1.0572252*z,
	}
}

// hunt has colours fade with the light (Hunt 1952).
func hunt(c [3]float64) [3]float64 { return [3]float64{c[0], 0.01 * c[0] * c[1], 0.01 * c[0] * c[2]} }

func hyab(a, b [3]float64) float64 {
	return math.Abs(a[0]-b[0]) + math.Hypot(a[1]-b[1], a[2]-b[2])
}
