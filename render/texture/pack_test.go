package texture_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"

	"pgregory.net/rapid"

	"github.com/glasstwin/glasstwin/render/texture"
)

// painted is an image of a function of the place, 0 to 1 each way.
func painted(w, h int, color func(x, y float64) [4]float64) texture.Image {
	im := texture.Image{Width: w, Height: h, Pix: make([]byte, 4*w*h)}
	for i := range w * h {
		c := color(float64(i%w)/float64(w), float64(i/w)/float64(h))
		for k := range c {
			im.Pix[4*i+k] = uint8(math.Round(255 * max(0, min(1, c[k]))))
		}
	}
	return im
}

// What materials wear, without a picture from anywhere.
var (
	wood = painted(128, 128, func(x, y float64) [4]float64 {
		r := 0.5 + 0.3*math.Sin(40*x+6*math.Sin(9*y)) + 0.05*math.Sin(300*y)
		return [4]float64{0.3 + 0.4*r, 0.2 + 0.3*r, 0.1 + 0.2*r, 1}
	})
	label = painted(128, 128, func(x, y float64) [4]float64 {
		if math.Mod(13*x, 1) < 0.4 && math.Mod(9*y, 1) < 0.6 {
			return [4]float64{0.1, 0.1, 0.4, 1}
		}
		return [4]float64{0.95, 0.9, 0.85, 1}
	})
	leaf = painted(128, 128, func(x, y float64) [4]float64 {
		a := 8 * (0.4 - math.Hypot(x-0.5, y-0.5))
		return [4]float64{0.2 + 0.1*x, 0.5 + 0.2*y, 0.1, a}
	})
	worn = painted(128, 128, func(x, y float64) [4]float64 { // occlusion, roughness, metalness
		return [4]float64{0.9 + 0.1*math.Sin(20*x), 0.5 + 0.3*math.Sin(15*x*y), math.Round(x), 1}
	})
	bumps = painted(128, 128, func(x, y float64) [4]float64 {
		dx, dy := 0.4*math.Sin(60*x), 0.4*math.Cos(50*y)
		l := math.Sqrt(1 + dx*dx + dy*dy)
		return [4]float64{(dx/l + 1) / 2, (dy/l + 1) / 2, (1/l + 1) / 2, 1}
	})
)

// quality is the ratio of peak to noise between two images, of the first parts.
func quality(a, b texture.Image, parts int) float64 {
	sum := 0.0
	for i := range a.Pix {
		if i%4 < parts {
			d := float64(a.Pix[i]) - float64(b.Pix[i])
			sum += d * d
		}
	}
	return 10 * math.Log10(255*255*float64(len(a.Pix)/4*parts)/sum)
}

func TestPackedImagesLookAsTheyDid(t *testing.T) {
	for _, c := range []struct {
		name   string
		image  texture.Image
		format texture.Format
		parts  int
		least  float64 // dB
	}{
		{"wood", wood, texture.BC7, 4, 45}, {"wood", wood, texture.BC1, 3, 36},
		{"label", label, texture.BC7, 4, 48}, {"label", label, texture.BC1, 3, 36},
		{"leaf", leaf, texture.BC7, 4, 38}, {"leaf", leaf, texture.BC3, 4, 36},
		{"worn", worn, texture.BC7, 4, 38}, {"bumps", bumps, texture.BC5, 3, 42},
	} {
		blocks := c.image.Encode(c.format)
		if len(blocks) != c.format.Bytes(128, 128) {
			t.Fatalf("%d bytes, %d were told", len(blocks), c.format.Bytes(128, 128))
		}
		q := quality(c.image, c.format.Decode(blocks, 128, 128), c.parts)
		if q < c.least {
			t.Errorf("%s in format %d: %.1f dB, want %.0f", c.name, c.format, q, c.least)
		}
	}
}

