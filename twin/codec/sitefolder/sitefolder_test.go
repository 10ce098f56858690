package sitefolder

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"math"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/glasstwin/glasstwin/scene/geom"
	"github.com/glasstwin/glasstwin/twin"
	"pgregory.net/rapid"
)

// corner is a small site with everything in it, named in Korean.
func corner() *twin.Site {
	return &twin.Site{
		ID: "corner", Name: "모퉁이 가게 №1", Kind: "store", TimeZone: "Asia/Seoul", Location: &twin.Location{Latitude: 37.5665, Longitude: 126.978, North: -12.5},
		Sources: []twin.Source{{Kind: "planogram", Path: "planogram.csv", Hash: "ab"}, {Kind: "opcua", Path: "opc.tcp://localhost:4840"}},
		Plants:  []twin.Plant{{Name: "sim", Endpoint: "opc.tcp://localhost:4840", User: "op"}, {Name: "roof", Endpoint: "opc.tcp://roof:4840"}},
		Zones: []twin.Zone{{
			ID: "sales", Name: "판매장", Kind: "room", Outline: []geom.Vec2{{0, 0}, {8.5, 0}, {8.5, -6}}, Height: 3,
			Provenance: twin.Provenance{Source: "store.ifc", Entity: "#12 3cUkl"},
		}},
		Assets: []twin.Asset{
			{ID: "freezer-2", Class: "upright-freezer", Name: "냉동고 2", Zone: "sales", Size: geom.Vec3{1.4, 2, 0.8},
				Pose: twin.Pose{Position: geom.Vec3{2, 0, -1.25}, Yaw: math.Pi / 2}, Params: map[string]float64{"doors": 2, "shelves": 5},
				Provenance: twin.Provenance{Source: "planogram.csv", Entity: "line 3"}},
			{ID: "shelf-1", Class: "gondola-shelf", Name: "yes", Size: geom.Vec3{3, 1.8, 0.6}, Products: []string{"라면", "coffee: beans", "#3"}, Inferred: true},
		},
		Signals: []twin.Signal{
			{ID: "freezer-2/air-temperature", Asset: "freezer-2", Name: "air-temperature", Kind: twin.Analog, Unit: "°C", Range: [2]float64{-40, 30}, Expected: 30 * time.Second},
			{ID: "freezer-2/set-point", Asset: "freezer-2", Name: "set-point", Kind: twin.Analog, Unit: "°C", Writable: true},
			{ID: "shelf-1/light", Asset: "shelf-1", Name: "light", Kind: twin.Boolean},
		},
		Bindings: []twin.Binding{
			{Signal: "freezer-2/air-temperature", Plant: "sim", Address: "nsu=urn:plant;s=Freezer2.Air"},
			{Signal: "shelf-1/light", Plant: "roof", Address: "ns=2;i=7"},
		},
		Guards: []twin.Guard{{ID: "cold-stays-cold", Applies: []twin.ActionClass{"close-door"}, Signal: "set-point", Expr: `value <= -15 && latest(asset + "/air-temperature") < 0`, Message: "too warm"}},
		Modes:  map[twin.ActionClass]twin.Mode{"close-door": twin.Auto, "boost-capacity": twin.Approve},
	}
}

var (
	passages = rapid.StringN(0, 12, 60)
	text     = line(0, 12)
)

func line(least, most int) *rapid.Generator[string] {
	return rapid.StringN(least, most, 5*most).Filter(func(s string) bool { return !strings.Contains(s, "\n") })
}

