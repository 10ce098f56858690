package gl

import (
	"fmt"
	"image"
	"runtime"
	"sync"
	"sync/atomic"

	gl41 "github.com/go-gl/gl/v4.1-core/gl"

	"github.com/glasstwin/glasstwin/render/texture"
	"github.com/glasstwin/glasstwin/scene"
)

// images are the textures of a scene's materials in the graphics memory. One
// image may be there twice: as light, and as numbers. They are loaded and packed
// beside the drawing and come level by level, the smallest first; until then a
// material wears a single texel.
type images struct {
	scene    *scene.Scene
	sizes    []image.Point
	takes    texture.Takes
	packing  bool
	made     map[imageKey]*picture
	samplers map[samplerKey]uint32
	notes    []string
	memory   int // bytes of the graphics memory
	plain    int // that they would be, were they not packed

	order []imageKey // by image
	next  atomic.Int64
	stop  atomic.Bool
	done  sync.WaitGroup
	fresh *sync.Cond // of ready
	ready sync.Mutex
	came  []arrival
	left  int // loaders at work
}

type imageKey struct {
	image scene.ImageID
	kind  texture.Kind
}

// picture is a texture, and how it is loaded.
type picture struct {
	id    uint32
	exact bool // its texels are seen one by one: they are not packed
	full  bool // the graphics memory has no room for its finer levels
}

// arrival is a level that is ready for the graphics memory, or why there is none.
type arrival struct {
	key imageKey
	texture.Packed
	note string
}

type samplerKey struct {
	u, v    scene.Wrap
	nearest bool
}

// loadersMost each hold an image and its levels, 350 MB at most.
const loadersMost = 4

// kinds are what the images of a material's maps say, in their order.
var kinds = [scene.MapsCount]texture.Kind{0: texture.Light, 1: texture.Normal, 4: texture.Light, 7: texture.Normal, 9: texture.Light}

// newImages looks at what dressed materials wear.
func newImages(sc *scene.Scene, worn []bool, packing bool) *images {
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
	out := &images{scene: sc, takes: takesBlocks(), packing: packing, made: map[imageKey]*picture{}, samplers: map[samplerKey]uint32{}}
	out.fresh = sync.NewCond(&out.ready)
	var notes []texture.Note
	out.sizes, notes = texture.Plan(sc.Images, func(i int) bool { return wanted[i] }, texture.Limits{Edge: min(4096, int(most))})
	for _, n := range notes {
		out.note(n)
	}
	return out
}

func (m *images) note(n texture.Note) {
	m.notes = append(m.notes, fmt.Sprintf("picture %.60q: %s", n.Image, n.Why))
}

// takesBlocks asks the driver which blocks it reads.
func takesBlocks() texture.Takes {
	has := extensions("GL_ARB_texture_compression_bptc", "GL_EXT_texture_compression_s3tc", "GL_EXT_texture_sRGB")
	return texture.Takes{BC7: has[0] || atLeast(4, 2), S3: has[1] && has[2]}
}

// wear gives the texture and sampler of a map; false where it has no image, or
// one that cannot be drawn.
func (m *images) wear(x *scene.Map, which int) (worn, bool) {
	if x.Image == 0 || m.sizes[x.Image-1] == (image.Point{}) {
		return worn{}, false
	}
	key := imageKey{x.Image, kinds[which]}
	p, ok := m.made[key]
	if !ok {
		p = &picture{id: awaited(which)}
		m.made[key] = p
		m.order = append(m.order, key)
	}
	p.exact = p.exact || x.Nearest
	return worn{p.id, m.sampler(samplerKey{x.WrapU, x.WrapV, x.Nearest})}, true
}

// awaited makes the texture of an image that is not loaded yet: one texel, of a
// middling colour, a smooth surface, something rough that is no metal, and no
// light of its own.
func awaited(which int) (id uint32) {
	texel := [4]byte{255, 255, 0, 255}
	switch {
	case which == 0:
		texel = [4]byte{188, 188, 188, 255}
	case which == 4:
		texel = [4]byte{0, 0, 0, 255}
	case kinds[which] == texture.Normal:
		texel = [4]byte{128, 128, 255, 255}
	case kinds[which] == texture.Light:
		texel = [4]byte{255, 255, 255, 255}
	}
	gl41.GenTextures(1, &id)
	gl41.ActiveTexture(gl41.TEXTURE0 + unitImage)
	gl41.BindTexture(gl41.TEXTURE_2D, id)
	gl41.TexImage2D(gl41.TEXTURE_2D, 0, gl41.RGBA8, 1, 1, 0, gl41.RGBA, gl41.UNSIGNED_BYTE, data(texel[:]))
	gl41.TexParameteri(gl41.TEXTURE_2D, gl41.TEXTURE_MAX_LEVEL, 0)
	return id
}

