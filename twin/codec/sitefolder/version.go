package sitefolder

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"unicode"

	"github.com/glasstwin/glasstwin/twin"
)

// layoutsDir holds versions of the layout, a file for each.
const layoutsDir = "layouts"

const (
	versionsMax    = 5000
	versionNameMax = 60 // runes
	noteMax        = 4000
)

// Version is a layout that was kept under a name, beside the one that holds.
type Version struct {
	Name   string
	Note   string       // why it was made
	Assets []twin.Asset // all that stands in it
}

// versionForm is written so that two of them are compared line by line. What the
// site has and a version does not speak of stands as it does in the site.
type versionForm struct {
	Format  int            `yaml:"format"`
	Note    passage        `yaml:"note,omitempty"`
	Poses   []poseForm     `yaml:"poses,omitempty"`
	Removed []twin.AssetID `yaml:"removed,omitempty,flow"`
	Changed []assetForm    `yaml:"changed,omitempty"` // in more than where it stands
	Added   []assetForm    `yaml:"added,omitempty"`
}

// VersionName tells what is wrong with a name for a version; nil when nothing is.
func VersionName(name string) error {
	n := 0
	for _, r := range name {
		n++
		if !unicode.IsLetter(r) && !unicode.IsDigit(r) && !strings.ContainsRune(" -_.,()+", r) {
			return fmt.Errorf("the name %.80q of a layout holds %q; use letters, digits, spaces and -_.,()+", name, r)
		}
	}
	if n == 0 || n > versionNameMax || strings.TrimSpace(name) != name || strings.HasPrefix(name, ".") || strings.HasSuffix(name, ".") {
		return fmt.Errorf("%.80q is no name for a layout; give 1 to %d letters and digits, without blanks or dots at the ends", name, versionNameMax)
	}
	return nil
}

// Versions are the names of the layouts that were kept, in the order of the
// alphabet.
func Versions(dir string) ([]string, error) {
	entries, err := os.ReadDir(filepath.Join(dir, layoutsDir))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("list the layouts of %s: %w", dir, err)
	}
	var out []string
	for _, e := range entries {
		name, ok := strings.CutSuffix(e.Name(), ".yaml")
		if !ok || e.IsDir() || VersionName(name) != nil {
			continue
		}
		if out = append(out, name); len(out) > versionsMax {
			return nil, fmt.Errorf("list the layouts of %s: more than %d; move old ones away", dir, versionsMax)
		}
	}
	return out, nil
}

// ReadVersion reads a layout of a site. An error names file, line and key.
func ReadVersion(dir string, site *twin.Site, name string) (Version, error) {
	if err := VersionName(name); err != nil {
		return Version{}, err
	}
	data, err := readFile(versionFile(dir, name))
	if errors.Is(err, fs.ErrNotExist) {
		known, _ := Versions(dir)
		return Version{}, fmt.Errorf("site %s has no layout %q; it has %s", dir, name, listed(known))
	}
	if err != nil {
		return Version{}, fmt.Errorf("read layout %q: %w", name, err)
	}
	return ParseVersion(site, name, data)
}

func listed(names []string) string {
	if len(names) == 0 {
		return "none yet: save one first"
	}
	return strings.Join(names[:min(len(names), 20)], ", ")
}

func versionFile(dir, name string) string { return filepath.Join(dir, layoutsDir, name+".yaml") }

// ParseVersion reads the text of a layout of a site.
func ParseVersion(site *twin.Site, name string, data []byte) (Version, error) {
	file := layoutsDir + "/" + name + ".yaml"
	v, err := parseVersion(site, file, data)
	if err != nil {
		return Version{}, located(err, map[string][]byte{file: data})
	}
	v.Name = name
	return v, nil
}

