package ifc

import (
	"bytes"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"image"
	"image/color"
	_ "image/gif"  // read as a texture
	_ "image/jpeg" // read as a texture
	"image/png"
	"net/http"
	"strings"

	_ "golang.org/x/image/bmp" // read as a texture

	"github.com/glasstwin/glasstwin/scene"
	"github.com/glasstwin/glasstwin/scene/geom"
)

// pixelsMax bounds a texture that is written pixel by pixel or is converted.
const pixelsMax = 16 << 20

// pictures reads the images of all textures, in the order of the file. What
// lies elsewhere is told.
func (r *reader) pictures() {
	for _, id := range r.building.relations.textures {
		r.parser.reuse()
		r.cache.generation++
		img, err := r.picture(r.get(id))
		if wrong := r.took(); wrong != nil {
			err = wrong
		}
		if err != nil {
			r.note(id, "is a texture that cannot be shown: %v", err)
			continue
		}
		if r.palette.names == nil {
			r.palette.names = map[int]scene.ImageID{}
		}
		r.palette.images = append(r.palette.images, img)
		r.palette.names[id] = scene.ImageID(len(r.palette.images))
	}
}

// picture reads an IfcSurfaceTexture. All begin with RepeatS, RepeatT, Mode,
// TextureTransform and, since IFC4, Parameter.
func (r *reader) picture(e entity) (scene.Image, error) {
	at := 5
	if r.step.old() {
		at = 4
	}
	switch e.kind {
	case "IFCIMAGETEXTURE": // URLReference
		url := e.text(at)
		var data []byte
		var err error
		if rest, ok := strings.CutPrefix(url, "data:"); ok {
			if _, coded, ok := strings.Cut(rest, ";base64,"); ok {
				data, err = base64.StdEncoding.DecodeString(coded)
			} else {
				err = errors.New("its data is not in base 64")
			}
			url = e.kind
		} else {
			data, err = r.beside.open(url)
		}
		if err != nil {
			return scene.Image{}, fmt.Errorf("%.80q: %w; send it with the model in one .ifczip", url, err)
		}
		return picture(url, data)
	case "IFCBLOBTEXTURE": // RasterFormat, RasterCode
		data, err := bits(e.arg(at + 1))
		if err != nil {
			return scene.Image{}, err
		}
		return picture(fmt.Sprintf("#%d", e.id), data)
	}
	return r.pixels(e, at) // IFCPIXELTEXTURE
}

// picture is data of a format that scenes hold; others are turned to PNG.
func picture(name string, data []byte) (scene.Image, error) {
	switch mime := http.DetectContentType(data); mime {
	case "image/png", "image/jpeg":
		return scene.Image{Name: name, MIME: mime, Data: bytes.Clone(data)}, nil
	}
	c, _, err := image.DecodeConfig(bytes.NewReader(data))
	if err != nil {
		return scene.Image{}, fmt.Errorf("%w; save it as PNG or JPEG", err)
	}
	if c.Width <= 0 || c.Height <= 0 || c.Width > pixelsMax/c.Height {
		return scene.Image{}, fmt.Errorf("it has %d × %d pixels", c.Width, c.Height)
	}
	img, _, err := image.Decode(bytes.NewReader(data))
	if err != nil {
		return scene.Image{}, err
	}
	return packedPNG(name, img)
}

func packedPNG(name string, img image.Image) (scene.Image, error) {
	var b bytes.Buffer
	if err := png.Encode(&b, img); err != nil {
		return scene.Image{}, err
	}
	return scene.Image{Name: name, MIME: "image/png", Data: b.Bytes()}, nil
}

// pixels reads Width, Height, ColourComponents, Pixel: rows from the lowest up.
func (r *reader) pixels(e entity, at int) (scene.Image, error) {
	w, h, n := int(e.num(at)), int(e.num(at+1)), int(e.num(at+2))
	rows := e.values(at + 3)
	if w <= 0 || h <= 0 || n < 1 || n > 4 || w > pixelsMax/h || len(rows) != w*h {
		return scene.Image{}, fmt.Errorf("it has %d × %d pixels of %d components but %d values", w, h, n, len(rows))
	}
	img := image.NewNRGBA(image.Rect(0, 0, w, h))
	for i, v := range rows {
		p, err := bits(v)
		if err != nil || len(p) < n {
			return scene.Image{}, fmt.Errorf("pixel %d is none", i+1)
		}
		c := color.NRGBA{p[0], p[0], p[0], 255}
		if n > 2 {
			c.G, c.B = p[1], p[2]
		}
		if n == 2 || n == 4 {
			c.A = p[n-1]
		}
		img.SetNRGBA(i%w, h-1-i/w, c)
	}
	return packedPNG(fmt.Sprintf("#%d", e.id), img)
}

// bits reads a binary value: the number of bits that do not count, then
// hexadecimal digits (ISO 10303-21, 6.4.5).
func bits(v value) ([]byte, error) {
	for v.form == typed && len(v.list) == 1 {
		v = v.list[0]
	}
	if v.form != binary || len(v.str) < 3 {
		return nil, errors.New("it holds no data")
	}
	digits := v.str[1:]
	if len(digits)%2 == 1 {
		digits = "0" + digits
	}
	out, err := hex.DecodeString(digits)
	if err != nil {
		return nil, errors.New("its data are no hexadecimal digits")
	}
	return out, nil
}

