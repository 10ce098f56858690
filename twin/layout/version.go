package layout

import (
	"fmt"

	"github.com/glasstwin/glasstwin/twin"
	"github.com/glasstwin/glasstwin/twin/codec/sitefolder"
)

// Versions are the names of the layouts that a site's folder keeps.
func Versions(dir string) ([]string, error) { return sitefolder.Versions(dir) }

// Load reads a layout that was kept; "" is the site as it stands.
func Load(dir string, site *twin.Site, name string) (Layout, error) {
	if name == "" {
		return Of(site), nil
	}
	v, err := sitefolder.ReadVersion(dir, site, name)
	if err != nil {
		return Layout{}, err
	}
	return Layout{Name: v.Name, Note: v.Note, Assets: v.Assets}, nil
}

// Save keeps a layout in the site's folder, under its name.
func Save(dir string, site *twin.Site, l Layout) error {
	return sitefolder.WriteVersion(dir, site, sitefolder.Version{Name: l.Name, Note: l.Note, Assets: l.Assets})
}

// Adopt makes a layout that of the site: from then on the twin stands so. What
// somebody wrote into the folder meanwhile is kept; the error tells of a thing
// that stands otherwise than when the layout was planned.
func Adopt(dir string, from, to Layout) (*twin.Site, error) {
	edit := Compare(from, to).Edit()
	return sitefolder.Revise(dir, func(now *twin.Site) (*twin.Site, error) {
		l, err := Of(now).Do(edit)
		if err != nil {
			return nil, fmt.Errorf("take the layout over: %w", err)
		}
		return l.Site(now), nil
	})
}
