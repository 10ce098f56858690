package gl

import (
	"math"
	"testing"

	gl41 "github.com/go-gl/gl/v4.1-core/gl"

	"github.com/glasstwin/glasstwin/render/texture"
)

// TestTheDriverReadsWhatIsPacked: each format, as the driver decodes it, is what
// the encoder takes it for.
func TestTheDriverReadsWhatIsPacked(t *testing.T) {
	current(t)
	im := texture.Image{Width: 22, Height: 13, Pix: make([]byte, 4*22*13)}
	for i := range 22 * 13 {
		x, y := float64(i%22), float64(i/22)
		im.Pix[4*i], im.Pix[4*i+1] = uint8(127+100*math.Sin(x/5)), uint8(127+90*math.Cos(y/3))
		im.Pix[4*i+2], im.Pix[4*i+3] = uint8(10*x), uint8(255-8*y)
	}
	takes := takesBlocks()
	for _, f := range []texture.Format{texture.Plain, texture.BC1, texture.BC3, texture.BC5, texture.BC7} {
		if f == texture.BC7 && !takes.BC7 || (f == texture.BC1 || f == texture.BC3) && !takes.S3 {
			t.Logf("the driver does not read format %d", f)
			continue
		}
		p := &picture{id: awaited(0)}
		blocks := im.Encode(f)
		p.take(&arrival{key: imageKey{kind: texture.Values}, Packed: texture.Packed{Format: f, Levels: 1, Width: 22, Height: 13, Data: blocks}})
		got := make([]byte, len(im.Pix))
		gl41.PixelStorei(gl41.PACK_ALIGNMENT, 1)
		gl41.GetTexImage(gl41.TEXTURE_2D, 0, gl41.RGBA, gl41.UNSIGNED_BYTE, gl41.Ptr(got))
		gl41.DeleteTextures(1, &p.id)
		if err := failure("read a texture"); err != nil {
			t.Fatal(err)
		}
		want := f.Decode(blocks, 22, 13)
		parts := map[texture.Format]int{texture.BC5: 2}[f]
		if parts == 0 {
			parts = 4
		}
		for i := range got {
			// Steps between the ends are rounded as a driver likes.
			if d := int(got[i]) - int(want.Pix[i]); i%4 < parts && (d > 2 || d < -2) {
				t.Errorf("format %d: part %d of texel %d is %d, want %d", f, i%4, i/4, got[i], want.Pix[i])
				break
			}
		}
	}
}