// textureOf is the image of an IfcSurfaceStyleWithTextures; none when it has
// none that can be shown.
func (r *reader) textureOf(e entity) scene.ImageID {
	for _, id := range e.refs(0) { // Textures
		if image := r.palette.names[id]; image != 0 {
			return image
		}
	}
	return 0
}

// unwrapped is how the corners of a tessellation's faces lie on its texture;
// nil when the file does not say.
type unwrapped struct {
	points []geom.Vec2
	index  []value         // for each face of a triangulated set; empty: the indices of its corners
	faces  map[int][]value // for each polygonal face, by id
}

// unwrap finds the texture coordinates of a tessellation.
func (r *reader) unwrap(id int) *unwrapped {
	for _, at := range r.textured[id] {
		e := r.get(at)
		if e.kind == "IFCTEXTUREMAP" || r.step.kind(e.ref(2)) != "IFCTEXTUREVERTEXLIST" {
			continue
		}
		u := &unwrapped{}
		turn := r.texturing(e)
		for _, row := range e.at(2).values(0) { // TexCoordsList
			uv, ok := numbers(row.list)
			if !ok || len(uv) < 2 {
				r.noted(at, "has texture coordinates that are no pairs")
				return nil
			}
			u.points = append(u.points, turn(uv))
		}
		if e.kind == "IFCINDEXEDTRIANGLETEXTUREMAP" {
			u.index = e.values(3)
			return u
		}
		u.faces = map[int][]value{}
		for _, k := range e.refs(3) { // IfcTextureCoordinateIndices: TexCoordIndex, TexCoordsOf
			c := r.get(k)
			u.faces[c.ref(1)] = c.values(0)
		}
		return u
	}
	return nil
}

// texturing takes coordinates of IFC, whose images stand on their lower left, to
// those of scenes, by way of the transform of the texture.
func (r *reader) texturing(e entity) func([]float64) geom.Vec2 {
	m := geom.Identity()
	for _, id := range e.refs(0) { // Maps
		if t := r.get(id).ref(3); t != 0 {
			m = r.operator(t)
			m[12], m[13] = m[12]/r.metre, m[13]/r.metre // they are no lengths
			break
		}
	}
	return func(uv []float64) geom.Vec2 {
		p := moved(m, geom.Vec3{uv[0], uv[1], 0})
		return geom.Vec2{p[0], 1 - p[1]}
	}
}

// of is where the corners of a face lie, n of them: the face number k of a
// triangulated set, or a polygonal one by id; nil when it is not known.
func (u *unwrapped) of(k, id int, corners []value, n int) []geom.Vec2 {
	if u == nil {
		return nil
	}
	index := corners
	if u.faces != nil {
		index = u.faces[id]
	} else if len(u.index) > 0 {
		if k >= len(u.index) {
			return nil
		}
		index = u.index[k].list
	}
	at, ok := numbers(index)
	if !ok || len(at) != n {
		return nil
	}
	out := make([]geom.Vec2, n)
	for i, f := range at {
		j := int(f) - 1
		if j < 0 || j >= len(u.points) {
			return nil
		}
		out[i] = u.points[j]
	}
	return out
}

// textureMap reads the coordinates of an IfcFace from an IfcTextureMap: Maps,
// Vertices, MappedTo.
func (r *reader) textureMap(face, n int) []geom.Vec2 {
	for _, at := range r.textured[face] {
		e := r.get(at)
		ids := e.refs(1)
		if e.kind != "IFCTEXTUREMAP" || len(ids) != n {
			continue
		}
		turn := r.texturing(e)
		out := make([]geom.Vec2, n)
		for i, id := range ids {
			uv, ok := numbers(r.get(id).values(0)) // IfcTextureVertex: Coordinates
			if !ok || len(uv) < 2 {
				return nil
			}
			out[i] = turn(uv)
		}
		return out
	}
	return nil
}

// paints are the colours of the faces of a tessellation, as palette ids plus
// one; nil when it has one colour. Of an IfcIndexedColourMap: MappedTo, Opacity,
// Colours, ColourIndex.
func (r *reader) paints(id int) func(k int) scene.MaterialID {
	at, ok := r.coloured[id]
	if !ok {
		return func(int) scene.MaterialID { return 0 }
	}
	e := r.get(at)
	m := scene.Material{Name: "colours", Roughness: 0.7}
	m.BaseColor[3] = 1
	if o := e.arg(1); o.form == number && o.num <= 1-seeThrough {
		m.Alpha, m.Roughness, m.BaseColor[3] = scene.Glass, 0.05, float32(max(0.08, o.num))
	}
	if style := r.styleOf(id); style != scene.None {
		at := r.palette.at(style)
		m.Name, m.Metallic, m.Roughness = at.Name, at.Metallic, at.Roughness
	}
	var ids []scene.MaterialID
	for _, row := range e.at(2).values(0) { // IfcColourRgbList: ColourList
		rgb, ok := numbers(row.list)
		if !ok || len(rgb) != 3 || len(ids) > 1<<16 {
			break
		}
		for c := range 3 {
			m.BaseColor[c] = linear(rgb[c])
		}
		ids = append(ids, r.palette.add(m)+1)
	}
	index, _ := numbers(e.values(3))
	return func(k int) scene.MaterialID {
		if k < len(index) && index[k] >= 1 && int(index[k]) <= len(ids) {
			return ids[int(index[k])-1]
		}
		return 0
	}
}
