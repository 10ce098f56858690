package gltf

import (
	"math"

	"github.com/qmuntal/gltf"

	"github.com/glasstwin/glasstwin/scene"
)

// transformForm is KHR_texture_transform as it stands in a file.
type transformForm struct {
	Offset   *[2]float64 `json:"offset,omitempty"`
	Rotation float64     `json:"rotation,omitempty"`
	Scale    *[2]float64 `json:"scale,omitempty"`
	TexCoord *int        `json:"texCoord,omitempty"`
}

// transformMost bounds the numbers of a transform: beyond it a texel is smaller
// than what a float32 tells apart.
const transformMost = 1e5

// texture finds the image of a texture and how it lies, also one that an
// extension names.
func (r *reader) texture(info *gltf.TextureInfo) scene.Map {
	if info == nil || info.Index < 0 || info.Index >= len(r.doc.Textures) || r.doc.Textures[info.Index] == nil {
		return scene.Map{}
	}
	t := r.doc.Textures[info.Index]
	out := scene.Map{Image: r.image(t)}
	if out.Image == 0 {
		return scene.Map{}
	}
	set := info.TexCoord
	var transform transformForm
	if extension(info.Extensions, extTransform, &transform) {
		bound := func(v float64) float32 { return float32(math.Max(-transformMost, math.Min(transformMost, v))) }
		if transform.TexCoord != nil {
			set = *transform.TexCoord
		}
		if o := transform.Offset; o != nil {
			out.Offset = [2]float32{bound(o[0]), bound(o[1])}
		}
		if s := transform.Scale; s != nil && *s != [2]float64{1, 1} {
			out.Scale = [2]float32{bound(s[0]), bound(s[1])}
		}
		out.Turn = bound(transform.Rotation)
	}
	if set < 0 || set > 1 {
		r.note("texture", "it uses set %d of the coordinates; the first is taken", set)
	}
	out.Second = set == 1
	if t.Sampler != nil && *t.Sampler >= 0 && *t.Sampler < len(r.doc.Samplers) && r.doc.Samplers[*t.Sampler] != nil {
		s := r.doc.Samplers[*t.Sampler]
		out.WrapU, out.WrapV, out.Nearest = wraps[s.WrapS], wraps[s.WrapT], s.MagFilter == gltf.MagNearest
	}
	return out
}

var wraps = map[gltf.WrappingMode]scene.Wrap{gltf.WrapRepeat: scene.Repeat, gltf.WrapClampToEdge: scene.Clamp, gltf.WrapMirroredRepeat: scene.Mirror}

func (r *reader) normalMap(n *gltf.NormalTexture) scene.Map {
	if n == nil || n.Index == nil || n.ScaleOrDefault() == 0 {
		return scene.Map{}
	}
	out := r.texture(&gltf.TextureInfo{Extensions: n.Extensions, Index: *n.Index, TexCoord: n.TexCoord})
	if out.Image != 0 {
		out.Strength = notOne(n.ScaleOrDefault())
	}
	return out
}

// image takes over the picture of a texture, once.
func (r *reader) image(t *gltf.Texture) scene.ImageID {
	source := t.Source
	for _, name := range []string{"KHR_texture_basisu", "EXT_texture_webp"} {
		var other struct {
			Source *int `json:"source"`
		}
		if source == nil && extension(t.Extensions, name, &other) {
			source = other.Source
		}
	}
	if source == nil || *source < 0 || *source >= len(r.doc.Images) || r.doc.Images[*source] == nil {
		return 0
	}
	if id, ok := r.images[*source]; ok {
		return id
	}
	im := r.doc.Images[*source]
	var data []byte
	var err error
	if im.BufferView != nil {
		data, err = r.view(*im.BufferView)
	} else {
		data, err = r.resource(im.URI, nil, false)
	}
	if err != nil {
		r.note("image "+im.Name, "%v", err)
		r.images[*source] = 0
		return 0
	}
	mime := im.MimeType
	switch {
	case len(data) > 3 && data[0] == 0xff && data[1] == 0xd8:
		mime = "image/jpeg"
	case len(data) > 3 && string(data[1:4]) == "PNG":
		mime = "image/png"
	case len(data) > 12 && string(data[8:12]) == "WEBP":
		mime = "image/webp"
	case len(data) > 8 && string(data[1:4]) == "KTX":
		mime = "image/ktx2"
	}
	r.out.Images = append(r.out.Images, scene.Image{Name: im.Name, MIME: mime, Data: data})
	r.images[*source] = scene.ImageID(len(r.out.Images))
	return r.images[*source]
}