// TestPackingNeverStrays: whatever is packed, no texel leaves the box of its
// block's colours by more than the steps of the ends, and what is covered stays so.
func TestPackingNeverStrays(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		w, h := rapid.IntRange(1, 9).Draw(t, "w"), rapid.IntRange(1, 9).Draw(t, "h")
		im := texture.Image{Width: w, Height: h, Pix: rapid.SliceOfN(rapid.Byte(), 4*w*h, 4*w*h).Draw(t, "pix")}
		covered := rapid.Bool().Draw(t, "covered")
		for i := 3; i < len(im.Pix) && covered; i += 4 {
			im.Pix[i] = 255
		}
		for f, parts := range map[texture.Format]int{texture.BC1: 3, texture.BC3: 4, texture.BC5: 2, texture.BC7: 4} {
			got := f.Decode(im.Encode(f), w, h)
			for i := range w * h {
				bx, by := i%w/4, i/w/4
				for k := range parts {
					lo, hi := 255, 0
					for y := 4 * by; y < min(4*by+4, h); y++ {
						for x := 4 * bx; x < min(4*bx+4, w); x++ {
							v := int(im.Pix[4*(y*w+x)+k])
							lo, hi = min(lo, v), max(hi, v)
						}
					}
					// The line of least squares may end outside of the box, by no more than it is wide.
					if v := int(got.Pix[4*i+k]); v < lo-(hi-lo)-9 || v > hi+(hi-lo)+9 {
						t.Fatalf("format %d: part %d of texel %d is %d, of %d to %d", f, k, i, v, lo, hi)
					}
				}
				if covered && f == texture.BC7 && got.Pix[4*i+3] != 255 {
					t.Fatalf("texel %d shows what lies behind: %d", i, got.Pix[4*i+3])
				}
			}
		}
	})
}

func TestWhatWouldShowIsNotPacked(t *testing.T) {
	r := rand.New(rand.NewPCG(7, 0))
	noise := painted(128, 128, func(float64, float64) [4]float64 { return [4]float64{r.Float64(), r.Float64(), r.Float64(), 1} })
	all, old := texture.Takes{BC7: true, S3: true}, texture.Takes{S3: true}
	small := painted(32, 32, func(x, y float64) [4]float64 { return [4]float64{x, y, 0, 1} })
	for _, c := range []struct {
		name  string
		image texture.Image
		kind  texture.Kind
		takes texture.Takes
		want  texture.Format
	}{
		{"wood", wood, texture.Light, all, texture.BC7}, {"a plain one", painted(64, 64, func(x, y float64) [4]float64 { return [4]float64{0, x, 0, 1} }), texture.Values, all, texture.BC1}, {"wood", wood, texture.Light, old, texture.BC1},
		{"leaf", leaf, texture.Light, old, texture.BC3}, {"wood", wood, texture.Light, texture.Takes{}, texture.Plain},
		{"bumps", bumps, texture.Normal, texture.Takes{}, texture.BC5},
		{"noise", noise, texture.Light, all, texture.Plain}, {"a small one", small, texture.Light, all, texture.Plain},
	} {
		if got := c.image.Best(c.kind, c.takes); got != c.want {
			t.Errorf("%s: format %d, want %d", c.name, got, c.want)
		}
	}
}

func TestLevelsGetSmaller(t *testing.T) {
	checks := painted(5, 3, func(x, y float64) [4]float64 {
		v := float64((int(5*x+0.5) + int(3*y+0.5)) % 2)
		return [4]float64{v, v, v, 1}
	})
	var sizes string
	texture.Pack(checks, texture.Light, texture.Plain, func(p texture.Packed) bool {
		sizes += fmt.Sprintf("%d:%d×%d ", p.Level, p.Width, p.Height)
		if p.Levels != 3 || len(p.Data) != 4*p.Width*p.Height {
			t.Errorf("%d levels, %d bytes", p.Levels, len(p.Data))
		}
		return p.Level > 1
	})
	if sizes != "2:1×1 1:2×1 " {
		t.Errorf("levels %s", sizes)
	}
	// Half black, half white is half the light, not half the code.
	if got := checks.Half(texture.Light).Pix[0]; got < 187 || got > 188 {
		t.Errorf("light of half the texels is %d, want 188", got)
	}
	if got := checks.Half(texture.Values).Pix[0]; got != 128 {
		t.Errorf("mean of half the texels is %d, want 128", got)
	}
	far := bumps.Ready(texture.Normal)
	for far.Width > 1 {
		far = far.Half(texture.Normal)
	}
	if p := far.Pix; max(p[0], p[1]) > 136 || min(p[0], p[1]) < 120 || p[2] < 254 {
		t.Errorf("bumps from afar are %v", p[:4])
	}
}

func BenchmarkPack(b *testing.B) {
	big := painted(512, 512, func(x, y float64) [4]float64 {
		return [4]float64{0.5 + 0.5*math.Sin(90*x*y), 0.5 + 0.4*math.Sin(70*x), 0.5 + 0.3*math.Cos(50*y), 1}
	})
	for name, f := range map[string]texture.Format{"BC1": texture.BC1, "BC3": texture.BC3, "BC5": texture.BC5, "BC7": texture.BC7} {
		b.Run(name, func(b *testing.B) {
			b.SetBytes(4 * 512 * 512)
			for range b.N {
				texture.Pack(big, texture.Light, f, func(texture.Packed) bool { return true })
			}
		})
	}
}
