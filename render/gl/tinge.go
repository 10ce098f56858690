package gl

import (
	"slices"

	gl41 "github.com/go-gl/gl/v4.1-core/gl"
)

// Lamps give a warm white, whatever white their panels show, unless one of them is of
// a colour: then the colour of the light is worked out place by place beside its
// strength. The shaders do not look it up otherwise.

// lampWhite is the light of a white luminaire, as in material.glsl.
var lampWhite = [3]float32{1, 0.96, 0.89}

const (
	colouredFrom  = 0.5 // of the strongest part of its light that the weakest must lack
	colouredLeast = 1.0 // m² of white at full: small lamps and signs colour no room
)

// tinge is the colour of the light of luminaires.
type tinge struct {
	light   [][3]float32 // by cell: what arrives, each at its colour
	usual   [3]float32   // of all, where none arrives straight
	texels  [][4]float32
	texture uint32
}

// lampColour is the colour of a luminaire's light, of luminance 1, and whether it
// colours a room.
func lampColour(emission [3]float64, power float64) (colour [3]float32, coloured bool) {
	strongest, weakest := max(emission[0], emission[1], emission[2]), min(emission[0], emission[1], emission[2])
	if power < colouredLeast || strongest-weakest < colouredFrom*strongest {
		return lampWhite, false
	}
	y := 0.2126*emission[0] + 0.7152*emission[1] + 0.0722*emission[2]
	for k := range colour {
		colour[k] = float32(emission[k] / y)
	}
	return colour, true
}

// tinged begins the tinge of luminaires; nil where none is of a colour.
func tinged(list []luminaire, cells int) *tinge {
	if !slices.ContainsFunc(list, func(s luminaire) bool { return s.coloured }) {
		return nil
	}
	return &tinge{light: make([][3]float32, cells), texels: make([][4]float32, cells), usual: lampWhite}
}

// mix finds the usual colour of what shines now, by the levels of luminaires.
func (t *tinge) mix(list []luminaire, levels []float32) {
	sum, power := [3]float32{}, float32(0)
	for i := range list {
		p := levels[i] * float32(list[i].power)
		power += p
		for k, c := range list[i].colour {
			sum[k] += c * p
		}
	}
	t.usual = lampWhite
	if power > 0 {
		for k := range sum {
			t.usual[k] = sum[k] / power
		}
	}
}

// usualLight is how much light of the usual colour is taken to come everywhere, of
// white: what surfaces send on. It tells where next to none comes straight.
const usualLight = 0.004

// settle tells a cell's colour by what arrives there.
func (t *tinge) settle(cell int, light float32) {
	light = max(light, 0) + usualLight
	for k := range 3 {
		t.texels[cell][k] = (max(t.light[cell][k], 0) + usualLight*t.usual[k]) / light
	}
}

func (t *tinge) upload(nx, ny, nz int) {
	gl41.GenTextures(1, &t.texture)
	gl41.ActiveTexture(gl41.TEXTURE0 + unitTinge)
	gl41.BindTexture(gl41.TEXTURE_3D, t.texture)
	gl41.TexImage3D(gl41.TEXTURE_3D, 0, gl41.RGBA16F, int32(nx), int32(ny), int32(nz), 0, gl41.RGBA, gl41.FLOAT, data(t.texels))
	smoothVolume()
}

// follow brings some layers of the texture up to date.
func (t *tinge) follow(nx, ny, from, to int) {
	gl41.ActiveTexture(gl41.TEXTURE0 + unitTinge)
	gl41.BindTexture(gl41.TEXTURE_3D, t.texture)
	gl41.TexSubImage3D(gl41.TEXTURE_3D, 0, 0, 0, int32(from), int32(nx), int32(ny), int32(to-from), gl41.RGBA, gl41.FLOAT, data(t.texels[from*nx*ny:]))
}
