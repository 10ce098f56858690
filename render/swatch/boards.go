package swatch

import (
	"bytes"
	"fmt"
	"image"
	"image/color"
	"image/png"
	"math"

	"github.com/glasstwin/glasstwin/scene"
)

// Boards are square boards in two rows, of which each wears images of its own as
// models from elsewhere do: a colour, normals, and occlusion with roughness and
// metalness, of edge×edge texels. To measure with what images cost.
func Boards(columns, edge int) *scene.Scene {
	c := newCard()
	for i := range 2 * columns {
		g := grain{seed: uint32(i), edge: edge, turns: 1 + float64(i%4)}
		m := scene.Material{BaseColor: white, Metallic: 1, Roughness: 1}
		for _, x := range []struct {
			worn  *scene.Map
			name  string
			texel func(x, y int) [4]uint8
		}{{&m.Color, "colour", g.color}, {&m.Normal, "normals", g.normal}, {&m.Rough, "rough", g.rough}} {
			c.sc.Images = append(c.sc.Images, scene.Image{Name: fmt.Sprintf("%s %d", x.name, i), MIME: "image/png", Data: drawn(edge, x.texel)})
			x.worn.Image = scene.ImageID(len(c.sc.Images))
		}
		c.put(i/2, 0.75-1.5*float64(i%2), sheet(), m)
	}
	return &c.sc
}

// drawn is an image in a file.
func drawn(edge int, texel func(x, y int) [4]uint8) []byte {
	img := image.NewNRGBA(image.Rect(0, 0, edge, edge))
	for i := range edge * edge {
		t := texel(i%edge, i/edge)
		img.SetNRGBA(i%edge, i/edge, color.NRGBA{t[0], t[1], t[2], t[3]})
	}
	var b bytes.Buffer
	if err := (&png.Encoder{CompressionLevel: png.BestSpeed}).Encode(&b, img); err != nil {
		panic(err) // a buffer takes all bytes
	}
	return b.Bytes()
}

// grain is wood: rings about a far axis, blurred by noise of several sizes.
type grain struct {
	seed  uint32
	edge  int
	turns float64
}

func (g grain) color(x, y int) [4]uint8 {
	h := g.height(x, y)
	level := func(lo, hi float64) uint8 { return uint8(lo + (hi-lo)*h) }
	if g.seed%3 == 2 { // tiles
		if x%(g.edge/8) < 4 || y%(g.edge/8) < 4 {
			return [4]uint8{90, 88, 85, 255}
		}
		return [4]uint8{level(140, 215), level(150, 220), level(160, 225), 255}
	}
	return [4]uint8{level(95, 190), level(60, 140), level(35, 95), 255}
}

func (g grain) rough(x, y int) [4]uint8 {
	h := g.height(x, y)
	metal := uint8(0)
	if g.seed%4 == 3 {
		metal = 255
	}
	return [4]uint8{uint8(180 + 75*h), uint8(90 + 120*(1-h)), metal, 255}
}

func (g grain) normal(x, y int) [4]uint8 {
	dx, dy := 3*(g.height(x+1, y)-g.height(x-1, y)), 3*(g.height(x, y+1)-g.height(x, y-1))
	l := math.Sqrt(1 + dx*dx + dy*dy)
	code := func(c float64) uint8 { return uint8(math.Round(127.5 + 127.5*c)) }
	return [4]uint8{code(-dx / l), code(dy / l), code(1 / l), 255}
}

// height is 0 to 1.
func (g grain) height(x, y int) float64 {
	u, v := float64(x)/float64(g.edge), float64(y)/float64(g.edge)
	n := 0.5*g.noise(3*u, 3*v) + 0.25*g.noise(9*u, 40*v) + 0.15*g.noise(64*u, 200*v) + 0.1*g.noise(180*u, 180*v)
	return max(0, min(1, 0.5+0.35*math.Sin(8*g.turns*(u+0.4*n))+0.5*(n-0.5)))
}

// noise is 0 to 1, smooth between the corners of a lattice.
func (g grain) noise(u, v float64) float64 {
	x, y := math.Floor(u), math.Floor(v)
	at := func(i, k float64) float64 {
		h := uint32(int32(x+i))*0x9E3779B1 ^ uint32(int32(y+k))*0x85EBCA77 ^ g.seed*0xC2B2AE3D
		h = (h ^ h>>15) * 0x2C1B3C6D
		h = (h ^ h>>12) * 0x297A2D39
		return float64(h^h>>15) / (1 << 32)
	}
	fade := func(t float64) float64 { return t * t * (3 - 2*t) }
	a, b := fade(u-x), fade(v-y)
	return (at(0, 0)*(1-a)+at(1, 0)*a)*(1-b) + (at(0, 1)*(1-a)+at(1, 1)*a)*b
}
