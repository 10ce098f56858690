package generate

import (
	"context"
	"errors"
	"fmt"
	"io/fs"

	"github.com/glasstwin/glasstwin/assets"
	"github.com/glasstwin/glasstwin/twin/generate/catalogue"
)

// Catalogue reads the classes that the program carries with it, and those of own
// folders, as a site has one.
func Catalogue(own ...catalogue.Folder) (*catalogue.Catalogue, error) {
	return catalogue.Read(assets.Catalogue(), own...)
}

// DemoSources are the sources of the demo store that the program carries.
func DemoSources() ([]File, error) {
	var out []File
	for _, name := range []string{"building.ifc", "planogram.csv", "devices.csv"} {
		data, err := fs.ReadFile(assets.DemoStore(), name)
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err != nil {
			return nil, fmt.Errorf("read the demo store: %w", err)
		}
		kind, _ := KindOf(name, data)
		out = append(out, File{Kind: kind, Name: name, Data: data})
	}
	return out, nil
}

// Demo makes the demo store; plant may be nil.
func Demo(ctx context.Context, cat *catalogue.Catalogue, plant *Plant) (*Result, error) {
	files, err := DemoSources()
	if err != nil {
		return nil, err
	}
	return Run(ctx, Input{ID: "corner-market", Name: "Corner Market", Files: files, Plant: plant, Catalogue: cat})
}
