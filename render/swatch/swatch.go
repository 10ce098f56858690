// Package swatch makes scenes that show one thing of a material each, in steps:
// its metalness, its coat, how an image wraps. They are drawn as golden pictures,
// and by other renderers that ours is compared with. It must never know how they
// are drawn. Start reading at All.
package swatch

import (
	"math"

	"github.com/go-gl/mathgl/mgl64"

	"github.com/glasstwin/glasstwin/render"
	"github.com/glasstwin/glasstwin/scene"
	"github.com/glasstwin/glasstwin/scene/geom"
)

// Swatch is a scene and its name.
type Swatch struct {
	Name  string
	Scene *scene.Scene
}

// Camera is where all swatches are seen from; their pictures are twice as wide
// as high.
var Camera = func() render.Camera {
	c := render.From(geom.Vec3{0, 0.5, 8}, geom.Vec3{0, 0, 0})
	c.FovY = 24 * math.Pi / 180
	return c
}()

// All are the swatches, in the order in which a person would ask for them.
func All() []Swatch {
	var out []Swatch
	add := func(name string, fill func(*card)) {
		c := newCard()
		fill(c)
		out = append(out, Swatch{name, &c.sc})
	}
	add("metallic", func(c *card) {
		c.row(0.75, func(m *scene.Material, t float32) { m.Metallic, m.Roughness = t, 0.2 })
		c.row(-0.75, func(m *scene.Material, t float32) {
			m.BaseColor, m.Metallic, m.Roughness = [4]float32{1, 0.71, 0.29, 1}, t, 0.5
		})
	})
	add("roughness", func(c *card) {
		c.row(0.75, func(m *scene.Material, t float32) { m.Metallic, m.Roughness = 1, t })
		c.row(-0.75, func(m *scene.Material, t float32) { m.Roughness = t })
	})
	add("specular", func(c *card) {
		c.row(0.75, func(m *scene.Material, t float32) {
			m.BaseColor, m.Roughness, m.Gloss = dark, 0.15, scene.Gloss{Stated: true, IOR: 1.6, Factor: t, Color: [3]float32{1, 1, 1}}
		})
		c.row(-0.75, func(m *scene.Material, t float32) {
			m.BaseColor, m.Roughness, m.Gloss = dark, 0.15, scene.Gloss{Stated: true, IOR: 1.8, Factor: 1, Color: [3]float32{1, 1 - t, 0.2}}
		})
	})
	add("ior", func(c *card) {
		c.row(0, func(m *scene.Material, t float32) {
			m.BaseColor, m.Roughness, m.Gloss = dark, 0.15, scene.Gloss{Stated: true, IOR: 1 + 1.5*t, Factor: 1, Color: [3]float32{1, 1, 1}}
		})
	})
	add("clearcoat", func(c *card) {
		c.row(0.75, func(m *scene.Material, t float32) { m.BaseColor, m.Roughness, m.Coat.Factor = red, 0.8, t })
		c.row(-0.75, func(m *scene.Material, t float32) {
			m.BaseColor, m.Metallic, m.Roughness, m.Coat = red, 0.5, 0.6, scene.Coat{Factor: 1, Roughness: t}
		})
	})
	add("emissive", func(c *card) {
		c.row(0, func(m *scene.Material, t float32) {
			m.BaseColor, m.Emissive = dark, [3]float32{0.8 * t * t * 4, 0.3 * t * t * 4, 0.05 * t * t * 4}
		})
	})
	add("transmission", func(c *card) {
		c.wall()
		c.row(0.75, func(m *scene.Material, t float32) {
			m.BaseColor, m.Roughness, m.Alpha, m.Transmission.Factor = [4]float32{0.6, 0.9, 0.7, 1}, 0, scene.Glass, 0.02+0.98*t
		})
		c.row(-0.75, func(m *scene.Material, t float32) {
			m.BaseColor, m.Roughness, m.Alpha, m.Transmission.Factor = white, t, scene.Glass, 1
		})
	})
	add("volume", func(c *card) {
		c.wall()
		c.row(0, func(m *scene.Material, t float32) {
			m.BaseColor, m.Roughness, m.Alpha = white, 0.05, scene.Glass
			m.Transmission = scene.Transmission{Factor: 1, Thickness: 0.6 * t, Depth: 0.4, Tint: [3]float32{0.9, 0.5, 0.2}}
		})
	})
	add("alpha", func(c *card) {
		c.wall()
		dots := scene.Map{Image: c.image("dots", dots)}
		c.row(0.75, func(m *scene.Material, t float32) {
			m.Alpha, m.BaseColor[3] = scene.Blend, 0.1+0.9*t
		})
		c.row(-0.75, func(m *scene.Material, t float32) {
			m.Alpha, m.Cutoff, m.Color, m.DoubleSided = scene.Mask, 0.04+0.9*t, dots, true
		})
	})
	add("images", func(c *card) {
		checks, rough := scene.Map{Image: c.image("checks", checks)}, scene.Map{Image: c.image("rough", roughs)}
		bumps := scene.Map{Image: c.image("bumps", bumps)}
		for i, change := range []func(*scene.Material){
			func(m *scene.Material) { m.Color = checks },
			func(m *scene.Material) { m.Metallic, m.Roughness, m.Rough = 1, 1, rough },
			func(m *scene.Material) { m.Normal = bumps },
			func(m *scene.Material) { m.Occlusion = rough },
			func(m *scene.Material) { m.Emissive, m.Glow, m.BaseColor = [3]float32{1, 1, 1}, checks, dark },
		} {
			m := scene.Material{BaseColor: white, Roughness: 0.4}
			change(&m)
			c.put(i, 0.75, ball(), m)
			m.Alpha, m.DoubleSided = scene.Opaque, true
			c.put(i, -0.75, sheet(), m)
		}
	})
	add("normals", func(c *card) {
		bumps := c.image("bumps", bumps)
		c.row(0.75, func(m *scene.Material, t float32) {
			m.Roughness, m.Normal = 0.3, scene.Map{Image: bumps, Strength: 0.1 + 1.9*t}
		})
		c.row(-0.75, func(m *scene.Material, t float32) {
			m.BaseColor, m.Roughness, m.Coat = red, 0.7, scene.Coat{Factor: 1, Normal: scene.Map{Image: bumps, Strength: 0.1 + 1.9*t}}
		})
	})
	add("wrapping", func(c *card) {
		arrow := c.image("arrow", arrow)
		for i, wraps := range [][2]scene.Wrap{{scene.Repeat, scene.Repeat}, {scene.Clamp, scene.Clamp}, {scene.Mirror, scene.Mirror}, {scene.Repeat, scene.Clamp}, {scene.Mirror, scene.Repeat}} {
			lies := scene.Map{Image: arrow, WrapU: wraps[0], WrapV: wraps[1], Scale: [2]float32{2.5, 2.5}, Offset: [2]float32{-0.75, -0.75}}
			c.put(i, 0.75, sheet(), scene.Material{BaseColor: white, Roughness: 0.8, Color: lies})
			lies.Nearest = true
			c.put(i, -0.75, sheet(), scene.Material{BaseColor: white, Roughness: 0.8, Color: lies})
		}
	})
	add("transform", func(c *card) {
		arrow := c.image("arrow", arrow)
		for i, lies := range []scene.Map{
			{}, {Offset: [2]float32{0.25, 0.125}}, {Turn: math.Pi / 8}, {Scale: [2]float32{1.5, 1.5}}, {Offset: [2]float32{-0.2, -0.1}, Turn: 0.3, Scale: [2]float32{1.5, 1.5}},
		} {
			lies.Image, lies.WrapU, lies.WrapV = arrow, scene.Clamp, scene.Clamp
			c.put(i, 0.75, sheet(), scene.Material{BaseColor: white, Roughness: 0.8, Color: lies})
			lies.Second = true
			c.put(i, -0.75, sheet(), scene.Material{BaseColor: white, Roughness: 0.8, Color: lies})
		}
	})
	add("colours", func(c *card) {
		for i := range 5 {
			p := ball()
			for v := 0; v < len(p.Positions); v += 3 {
				p.Colors = append(p.Colors, 0.5+p.Positions[v], 0.5+p.Positions[v+1], 0.25*float32(i), 1)
			}
			c.put(i, 0.75, p, scene.Material{BaseColor: white, Roughness: 0.5})
			c.put(i, -0.75, p, scene.Material{BaseColor: [4]float32{0.8, 0.2 * float32(i), 0.3, 1}, Unlit: true, Roughness: 1})
		}
	})
	return out
}

