package plan_test

import (
	"context"
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"pgregory.net/rapid"

	"github.com/glasstwin/glasstwin/scene"
	"github.com/glasstwin/glasstwin/scene/codec/dxf"
	"github.com/glasstwin/glasstwin/scene/geom"
	"github.com/glasstwin/glasstwin/twin/generate/plan"
)

// pen writes entities in metres.
type pen struct{ strings.Builder }

func (p *pen) tags(pairs ...any) {
	for i := 0; i+1 < len(pairs); i += 2 {
		fmt.Fprintf(p, "%v\n%v\n", pairs[i], pairs[i+1])
	}
}

func (p *pen) line(layer string, x0, y0, x1, y1 float64) {
	p.tags(0, "LINE", 5, "F", 8, layer, 10, x0, 20, y0, 11, x1, 21, y1)
}

func (p *pen) loop(layer string, xy ...float64) {
	p.tags(0, "LWPOLYLINE", 8, layer, 90, len(xy)/2, 70, 1)
	for i := 0; i < len(xy); i += 2 {
		p.tags(10, xy[i], 20, xy[i+1])
	}
}

func (p *pen) read(t testing.TB, blocks string) *dxf.Drawing {
	t.Helper()
	text := "0\nSECTION\n2\nHEADER\n9\n$INSUNITS\n70\n6\n0\nENDSEC\n"
	if blocks != "" {
		text += "0\nSECTION\n2\nBLOCKS\n" + blocks + "0\nENDSEC\n"
	}
	d, err := dxf.Read(context.Background(), "pen.dxf", []byte(text+"0\nSECTION\n2\nENTITIES\n"+p.String()+"0\nENDSEC\n0\nEOF\n"))
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// hut is a room of 5 m by 4 m inside walls 0.2 m thick, unbroken.
func hut(p *pen, layer string) {
	p.loop(layer, 0, 0, 5, 0, 5, 4, 0, 4)
	p.loop(layer, -0.2, -0.2, 5.2, -0.2, 5.2, 4.2, -0.2, 4.2)
}

func TestWaysToDrawAHut(t *testing.T) {
	block := func(name string, body func(*pen)) string {
		var p pen
		p.tags(0, "BLOCK", 2, name, 10, 0, 20, 0)
		body(&p)
		p.tags(0, "ENDBLK", 8, "0")
		return p.String()
	}
	leaf := block("Tür 90", func(p *pen) {
		p.tags(0, "ARC", 8, "0", 10, 0, 20, 0, 40, 0.9, 50, 0, 51, 90)
		p.loop("0", 0, 0, 0.04, 0, 0.04, 0.9, 0, 0.9)
	})
	slide := block("Schiebetuer", func(p *pen) { p.loop("0", 0, -0.03, 1.2, -0.03, 1.2, 0.03, 0, 0.03) })
	pane := block("Fenster_120", func(p *pen) { p.loop("0", 0, -0.1, 1.2, -0.1, 1.2, 0.1, 0, 0.1); p.line("0", 0, 0, 1.2, 0) })
	chair := block("CHAIR", func(p *pen) { p.loop("0", 0, 0, 0.5, 0, 0.5, 0.5, 0, 0.5) })
	for _, c := range []struct {
		name   string
		draw   func(*pen)
		blocks string
		area   float64
		doors  []plan.Kind
		panes  int
		things int
	}{
		{"walls alone", func(p *pen) { hut(p, "벽") }, "", 20, nil, 0, 0},
		{"no layer is named", func(p *pen) { hut(p, "Ebene 7") }, "", 20, nil, 0, 0},
		{"one line", func(p *pen) { p.loop("Mur", 0, 0, 5, 0, 5, 4, 0, 4) }, "", 4.88 * 3.88, nil, 0, 0},
		{"hatches", func(p *pen) {
			for _, b := range [][4]float64{{-0.2, -0.2, 5.2, 0}, {-0.2, 4, 5.2, 4.2}, {-0.2, 0, 0, 4}, {5, 0, 5.2, 4}} {
				p.tags(0, "HATCH", 8, "MURO", 10, 0, 20, 0, 30, 0, 91, 1, 92, 2, 72, 0, 73, 1, 93, 4, 10, b[0], 20, b[1], 10, b[2], 20, b[1], 10, b[2], 20, b[3], 10, b[0], 20, b[3], 97, 0)
			}
		}, "", 20, nil, 0, 0},
		{"a door block over an unbroken wall", func(p *pen) { hut(p, "Wand"); p.tags(0, "INSERT", 8, "0", 2, "Tür 90", 10, 1, 20, 0) }, leaf, 20, []plan.Kind{plan.Swing}, 0, 0},
		{"a mirrored door block", func(p *pen) { hut(p, "Wand"); p.tags(0, "INSERT", 8, "0", 2, "Tür 90", 10, 3, 20, 0, 41, -1) }, leaf, 20, []plan.Kind{plan.Swing}, 0, 0},
		{"two leaves", func(p *pen) {
			hut(p, "Wand")
			p.tags(0, "INSERT", 8, "0", 2, "Tür 90", 10, 1, 20, 0)
			p.tags(0, "INSERT", 8, "0", 2, "Tür 90", 10, 2.8, 20, 0, 41, -1)
		}, leaf, 20, []plan.Kind{plan.Double}, 0, 0},
		{"a sliding door", func(p *pen) { hut(p, "Wand"); p.tags(0, "INSERT", 8, "0", 2, "Schiebetuer", 10, 1, 20, -0.1) }, slide, 20, []plan.Kind{plan.Sliding}, 0, 0},
		{"a window block", func(p *pen) { hut(p, "Wand"); p.tags(0, "INSERT", 8, "0", 2, "Fenster_120", 10, 5.1, 20, 1, 50, 90) }, pane, 20, nil, 1, 0},
		{"lines within the wall", func(p *pen) { hut(p, "Wand"); p.line("Wand", 1, 4.08, 2.5, 4.08); p.line("Wand", 1, 4.12, 2.5, 4.12) }, "", 20, nil, 1, 0},
		{"a chair", func(p *pen) { hut(p, "Wand"); p.tags(0, "INSERT", 8, "0", 2, "CHAIR", 10, 2, 20, 2) }, chair, 20, nil, 0, 1},
		{"a gap without jambs", func(p *pen) {
			p.line("Wand", -0.2, -0.2, 2, -0.2)
			p.line("Wand", 3, -0.2, 5.2, -0.2)
			p.line("Wand", 0, 0, 2, 0)
			p.line("Wand", 3, 0, 5, 0)
			for _, l := range [][4]float64{{5, 0, 5, 4}, {5, 4, 0, 4}, {0, 4, 0, 0}, {5.2, -0.2, 5.2, 4.2}, {5.2, 4.2, -0.2, 4.2}, {-0.2, 4.2, -0.2, -0.2}} {
				p.line("Wand", l[0], l[1], l[2], l[3])
			}
		}, "", 20, []plan.Kind{plan.Passage}, 0, 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			var p pen
			c.draw(&p)
			d := understand(t, p.read(t, c.blocks), plan.Options{})
			var kinds []plan.Kind
			for _, o := range d.Doors {
				kinds = append(kinds, o.Kind)
			}
			if len(d.Rooms) != 1 || math.Abs(d.Rooms[0].Area-c.area) > 0.01*c.area {
				t.Errorf("rooms: %+v, want one of %.2f m²", d.Rooms, c.area)
			}
			if !slices.Equal(kinds, c.doors) || len(d.Windows) != c.panes || len(d.Fixtures) != c.things || len(d.Walls) != 4 {
				t.Errorf("%d walls, doors %v, %d windows, %d fixtures; want 4, %v, %d, %d", len(d.Walls), kinds, len(d.Windows), len(d.Fixtures), c.doors, c.panes, c.things)
			}
			for _, w := range d.Walls {
				if w.Confidence <= 0 || w.Confidence > 1 || w.Why == "" || len(w.Evidence) == 0 {
					t.Errorf("%s does not tell how it was found: %+v", w.ID, w.Guess)
				}
			}
			sc := d.Scene()
			if err := sc.Check(); err != nil {
				t.Error(err)
			}
			watertight(t, sc)
		})
	}
}

