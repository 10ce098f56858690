package gl

import (
	"fmt"
	"image/color"
	"math"

	"github.com/glasstwin/glasstwin/scene/geom"
)

// The studio is what other renderers are compared in: the light of the
// surroundings alone, before a plain ground.

// StudioGround is the linear colour behind a scene in the studio.
var StudioGround = [3]float32{0.6, 0.62, 0.65}

// StudioBackdrop is that colour as a screen shows it.
func StudioBackdrop() color.RGBA {
	code := func(v float32) uint8 { return uint8(math.Round(255 * (1.055*math.Pow(float64(v), 1/2.4) - 0.055))) }
	return color.RGBA{code(StudioGround[0]), code(StudioGround[1]), code(StudioGround[2]), 255}
}

// StudioLight is how much of the surroundings' light there is in the studio: white
// stays under the brightest that a screen shows.
const StudioLight = 0.55

// studio leaves the light of the surroundings alone, as it is.
func (b *frameBlock) studio() {
	b.sunLight = [4]float32{0, 0, 0, StudioLight}
	b.eye[3], b.volumeFit[3] = 1, 0
	b.sky = [4]float32{StudioGround[0], StudioGround[1], StudioGround[2]}
}

// Size of StudioHDR, texels.
const studioWidth, studioHeight = 1024, 512

// StudioHDR is the light in the studio as a Radiance file (Ward 1991), unrolled
// with +X in the middle and +Z to its right.
func StudioHDR() []byte {
	out := fmt.Appendf(nil, "#?RADIANCE\nFORMAT=32-bit_rle_rgbe\n\n-Y %d +X %d\n", studioHeight, studioWidth)
	for y := range studioHeight {
		up, flat := math.Sincos(math.Pi * (0.5 - (float64(y)+0.5)/studioHeight))
		for x := range studioWidth {
			s, c := math.Sincos(2 * math.Pi * ((float64(x)+0.5)/studioWidth - 0.5))
			out = append(out, rgbe(surround(geom.Vec3{flat * c, up, flat * s}).Mul(StudioLight))...)
		}
	}
	return out
}

// rgbe packs a radiance into three mantissas and an exponent that they share.
func rgbe(c geom.Vec3) []byte {
	most := max(c[0], c[1], c[2])
	if most < 1e-32 {
		return []byte{0, 0, 0, 0}
	}
	_, exponent := math.Frexp(most)
	scale := math.Ldexp(256, -exponent)
	return []byte{uint8(c[0] * scale), uint8(c[1] * scale), uint8(c[2] * scale), uint8(exponent + 128)}
}
