package gl

import (
	"fmt"

	gl41 "github.com/go-gl/gl/v4.1-core/gl"

	"github.com/glasstwin/glasstwin/render/texture"
	"github.com/glasstwin/glasstwin/scene"
)

// images are the textures of a scene's materials in the graphics memory. One
// image may be there twice: as light, and as numbers.
type images struct {
	decoded  []texture.Image
	made     map[imageKey]uint32
	samplers map[samplerKey]uint32
	notes    []string
}

type imageKey struct {
	image scene.ImageID
	srgb  bool
}

type samplerKey struct {
	u, v    scene.Wrap
	nearest bool
}

// newImages decodes what dressed materials wear.
func newImages(sc *scene.Scene, worn []bool) *images {
	wanted := make([]bool, len(sc.Images))
	for i := range sc.Materials {
		if !worn[i] {
			continue
		}
		for _, m := range sc.Materials[i].Maps() {
			if m.Image != 0 {
				wanted[m.Image-1] = true
			}
		}
	}
	var most int32
	gl41.GetIntegerv(gl41.MAX_TEXTURE_SIZE, &most)
	out := &images{made: map[imageKey]uint32{}, samplers: map[samplerKey]uint32{}}
	var notes []texture.Note
	out.decoded, notes = texture.Decode(sc.Images, func(i int) bool { return wanted[i] }, texture.Limits{Edge: min(4096, int(most))})
	for _, n := range notes {
		out.notes = append(out.notes, fmt.Sprintf("picture %.60q: %s", n.Image, n.Why))
	}
	return out
}

// wear gives the texture and sampler of a map; false where it has no image, or
// one that cannot be drawn.
func (m *images) wear(x *scene.Map, srgb bool) (worn, bool) {
	if x.Image == 0 || len(m.decoded[x.Image-1].Pix) == 0 {
		return worn{}, false
	}
	key := imageKey{x.Image, srgb}
	id, ok := m.made[key]
	if !ok {
		id = upload(&m.decoded[x.Image-1], srgb)
		m.made[key] = id
	}
	return worn{id, m.sampler(samplerKey{x.WrapU, x.WrapV, x.Nearest})}, true
}

func upload(im *texture.Image, srgb bool) (id uint32) {
	gl41.GenTextures(1, &id)
	gl41.ActiveTexture(gl41.TEXTURE0 + unitImage)
	gl41.BindTexture(gl41.TEXTURE_2D, id)
	gl41.PixelStorei(gl41.UNPACK_ALIGNMENT, 1)
	format := int32(gl41.RGBA8)
	if srgb {
		format = gl41.SRGB8_ALPHA8
	}
	gl41.TexImage2D(gl41.TEXTURE_2D, 0, format, int32(im.Width), int32(im.Height), 0, gl41.RGBA, gl41.UNSIGNED_BYTE, data(im.Pix))
	gl41.GenerateMipmap(gl41.TEXTURE_2D)
	return id
}

func (m *images) sampler(key samplerKey) uint32 {
	if id, ok := m.samplers[key]; ok {
		return id
	}
	var id uint32
	gl41.GenSamplers(1, &id)
	wraps := [...]int32{scene.Repeat: gl41.REPEAT, scene.Clamp: gl41.CLAMP_TO_EDGE, scene.Mirror: gl41.MIRRORED_REPEAT}
	gl41.SamplerParameteri(id, gl41.TEXTURE_WRAP_S, wraps[min(key.u, scene.Mirror)])
	gl41.SamplerParameteri(id, gl41.TEXTURE_WRAP_T, wraps[min(key.v, scene.Mirror)])
	near, far := int32(gl41.LINEAR), int32(gl41.LINEAR_MIPMAP_LINEAR)
	if key.nearest {
		near, far = gl41.NEAREST, gl41.NEAREST_MIPMAP_LINEAR
	}
	gl41.SamplerParameteri(id, gl41.TEXTURE_MAG_FILTER, near)
	gl41.SamplerParameteri(id, gl41.TEXTURE_MIN_FILTER, far)
	m.samplers[key] = id
	return id
}

func (m *images) free() {
	for _, id := range m.made {
		gl41.DeleteTextures(1, &id)
	}
	for _, id := range m.samplers {
		gl41.DeleteSamplers(1, &id)
	}
}