var (
	white = [4]float32{0.9, 0.9, 0.9, 1}
	dark  = [4]float32{0.02, 0.02, 0.02, 1}
	red   = [4]float32{0.6, 0.03, 0.02, 1}
)

// card is a swatch in the making.
type card struct{ sc scene.Scene }

func newCard() *card { return &card{} }

// row places five balls, with a value from 0 to 1 each.
func (c *card) row(y float64, change func(*scene.Material, float32)) {
	for i := range 5 {
		m := scene.Material{BaseColor: white, Roughness: 0.5}
		change(&m, float32(i)/4)
		c.put(i, y, ball(), m)
	}
}

func (c *card) put(i int, y float64, p scene.Primitive, m scene.Material) {
	p.Material = c.sc.AddMaterial(m)
	c.place(p, geom.Vec3{1.3 * float64(i-2), y, 0})
}

func (c *card) place(p scene.Primitive, at geom.Vec3) {
	c.sc.AddNode(scene.Node{Parent: scene.None, Joint: scene.None, Local: mgl64.Translate3D(at[0], at[1], at[2]),
		Mesh: c.sc.AddMesh(scene.Mesh{Primitives: []scene.Primitive{p}})})
}

// wall stands behind what can be seen through: stripes, of plain materials.
func (c *card) wall() {
	for i := range 14 {
		m := scene.Material{BaseColor: [4]float32{0.1, 0.15, 0.4, 1}, Roughness: 0.9}
		if i%2 == 1 {
			m.BaseColor = [4]float32{0.9, 0.8, 0.5, 1}
		}
		p := sheet()
		p.UVs, p.UVs2 = nil, nil
		for v := range p.Positions {
			p.Positions[v] *= [3]float32{0.5, 3.2, 1}[v%3]
		}
		p.Material = c.sc.AddMaterial(m)
		c.place(p, geom.Vec3{0.5 * (float64(i) - 6.5), 0, -1})
	}
}