// textureKey is what textures of a file differ in.
type textureKey struct {
	image scene.ImageID
	wraps [2]scene.Wrap
	near  bool
}

// texture writes how a material uses an image; nil when it does not.
func (w *writer) texture(m scene.Map) *gltf.TextureInfo {
	if m.Image == 0 {
		return nil
	}
	key := textureKey{m.Image, [2]scene.Wrap{m.WrapU, m.WrapV}, m.Nearest}
	at, ok := w.textures[key]
	if !ok {
		at = len(w.doc.Textures)
		w.textures[key] = at
		t := &gltf.Texture{Source: gltf.Index(int(m.Image) - 1), Sampler: w.sampler(key)}
		if kind := w.sc.Images[m.Image-1].MIME; kind == "image/webp" || kind == "image/ktx2" {
			name := map[string]string{"image/webp": "EXT_texture_webp", "image/ktx2": "KHR_texture_basisu"}[kind]
			w.require(name)
			t.Extensions = gltf.Extensions{name: map[string]int{"source": *t.Source}}
			t.Source = nil
		}
		w.doc.Textures = append(w.doc.Textures, t)
	}
	out := &gltf.TextureInfo{Index: at}
	if m.Second {
		out.TexCoord = 1
	}
	if m.Moved() {
		w.require(extTransform)
		form := transformForm{Rotation: short(m.Turn)}
		if m.Offset != [2]float32{} {
			form.Offset = &[2]float64{short(m.Offset[0]), short(m.Offset[1])}
		}
		if m.Scale != [2]float32{} {
			form.Scale = &[2]float64{short(m.Scale[0]), short(m.Scale[1])}
		}
		out.Extensions = gltf.Extensions{extTransform: form}
	}
	return out
}

// sampler is that of a texture; nil where it is the usual one.
func (w *writer) sampler(key textureKey) *int {
	s := gltf.Sampler{WrapS: wrapName(key.wraps[0]), WrapT: wrapName(key.wraps[1])}
	if key.near {
		s.MagFilter, s.MinFilter = gltf.MagNearest, gltf.MinNearestMipMapLinear
	}
	if s.WrapS == gltf.WrapRepeat && s.WrapT == gltf.WrapRepeat && !key.near {
		return nil
	}
	for i, have := range w.doc.Samplers {
		if have.WrapS == s.WrapS && have.WrapT == s.WrapT && have.MagFilter == s.MagFilter {
			return gltf.Index(i)
		}
	}
	w.doc.Samplers = append(w.doc.Samplers, &s)
	return gltf.Index(len(w.doc.Samplers) - 1)
}

func wrapName(w scene.Wrap) gltf.WrappingMode {
	for name, have := range wraps {
		if have == w {
			return name
		}
	}
	return gltf.WrapRepeat
}

func (w *writer) normalMap(m scene.Map) *gltf.NormalTexture {
	t := w.texture(m)
	if t == nil {
		return nil
	}
	out := &gltf.NormalTexture{Index: gltf.Index(t.Index), TexCoord: t.TexCoord, Extensions: t.Extensions}
	if m.Strength != 0 {
		out.Scale = gltf.Float(short(m.Strength))
	}
	return out
}
