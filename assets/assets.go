// Package assets holds what the program carries with it: the catalogue of
// classes, the tables of actions, the demo store's sources, trained models, a
// font, and the renderer's shaders. It hands out files and must never know what
// they mean. Start reading at Catalogue; shaders.go holds the rest.
package assets

import (
	"embed"
	"io/fs"
)

//go:embed catalogue/*.yaml catalogue/palette/*.yaml
var catalogue embed.FS

//go:embed actions/*.yaml
var actions embed.FS

//go:generate go run ./author demo/corner-market/building.ifc

//go:embed demo
var demo embed.FS

//go:embed models
var models embed.FS

//go:embed fonts/NanumSquareR.ttf
var hangul []byte

//go:embed fonts/NanumSquareB.ttf
var hangulBold []byte

// Hangul returns NanumSquare, regular and bold, for pages that must look the same
// wherever they are made (SIL Open Font License 1.1, fonts/OFL.txt). It has all
// syllables, and of Latin what Korean text needs.
func Hangul() (regular, bold []byte) { return hangul, hangulBold }

// Catalogue returns the class files, as package catalogue reads them.
func Catalogue() fs.FS { return below(catalogue, "catalogue") }

// Actions returns the tables of what can be done about faults, as package
// operate reads them.
func Actions() fs.FS { return below(actions, "actions") }

// DemoStore returns the sources of the demo store "Corner Market": planogram,
// device list and building.
func DemoStore() fs.FS { return below(demo, "demo/corner-market") }

// Models returns the trained models that the demo store is served with.
func Models() fs.FS { return below(models, "models") }

func below(files embed.FS, dir string) fs.FS {
	sub, err := fs.Sub(files, dir)
	if err != nil {
		panic(err) // dir is a constant of this file
	}
	return sub
}