func parseVersion(site *twin.Site, file string, data []byte) (Version, error) {
	var f versionForm
	if err := decode(file, data, &f); err != nil {
		return Version{}, err
	}
	switch {
	case f.Format != format:
		return Version{}, wrong(file, path("format"), "%d is not %d, which this program reads; open it with the version that wrote it", f.Format, format)
	case len(f.Note) > noteMax:
		return Version{}, wrong(file, path("note"), "%d letters, at most %d are read", len(f.Note), noteMax)
	case len(f.Added)+len(site.Assets) > assetsMax:
		return Version{}, wrong(file, path("added"), "%d things, at most %d are read; split the site", len(f.Added), assetsMax)
	case len(f.Removed) > assetsMax || len(f.Changed) > assetsMax:
		return Version{}, wrong(file, path("removed"), "more than %d things; split the site", assetsMax)
	}
	poses, err := (&layoutForm{Poses: f.Poses}).poses()
	if err != nil {
		var at *flaw
		if errors.As(err, &at) {
			at.file = file
		}
		return Version{}, err
	}
	zones := map[twin.ZoneID]bool{"": true}
	for _, z := range site.Zones {
		zones[z.ID] = true
	}
	stands := map[twin.AssetID]bool{}
	for _, a := range site.Assets {
		stands[a.ID] = true
	}
	gone := map[twin.AssetID]bool{}
	for i, id := range f.Removed {
		if gone[id] {
			return Version{}, wrong(file, path("removed", i), "%.60q stands twice; remove one", id)
		}
		gone[id] = true
		if _, placed := poses[id]; placed {
			return Version{}, wrong(file, path("removed", i), "%.60q is removed and placed; keep one of the two", id)
		}
	}
	changed := map[twin.AssetID]int{}
	for i, c := range f.Changed {
		if _, twice := changed[c.ID]; twice || !stands[c.ID] || len(c.Signals) > 0 {
			return Version{}, wrong(file, path("changed", i, "id"), "%.60q stands twice, has signals here, or is none of the site; correct or remove it", c.ID)
		}
		changed[c.ID] = i
	}
	v := Version{Note: string(f.Note)}
	for _, a := range site.Assets {
		if gone[a.ID] {
			continue
		}
		pose, placed := poses[a.ID]
		if !placed {
			pose = a.Pose
		}
		if i, ok := changed[a.ID]; ok {
			if a, err = f.Changed[i].asset(file, path("changed", i), pose, zones); err != nil {
				return Version{}, err
			}
		}
		a.Pose = pose
		v.Assets = append(v.Assets, a)
	}
	for i, x := range f.Added {
		pose, placed := poses[x.ID]
		switch {
		case x.ID == "" || strings.ContainsAny(string(x.ID)+x.Class+x.Name, "\n"):
			return Version{}, wrong(file, path("added", i, "id"), "%.60q is no id, class and name on one line each; correct it", x.ID)
		case stands[x.ID]:
			return Version{}, wrong(file, path("added", i, "id"), "%.60q is in the site already, or stands twice; give it another id", x.ID)
		case !placed:
			return Version{}, wrong(file, path("added", i, "id"), "%.60q stands nowhere; add a line for it under poses", x.ID)
		case len(x.Signals) > 0:
			return Version{}, wrong(file, path("added", i, "signals"), "a thing that is planned has no signals yet; remove them")
		}
		stands[x.ID] = true
		a, err := x.asset(file, path("added", i), pose, zones)
		if err != nil {
			return Version{}, err
		}
		v.Assets = append(v.Assets, a)
	}
	for i, p := range f.Poses {
		// A thing that the site lost since is not missed: the plan for it is moot.
		if !stands[p.Asset] && strings.Contains(string(p.Asset), "\n") {
			return Version{}, wrong(file, path("poses", i, "asset"), "%.60q is no id; remove the line", p.Asset)
		}
	}
	return v, nil
}

// FormatVersion is the text of a layout of a site.
func FormatVersion(site *twin.Site, v Version) ([]byte, error) {
	if len(v.Note) > noteMax {
		return nil, fmt.Errorf("the note of layout %q has %d letters; at most %d are kept", v.Name, len(v.Note), noteMax)
	}
	f := versionForm{Format: format, Note: passage(v.Note)}
	base := make(map[twin.AssetID]twin.Asset, len(site.Assets))
	for _, a := range site.Assets {
		base[a.ID] = a
	}
	has := map[twin.AssetID]bool{}
	for _, a := range v.Assets {
		has[a.ID] = true
		f.Poses = append(f.Poses, poseOf(a))
		b, known := base[a.ID]
		b.Pose = a.Pose
		switch {
		case !known:
			f.Added = append(f.Added, formOf(a))
		case !reflect.DeepEqual(formOf(a), formOf(b)):
			f.Changed = append(f.Changed, formOf(a))
		}
	}
	for _, a := range site.Assets {
		if !has[a.ID] {
			f.Removed = append(f.Removed, a.ID)
		}
	}
	slices.Sort(f.Removed)
	data, err := encode("# A layout that was planned: middle of the footprint in metres (x east, y up, z south), yaw in degrees.\n", f)
	if err != nil {
		return nil, err
	}
	if _, err := ParseVersion(site, v.Name, data); err != nil {
		return nil, fmt.Errorf("it could not be read again: %w", err)
	}
	return data, nil
}

// WriteVersion keeps a layout of a site under its name, whole or not at all. One
// of that name is replaced.
func WriteVersion(dir string, site *twin.Site, v Version) error {
	err := VersionName(v.Name)
	var data []byte
	if err == nil {
		data, err = FormatVersion(site, v)
	}
	if err == nil {
		err = os.MkdirAll(filepath.Join(dir, layoutsDir), 0o755)
	}
	if err == nil {
		err = replace(versionFile(dir, v.Name), data)
	}
	if err != nil {
		return fmt.Errorf("save layout %.80q of %s: %w", v.Name, dir, err)
	}
	return nil
}