// anySite draws a site such as the folder holds: signals in the order of their
// assets, lists that are empty left out.
func anySite(t *rapid.T) *twin.Site {
	metres := rapid.Float64Range(-1000, 1000)
	s := &twin.Site{
		ID: line(1, 8).Draw(t, "id"), Name: text.Draw(t, "name"), Kind: rapid.SampledFrom([]string{"store", "home"}).Draw(t, "kind"),
		TimeZone: rapid.SampledFrom([]string{"", "Asia/Seoul", "Europe/Berlin"}).Draw(t, "time zone"),
	}
	if rapid.Bool().Draw(t, "located") {
		s.Location = &twin.Location{Latitude: rapid.Float64Range(-90, 90).Draw(t, "latitude"), Longitude: rapid.Float64Range(-180, 180).Draw(t, "longitude"), North: rapid.Float64Range(-360, 360).Draw(t, "north")}
	}
	if rapid.Bool().Draw(t, "planned") {
		s.Planning = &twin.Planning{AisleMain: rapid.Float64Range(0, 3).Draw(t, "aisle"), Supplies: []twin.Supply{{Kind: "drain", At: geom.Vec2{metres.Draw(t, "sx"), 1}}}}
	}
	if rapid.Bool().Draw(t, "private") {
		s.People = &twin.People{K: rapid.IntRange(1, 1000).Draw(t, "k"), Retention: rapid.OneOf(rapid.Just(twin.Forever), rapid.Custom(func(t *rapid.T) time.Duration {
			return time.Duration(rapid.IntRange(1, 3650).Draw(t, "days")) * 24 * time.Hour
		}), rapid.Custom(func(t *rapid.T) time.Duration {
			return time.Duration(rapid.IntRange(1, 999).Draw(t, "hours")) * time.Hour
		})).Draw(t, "kept")}
	}
	plants := rapid.SliceOfNDistinct(line(1, 6), 0, 3, rapid.ID[string]).Draw(t, "plants")
	for _, name := range plants {
		s.Plants = append(s.Plants, twin.Plant{Name: name, Endpoint: text.Draw(t, "endpoint"), User: text.Draw(t, "user")})
	}
	for i := range rapid.IntRange(0, 2).Draw(t, "guards") {
		s.Guards = append(s.Guards, twin.Guard{ID: fmt.Sprint(text.Draw(t, "guard"), i), Signal: text.Draw(t, "of"), Expr: passages.Draw(t, "expr") + " ok", Message: passages.Draw(t, "message")})
	}
	for i := range rapid.IntRange(0, 3).Draw(t, "zones") {
		z := twin.Zone{ID: twin.ZoneID(fmt.Sprint("z", i)), Name: text.Draw(t, "zone"), Kind: text.Draw(t, "zone kind"), Height: metres.Draw(t, "height"), FloorY: metres.Draw(t, "floor")}
		for range rapid.IntRange(0, 4).Draw(t, "corners") {
			z.Outline = append(z.Outline, geom.Vec2{metres.Draw(t, "x"), metres.Draw(t, "z")})
		}
		z.Provenance = twin.Provenance{Source: text.Draw(t, "source"), Entity: text.Draw(t, "entity")}
		s.Zones = append(s.Zones, z)
	}
	for i := range rapid.IntRange(0, 4).Draw(t, "assets") {
		a := twin.Asset{
			ID: twin.AssetID(fmt.Sprint(text.Draw(t, "asset"), i)), Class: text.Draw(t, "class"), Name: text.Draw(t, "asset name"),
			Size: geom.Vec3{rapid.Float64Range(0.01, 20).Draw(t, "w"), 2, 1e-3}, Inferred: rapid.Bool().Draw(t, "inferred"),
			Pose: twin.Pose{Position: geom.Vec3{metres.Draw(t, "px"), metres.Draw(t, "py"), metres.Draw(t, "pz")}, Yaw: rapid.Float64Range(-7, 7).Draw(t, "yaw")},
		}
		if len(s.Zones) > 0 && rapid.Bool().Draw(t, "zoned") {
			a.Zone = s.Zones[0].ID
		}
		if params := rapid.MapOfN(text, rapid.Float64(), 0, 3).Draw(t, "params"); len(params) > 0 {
			a.Params = params
		}
		if products := rapid.SliceOfN(text, 0, 3).Draw(t, "products"); len(products) > 0 {
			a.Products = products
		}
		for range rapid.IntRange(0, 2).Draw(t, "facings") {
			a.Facings = append(a.Facings, twin.Facing{Board: rapid.IntRange(0, 9).Draw(t, "board"), Product: line(1, 9).Draw(t, "product"), Count: rapid.IntRange(1, 9).Draw(t, "count")})
		}
		a.Bare = len(a.Facings) == 0 && rapid.Bool().Draw(t, "bare")
		if rapid.Bool().Draw(t, "dressed") {
			a.Finish = map[string]string{line(1, 8).Draw(t, "slot"): line(1, 8).Draw(t, "material")}
		}
		for k := range rapid.IntRange(0, 3).Draw(t, "signals") {
			g := twin.Signal{
				Asset: a.ID, Name: fmt.Sprint(text.Draw(t, "signal"), k), Unit: text.Draw(t, "unit"), Writable: rapid.Bool().Draw(t, "writable"),
				Kind:     rapid.SampledFrom([]twin.SignalKind{twin.Analog, twin.Boolean, twin.Enum, twin.Positions}).Draw(t, "kind"),
				Expected: time.Duration(rapid.Int64Range(0, int64(1000*time.Hour)).Draw(t, "expected")),
			}
			g.ID = twin.SignalOf(a.ID, g.Name)
			if rapid.Bool().Draw(t, "ranged") {
				low := metres.Draw(t, "low")
				g.Range = [2]float64{low, low + rapid.Float64Range(1, 100).Draw(t, "span")}
			}
			if len(plants) > 0 && rapid.Bool().Draw(t, "bound") {
				s.Bindings = append(s.Bindings, twin.Binding{Signal: g.ID, Plant: rapid.SampledFrom(plants).Draw(t, "plant"), Address: line(1, 8).Draw(t, "node")})
			}
			s.Signals = append(s.Signals, g)
		}
		s.Assets = append(s.Assets, a)
	}
	return s
}