func TestAnswersCorrectTheDraft(t *testing.T) {
	var p pen
	hut(&p, "Construction")
	p.loop("Tables", 2, 1.5, 3, 1.5, 3, 1.9, 2, 1.9)
	p.tags(0, "TEXT", 8, "Labels", 10, 1, 20, 3, 40, 0.3, 1, "Kitchen")
	drawing := p.read(t, "")
	first := understand(t, drawing, plan.Options{})
	ids := map[string]plan.Question{}
	for _, q := range first.Questions {
		ids[q.ID] = q
	}
	for _, want := range []string{"units", "height", "layer:Construction", "layer:Tables"} {
		if _, ok := ids[want]; !ok {
			t.Errorf("question %s is not asked", want)
		}
	}
	if q := ids["layer:Tables"]; len(q.Preview) != 1 || len(q.Choices) == 0 {
		t.Errorf("question about the tables: %+v", q)
	}
	answers := map[string]string{"layer:Construction": "wall", "layer:Tables": "furniture", "height": "3,2 m", "units": "ft", "layer:Nowhere": "wall"}
	d := understand(t, drawing, plan.Options{Answers: answers, ClassOf: func(name string, size geom.Vec3) (string, float64) { return "table", 0.5 }})
	if d.Height != 3.2 || d.Unit.Name != "ft" || len(d.Fixtures) != 1 || d.Fixtures[0].Class != "table" {
		t.Errorf("after the answers: height %g, unit %s, fixtures %+v", d.Height, d.Unit.Name, d.Fixtures)
	}
	if !slices.ContainsFunc(d.Notes, func(n string) bool { return strings.Contains(n, "layer:Nowhere") }) {
		t.Errorf("an answer about no layer is not told: %v", d.Notes)
	}
	d = understand(t, drawing, plan.Options{Answers: map[string]string{"layer:Construction": "wall", "layer:Tables": "ignored"}})
	if len(d.Rooms) != 1 || d.Rooms[0].Name != "Kitchen" || len(d.Walls) != 4 || len(d.Fixtures) != 0 {
		t.Errorf("%d walls, rooms %+v, fixtures %+v", len(d.Walls), d.Rooms, d.Fixtures)
	}
	again := understand(t, drawing, plan.Options{Answers: map[string]string{"layer:Construction": "wall", "layer:Tables": "ignored"}})
	if diff := cmp.Diff(d, again, cmpopts.IgnoreUnexported(plan.Draft{})); diff != "" {
		t.Errorf("a second run differs:\n%s", diff)
	}
}

