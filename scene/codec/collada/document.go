package collada

import (
	"archive/zip"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"path"
	"strconv"
	"strings"

	"github.com/beevik/etree"

	"github.com/glasstwin/glasstwin/markup"
	"github.com/glasstwin/glasstwin/scene"
	"github.com/glasstwin/glasstwin/scene/geom"
)

// Limits on a document.
const (
	fileMax     = 512 << 20 // of XML, unpacked
	depthMax    = 256       // of elements, and of nodes that instance each other
	elementsMax = 5_000_000
	nodesMax    = 200_000 // after instances are written out
	imageMax    = 64 << 20
	notesMax    = 500
)

// Note is one thing that was not understood.
type Note struct {
	Place string // "geometry g1" or the like
	Why   string
}

// Options are what Read needs from outside.
type Options struct {
	// Open gives a file that the document refers to, by its URI; nil: none can
	// be had. Files within a zip archive (.zae) are found without it.
	Open func(uri string) ([]byte, error)
	// Unitless, unless nil, is called when the document states no unit, and told
	// whether it holds breps. By the schema its lengths are metres then; exports
	// of parts, which are drawn in millimetres, state none either.
	Unitless func(breps bool)
}

// Read reads a document (.dae) or an archive (.zae); name is for messages.
func Read(ctx context.Context, name string, data []byte, opt Options) (*scene.Scene, []Note, error) {
	if bytes.HasPrefix(data, []byte("PK\x03\x04")) {
		inner, err := unpack(data, &opt)
		if err != nil {
			return nil, nil, fmt.Errorf("%s: %w", name, err)
		}
		data = inner
	}
	if len(data) > fileMax {
		return nil, nil, fmt.Errorf("%s: larger than %d MB; split it", name, fileMax>>20)
	}
	d, err := parse(ctx, data)
	if err != nil {
		return nil, nil, fmt.Errorf("%s: %w", name, err)
	}
	d.open = opt.Open
	if err := d.draw(ctx); err != nil {
		return nil, nil, fmt.Errorf("%s: %w", name, err)
	}
	if d.unitless && opt.Unitless != nil {
		opt.Unitless(d.breps)
	}
	if err := d.out.Check(); err != nil {
		return nil, nil, fmt.Errorf("%s: %w", name, err)
	}
	return d.out, d.notes, nil
}

// unpack finds the root document of an archive (COLLADA 1.5, appendix D) and
// lets Open find the other files in it.
func unpack(data []byte, opt *Options) ([]byte, error) {
	archive, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		return nil, fmt.Errorf("not a zip archive that can be opened: %w; export it again", err)
	}
	read := func(name string) ([]byte, error) {
		f, err := archive.Open(name)
		if err != nil {
			return nil, err
		}
		defer f.Close()
		text, err := io.ReadAll(io.LimitReader(f, fileMax+1))
		if err == nil && len(text) > fileMax {
			err = fmt.Errorf("%s: more than %d MB when unpacked", name, fileMax>>20)
		}
		return text, err
	}
	outer := opt.Open
	opt.Open = func(uri string) ([]byte, error) {
		if text, err := read(path.Clean(strings.TrimPrefix(uri, "./"))); err == nil {
			return text, nil
		}
		if outer == nil {
			return nil, fmt.Errorf("%s is not in the archive", uri)
		}
		return outer(uri)
	}
	if manifest, err := read("manifest.xml"); err == nil {
		if x, err := markup.Read(context.Background(), manifest, markup.Limits{Depth: depthMax, Elements: 1000}); err == nil && x.Root() != nil {
			if root := path.Clean(strings.TrimSpace(x.Root().Text())); root != "." {
				return read(root)
			}
		}
	}
	for _, f := range archive.File {
		if strings.HasSuffix(strings.ToLower(f.Name), ".dae") {
			return read(f.Name)
		}
	}
	return nil, errors.New("no .dae document in the archive; add one, and name it in manifest.xml")
}

