package offscreen_test

import (
	"testing"

	"github.com/glasstwin/glasstwin/render"
	"github.com/glasstwin/glasstwin/render/gl"
	"github.com/glasstwin/glasstwin/render/likeness"
	"github.com/glasstwin/glasstwin/render/swatch"
)

// What packing images may change of a picture: half of what is just seen side by
// side, on average; and two hundredths of the scale of FLIP.
const (
	packedMean  = 0.5
	packedWorst = 4.0
	packedFLIP  = 0.02
)

// TestPackedImagesAreNotSeen draws boards with packed images and with plain ones,
// from afar and from so near that texels are larger than pixels.
func TestPackedImagesAreNotSeen(t *testing.T) {
	sc := swatch.Boards(2, 512)
	packed, plain := openWith(t, sc, gl.Options{Packing: gl.PackAlways}), openWith(t, sc, gl.Options{Packing: gl.PackNever})
	for name, distance := range map[string]float64{"afar": 1, "near": 0.25} {
		f := render.Frame{Width: 480, Height: 240, Samples: 2, Camera: swatch.Camera}
		f.Camera.Target[0] = -1.9 // the middle of the boards
		f.Camera.Target[1] = 0.75 * (1 - distance)
		f.Camera.Distance *= distance
		a, stats, err := packed.Image(f)
		if err != nil {
			t.Fatal(err)
		}
		b, whole, err := plain.Image(f)
		if err != nil {
			t.Fatal(err)
		}
		if m := stats.Memory; m.Images == 0 || 2*m.Images > m.Unpacked || whole.Memory.Images != m.Unpacked || stats.Pending {
			t.Errorf("%s: packed %+v, plain %+v", name, m, whole.Memory)
		}
		d, err := likeness.Compare(a, b)
		if err != nil {
			t.Fatal(err)
		}
		flip, err := likeness.FLIP(a, b)
		if err != nil {
			t.Fatal(err)
		}
		t.Logf("%s: %s, FLIP %.4f, %d KB of %d", name, d.Compare, flip, stats.Memory.Images>>10, stats.Memory.Unpacked>>10)
		if d.Mean > packedMean || d.Worst > packedWorst || flip > packedFLIP {
			t.Errorf("%s: packing is seen", name)
		}
	}
}
