package gl

import (
	"fmt"
	"slices"
	"strings"

	gl41 "github.com/go-gl/gl/v4.1-core/gl"
)

// atLeast tells whether the current context is of a version of OpenGL, or a later one.
func atLeast(major, minor int32) bool {
	var a, b int32
	gl41.GetIntegerv(gl41.MAJOR_VERSION, &a)
	gl41.GetIntegerv(gl41.MINOR_VERSION, &b)
	return a > major || a == major && b >= minor
}

// Software tells whether the processor draws in the current context.
func Software() bool {
	name := strings.ToLower(gl41.GoStr(gl41.GetString(gl41.RENDERER)))
	for _, known := range []string{"llvmpipe", "softpipe", "swrast", "swiftshader", "software"} {
		if strings.Contains(name, known) {
			return true
		}
	}
	return false
}

// extensions tells which of those named the current context has.
func extensions(names ...string) []bool {
	out := make([]bool, len(names))
	var n int32
	gl41.GetIntegerv(gl41.NUM_EXTENSIONS, &n)
	for i := range uint32(max(0, n)) {
		if k := slices.Index(names, gl41.GoStr(gl41.GetStringi(gl41.EXTENSIONS, i))); k >= 0 {
			out[k] = true
		}
	}
	return out
}

// Unsupported is the error of a driver that made no context of OpenGL 4.1, the
// oldest that this package draws with: materials are read packed (GLSL 4.10,
// section 8.4), which no earlier version has. The version and renderer are what
// the driver says of itself in a plain context; "" when it makes none either.
func Unsupported(version, renderer string, err error) error {
	if version == "" {
		return fmt.Errorf("make an OpenGL 4.1 context: the graphics driver makes none at all (%w); install one, or let the processor draw with LIBGL_ALWAYS_SOFTWARE=1", err)
	}
	number, _, _ := strings.Cut(version, " ")
	return fmt.Errorf("make an OpenGL 4.1 context: %s has OpenGL %s (%w); GlassTwin reads materials in a way that came with 4.1, in 2010: update the graphics driver, or let the processor draw with LIBGL_ALWAYS_SOFTWARE=1",
		renderer, number, err)
}