// document is what is known of a file while it is drawn.
type document struct {
	root  *etree.Element
	byID  map[string]*etree.Element
	open  func(string) ([]byte, error)
	out   *scene.Scene
	notes []Note
	lost  int // notes beyond notesMax

	meter     float64
	unitless  bool              // no unit is stated
	breps     bool              // it holds some
	meshes    map[string]*shape // by geometry id
	materials map[string]scene.MaterialID
	images    map[string]scene.ImageID
	axes      map[*etree.Element]*axis // transforms that a joint moves
	joints    map[*etree.Element]scene.JointID
	nodes     int
}

func parse(ctx context.Context, data []byte) (*document, error) {
	x, err := markup.Read(ctx, data, markup.Limits{Depth: depthMax, Elements: elementsMax, Lax: true})
	if err != nil {
		return nil, err
	}
	root := x.Root()
	if root == nil || root.Tag != "COLLADA" {
		return nil, errors.New("no <COLLADA> element at the root; give a COLLADA document")
	}
	d := &document{
		root: root, byID: map[string]*etree.Element{}, out: &scene.Scene{}, meter: 1,
		meshes: map[string]*shape{}, materials: map[string]scene.MaterialID{}, images: map[string]scene.ImageID{},
		axes: map[*etree.Element]*axis{}, joints: map[*etree.Element]scene.JointID{},
	}
	walk(root, func(e *etree.Element) {
		if id := e.SelectAttrValue("id", ""); id != "" && d.byID[id] == nil {
			d.byID[id] = e
		}
	})
	return d, nil
}

func walk(e *etree.Element, visit func(*etree.Element)) {
	visit(e)
	for _, c := range e.ChildElements() {
		walk(c, visit)
	}
}

func (d *document) note(place, why string, args ...any) {
	if len(d.notes) == notesMax {
		d.lost++
		return
	}
	d.notes = append(d.notes, Note{place, fmt.Sprintf(why, args...)})
}

// ref finds what a URI fragment names: "#id", or "#id/id" as tools write that
// count ids within their parent only; nil when it is not here.
func (d *document) ref(url string) *etree.Element {
	if _, after, ok := strings.Cut(url, "#"); ok {
		url = after
	}
	if e := d.byID[url]; e != nil {
		return e
	}
	first, rest, ok := strings.Cut(url, "/")
	if !ok || d.byID[first] == nil {
		return nil
	}
	var found *etree.Element
	walk(d.byID[first], func(e *etree.Element) {
		if found == nil && (e.SelectAttrValue("id", "") == rest || e.SelectAttrValue("sid", "") == rest) {
			found = e
		}
	})
	return found
}

// frame is the turn from the document's axes to ours. The unit is taken into
// positions and moves, so that joints count in metres.
func (d *document) frame() geom.Mat4 {
	turn := geom.Identity()
	d.unitless = true
	if asset := d.root.SelectElement("asset"); asset != nil {
		if unit := asset.SelectElement("unit"); unit != nil {
			d.unitless = false
			if m, err := strconv.ParseFloat(unit.SelectAttrValue("meter", "1"), 64); err == nil && m > 0 && m < 1e6 {
				d.meter = m
			}
		}
		if up := asset.SelectElement("up_axis"); up != nil {
			switch strings.TrimSpace(up.Text()) {
			case "Z_UP":
				turn = geom.ZUp()
			case "X_UP": // x up, y to the left: y becomes -x, x becomes y
				turn = geom.Mat4{0, 1, 0, 0, -1, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1}
			}
		}
	}
	if d.unitless {
		d.note("asset", "no unit is stated; by the schema its lengths are metres")
	}
	return turn
}

// floats reads a list of numbers.
func floats(text string) []float64 {
	fields := strings.Fields(text)
	out := make([]float64, 0, len(fields))
	for _, f := range fields {
		v, err := strconv.ParseFloat(f, 64)
		if err != nil || v != v || v > 1e30 || v < -1e30 {
			v = 0
		}
		out = append(out, v)
	}
	return out
}

func text(e *etree.Element, child string) string {
	if e == nil {
		return ""
	}
	if c := e.SelectElement(child); c != nil {
		return strings.TrimSpace(c.Text())
	}
	return ""
}

// called is how an element is named in messages and scenes.
func called(e *etree.Element) string {
	for _, key := range []string{"name", "id", "sid"} {
		if v := e.SelectAttrValue(key, ""); v != "" {
			return v
		}
	}
	return e.Tag
}
