// Package texture decodes the images of a scene's materials for drawing, within
// bounds: nothing is decoded whose header asks for more than can be held, and
// what is larger than a graphics card takes is scaled down. It makes their smaller
// levels, and packs them into the blocks that graphics cards read. It must never
// know what an image is laid over, and calls no GL. Start reading at Plan, then
// Load, then Pack.
package texture

import (
	"bytes"
	"errors"
	"fmt"
	"image"
	_ "image/jpeg" // decoders of what glTF allows
	_ "image/png"

	"golang.org/x/image/draw"
	_ "golang.org/x/image/webp"

	"github.com/glasstwin/glasstwin/scene"
)

// texelsMost bounds one image before it is scaled: 256 MB in memory.
const texelsMost = 64 << 20

// Limits of what is kept.
type Limits struct {
	Edge   int // texels of the longer edge; 0: 4096
	Texels int // of all images together; 0: 96 million, half a gigabyte with their smaller levels
}

// Image is a decoded image: rows from the top, red, green, blue and coverage of
// a byte each, not multiplied with each other.
type Image struct {
	Width, Height int
	Pix           []byte
}

// Note is an image that is not drawn as it is.
type Note struct {
	Image string
	Why   string
}

// Plan tells how large each of the images that are wanted is loaded; zero: it is
// not drawn. Nothing but headers is read. What is not drawn, or not as large as it
// is, is noted.
func Plan(list []scene.Image, wanted func(int) bool, l Limits) ([]image.Point, []Note) {
	if l.Edge == 0 {
		l.Edge = 4096
	}
	if l.Texels == 0 {
		l.Texels = 96 << 20
	}
	var notes []Note
	sizes := make([]image.Point, len(list))
	for i := range list {
		if !wanted(i) {
			continue
		}
		var err error
		if sizes[i], err = Size(list[i]); err != nil {
			notes = append(notes, Note{NameOf(list, i), err.Error()})
		}
	}
	halvings := fit(sizes, l)
	for i, whole := range sizes {
		if sizes[i] = scaled(whole, l.Edge, halvings); sizes[i] != whole {
			notes = append(notes, Note{NameOf(list, i), fmt.Sprintf("%d×%d texels are drawn as %d×%d", whole.X, whole.Y, sizes[i].X, sizes[i].Y)})
		}
	}
	return sizes, notes
}

// NameOf is what a note calls an image.
func NameOf(list []scene.Image, i int) string {
	if list[i].Name != "" {
		return list[i].Name
	}
	return fmt.Sprintf("image %d", i)
}

// Size reads how many texels an image has, from its header alone.
func Size(im scene.Image) (image.Point, error) {
	if len(im.Data) > 12 && string(im.Data[1:7]) == "KTX 20" {
		return image.Point{}, errors.New("KTX2 is not drawn; give the image as PNG, JPEG or WebP")
	}
	c, kind, err := image.DecodeConfig(bytes.NewReader(im.Data))
	switch {
	case err != nil:
		return image.Point{}, fmt.Errorf("neither PNG, JPEG nor WebP: %w", err)
	case c.Width < 1 || c.Height < 1:
		return image.Point{}, fmt.Errorf("%s: %d×%d texels are none", kind, c.Width, c.Height)
	case c.Width > texelsMost/c.Height:
		return image.Point{}, fmt.Errorf("%s: %d×%d texels are more than %d million; scale it down", kind, c.Width, c.Height, texelsMost>>20)
	}
	return image.Pt(c.Width, c.Height), nil
}

// fit is how often all images are halved so that they fit together.
func fit(sizes []image.Point, l Limits) int {
	for k := range 16 {
		total := 0
		for _, s := range sizes {
			s = scaled(s, l.Edge, k)
			total += s.X * s.Y
		}
		if total <= l.Texels {
			return k
		}
	}
	return 16
}

func scaled(s image.Point, edge, halvings int) image.Point {
	if s == (image.Point{}) {
		return s
	}
	for long := max(s.X, s.Y) >> halvings; long > edge; long >>= 1 {
		halvings++
	}
	return image.Pt(max(1, s.X>>halvings), max(1, s.Y>>halvings))
}

// Load decodes an image at the size that Plan gave it.
func Load(im scene.Image, to image.Point) (Image, error) {
	whole, err := Size(im)
	if err != nil {
		return Image{}, err
	}
	if to.X < 1 || to.Y < 1 || to.X > whole.X || to.Y > whole.Y {
		return Image{}, fmt.Errorf("load %d×%d texels of %d×%d: there are none such", to.X, to.Y, whole.X, whole.Y)
	}
	src, kind, err := image.Decode(bytes.NewReader(im.Data))
	if err != nil {
		return Image{}, fmt.Errorf("%s: %w", kind, err)
	}
	out := Image{Width: to.X, Height: to.Y}
	box := image.Rectangle{Max: to}
	if n, ok := src.(*image.NRGBA); ok && n.Rect.Size() == to && n.Stride == 4*to.X {
		out.Pix = n.Pix
		return out, nil
	}
	if o, ok := src.(interface{ Opaque() bool }); ok && o.Opaque() {
		dst := image.NewRGBA(box) // nothing to multiply with
		put(dst, src)
		out.Pix = dst.Pix
		return out, nil
	}
	dst := image.NewNRGBA(box)
	put(dst, src)
	out.Pix = dst.Pix
	return out, nil
}

func put(dst draw.Image, src image.Image) {
	if src.Bounds().Size() == dst.Bounds().Size() {
		draw.Draw(dst, dst.Bounds(), src, src.Bounds().Min, draw.Src)
		return
	}
	draw.ApproxBiLinear.Scale(dst, dst.Bounds(), src, src.Bounds(), draw.Src, nil)
}
