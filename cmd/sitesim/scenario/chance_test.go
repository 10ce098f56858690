package scenario

import (
	"math"
	"slices"
	"testing"
	"time"

	"github.com/glasstwin/glasstwin/cmd/sitesim/point"
)

// TestARestartedGatewayChangesNoOtherSample: which samples go missing, come late or
// twice of one device does not depend on what became of another's link.
func TestARestartedGatewayChangesNoOtherSample(t *testing.T) {
	p, err := Draw(Options{Template: "store", Seed: 3, Situation: None})
	if err != nil {
		t.Fatal(err)
	}
	p.Link = Noise{Missing: 0.1, Late: 0.1, Duplicated: 0.1, Silent: true}
	type told struct {
		at   time.Time
		bits uint64
		came bool
	}
	play := func(mend bool) map[string][]told {
		y := NewPlay(p)
		if err := y.Inject("gateway-1", "communication-loss", 0.5); err != nil {
			t.Fatal(err)
		}
		if mend {
			i := slices.IndexFunc(y.Points(), func(q point.Point) bool { return q.ID() == "gateway-1/restart-command" })
			y.Points()[i].Set(1)
		}
		all := map[string][]told{}
		for range 120 {
			y.Step()
			for i, q := range y.Points() {
				s, came := y.Arrive(i, &q)
				if q.Kind != point.Floats && q.Device != "gateway-1" {
					all[y.World.Way(q.Device)] = append(all[y.World.Way(q.Device)], told{s.At, math.Float64bits(s.Value), came})
				}
			}
		}
		return all
	}
	left, mended := play(false), play(true)
	if slices.Equal(left["gateway-1"], mended["gateway-1"]) {
		t.Error("the restart changed nothing behind it: this proves nothing")
	}
	for way := range left {
		if way != "gateway-1" && !slices.Equal(left[way], mended[way]) {
			t.Errorf("what came through %s is not the same", way)
		}
	}
}
