package overlay_test

import (
	"math"
	"testing"

	"pgregory.net/rapid"

	"github.com/glasstwin/glasstwin/render/overlay"
	"github.com/glasstwin/glasstwin/scene/geom"
)

func TestSlicesOfAVolume(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		v := overlay.VolumeHeat{
			Box: box(0, 0, 0, 4, 3, 2), Columns: rapid.IntRange(1, 6).Draw(t, "columns"), Layers: rapid.IntRange(1, 6).Draw(t, "layers"), Rows: rapid.IntRange(1, 6).Draw(t, "rows"),
			Low: 10, High: 30, Opacity: float32(rapid.Float64Range(0, 0.9).Draw(t, "opacity")), Slices: rapid.IntRange(0, 30).Draw(t, "slices"),
		}
		low, high := math.Inf(1), math.Inf(-1)
		for i := range v.Columns * v.Layers * v.Rows {
			x := 20 + float64(i*7%11)
			low, high = math.Min(low, x), math.Max(high, x)
			v.Values = append(v.Values, x)
		}
		eye := rapid.Float64Range(-2, 6).Draw(t, "eye")
		list := v.Cut(nil, eye)
		clear, last := 1.0, math.Inf(1)
		for _, h := range list {
			if h.Y <= 0 || h.Y >= 3 || len(h.Values) != v.Columns*v.Rows || h.Columns != v.Columns {
				t.Fatalf("a slice at %g of %d values", h.Y, len(h.Values))
			}
			away := math.Abs(h.Y - eye)
			if away > last+1e-9 {
				t.Fatalf("a slice %.3f m from the eye is drawn over one %.3f m from it", away, last)
			}
			last = away
			clear *= 1 - float64(h.Opacity)
			for _, x := range h.Values {
				if x < low-1e-9 || x > high+1e-9 {
					t.Fatalf("%g between values of %g to %g", x, low, high)
				}
			}
		}
		if math.Abs(1-clear-float64(v.Opacity)) > 1e-4 {
			t.Fatalf("all slices together cover %.4f, want %.4f", 1-clear, v.Opacity)
		}
		v.Values = v.Values[1:]
		if len(v.Cut(nil, eye)) != 0 {
			t.Fatal("slices of a grid in which a value is missing")
		}
	})
}

func TestWhatIsNotKnownOfAVolumeStaysClear(t *testing.T) {
	v := overlay.VolumeHeat{Box: geom.Box{Max: geom.Vec3{1, 2, 1}}, Columns: 1, Layers: 2, Rows: 1, Values: []float64{20, math.NaN()}, Low: 0, High: 30, Opacity: 0.5}
	list := v.Cut(nil, 10)
	if len(list) != 2 || list[0].Values[0] != 20 || !math.IsNaN(list[1].Values[0]) {
		t.Errorf("%+v", list)
	}
}
