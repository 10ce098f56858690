package main

import (
	"context"
	"fmt"
	"image"
	"image/color"
	"image/draw"
	"math"
	"slices"

	"github.com/go-gl/mathgl/mgl64"
	"golang.org/x/image/font"
	"golang.org/x/image/font/gofont/goregular"
	"golang.org/x/image/font/opentype"
	"golang.org/x/image/math/fixed"

	"github.com/glasstwin/glasstwin/render"
	"github.com/glasstwin/glasstwin/render/offscreen"
	"github.com/glasstwin/glasstwin/scene"
	"github.com/glasstwin/glasstwin/scene/geom"
	"github.com/glasstwin/glasstwin/twin"
	"github.com/glasstwin/glasstwin/twin/generate/catalogue"
)

// Measures of the contact sheet, pixels.
const (
	sheetTile    = 280
	sheetCaption = 52
	sheetHeading = 54
	sheetMargin  = 28
)

// apartMetres keeps one class out of the light and shade of the next.
const apartMetres = 6

// sheet is all classes in one scene, each on a plinth of its own.
type sheet struct {
	classes []*catalogue.Class
	scene   *scene.Scene
	joints  []float64
	boxes   []geom.Box
}

// newSheet places one asset of each class; opened moves what can be moved.
func newSheet(cat *catalogue.Catalogue, classes []*catalogue.Class, opened bool) (*sheet, error) {
	s := &sheet{classes: classes, scene: &scene.Scene{}}
	builder := catalogue.NewBuilder(cat, s.scene)
	white := s.scene.AddMaterial(scene.Material{Name: "plinth", BaseColor: [4]float32{0.80, 0.80, 0.79, 1}, Roughness: 0.8})
	for k, class := range classes {
		size := class.UsualSize()
		at := geom.Vec3{float64(k%12) * apartMetres, 0, float64(k/12) * apartMetres}
		if class.Mount == catalogue.OnWall {
			at[1] = 0.25 * size[1]
		}
		first := len(s.scene.Nodes)
		err := builder.Place(twin.Asset{ID: idOf(class), Class: class.Name, Size: size, Pose: twin.Pose{Position: at}})
		if err != nil {
			return nil, err
		}
		s.boxes = append(s.boxes, boxOf(s.scene, first))
		s.plinth(class, s.boxes[k], at, white)
	}
	s.joints = positions(s.scene, opened)
	if opened {
		world := s.scene.World(s.joints, nil)
		for i, n := range s.scene.Nodes {
			if k := slices.IndexFunc(s.classes, func(c *catalogue.Class) bool {
				return n.Mesh != scene.None && string(idOf(c)) == s.entity(scene.NodeID(i))
			}); k >= 0 {
				s.boxes[k] = s.boxes[k].Union(s.scene.Meshes[n.Mesh].Box().Transform(world[i]))
			}
		}
	}
	return s, nil
}

func (s *sheet) entity(id scene.NodeID) string {
	for s.scene.Nodes[id].Entity == "" && s.scene.Nodes[id].Parent != scene.None {
		id = s.scene.Nodes[id].Parent
	}
	return s.scene.Nodes[id].Entity
}

func idOf(c *catalogue.Class) twin.AssetID { return twin.AssetID(c.Name + "-1") }
func plinthOf(c *catalogue.Class) string   { return "plinth/" + c.Name }
func boxOf(sc *scene.Scene, first int) (b geom.Box) {
	b = geom.EmptyBox()
	world := sc.World(nil, nil)
	for i := first; i < len(sc.Nodes); i++ {
		if n := sc.Nodes[i]; n.Mesh != scene.None {
			b = b.Union(sc.Meshes[n.Mesh].Box().Transform(world[i]))
		}
	}
	return b
}

