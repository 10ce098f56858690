package gl

import (
	"fmt"
	"io/fs"
	"strings"
	"unsafe"

	gl41 "github.com/go-gl/gl/v4.1-core/gl"

	"github.com/glasstwin/glasstwin/assets"
)

// program is a linked pair of shaders and where its uniforms are.
type program struct {
	id       uint32
	uniforms map[string]int32
}

// loader links programs from the embedded sources and remembers them, so that
// all can be freed together.
type loader struct {
	files  fs.FS
	made   []uint32
	studio bool
	plain  bool
}

// shaded are the fragment shaders that read materials.
var shaded = map[string]bool{"surface.frag": true, "glass.frag": true, "ghost.frag": true, "veil.frag": true, "cut.frag": true}

func newLoader() *loader { return &loader{files: assets.Shaders()} }

// link builds a program of two files; each is preceded by the declarations that
// all share, and by defines ("#define A\n").
func (l *loader) link(vertex, fragment, defines string, uniforms ...string) (program, error) {
	vs, err := l.compile(gl41.VERTEX_SHADER, vertex, defines)
	if err != nil {
		return program{}, err
	}
	defer gl41.DeleteShader(vs)
	fs, err := l.compile(gl41.FRAGMENT_SHADER, fragment, defines)
	if err != nil {
		return program{}, err
	}
	defer gl41.DeleteShader(fs)
	id := gl41.CreateProgram()
	l.made = append(l.made, id)
	gl41.AttachShader(id, vs)
	gl41.AttachShader(id, fs)
	gl41.LinkProgram(id)
	var ok int32
	if gl41.GetProgramiv(id, gl41.LINK_STATUS, &ok); ok == 0 {
		return program{}, fmt.Errorf("link %s with %s: %s", vertex, fragment, programLog(id))
	}
	p := program{id: id, uniforms: map[string]int32{}}
	for _, name := range uniforms {
		at := gl41.GetUniformLocation(id, gl41.Str(name+"\x00"))
		if at < 0 {
			return program{}, fmt.Errorf("%s with %s: no uniform %q is used", vertex, fragment, name)
		}
		p.uniforms[name] = at
	}
	if block := gl41.GetUniformBlockIndex(id, gl41.Str("Frame\x00")); block != gl41.INVALID_INDEX {
		gl41.UniformBlockBinding(id, block, frameBinding)
	}
	gl41.UseProgram(id)
	for unit, name := range samplers {
		if at := gl41.GetUniformLocation(id, gl41.Str(name+"\x00")); at >= 0 {
			gl41.Uniform1i(at, int32(unit))
		}
	}
	if at := gl41.GetUniformLocation(id, gl41.Str("tinge\x00")); at >= 0 {
		gl41.Uniform1i(at, unitTinge)
	}
	for i, name := range mapSamplers {
		if at := gl41.GetUniformLocation(id, gl41.Str(name+"\x00")); at >= 0 {
			gl41.Uniform1i(at, int32(unitMaps+i))
		}
	}
	return p, nil
}

func (l *loader) compile(kind uint32, name, defines string) (uint32, error) {
	source := "#version 410 core\n" + defines
	if l.studio {
		source += "#define STUDIO\n"
	}
	if l.plain {
		source += "#define PLAIN\n"
	}
	parts := []string{"frame.glsl", name}
	if kind == gl41.FRAGMENT_SHADER {
		source += "#define FRAGMENT\n"
		if shaded[name] {
			parts = []string{"frame.glsl", "material.glsl", name}
			if strings.Contains(defines, "#define DRESSED\n") {
				parts = []string{"frame.glsl", "material.glsl", "dressed.glsl", name}
			}
		}
	}
	for i, part := range parts {
		text, err := fs.ReadFile(l.files, part)
		if err != nil {
			return 0, fmt.Errorf("read shader %s: %w", part, err)
		}
		source += fmt.Sprintf("#line 1 %d\n%s\n", i, text) // complaints name the file by its place
	}
	source += "\x00"
	id := gl41.CreateShader(kind)
	text, free := gl41.Strs(source)
	defer free()
	gl41.ShaderSource(id, 1, text, nil)
	gl41.CompileShader(id)
	var ok int32
	if gl41.GetShaderiv(id, gl41.COMPILE_STATUS, &ok); ok != 0 {
		return id, nil
	}
	var n int32
	gl41.GetShaderiv(id, gl41.INFO_LOG_LENGTH, &n)
	log := strings.Repeat("\x00", int(n)+1)
	gl41.GetShaderInfoLog(id, n, nil, gl41.Str(log))
	gl41.DeleteShader(id)
	return 0, fmt.Errorf("compile shader %s: %s", name, strings.TrimRight(log, "\x00"))
}

func programLog(id uint32) string {
	var n int32
	gl41.GetProgramiv(id, gl41.INFO_LOG_LENGTH, &n)
	log := strings.Repeat("\x00", int(n)+1)
	gl41.GetProgramInfoLog(id, n, nil, gl41.Str(log))
	return strings.TrimRight(log, "\x00")
}

func (l *loader) free() {
	for _, id := range l.made {
		gl41.DeleteProgram(id)
	}
	l.made = nil
}

// data is the address of a slice's first element; nil when it has none.
func data[T any](s []T) unsafe.Pointer { return unsafe.Pointer(unsafe.SliceData(s)) }

// bytes is the size of a slice's elements.
func bytes[T any](s []T) int { return len(s) * int(unsafe.Sizeof(*new(T))) }

// fill makes a buffer of fixed content.
func fill[T any](target uint32, s []T) uint32 {
	var id uint32
	gl41.GenBuffers(1, &id)
	gl41.BindBuffer(target, id)
	gl41.BufferData(target, max(1, bytes(s)), data(s), gl41.STATIC_DRAW)
	return id
}

// stream is a buffer that is filled anew for each frame.
type stream struct {
	id       uint32
	capacity int
}

// put replaces the content; the driver keeps the old one for draws under way.
func (b *stream) put(target uint32, p unsafe.Pointer, size int) {
	if b.id == 0 {
		gl41.GenBuffers(1, &b.id)
	}
	gl41.BindBuffer(target, b.id)
	if size > b.capacity {
		b.capacity = size + size/2
	}
	gl41.BufferData(target, max(1, b.capacity), nil, gl41.STREAM_DRAW)
	if size > 0 {
		gl41.BufferSubData(target, 0, size, p)
	}
}

func (b *stream) free() {
	if b.id != 0 {
		gl41.DeleteBuffers(1, &b.id)
		*b = stream{}
	}
}

// Texture units, by sampler name in the shaders.
var samplers = [...]string{"materials", "environment", "sunShadow", "occlusion", "surroundings", "image", "palette", "hidden", "contact", "second", "sunNear", "sunNearDepth", "mirror"}

const (
	unitMaterials = iota
	unitEnvironment
	unitShadow
	unitOcclusion
	unitSurroundings
	unitImage
	unitPalette
	unitHidden
	unitContact
	unitSecond
	unitNear
	unitNearDepth
	unitMirror
	unitMaps // and as many more as a material has maps

	unitTinge = unitPalette // no program that is lit looks at a palette, and units are few
)
