package dxf

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/glasstwin/glasstwin/scene/geom"
)

// flatness is how far a chord may lie from its curve, metres.
const flatness = 0.002

// notesMax bounds the notes of one file.
const notesMax = 200

// Read reads a drawing. The name stands in errors only. What is not understood
// inside an otherwise readable file is a note; an error names the line, or the
// byte of a binary file.
func Read(ctx context.Context, name string, data []byte) (*Drawing, error) {
	d, err := read(ctx, name, data)
	if err != nil {
		return nil, fmt.Errorf("drawing %s: %w", name, err)
	}
	return d, nil
}

func read(ctx context.Context, name string, data []byte) (*Drawing, error) {
	tags, binaryForm, err := scan(ctx, data)
	if err != nil {
		return nil, err
	}
	f := &file{tags: tags, binary: binaryForm, blocks: map[string]block{}, layerOf: map[string]int{},
		d: &Drawing{Name: name, Skipped: map[string]int{}}, vars: map[string]tag{}}
	entities, err := f.sections()
	if err != nil {
		return nil, err
	}
	f.header(entities)
	e := &expander{file: f, ctx: ctx, tol: flatness / f.d.Unit.Metres, room: shapesFree + 4*len(tags), points: pointsFree + 16*len(tags)}
	if err := e.run(entities, frame{at: geom.Identity(), insert: -1, layer: -1}); err != nil {
		return nil, err
	}
	f.finish()
	return f.d, nil
}

// span is a run of tags.
type span struct{ from, to int }

// block is a named group of entities.
type block struct {
	body  span
	base  geom.Vec3
	xref  bool
	place int32
}

// file is what the sections of a file say.
type file struct {
	tags    []tag
	binary  bool
	d       *Drawing
	vars    map[string]tag
	blocks  map[string]block
	layerOf map[string]int
	speller speller
	paper   int
}

func (f *file) where(place int32) string {
	if f.binary {
		return fmt.Sprintf("byte %d", place)
	}
	return fmt.Sprintf("line %d", place)
}

func (f *file) note(place int32, format string, args ...any) {
	if len(f.d.Notes) < notesMax {
		f.d.Notes = append(f.d.Notes, Note{int(place), fmt.Sprintf(format, args...)})
	}
}

// sections finds the sections and returns the entities. Names of layers and
// blocks are spelled once the header has told the code page.
func (f *file) sections() (span, error) {
	var entities, tables, blocks, header span
	seen := map[string]bool{}
	ended := false
	for i := 0; i < len(f.tags); i++ {
		t := f.tags[i]
		if t.code != 0 {
			continue
		}
		switch t.word() {
		case "EOF":
			ended = true
		case "SECTION":
			if i+1 >= len(f.tags) || f.tags[i+1].code != 2 {
				return entities, fmt.Errorf("%s: a section without a name", f.where(t.place))
			}
			name, from := f.tags[i+1].word(), i+2
			for i++; i < len(f.tags) && !(f.tags[i].code == 0 && (f.tags[i].word() == "ENDSEC" || f.tags[i].word() == "EOF")); i++ {
			}
			if i >= len(f.tags) || f.tags[i].word() != "ENDSEC" {
				f.note(t.place, "section %s has no end: what stands before the end of the file is used", name)
			}
			seen[name] = true
			switch s := (span{from, min(i, len(f.tags))}); name {
			case "HEADER":
				header = s
			case "TABLES":
				tables = s
			case "BLOCKS":
				blocks = s
			case "ENTITIES":
				entities = s
			}
		}
	}
	if len(seen) == 0 {
		return entities, errors.New("no section in it: this is no DXF file")
	}
	if !seen["ENTITIES"] {
		return entities, fmt.Errorf("no ENTITIES section among %d tags: nothing is drawn in it, or it was cut short", len(f.tags))
	}
	if !ended && len(f.d.Notes) == 0 {
		f.note(0, "the file has no EOF: it may have been cut short")
	}
	for i := header.from; i+1 < header.to; i++ {
		if f.tags[i].code == 9 {
			f.vars[f.tags[i].word()] = f.tags[i+1]
		}
	}
	f.d.Version, f.d.CodePage = f.vars["$ACADVER"].word(), f.vars["$DWGCODEPAGE"].word()
	var known bool
	if f.speller, known = spellerOf(f.d.CodePage); !known {
		f.note(f.vars["$DWGCODEPAGE"].place, "code page %s is not known: texts are read as ANSI_1252", f.d.CodePage)
	}
	f.layers(tables)
	f.findBlocks(blocks)
	return entities, nil
}

// header decides on the unit.
func (f *file) header(entities span) {
	measurement := 1
	if t, ok := f.vars["$MEASUREMENT"]; ok {
		measurement = t.int()
	}
	extent, radii := survey(f.tags[entities.from:entities.to])
	for key := range f.placed(entities) {
		b := f.blocks[key]
		_, more := survey(f.tags[b.body.from:b.body.to])
		radii = append(radii, more...)
	}
	f.d.Unit = unitOf(f.vars["$INSUNITS"].int(), measurement, extent, radii)
	if f.d.Unit.Inferred {
		f.note(0, "unit taken as %s: %s", f.d.Unit.Name, f.d.Unit.Why)
	}
}

