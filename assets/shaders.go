package assets

import (
	"embed"
	"io/fs"
)

//go:embed shaders
var shaders embed.FS

// Shaders returns the renderer's shader sources, GLSL 4.10.
func Shaders() fs.FS { return below(shaders, "shaders") }
