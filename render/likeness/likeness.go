// Package likeness tells how different two pictures look to a person, and keeps
// golden pictures for tests. It must never know how a picture was made. Start
// reading at Compare, then Golden.
package likeness

import (
	"fmt"
	"image"
	"image/color"
	"math"
	"slices"
)

// Difference is how unlike two pictures are, in units of CIELAB: 1 is just
// seen side by side, 10 at a glance.
type Difference struct {
	Mean    float64     // over all pixels
	Worst   float64     // of 99.5 % of the pixels, none is more unlike
	Heat    *image.RGBA // where: black is alike, white is 20 or more
	Compare string      // one line for a person
}

// Limits within which two pictures count as alike. Between versions of a
// software renderer edges move by parts of a pixel; what a person would point
// at is far above.
const (
	MeanMost  = 0.8
	WorstMost = 9.0
)

// Alike tells whether a person would take the pictures for the same.
func (d Difference) Alike() bool { return d.Mean <= MeanMost && d.Worst <= WorstMost }

// Compare blurs both pictures as an eye does that looks at a screen from an
// arm's length, and measures how far each pixel's colours lie apart: lightness
// by its difference, chroma by its distance (HyAB; Abasi, Amani Tehran and
// Fairchild 2020), as FLIP does (Andersson et al. 2020).
func Compare(got, want *image.RGBA) (Difference, error) {
	if got.Rect.Size() != want.Rect.Size() {
		return Difference{}, fmt.Errorf("compare pictures: one is %v, the other %v", got.Rect.Size(), want.Rect.Size())
	}
	w, h := got.Rect.Dx(), got.Rect.Dy()
	if w == 0 || h == 0 {
		return Difference{}, fmt.Errorf("compare pictures: they have no pixels")
	}
	a, b := seen(got), seen(want)
	d := Difference{Heat: image.NewRGBA(image.Rect(0, 0, w, h))}
	all := make([]float64, w*h)
	for i := range all {
		x, y := lab(a[i]), lab(b[i])
		all[i] = math.Abs(x[0]-y[0]) + math.Hypot(x[1]-y[1], x[2]-y[2])
		d.Mean += all[i] / float64(w*h)
		v := uint8(255 * math.Min(1, all[i]/20))
		d.Heat.SetRGBA(i%w, i/w, color.RGBA{v, v, v, 255})
	}
	slices.Sort(all)
	d.Worst = all[min(len(all)-1, int(0.995*float64(len(all))))]
	d.Compare = fmt.Sprintf("mean %.2f (at most %.1f), worst of 99.5 %% %.1f (at most %.1f)", d.Mean, MeanMost, d.Worst, WorstMost)
	return d, nil
}

// kernel is a Gaussian of one pixel: the eye's blur at 60 pixels a degree.
var kernel = [...]float64{0.054, 0.244, 0.404, 0.244, 0.054}

// seen is a picture in linear light, blurred.
func seen(img *image.RGBA) [][3]float64 {
	w, h := img.Rect.Dx(), img.Rect.Dy()
	light := make([][3]float64, w*h)
	for i := range light {
		c := img.RGBAAt(img.Rect.Min.X+i%w, img.Rect.Min.Y+i/w)
		light[i] = [3]float64{linear(c.R), linear(c.G), linear(c.B)}
	}
	return blur(blur(light, w, h, 1, 0), w, h, 0, 1)
}

func blur(in [][3]float64, w, h, dx, dy int) [][3]float64 {
	out := make([][3]float64, len(in))
	for i := range in {
		x, y := i%w, i/w
		for k, weight := range kernel {
			sx, sy := min(w-1, max(0, x+dx*(k-2))), min(h-1, max(0, y+dy*(k-2)))
			for c := range 3 {
				out[i][c] += weight * in[sy*w+sx][c]
			}
		}
	}
	return out
}

// linear undoes the coding of IEC 61966-2-1.
func linear(v uint8) float64 {
	c := float64(v) / 255
	if c <= 0.04045 {
		return c / 12.92
	}
	return math.Pow((c+0.055)/1.055, 2.4)
}

// lab is CIELAB under D65.
func lab(c [3]float64) [3]float64 {
	f := func(t float64) float64 {
		if t > 216.0/24389 {
			return math.Cbrt(t)
		}
		return (24389.0/27*t + 16) / 116
	}
	x := f((0.4124564*c[0] + 0.3575761*c[1] + 0.1804375*c[2]) / 0.95047)
	y := f(0.2126729*c[0] + 0.7151522*c[1] + 0.0721750*c[2])
	z := f((0.0193339*c[0] + 0.1191920*c[1] + 0.9503041*c[2]) / 1.08883)
	return [3]float64{116*y - 16, 500 * (x - y), 200 * (y - z)}
}