// placed are the blocks that entities place, and those within these. What is
// defined only, as arrow heads are, says nothing of the drawing.
func (f *file) placed(entities span) map[string]bool {
	seen := map[string]bool{}
	for open := []span{entities}; len(open) > 0; {
		s := open[len(open)-1]
		open = open[:len(open)-1]
		kind := ""
		for _, t := range f.tags[s.from:s.to] {
			switch {
			case t.code == 0:
				kind = t.word()
			case t.code == 2 && kind == "INSERT":
				key := strings.ToUpper(f.speller.spell(t.word()))
				if b, ok := f.blocks[key]; ok && !seen[key] {
					seen[key] = true
					open = append(open, b.body)
				}
			}
		}
	}
	return seen
}

func (f *file) layers(tables span) {
	for i := tables.from; i < tables.to; i++ {
		if f.tags[i].code != 0 || f.tags[i].word() != "LAYER" {
			continue
		}
		var l Layer
		l.Color = 7
		for i++; i < tables.to && f.tags[i].code != 0; i++ {
			switch t := f.tags[i]; t.code {
			case 2:
				l.Name = f.speller.spell(t.word())
			case 62:
				c := t.int()
				l.Off = c < 0
				l.Color = max(c, -c)
			case 70:
				l.Frozen = t.int()&1 != 0
			}
		}
		i--
		if _, twice := f.layerOf[strings.ToUpper(l.Name)]; !twice && l.Name != "" {
			f.layerOf[strings.ToUpper(l.Name)] = len(f.d.Layers)
			f.d.Layers = append(f.d.Layers, l)
		}
	}
}

// layer is the index of a layer, which is added when no table names it.
func (f *file) layer(raw string) int {
	key := strings.ToUpper(strings.TrimSpace(raw))
	if i, ok := f.layerOf[key]; ok {
		return i
	}
	name := f.speller.spell(strings.TrimSpace(raw))
	if name == "" {
		name = "0"
	}
	i, ok := f.layerOf[strings.ToUpper(name)]
	if !ok {
		i = len(f.d.Layers)
		f.d.Layers = append(f.d.Layers, Layer{Name: name, Color: 7})
		f.layerOf[strings.ToUpper(name)] = i
	}
	f.layerOf[key] = i
	return i
}

func (f *file) findBlocks(blocks span) {
	for i := blocks.from; i < blocks.to; i++ {
		if f.tags[i].code != 0 || f.tags[i].word() != "BLOCK" {
			continue
		}
		b := block{place: f.tags[i].place}
		name := ""
		for i++; i < blocks.to && f.tags[i].code != 0; i++ {
			t := f.tags[i]
			switch t.code {
			case 2:
				name = strings.ToUpper(f.speller.spell(t.word()))
			case 10, 20, 30:
				b.base[t.code/10-1], _ = t.float()
			case 70:
				b.xref = t.int()&4 != 0
			}
		}
		b.body.from = i
		for i < blocks.to && !(f.tags[i].code == 0 && f.tags[i].word() == "ENDBLK") {
			i++
		}
		b.body.to = i
		if _, twice := f.blocks[name]; twice {
			f.note(b.place, "block %s is defined twice: the first counts", short(name))
			continue
		}
		f.blocks[name] = b
	}
}

// finish writes what was left out.
func (f *file) finish() {
	if f.paper > 0 {
		f.note(0, "%d entities of paper space are left out", f.paper)
	}
	kinds := make([]string, 0, len(f.d.Skipped))
	for k := range f.d.Skipped {
		kinds = append(kinds, k)
	}
	slices.Sort(kinds)
	for _, k := range kinds {
		f.note(0, "%d × %s left out%s", f.d.Skipped[k], k, reasonOf(k))
	}
}

func reasonOf(kind string) string {
	switch kind {
	case "DIMENSION", "LEADER", "MULTILEADER", "TOLERANCE", "ARC_DIMENSION":
		return ": it measures, and is no part of the building"
	case "ACAD_PROXY_ENTITY":
		return ": only the program that made it can draw it; explode it there"
	case "3DSOLID", "REGION", "BODY", "SURFACE", "EXTRUDEDSURFACE", "LOFTEDSURFACE", "REVOLVEDSURFACE", "SWEPTSURFACE":
		return ": its shape is stored in the form of its modeller; explode it or export a mesh"
	case "IMAGE", "WIPEOUT", "PDFUNDERLAY", "DWFUNDERLAY", "DGNUNDERLAY", "OLE2FRAME":
		return ": a picture"
	case "VIEWPORT", "ATTDEF", "LIGHT", "SUN", "CAMERA":
		return ": nothing of the building"
	case "RAY", "XLINE":
		return ": a construction line without end"
	}
	return ": not known to this reader"
}