// load begins to load what is worn.
func (m *images) load() {
	m.left = min(loadersMost, runtime.GOMAXPROCS(0), len(m.order))
	for range m.left {
		m.done.Go(func() {
			for k := int(m.next.Add(1)) - 1; k < len(m.order) && !m.stop.Load(); k = int(m.next.Add(1)) - 1 {
				m.loadOne(m.order[k])
			}
			m.ready.Lock()
			m.left--
			m.ready.Unlock()
			m.fresh.Broadcast()
		})
	}
}

func (m *images) loadOne(key imageKey) {
	i := int(key.image - 1)
	im, err := texture.Load(m.scene.Images[i], m.sizes[i])
	if err != nil {
		m.arrive(arrival{key: key, note: err.Error()})
		return
	}
	im = im.Ready(key.kind)
	format := texture.Plain
	if m.packing && !m.made[key].exact {
		format = im.Best(key.kind, m.takes)
	}
	texture.Pack(im, key.kind, format, func(p texture.Packed) bool {
		m.arrive(arrival{key: key, Packed: p})
		return !m.stop.Load()
	})
}

func (m *images) arrive(a arrival) {
	m.ready.Lock()
	m.came = append(m.came, a)
	m.ready.Unlock()
	m.fresh.Broadcast()
}

// takeIn brings levels that came into the graphics memory, about most bytes;
// all: it waits until everything is there. It tells whether anything came, and
// whether more will.
func (m *images) takeIn(most int, all bool) (came, more bool) {
	for most > 0 || all {
		m.ready.Lock()
		for all && len(m.came) == 0 && m.left > 0 {
			m.fresh.Wait()
		}
		if len(m.came) == 0 {
			more = m.left > 0
			m.ready.Unlock()
			return came, more
		}
		a := m.came[0]
		m.came = m.came[1:]
		m.ready.Unlock()
		if a.note != "" {
			m.note(texture.Note{Image: texture.NameOf(m.scene.Images, int(a.key.image-1)), Why: a.note})
			continue
		}
		p := m.made[a.key]
		if p.full {
			continue
		}
		if p.take(&a); gl41.GetError() == gl41.OUT_OF_MEMORY {
			p.full = true
			m.note(texture.Note{Image: texture.NameOf(m.scene.Images, int(a.key.image-1)), Why: fmt.Sprintf("the graphics memory is full: it is drawn with a %dth of its texels across", 2<<a.Level)})
			continue
		}
		m.memory += len(a.Data)
		m.plain += 4 * a.Width * a.Height
		most -= len(a.Data)
		came = true
	}
	return came, true
}

// blockFormats are the driver's names of formats: of numbers, and of screens' codes.
var blockFormats = map[texture.Format][2]uint32{
	texture.Plain: {gl41.RGBA8, gl41.SRGB8_ALPHA8},
	texture.BC1:   {0x83F0, 0x8C4C}, // COMPRESSED_[S]RGB_S3TC_DXT1_EXT
	texture.BC3:   {0x83F3, 0x8C4F}, // COMPRESSED_[S]RGB[_ALPHA]_S3TC_DXT5_EXT
	texture.BC5:   {gl41.COMPRESSED_RG_RGTC2, gl41.COMPRESSED_RG_RGTC2},
	texture.BC7:   {0x8E8C, 0x8E8D}, // COMPRESSED_[S]RGB[_ALPHA]_BPTC_UNORM
}

// take puts a level where it is sampled from. Finer ones are not there yet, so
// that sampling begins with it.
func (p *picture) take(a *arrival) {
	gl41.ActiveTexture(gl41.TEXTURE0 + unitImage)
	gl41.BindTexture(gl41.TEXTURE_2D, p.id)
	gl41.PixelStorei(gl41.UNPACK_ALIGNMENT, 1)
	format := blockFormats[a.Format][0]
	if a.key.kind == texture.Light {
		format = blockFormats[a.Format][1]
	}
	level, w, h := int32(a.Level), int32(a.Width), int32(a.Height)
	if a.Format == texture.Plain {
		gl41.TexImage2D(gl41.TEXTURE_2D, level, int32(format), w, h, 0, gl41.RGBA, gl41.UNSIGNED_BYTE, data(a.Data))
	} else {
		gl41.CompressedTexImage2D(gl41.TEXTURE_2D, level, format, w, h, 0, int32(len(a.Data)), data(a.Data))
	}
	gl41.TexParameteri(gl41.TEXTURE_2D, gl41.TEXTURE_BASE_LEVEL, level)
	gl41.TexParameteri(gl41.TEXTURE_2D, gl41.TEXTURE_MAX_LEVEL, int32(a.Levels-1))
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

// free ends the loading and gives everything back.
func (m *images) free() {
	m.stop.Store(true)
	m.done.Wait()
	for _, p := range m.made {
		gl41.DeleteTextures(1, &p.id)
	}
	for _, id := range m.samplers {
		gl41.DeleteSamplers(1, &id)
	}
}
