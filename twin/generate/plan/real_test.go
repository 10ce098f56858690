package plan_test

import (
	"context"
	"math"
	"os"
	"path/filepath"
	"testing"

	"github.com/glasstwin/glasstwin/scene/codec/dxf"
	"github.com/glasstwin/glasstwin/twin/generate/plan"
)

// shared is a drawing that is not in the repository.
func shared(t testing.TB, name string) *dxf.Drawing {
	t.Helper()
	data, err := os.ReadFile(filepath.Join("../../../../shared/data/plans", name))
	if err != nil {
		if os.Getenv("CI") == "true" {
			t.Fatal(err)
		}
		t.Skipf("%v: put %s there to run this test", err, name)
	}
	d, err := dxf.Read(context.Background(), name, data)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func understand(t testing.TB, d *dxf.Drawing, o plan.Options) *plan.Draft {
	t.Helper()
	draft, err := plan.Understand(context.Background(), d, o)
	if err != nil {
		t.Fatal(err)
	}
	return draft
}

// TestRealPlans holds what was seen to be right when the plans were drawn and
// looked at. The office has twelve rooms with a door each and a hall around
// them; the gallery has no leaf drawn anywhere.
func TestRealPlans(t *testing.T) {
	type counts struct {
		walls, doors, windows, rooms int
		metres, area                 float64
	}
	for _, c := range []struct {
		name    string
		answers map[string]string
		want    counts
	}{
		{"Gallery", nil, counts{314, 51, 0, 33, 612, 626.4}},
		{"ISO-Office", nil, counts{29, 12, 0, 13, 191, 200.1}},
		{"ISO-Office", map[string]string{"layer:walkablearea": "ignored"}, counts{25, 12, 0, 12, 129, 128.2}},
	} {
		draft := understand(t, shared(t, c.name+".dxf"), plan.Options{Answers: c.answers})
		got := counts{walls: len(draft.Walls), doors: len(draft.Doors), windows: len(draft.Windows), rooms: len(draft.Rooms)}
		got.metres = math.Round(wallLength(draft))
		for _, r := range draft.Rooms {
			got.area += r.Area
		}
		got.area = math.Round(got.area*10) / 10
		if got != c.want {
			t.Errorf("%s %v: %+v, want %+v", c.name, c.answers, got, c.want)
		}
		sc := draft.Scene()
		if err := sc.Check(); err != nil {
			t.Error(err)
		}
		watertight(t, sc)
	}
}
