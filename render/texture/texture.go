// Package texture decodes the images of a scene's materials for drawing, within
// bounds: nothing is decoded whose header asks for more than can be held, and
// what is larger than a graphics card takes is scaled down. It must never know
// what an image is laid over, and calls no GL. Start reading at Decode.
package texture

import (
	"bytes"
	"errors"
	"fmt"
	"image"
	_ "image/jpeg" // decoders of what glTF allows
	_ "image/png"
	"runtime"
	"sync"

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

// Decode decodes the images that are wanted, the others stay empty. What cannot
// be decoded is empty and noted.
func Decode(list []scene.Image, wanted func(int) bool, l Limits) ([]Image, []Note) {
	if l.Edge == 0 {
		l.Edge = 4096
	}
	if l.Texels == 0 {
		l.Texels = 96 << 20
	}
	out, why := make([]Image, len(list)), make([]string, len(list))
	sizes := make([]image.Point, len(list))
	for i := range list {
		if !wanted(i) {
			continue
		}
		var err error
		if sizes[i], err = Size(list[i]); err != nil {
			why[i] = err.Error()
		}
	}
	halvings := fit(sizes, l)
	var wait sync.WaitGroup
	cores := make(chan struct{}, min(4, runtime.GOMAXPROCS(0))) // each may hold 256 MB
	for i := range list {
		if sizes[i] == (image.Point{}) {
			continue
		}
		wait.Go(func() {
			cores <- struct{}{}
			defer func() { <-cores }()
			to := scaled(sizes[i], l.Edge, halvings)
			var err error
			if out[i], err = decode(list[i], to); err != nil {
				why[i] = err.Error()
			} else if to != sizes[i] {
				why[i] = fmt.Sprintf("%d×%d texels are drawn as %d×%d", sizes[i].X, sizes[i].Y, to.X, to.Y)
			}
		})
	}
	wait.Wait()
	var notes []Note
	for i, w := range why {
		if w != "" {
			notes = append(notes, Note{nameOf(list[i], i), w})
		}
	}
	return out, notes
}

func nameOf(im scene.Image, i int) string {
	if im.Name != "" {
		return im.Name
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

func decode(im scene.Image, to image.Point) (Image, error) {
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
