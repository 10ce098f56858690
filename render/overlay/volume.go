package overlay

import (
	"math"

	"github.com/glasstwin/glasstwin/scene/geom"
)

// VolumeHeat colours a box of air by a grid of values. It is seen as level
// slices through the box, each with its lines of equal value.
type VolumeHeat struct {
	Title, Unit, Note     string
	Box                   geom.Box
	Columns, Layers, Rows int       // cells along x, y and z
	Values                []float64 // along x first, then z, then y; NaN is left clear
	Low, High             float64   // values at the ends of the palette
	Palette               Palette
	Opacity               float32 // of all slices together, seen from above
	Slices                int     // 0: one for each layer
}

// Limits of a volume: far above what can be told apart.
const (
	volumeCellsMost  = 1 << 20
	volumeSlicesMost = 24
)

// Whole tells whether a volume's numbers fit each other.
func (v *VolumeHeat) Whole() bool {
	n := len(v.Values)
	size := v.Box.Size()
	return v.Columns > 0 && v.Layers > 0 && v.Rows > 0 && n <= volumeCellsMost &&
		v.Columns <= n && v.Layers <= n && v.Rows <= n && v.Columns*v.Layers*v.Rows == n &&
		size[0] > 0 && size[1] > 0 && size[2] > 0 && v.High > v.Low && !math.IsInf(v.High-v.Low, 0)
}

// Scale is that of a volume.
func (v *VolumeHeat) Scale() Scale {
	return Scale{Title: v.Title, Unit: v.Unit, Low: v.Low, High: v.High, Palette: v.Palette, Note: v.Note}
}

// Cut appends the slices of a volume, in the order in which they are to be drawn
// for an eye at a height, metres: the furthest first. Between the middles of two
// layers values go over into each other. One that is not whole has none.
func (v *VolumeHeat) Cut(into []Heatmap, eyeY float64) []Heatmap {
	if !v.Whole() {
		return into
	}
	n := v.Slices
	if n <= 0 {
		n = v.Layers
	}
	n = min(n, volumeSlicesMost)
	one := float32(1 - math.Pow(1-math.Min(0.98, math.Max(0, float64(v.Opacity))), 1/float64(n)))
	low, high := 0, n-1
	for low <= high {
		y := func(k int) float64 { return v.Box.Min[1] + (float64(k)+0.5)/float64(n)*v.Box.Size()[1] }
		k := low
		if math.Abs(y(high)-eyeY) > math.Abs(y(low)-eyeY) {
			k = high
			high--
		} else {
			low++
		}
		into = append(into, Heatmap{
			Min: geom.Vec2{v.Box.Min[0], v.Box.Min[2]}, Max: geom.Vec2{v.Box.Max[0], v.Box.Max[2]}, Y: y(k),
			Columns: v.Columns, Values: v.level((float64(k) + 0.5) / float64(n)), Low: v.Low, High: v.High, Palette: v.Palette, Opacity: one,
		})
	}
	return into
}

// level is the grid at a part of the height.
func (v *VolumeHeat) level(part float64) []float64 {
	at := math.Min(math.Max(part*float64(v.Layers)-0.5, 0), float64(v.Layers-1))
	below := int(at)
	above := min(below+1, v.Layers-1)
	t, flat := at-float64(below), v.Columns*v.Rows
	out := make([]float64, flat)
	for i := range out {
		a, b := v.Values[below*flat+i], v.Values[above*flat+i]
		switch {
		case math.IsNaN(a):
			out[i] = b
		case math.IsNaN(b):
			out[i] = a
		default:
			out[i] = a + (b-a)*t
		}
		if near := [2]float64{a, b}[int(t+0.5)]; math.IsNaN(near) {
			out[i] = near
		}
	}
	return out
}