func TestOpeningsAreAnswered(t *testing.T) {
	h := build(1001, styleOf(1001, false, true))
	st := h.style
	st.arcs = false
	h = build(1001, st)
	drawing := h.drawing(t)
	first := understand(t, drawing, plan.Options{})
	if len(first.Doors) != len(h.doors) {
		t.Fatalf("%d of %d gaps", len(first.Doors), len(h.doors))
	}
	var id string
	for _, q := range first.Questions {
		if strings.HasPrefix(q.ID, "opening@") {
			id = q.ID
		}
	}
	d := understand(t, drawing, plan.Options{Answers: map[string]string{"gaps": "door", id: "wall"}})
	if len(d.Doors) != len(h.doors)-1 || slices.ContainsFunc(d.Doors, func(o plan.Opening) bool { return o.Kind != plan.Swing }) {
		t.Errorf("after the answers: %+v", d.Doors)
	}
	if joints := len(d.Scene().Joints); joints != len(d.Doors) {
		t.Errorf("%d joints for %d doors", joints, len(d.Doors))
	}
}

// TestWallsAreAsLargeAsTheyAre compares the volume of the walls with the truth.
func TestWallsAreAsLargeAsTheyAre(t *testing.T) {
	var p pen
	hut(&p, "Wand")
	d := understand(t, p.read(t, ""), plan.Options{Answers: map[string]string{"height": "3"}})
	sum := 0.0
	sc := d.Scene()
	for _, n := range sc.Nodes {
		if strings.HasPrefix(n.Entity, "building/wall") {
			for _, q := range sc.Meshes[n.Mesh].Primitives {
				sum += volume(q)
			}
		}
	}
	if want := (5.4*4.4 - 20) * 3.0; math.Abs(sum-want) > 1e-4 {
		t.Errorf("%.5f m³, want %.5f", sum, want)
	}
	kinds := map[string]int{}
	for _, e := range d.Elements() {
		kinds[e.Type]++
	}
	if diff := cmp.Diff(map[string]int{"wall": 4, "slab": 1}, kinds); diff != "" {
		t.Error(diff)
	}
}

func volume(p scene.Primitive) float64 {
	at := func(i uint32) geom.Vec3 {
		return geom.Vec3{float64(p.Positions[3*i]), float64(p.Positions[3*i+1]), float64(p.Positions[3*i+2])}
	}
	sum := 0.0
	for i := 0; i+2 < len(p.Indices); i += 3 {
		sum += at(p.Indices[i]).Dot(at(p.Indices[i+1]).Cross(at(p.Indices[i+2]))) / 6
	}
	return sum
}

func TestADoorOpensTheWayItIsDrawn(t *testing.T) {
	var p pen
	hut(&p, "Wand")
	p.tags(0, "ARC", 8, "0", 10, 1, 20, 0, 40, 0.9, 50, 0, 51, 90) // hinged at x = 1, into the room
	p.line("0", 1, 0, 1, 0.9)
	d := understand(t, p.read(t, ""), plan.Options{})
	if len(d.Doors) != 1 {
		t.Fatalf("%d doors", len(d.Doors))
	}
	sc := d.Scene()
	world := sc.World([]float64{math.Pi / 2}, nil)
	box := geom.EmptyBox()
	for i, n := range sc.Nodes {
		if n.Joint != scene.None {
			box = sc.Meshes[n.Mesh].Box().Transform(world[i])
		}
	}
	if box.Min[2] > -0.7 || box.Max[0] > 1.2 || box.Min[0] < 0.8 {
		t.Errorf("the open leaf is at %v, want it to stand into the room at x = 1", box)
	}
}

