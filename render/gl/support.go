package gl

import (
	"fmt"
	"strings"
)

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