// plinth is what a class stands on, hangs on or hangs below.
func (s *sheet) plinth(class *catalogue.Class, b geom.Box, at geom.Vec3, m scene.MaterialID) {
	size := b.Size()
	room := 0.3*math.Max(size[0], size[2]) + 0.12*size[1]
	lo, hi := b.Min.Sub(geom.Vec3{room, 0, room}), b.Max.Add(geom.Vec3{room, 0, room})
	thick := 0.02 * size.Len()
	switch class.Mount {
	case catalogue.OnCeiling:
		lo[1], hi[1] = b.Max[1], b.Max[1]+thick
	case catalogue.OnWall:
		lo[1], hi[1] = b.Min[1]-room/2, b.Max[1]+room/2
		lo[2], hi[2] = b.Min[2]-thick, b.Min[2]
	default:
		lo[1], hi[1] = -thick, 0
	}
	s.scene.AddNode(scene.Node{
		Name: plinthOf(class), Entity: plinthOf(class), Parent: scene.None, Joint: scene.None,
		Mesh:  s.scene.AddMesh(slab(hi.Sub(lo), m)),
		Local: mgl64.Translate3D(lo[0], lo[1], lo[2]),
	})
}

// slab is a plain box from the origin to size.
func slab(size geom.Vec3, m scene.MaterialID) scene.Mesh {
	var p scene.Primitive
	p.Material = m
	for axis := range 3 {
		u, v := (axis+1)%3, (axis+2)%3
		for side := range 2 {
			base := uint32(len(p.Positions) / 3)
			for _, c := range [4][2]float64{{0, 0}, {1, 0}, {1, 1}, {0, 1}} {
				var at, n geom.Vec3
				at[axis], at[u], at[v] = float64(side)*size[axis], c[0]*size[u], c[1]*size[v]
				n[axis] = float64(2*side - 1)
				p.Positions = append(p.Positions, float32(at[0]), float32(at[1]), float32(at[2]))
				p.Normals = append(p.Normals, float32(n[0]), float32(n[1]), float32(n[2]))
			}
			if side == 1 {
				p.Indices = append(p.Indices, base, base+1, base+2, base, base+2, base+3)
			} else {
				p.Indices = append(p.Indices, base, base+2, base+1, base, base+3, base+2)
			}
		}
	}
	return scene.Mesh{Name: "plinth", Primitives: []scene.Primitive{p}}
}

// frame looks at one class and hides all others.
func (s *sheet) frame(k int) render.Frame {
	f := render.Frame{Width: sheetTile, Height: sheetTile, Joints: s.joints, Hidden: map[string]bool{}}
	for n, c := range s.classes {
		if n != k {
			f.Hidden[string(idOf(c))], f.Hidden[plinthOf(c)] = true, true
		}
	}
	f.Camera = render.Camera{Yaw: 0.55, Pitch: 0.34, FovY: 0.45}
	switch s.classes[k].Mount {
	case catalogue.OnCeiling:
		f.Camera.Pitch = -0.5
	case catalogue.OnWall:
		f.Camera.Pitch = 0.22
	}
	f.Camera = f.Camera.Fit(s.boxes[k], 1)
	f.Camera.Distance *= 1.12
	f.Sun = geom.Vec3{0.35, 0.8, 0.55}.Normalize()
	return f
}