// same compares two sites; a yaw is written in degrees to a billionth.
func same(a, b *twin.Site) bool {
	if len(a.Assets) != len(b.Assets) {
		return false
	}
	x, y := *a, *b
	x.Assets, y.Assets = append([]twin.Asset(nil), a.Assets...), append([]twin.Asset(nil), b.Assets...)
	for i := range x.Assets {
		if math.Abs(x.Assets[i].Pose.Yaw-y.Assets[i].Pose.Yaw) > 1e-11 {
			return false
		}
		x.Assets[i].Pose.Yaw = y.Assets[i].Pose.Yaw
	}
	return reflect.DeepEqual(&x, &y)
}

func TestASiteReadsAsItWasWritten(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		want := anySite(t)
		site, layout, err := Format(want)
		if err != nil {
			t.Fatal(err)
		}
		got, err := Parse(site, layout)
		if err != nil {
			t.Fatal(err)
		}
		if !same(got, want) {
			t.Fatalf("got  %+v\nwant %+v\n%s%s", got, want, site, layout)
		}
		site2, layout2, err := Format(got)
		if err != nil || !bytes.Equal(site, site2) || !bytes.Equal(layout, layout2) {
			t.Fatalf("the same site gives other bytes (%v):\n%s\n%s", err, layout, layout2)
		}
	})
}

// put saves a site whatever stands there.
func put(dir string, s *twin.Site) error {
	_, err := Revise(dir, func(*twin.Site) (*twin.Site, error) { return s, nil })
	return err
}

func TestCreateReadAndSave(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "가게", "corner")
	sources := map[string]Original{"planogram.csv": {Data: []byte("id,class\n")}, "설명.txt": {Data: []byte{0xff, 0}}, "products/1.json": {Data: []byte("[]")}}
	made := map[string][]byte{"building.glb": []byte("glTF")}
	want := corner()
	if err := Create(dir, want, Contents{sources, made}, false); err != nil {
		t.Fatal(err)
	}
	before := snapshot(t, dir)
	got, err := Read(dir)
	if err != nil {
		t.Fatal(err)
	}
	if !same(got, want) {
		t.Errorf("got  %+v\nwant %+v", got, want)
	}
	for name, data := range sources {
		if have, err := Source(dir, twin.Source{Path: name}); err != nil || !bytes.Equal(have, data.Data) {
			t.Errorf("source %s: %q %v", name, have, err)
		}
	}
	if have, err := Made(dir, "building.glb"); err != nil || string(have) != "glTF" {
		t.Errorf("made: %q %v", have, err)
	}
	if _, err := Made(dir, "other"); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("what was never made: %v", err)
	}
	if err := put(dir, got); err != nil {
		t.Fatal(err)
	}
	if after := snapshot(t, dir); !reflect.DeepEqual(before, after) {
		t.Errorf("opening, and saving what is the same, changed the folder:\n%v\n%v", before, after)
	}
	got.Name = "다른 가게"
	got.Assets[0].Pose.Position[0] = 3
	if err := put(dir, got); err != nil {
		t.Fatal(err)
	}
	again, err := Read(dir)
	if err != nil || !same(again, got) {
		t.Errorf("after saving: %+v %v", again, err)
	}
	if names := list(t, dir); !reflect.DeepEqual(names, []string{"layout.yaml", "made", "site.yaml", "sources"}) {
		t.Errorf("saving left %v", names)
	}
	if names := list(t, filepath.Dir(dir)); len(names) != 1 {
		t.Errorf("creating left %v", names)
	}
}