func TestNoWalls(t *testing.T) {
	var p pen
	p.tags(0, "TEXT", 8, "0", 10, 0, 20, 0, 40, 1, 1, "nothing")
	_, err := plan.Understand(context.Background(), p.read(t, ""), plan.Options{})
	if !errors.Is(err, plan.ErrNoWalls) || !strings.Contains(err.Error(), "pen.dxf") {
		t.Errorf("%v", err)
	}
}

// TestEveryHouse holds what must be so of any drawing of a house, however it is
// drawn: the laws of a scene, closed walls, words for every find, rooms within
// bounds.
func TestEveryHouse(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		seed := rapid.Uint64().Draw(r, "seed")
		st := styleOf(seed%1000, rapid.Bool().Draw(r, "sloppy"), rapid.Bool().Draw(r, "layers"))
		st.turn = rapid.Float64Range(-math.Pi, math.Pi).Draw(r, "turn")
		h := build(seed, st)
		drawing, err := dxf.Read(context.Background(), "house.dxf", []byte(h.text))
		if err != nil {
			r.Fatal(err)
		}
		d, err := plan.Understand(context.Background(), drawing, plan.Options{})
		if err != nil {
			r.Fatal(err)
		}
		sc := d.Scene()
		if err := sc.Check(); err != nil {
			r.Fatal(err)
		}
		if n := openSides(sc); n != 0 {
			r.Fatalf("%d open sides", n)
		}
		for _, o := range append(slices.Clone(d.Doors), d.Windows...) {
			if o.Width() <= 0 || o.Head <= o.Sill || o.Confidence <= 0 || o.Confidence > 1 || o.Why == "" {
				r.Fatalf("opening %+v", o)
			}
		}
		for _, room := range d.Rooms {
			if room.Area <= 0 || math.Abs(geom.Area(room.Outline)-room.Area) > 0.01*room.Area {
				r.Fatalf("room %s of %.3f m² has an outline of %.3f", room.ID, room.Area, geom.Area(room.Outline))
			}
		}
	})
}

func FuzzUnderstand(f *testing.F) {
	f.Add(build(1, styleOf(1, true, false)).text)
	f.Add(build(2, styleOf(2, false, true)).text)
	f.Fuzz(func(t *testing.T, text string) {
		drawing, err := dxf.Read(context.Background(), "fuzz.dxf", []byte(text))
		if err != nil {
			return
		}
		d, err := plan.Understand(context.Background(), drawing, plan.Options{Ceiling: true})
		if err != nil {
			return
		}
		if err := d.Scene().Check(); err != nil {
			t.Fatal(err)
		}
	})
}

// BenchmarkUnderstand understands a street of 200 houses: some 20,000 lines.
func BenchmarkUnderstand(b *testing.B) {
	var p pen
	for i := range 200 {
		h := build(uint64(i), style{unit: "m", stated: true, layers: true, arcs: true, windows: true, jambs: true})
		_, body, _ := strings.Cut(h.text, "ENTITIES\n")
		body, _, _ = strings.Cut(body, "0\nENDSEC")
		p.tags(0, "BLOCK", 2, fmt.Sprint("H", i), 10, 0, 20, 0)
		p.WriteString(body)
		p.tags(0, "ENDBLK", 8, "0")
	}
	var street pen
	for i := range 200 {
		street.tags(0, "INSERT", 8, "0", 2, fmt.Sprint("H", i), 10, float64(i%20)*40, 20, float64(i/20)*30)
	}
	drawing := street.read(b, p.String())
	b.ReportMetric(float64(len(drawing.Shapes)), "shapes")
	for b.Loop() {
		d, err := plan.Understand(context.Background(), drawing, plan.Options{})
		if err != nil {
			b.Fatal(err)
		}
		b.ReportMetric(float64(len(d.Rooms)), "rooms")
	}
}

func ExampleUnderstand() {
	var p pen
	hut(&p, "Wände")
	p.tags(0, "TEXT", 8, "Text", 10, 2, 20, 2, 40, 0.3, 1, "Laden")
	text := "0\nSECTION\n2\nHEADER\n9\n$INSUNITS\n70\n6\n0\nENDSEC\n0\nSECTION\n2\nENTITIES\n" + p.String() + "0\nENDSEC\n0\nEOF\n"
	drawing, err := dxf.Read(context.Background(), "shop.dxf", []byte(text))
	if err != nil {
		fmt.Println(err)
		return
	}
	draft, err := plan.Understand(context.Background(), drawing, plan.Options{Answers: map[string]string{"height": "3.5"}})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Printf("%d walls; %s of %.1f m², %.1f m high\n", len(draft.Walls), draft.Rooms[0].Name, draft.Rooms[0].Area, draft.Rooms[0].Height)
	// Output: 4 walls; Laden of 20.0 m², 3.5 m high
}