func (c *card) image(name string, texel func(x, y int) [4]uint8) scene.ImageID {
	c.sc.Images = append(c.sc.Images, scene.Image{Name: name, MIME: "image/png", Data: png128(texel)})
	return scene.ImageID(len(c.sc.Images))
}

// ball is a sphere of 0.55 m about its middle, unrolled once round.
func ball() scene.Primitive {
	var p scene.Primitive
	const rows, columns, r = 32, 48, 0.55
	for i := range rows + 1 {
		for k := range columns + 1 {
			u, v := float64(k)/columns, float64(i)/rows
			sv, cv := math.Sincos(math.Pi * v)
			su, cu := math.Sincos(2 * math.Pi * u)
			n := geom.Vec3{-sv * cu, cv, sv * su}
			p.Normals = append(p.Normals, float32(n[0]), float32(n[1]), float32(n[2]))
			p.Positions = append(p.Positions, float32(r*n[0]), float32(r*n[1]), float32(r*n[2]))
			p.Tangents = append(p.Tangents, float32(su), 0, float32(cu), 1)
			p.UVs = append(p.UVs, float32(2*u), float32(v))
		}
	}
	for i := range uint32(rows) {
		for k := range uint32(columns) {
			a := i*(columns+1) + k
			b := a + columns + 1
			p.Indices = append(p.Indices, a, b, a+1, a+1, b, b+1)
		}
	}
	return p
}

// sheet is a square of a metre that faces +Z, with a second set of coordinates
// that lies half as large and upside down.
func sheet() scene.Primitive {
	p := scene.Primitive{Indices: []uint32{0, 1, 2, 0, 2, 3}}
	for _, c := range [4][2]float32{{0, 1}, {1, 1}, {1, 0}, {0, 0}} {
		p.Positions = append(p.Positions, c[0]-0.5, 0.5-c[1], 0)
		p.Normals = append(p.Normals, 0, 0, 1)
		p.Tangents = append(p.Tangents, 1, 0, 0, 1)
		p.UVs = append(p.UVs, c[0], c[1])
		p.UVs2 = append(p.UVs2, 2*c[0], 2-2*c[1])
	}
	return p
}