// picture draws all classes, a heading for each group.
func (s *sheet) picture(ctx context.Context, columns int) (*image.RGBA, error) {
	screen, err := openCanvas(ctx)
	if err != nil {
		return nil, err
	}
	defer screen.Close()
	options := glOptions()
	r, err := offscreen.Open(s.scene, options)
	if err != nil {
		return nil, err
	}
	defer r.Close()
	ink, err := newInk(options.Regular)
	if err != nil {
		return nil, err
	}
	height := sheetMargin
	for _, g := range catalogue.Groups() {
		if n := s.count(g); n > 0 {
			height += sheetHeading + (n+columns-1)/columns*(sheetTile+sheetCaption)
		}
	}
	out := image.NewRGBA(image.Rect(0, 0, 2*sheetMargin+columns*sheetTile, height+sheetMargin))
	draw.Draw(out, out.Bounds(), image.White, image.Point{}, draw.Src)
	y := sheetMargin
	for _, g := range catalogue.Groups() {
		n := s.count(g)
		if n == 0 {
			continue
		}
		ink.write(out, sheetMargin+6, y+36, fmt.Sprintf("%s  (%d)", g, n), 26, color.Black)
		y += sheetHeading
		place := 0
		for k, c := range s.classes {
			if c.Group != g {
				continue
			}
			if err := ctx.Err(); err != nil {
				return nil, err
			}
			f := s.frame(k)
			img, _, err := r.Image(f)
			if err != nil {
				return nil, fmt.Errorf("draw class %q: %w", c.Name, err)
			}
			x, top := sheetMargin+place%columns*sheetTile, y+place/columns*(sheetTile+sheetCaption)
			draw.Draw(out, image.Rect(x+3, top, x+sheetTile-3, top+sheetTile), img, image.Point{3, 0}, draw.Src)
			ink.scaleBar(out, f, x, top)
			ink.caption(out, c, x+8, top+sheetTile)
			place++
		}
		y += (n + columns - 1) / columns * (sheetTile + sheetCaption)
	}
	return out, nil
}

func (s *sheet) count(g catalogue.Group) int {
	n := 0
	for _, c := range s.classes {
		if c.Group == g {
			n++
		}
	}
	return n
}

// ink writes on the sheet.
type ink struct {
	font  *opentype.Font
	faces map[float64]font.Face
}

func newInk(given []byte) (*ink, error) {
	if len(given) == 0 {
		given = goregular.TTF
	}
	f, err := opentype.Parse(given)
	if err != nil {
		return nil, fmt.Errorf("read the font of the sheet: %w", err)
	}
	return &ink{font: f, faces: map[float64]font.Face{}}, nil
}

func (k *ink) write(img draw.Image, x, y int, text string, size float64, c color.Color) {
	face, ok := k.faces[size]
	if !ok {
		var err error
		if face, err = opentype.NewFace(k.font, &opentype.FaceOptions{Size: size, DPI: 72}); err != nil {
			return // the font was parsed; only a size of zero fails
		}
		k.faces[size] = face
	}
	d := font.Drawer{Dst: img, Src: image.NewUniform(c), Face: face, Dot: fixed.P(x, y)}
	d.DrawString(text)
}

func (k *ink) caption(img draw.Image, c *catalogue.Class, x, y int) {
	k.write(img, x, y+18, c.Title.In("en"), 15, color.Black)
	size := c.UsualSize()
	text := fmt.Sprintf("%.3g × %.3g × %.3g m", size[0], size[1], size[2])
	if ko := c.Title["ko"]; ko != "" {
		text = ko + "   " + text
	}
	k.write(img, x, y+36, text, 13, color.Gray{110})
}

// scaleBar draws a length of one, two or five tenths of something into the
// corner of a tile, as long as it is at the middle of what is seen.
func (k *ink) scaleBar(img draw.Image, f render.Frame, x, y int) {
	metres := f.Camera.Distance * 2 * math.Tan(f.Camera.Field()/2) / float64(f.Height)
	length := math.Pow(10, math.Floor(math.Log10(70*metres)))
	for _, step := range [2]float64{5, 2} {
		if step*length < 80*metres {
			length *= step
			break
		}
	}
	wide := int(math.Round(length / metres))
	bar := image.Rect(x+12, y+sheetTile-12, x+12+wide, y+sheetTile-9)
	draw.Draw(img, bar, image.NewUniform(color.Gray{40}), image.Point{}, draw.Src)
	text := fmt.Sprintf("%g m", length)
	if length < 1 {
		text = fmt.Sprintf("%g cm", math.Round(100*length))
	}
	k.write(img, x+12, y+sheetTile-16, text, 12, color.Gray{40})
}