// snapshot is the content and the time of change of every file.
func snapshot(t *testing.T, dir string) map[string]string {
	t.Helper()
	out := map[string]string{}
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		info, err := d.Info()
		if err != nil {
			return err
		}
		out[path] = info.ModTime().Format(time.RFC3339Nano)
		if !d.IsDir() {
			data, err := os.ReadFile(path)
			out[path] += string(data)
			return err
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func list(t *testing.T, dir string) []string {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	for _, e := range entries {
		out = append(out, e.Name())
	}
	return out
}

// A save that stops at any of its steps leaves the old site or the new one, and
// the next save goes through.
func TestAStoppedSaveIsSeenWholeOrNotAtAll(t *testing.T) {
	before, after := corner(), corner()
	after.Name = "new"
	after.Assets = append(after.Assets, twin.Asset{ID: "shelf-9", Class: "gondola-shelf", Size: geom.Vec3{1, 1, 1}})
	stopped := errors.New("the power is gone")
	finished := false
	for steps := 0; !finished; steps++ {
		dir := filepath.Join(t.TempDir(), "site")
		if err := Create(dir, before, Contents{}, false); err != nil {
			t.Fatal(err)
		}
		left := steps
		_, err := reviseOnce(dir, func(*twin.Site) (*twin.Site, error) { return after, nil }, func(from, to string) error {
			if !exists(from) {
				return fs.ErrNotExist
			}
			if left--; left < 0 {
				return stopped
			}
			return os.Rename(from, to)
		})
		finished = err == nil
		if err != nil && !errors.Is(err, stopped) {
			t.Fatal(err)
		}
		got, err := Read(dir)
		if err != nil {
			t.Fatalf("stopped after %d steps: %v", steps, err)
		}
		if !same(got, before) && !same(got, after) || finished && !same(got, after) || steps == 0 && !same(got, before) {
			t.Errorf("stopped after %d steps, the site is neither the old nor the new one: %+v", steps, got)
		}
		after2 := corner()
		after2.Name = "newer"
		if err := put(dir, after2); err != nil {
			t.Fatalf("after a save that stopped after %d steps: %v", steps, err)
		}
		if got, err = Read(dir); err != nil || !same(got, after2) {
			t.Errorf("the save after a stopped one: %v", err)
		}
		if names := list(t, dir); len(names) != 3 {
			t.Errorf("it left %v", names)
		}
		if steps > 10 {
			t.Fatal("the save never finishes")
		}
	}
}

func TestRenewingKeepsWhatIsNotMade(t *testing.T) {
	before, after := corner(), corner()
	after.Name = "new"
	contents := func(text string) Contents {
		return Contents{Sources: map[string]Original{"a.csv": {Data: []byte(text)}}, Made: map[string][]byte{"b": []byte(text)}}
	}
	stopped := errors.New("the power is gone")
	finished := false
	for steps := 0; !finished; steps++ {
		dir := filepath.Join(t.TempDir(), "site")
		if err := Create(dir, before, contents("old"), false); err != nil {
			t.Fatal(err)
		}
		if err := os.MkdirAll(filepath.Join(dir, "journal", "x"), 0o755); err != nil {
			t.Fatal(err)
		}
		left := steps
		err := renew(dir, after, contents("new"), func(from, to string) error {
			if !exists(from) {
				return fs.ErrNotExist
			}
			if left--; left < 0 {
				return stopped
			}
			return os.Rename(from, to)
		})
		finished = err == nil
		if err != nil && !errors.Is(err, stopped) {
			t.Fatal(err)
		}
		got, err := Read(dir)
		if err != nil {
			t.Fatalf("stopped after %d steps: %v", steps, err)
		}
		source, err := Source(dir, twin.Source{Path: "a.csv"})
		made, err2 := Made(dir, "b")
		if err != nil || err2 != nil || string(source) != string(made) || (got.Name == "new") != (string(source) == "new") || finished && got.Name != "new" {
			t.Errorf("stopped after %d steps: site %q, source %q, made %q, %v %v", steps, got.Name, source, made, err, err2)
		}
		if err := Renew(dir, after, contents("newer")); err != nil {
			t.Fatalf("after one that stopped after %d steps: %v", steps, err)
		}
		if names := list(t, dir); len(names) != 5 {
			t.Errorf("it left %v", names)
		}
		if steps > 20 {
			t.Fatal("it never finishes")
		}
	}
}

func TestCreateLeavesNothingWhenItFails(t *testing.T) {
	parent := t.TempDir()
	dir := filepath.Join(parent, "site")
	for name, c := range map[string]struct {
		change  func(*twin.Site)
		sources map[string]Original
		says    string
	}{
		"source outside":  {func(*twin.Site) {}, map[string]Original{"../x": {}}, "plain file name"},
		"line break":      {func(s *twin.Site) { s.Name = "a\nb" }, nil, "on one line"},
		"lost binding":    {func(s *twin.Site) { s.Bindings[0].Signal = "nobody/temperature" }, nil, `signal "nobody/temperature", which is not listed`},
		"double binding":  {func(s *twin.Site) { s.Bindings[1].Signal = s.Bindings[0].Signal }, nil, "keep one of them"},
		"orphan signal":   {func(s *twin.Site) { s.Signals[0].Asset = "nobody" }, nil, "not that of a listed asset"},
		"strange id":      {func(s *twin.Site) { s.Signals[0].ID = "x" }, nil, "not that of a listed asset"},
		"not a number":    {func(s *twin.Site) { s.Assets[0].Params["doors"] = math.NaN() }, nil, "site.yaml:"},
		"no such zone":    {func(s *twin.Site) { s.Assets[0].Zone = "moon" }, nil, "not listed"},
		"position at inf": {func(s *twin.Site) { s.Assets[0].Pose.Position[1] = math.Inf(1) }, nil, "layout.yaml:"},
	} {
		s := corner()
		c.change(s)
		if err := Create(dir, s, Contents{Sources: c.sources}, false); err == nil || !strings.Contains(err.Error(), c.says) {
			t.Errorf("%s: got %v, want %q", name, err, c.says)
		}
		if names := list(t, parent); len(names) > 0 {
			t.Fatalf("%s: left %v", name, names)
		}
	}
}

func TestReplacing(t *testing.T) {
	parent := t.TempDir()
	dir := filepath.Join(parent, "site")
	if err := os.Mkdir(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	if err := Create(dir, corner(), Contents{}, false); err != nil {
		t.Fatalf("an empty folder is the place meant: %v", err)
	}
	if err := Create(dir, corner(), Contents{}, false); err == nil || !strings.Contains(err.Error(), "exists already") {
		t.Errorf("got %v", err)
	}
	other := corner()
	other.Name = "other"
	if err := Create(dir, other, Contents{}, true); err != nil {
		t.Fatal(err)
	}
	if got, err := Read(dir); err != nil || got.Name != "other" {
		t.Errorf("%+v %v", got, err)
	}
	if names := list(t, parent); len(names) != 1 {
		t.Errorf("left %v", names)
	}
	if err := os.Remove(filepath.Join(dir, siteFile)); err != nil {
		t.Fatal(err)
	}
	if err := Create(dir, other, Contents{}, true); err == nil || !strings.Contains(err.Error(), "not a site") {
		t.Errorf("a folder that is no site was replaced: %v", err)
	}
	if err := put(dir, other); err == nil || !strings.Contains(err.Error(), "not a site") {
		t.Errorf("a folder that is no site was saved to: %v", err)
	}
}

func TestSourcesStayInside(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "site")
	if err := Create(dir, corner(), Contents{Sources: map[string]Original{"a.csv": {Data: []byte("x")}}}, false); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"", ".", "..", "../site.yaml", "/etc/passwd", `a\b`, "a\x00b", "sub/a"} {
		if _, err := Source(dir, twin.Source{Path: name}); err == nil {
			t.Errorf("%q was opened", name)
		}
	}
	if err := os.Symlink(filepath.Join(dir, siteFile), filepath.Join(dir, sourcesDir, "link.csv")); err != nil {
		if os.Getenv("CI") == "true" {
			t.Fatal(err)
		}
		t.Skipf("no symbolic links here: %v", err)
	}
	if _, err := Source(dir, twin.Source{Path: "link.csv"}); err == nil {
		t.Error("a link led out of sources/")
	}
}

func TestReadNamesWhatIsWrong(t *testing.T) {
	site, layout, err := Format(corner())
	if err != nil {
		t.Fatal(err)
	}
	swap := func(old, new string) func(string) string {
		return func(s string) string {
			if !strings.Contains(s, old) {
				panic("no " + old)
			}
			return strings.Replace(s, old, new, 1)
		}
	}
	const bomb = "a: &a [x,x,x,x,x,x,x,x,x]\nb: &b [*a,*a,*a,*a,*a,*a,*a,*a]\nc: &c [*b,*b,*b,*b,*b,*b,*b,*b]\n"
	for _, c := range []struct {
		name   string
		layout bool // which of the two files is changed
		change func(string) string
		says   []string
	}{
		{"empty", false, func(string) string { return "" }, []string{"site.yaml: the file is empty", "restore"}},
		{"only notes", true, func(string) string { return "# nothing\n" }, []string{"layout.yaml: the file is empty"}},
		{"cut in a line", false, func(s string) string { return s[:strings.Index(s, "{name: set-point")+12] }, []string{"site.yaml:43"}},
		{"cut between lines", true, func(s string) string { return s[:strings.LastIndex(s, "  - ")] }, []string{"layout.yaml:", "poses", `"shelf-1"`, "add a line"}},
		{"no mapping", false, func(string) string { return "just words\n" }, []string{"site.yaml:1", "keys with values"}},
		{"unknown key", false, swap("time_zone:", "timezone:"), []string{"site.yaml:6", `"timezone" is not known`}},
		{"unknown key deep", true, swap("yaw:", "jaw:"), []string{"layout.yaml:4", `"jaw" is not known`}},
		{"key twice", false, swap("kind: store", "kind: store\nkind: home"), []string{"site.yaml:6", "already defined"}},
		{"format missing", false, swap("format: 1\n", ""), []string{"site.yaml:2", "format", "generate it again"}},
		{"format of later", true, swap("format: 1", "format: 9"), []string{"layout.yaml:2:9: format: 9"}},
		{"wrong type", false, swap("writable: true", "writable: perhaps"), []string{"site.yaml:44", "perhaps", "true or false"}},
		{"text for number", false, swap("height: 3", "height: tall"), []string{"site.yaml:", "tall", "a number"}},
		{"two lengths", false, swap("[3, 1.8, 0.6]", "[3, 1.8]"), []string{"site.yaml:48", "3 numbers in brackets"}},
		{"words in a pose", true, swap("[2, 0, -1.25]", "[2, zero, 1]"), []string{"layout.yaml:4", "3 numbers in brackets"}},
		{"no place", true, swap("at: [2, 0, -1.25], ", ""), []string{"layout.yaml:4:", "in metres"}},
		{"NaN place", true, swap("[2, 0, -1.25]", "[.nan, 0, 1]"), []string{"layout.yaml:4:", "in metres"}},
		{"infinite yaw", true, swap("yaw: 90", "yaw: .inf"), []string{"layout.yaml:4:48: poses[1].yaw", "degrees"}},
		{"NaN param", false, swap("doors: 2", "doors: .nan"), []string{"site.yaml:40", "assets[1].params.doors"}},
		{"negative size", false, swap("[3, 1.8, 0.6]", "[3, -1.8, 0.6]"), []string{"assets[2].size", "three lengths"}},
		{"range upside down", false, swap("[-40, 30]", "[30, -40]"), []string{"assets[1].signals[1].range", "lowest, highest"}},
		{"span", false, swap("expected: 30s", "expected: soon"), []string{"signals[1].expected", `"soon"`, "5m"}},
		{"asset twice", false, swap("id: shelf-1", "id: freezer-2"), []string{"site.yaml:45", "assets[2].id", "stands twice"}},
		{"pose twice", true, swap("asset: shelf-1", "asset: freezer-2"), []string{"layout.yaml:5:13: poses[2].asset", "stands twice"}},
		{"pose of nobody", true, func(s string) string { return s + "  - {asset: ghost, at: [0, 0, 0], yaw: 0}\n" }, []string{"layout.yaml:6", `"ghost" is placed`}},
		{"signal twice", false, swap("name: set-point", "name: air-temperature"), []string{"site.yaml:44", "signals[2].name", "stands twice"}},
		{"zone unknown", false, swap("zone: sales", "zone: moon"), []string{"assets[1].zone", `"moon"`, "list the zone"}},
		{"plant unknown", false, swap("plant: roof", "plant: cellar"), []string{"signals[1].node", `"cellar"`, "list the plant"}},
		{"node missing", false, swap("ns=2;i=7", `""`), []string{"signals[1].plant", "no node"}},
		{"plant twice", false, swap("name: roof", "name: sim"), []string{"plants[2].name", "stands twice"}},
		{"kind unknown", false, swap("kind: boolean", "kind: bit"), []string{"signals[1].kind", "choose analog, boolean"}},
		{"mode unknown", false, swap("close-door: auto", "close-door: always"), []string{"site.yaml:", "modes.close-door", "choose shadow"}},
		{"guard empty", false, swap("allow: value", "message: x\n    # value"), []string{"site.yaml:"}},
		{"time zone", false, swap("Asia/Seoul", "Mars/Base"), []string{"site.yaml:6:12: time_zone", "Asia/Seoul"}},
		{"latitude missing", false, swap("latitude: 37.5665, ", ""), []string{"site.yaml:7:11: location", "nothing is not a latitude", "remove the location"}},
		{"latitude in radians of nothing", false, swap("latitude: 37.5665", "latitude: 375665"), []string{"site.yaml:7:22: location.latitude: 375665", "degrees north"}},
		{"longitude NaN", false, swap("longitude: 126.978", "longitude: .nan"), []string{"site.yaml:7:42: location.longitude", "degrees east"}},
		{"north endless", false, swap("north: -12.5", "north: .inf"), []string{"site.yaml:7:58: location.north", "counter-clockwise"}},
		{"location of another kind", false, swap("north: -12.5", "south: 12"), []string{"site.yaml:7", "is not known"}},
		{"source escapes", false, swap("path: planogram.csv", "path: ../../etc/passwd"), []string{"sources[1].path", "leads out of sources/"}},
		{"source absolute", false, swap("path: planogram.csv", "path: /etc/passwd"), []string{"sources[1].path", "leads out of sources/"}},
		{"alias bomb", false, func(s string) string { return bomb + s }, []string{"site.yaml: anchors and aliases are not read"}},
		{"merge", false, func(s string) string { return s + "x: &x {id: y}\n" }, []string{"anchors and aliases"}},
		{"second document", true, func(s string) string { return s + "---\nformat: 1\n" }, []string{"layout.yaml: a second document"}},
		{"huge count", true, func(s string) string {
			return s + strings.Repeat("  - {asset: a, at: [0, 0, 0], yaw: 0}\n", assetsMax)
		}, []string{"layout.yaml:4:3: poses: 50002 poses", "split the site"}},
		{"line break", false, swap("name: \"yes\"", `name: "a\nb"`), []string{"site.yaml:45:5: assets[2]", "on one line"}},
		{"tabs", false, swap("  - id: freezer-2", "\t- id: freezer-2"), []string{"site.yaml:", "correct the text"}},
		{"control characters", false, swap("corner", "cor\x01ner"), []string{"site.yaml", "correct the text"}},
		{"not UTF-8", false, swap("corner", "cor\xff\xfener"), []string{"site.yaml", "correct the text"}},
		{"deep", false, func(string) string { return strings.Repeat("[", 20_000) }, []string{"site.yaml", "correct the text"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			a, b := string(site), string(layout)
			if c.layout {
				b = c.change(b)
			} else {
				a = c.change(a)
			}
			_, err := Parse([]byte(a), []byte(b))
			if err == nil {
				t.Fatal("it was taken")
			}
			for _, s := range c.says {
				if !strings.Contains(err.Error(), s) {
					t.Errorf("got %q, want %q in it", err, s)
				}
			}
		})
	}
}

func TestReadOfWhatIsNoSite(t *testing.T) {
	dir := t.TempDir()
	if _, err := Read(dir); err == nil || !strings.Contains(err.Error(), "holds no site.yaml") {
		t.Errorf("got %v", err)
	}
	if err := Create(filepath.Join(dir, "s"), corner(), Contents{}, false); err != nil {
		t.Fatal(err)
	}
	if err := os.Remove(filepath.Join(dir, "s", layoutFile)); err != nil {
		t.Fatal(err)
	}
	if _, err := Read(filepath.Join(dir, "s")); err == nil || !strings.Contains(err.Error(), layoutFile) {
		t.Errorf("got %v", err)
	}
	f, err := os.Create(filepath.Join(dir, "s", layoutFile))
	if err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(f.Truncate(fileMax+1), f.Close()); err != nil {
		t.Fatal(err)
	}
	if _, err := Read(filepath.Join(dir, "s")); err == nil || !strings.Contains(err.Error(), "split the site") {
		t.Errorf("got %v", err)
	}
}

func FuzzParse(f *testing.F) {
	site, layout, err := Format(corner())
	if err != nil {
		f.Fatal(err)
	}
	f.Add(site, layout)
	f.Add([]byte("format: 1\nid: a\n"), []byte("format: 1\nposes: []\n"))
	f.Add([]byte("format: 1\nid: !!binary eA==\nzones: [{id: ~, outline: [[1, ~]]}]\n"), []byte("&a [*a]"))
	f.Fuzz(func(t *testing.T, site, layout []byte) {
		s, err := Parse(site, layout)
		if err != nil {
			return
		}
		a, b, err := Format(s)
		if err != nil {
			t.Fatalf("a site that was read cannot be written: %v", err)
		}
		again, err := Parse(a, b)
		if err != nil || !same(s, again) {
			t.Fatalf("it reads differently after writing: %v\n%+v\n%+v", err, s, again)
		}
	})
}

func Example() {
	dir, err := os.MkdirTemp("", "site")
	if err != nil {
		fmt.Println(err)
		return
	}
	defer os.RemoveAll(dir)
	site := &twin.Site{ID: "corner", Name: "구멍가게", Kind: "store", Assets: []twin.Asset{
		{ID: "freezer-2", Class: "upright-freezer", Size: geom.Vec3{1.4, 2, 0.8}, Pose: twin.Pose{Position: geom.Vec3{2, 0, -1.25}, Yaw: math.Pi / 2}},
	}}
	if err := Create(filepath.Join(dir, "corner"), site, Contents{}, false); err != nil {
		fmt.Println(err)
		return
	}
	read, err := Read(filepath.Join(dir, "corner"))
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(read.Name, read.Assets[0].Pose.Position)
	layout, _ := os.ReadFile(filepath.Join(dir, "corner", "layout.yaml"))
	fmt.Print(strings.SplitAfterN(string(layout), "\n", 2)[1])
	// Output:
	// 구멍가게 [2 0 -1.25]
	// format: 1
	// poses:
	//   - {asset: freezer-2, at: [2, 0, -1.25], yaw: 90}
}
