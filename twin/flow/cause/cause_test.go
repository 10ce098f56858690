package cause_test

import (
	"context"
	"errors"
	"fmt"
	"math"
	"os"
	"testing"

	"github.com/glasstwin/glasstwin/scene/geom"
	"github.com/glasstwin/glasstwin/twin"
	"github.com/glasstwin/glasstwin/twin/flow/cause"
	"github.com/glasstwin/glasstwin/twin/flow/ground"
	"github.com/glasstwin/glasstwin/twin/flow/shop"
	"github.com/glasstwin/glasstwin/twin/flow/whatif"
)

// market is a store of 17 by 11 m with four rows of two gondolas, shelves at its
// back wall and aisles of 2 m, all in order.
func market() *twin.Site {
	site := &twin.Site{ID: "market", Zones: []twin.Zone{{ID: "floor", Kind: "room", Outline: []geom.Vec2{{0, 0}, {17, 0}, {17, -11}, {0, -11}}, Height: 3}}}
	add := func(id, class, name string, x, z, w, d, yaw float64) {
		site.Assets = append(site.Assets, twin.Asset{ID: twin.AssetID(id), Class: class, Name: name,
			Pose: twin.Pose{Position: geom.Vec3{x, 0, z}, Yaw: yaw * math.Pi / 180}, Size: geom.Vec3{w, 1.6, d}})
	}
	for r := range 4 {
		for k := range 2 {
			add(fmt.Sprintf("gondola-%d-%d", r+1, k+1), "gondola", "", 3.5+3*float64(r), -4.5-2*float64(k), 2, 1, 90)
		}
	}
	for r := range 3 {
		x := 3.5 + 3*float64(r)
		site.Zones = append(site.Zones, twin.Zone{ID: twin.ZoneID(fmt.Sprintf("aisle-%d", r+1)), Kind: "aisle",
			Outline: []geom.Vec2{{x + 0.5, -3.5}, {x + 2.5, -3.5}, {x + 2.5, -7.5}, {x + 0.5, -7.5}}, Height: 3})
	}
	for k := range 5 {
		add(fmt.Sprintf("wall-%d", k+1), "shelf", "", 2.5+2.6*float64(k), -10.6, 2.4, 0.7, 0)
	}
	add("till", "till", "", 15.4, -2.4, 1.5, 0.9, 90)
	add("door-1", "door", "Entrance", 2, 0.1, 1.8, 0.2, 0)
	add("door-2", "door", "Exit", 11, 0.1, 1.8, 0.2, 0)
	return site
}

func role(class string) ground.Role {
	return map[string]ground.Role{"gondola": {Stands: true, Sells: true, Behind: true}, "shelf": {Stands: true, Sells: true},
		"pallet": {Stands: true}, "till": {Stands: true, Till: true}, "door": {Door: true}}[class]
}

func build(s *twin.Site) (*whatif.Scenario, error) {
	g, err := ground.Of(s, 0, role)
	return &whatif.Scenario{Ground: g}, err
}

func explain(t *testing.T, site *twin.Site, zone string, draw map[string]float64, seed uint64, days int) *cause.Finding {
	t.Helper()
	x, err := build(site)
	if err != nil {
		t.Fatal(err)
	}
	f, err := cause.Explain(context.Background(), cause.Subject{Site: site, Scenario: x, Zone: zone, Role: role, Build: build},
		cause.Options{Study: whatif.Study{Days: days, Hours: 0.2, Shoppers: 140, Seed: seed, Options: shop.Options{Draw: draw}}, Players: 2, Verify: 6}, nil)
	if err != nil {
		t.Fatal(err)
	}
	return f
}

// disorder is one cause and some that matter little, all at one aisle.
type disorder struct {
	row    float64 // m by which the second row stands nearer to the first
	pallet geom.Vec2
	draw   float64 // of the shelf gondola-2-2
	cause  func(a cause.Ablation) bool
}

// built are stores whose cause is known, for it was built in.
var built = map[string]disorder{
	"a row that was moved into the aisle": {row: 0.85, pallet: geom.Vec2{4.3, -8.2}, draw: 1.5,
		cause: func(a cause.Ablation) bool { return a.Kind == cause.Fixture && a.ID == "gondola-2-1" }},
	"a promoted shelf": {row: 0.2, pallet: geom.Vec2{4.3, -8.2}, draw: 9,
		cause: func(a cause.Ablation) bool { return a.Kind == cause.Attraction && a.ID == "gondola-2-2" }},
}

func (d disorder) site() *twin.Site {
	s := market()
	for i := range s.Assets {
		if s.Assets[i].ID == "gondola-2-1" || s.Assets[i].ID == "gondola-2-2" {
			s.Assets[i].Pose.Position[0] -= d.row
		}
	}
	s.Zones[1].Outline = []geom.Vec2{{4, -3.2}, {6 - d.row, -3.2}, {6 - d.row, -8.5}, {4, -8.5}}
	s.Assets = append(s.Assets, twin.Asset{ID: "pallet", Class: "pallet", Pose: twin.Pose{Position: geom.Vec3{d.pallet[0], 0, d.pallet[1]}}, Size: geom.Vec3{0.8, 1, 1.2}})
	return s
}

// The cause that was built in comes first, with dice that no figure was chosen by.
func TestTheKnownCauseComesFirst(t *testing.T) {
	seeds, days := []uint64{1001}, 4
	if os.Getenv("GLASSTWIN_LONG") != "" {
		seeds, days = nil, 6
		for k := range 6 {
			seeds = append(seeds, 2001+uint64(100*k))
		}
	}
	for name, b := range built {
		t.Run(name, func(t *testing.T) {
			right, parted := 0, 0
			for _, seed := range seeds {
				f := explain(t, b.site(), "aisle-1", map[string]float64{"gondola-2-2": b.draw}, seed, days)
				top := f.Causes[0]
				if b.cause(top) {
					right++
				}
				if f.Parted {
					parted++
					if !b.cause(top) {
						t.Errorf("seed %d: %s %s is told to be first for sure", seed, top.Kind, top.ID)
					}
				}
				best := "no change relieves it for sure"
				if f.Best != nil {
					best = fmt.Sprintf("%s: %+.0f %% ± %.0f", f.Best.Why, f.Best.Change.Percent, f.Best.Change.PercentFor)
				}
				t.Logf("seed %d: %.0f s/h, of which %s %s %.0f ± %.0f, %.0f ± %.0f before the next on %d days, parted %t; %s", seed, f.Crowd, top.Kind, top.ID, top.Share, top.Half, f.Lead.Diff, f.Lead.Half, f.Days, f.Parted, best)
				for _, a := range f.Causes {
					t.Logf("  %s %s alone %+.0f ± %.0f, share %.0f ± %.0f: %s", a.Kind, a.ID, a.Change.Diff, a.Change.Half, a.Share, a.Half, a.Note)
				}
				sum := f.Usual
				for _, a := range f.Explanation.Attributions {
					sum += a.Share
				}
				if math.Abs(sum-f.Crowd) > 1e-6*f.Crowd {
					t.Errorf("shares add up to %.3f, the crowd is %.3f", sum, f.Crowd)
				}
			}
			t.Logf("%d of %d right, %d parted for sure", right, len(seeds), parted)
			if right < len(seeds) {
				t.Errorf("the known cause came first in %d of %d", right, len(seeds))
			}
		})
	}
}

func TestWhatCannotBeExplainedSaysSo(t *testing.T) {
	x, err := build(market())
	if err != nil {
		t.Fatal(err)
	}
	s := cause.Subject{Site: market(), Scenario: x, Zone: "aisle-9", Role: role, Build: build}
	if _, err := cause.Explain(context.Background(), s, cause.Options{}, nil); !errors.Is(err, cause.ErrNoZone) {
		t.Errorf("a zone that is not there: %v", err)
	}
	s.Zone = "aisle-1"
	f, err := cause.Explain(context.Background(), s, cause.Options{Players: 2, Study: whatif.Study{Days: 3, Hours: 0.1, Shoppers: 140}}, nil)
	if err != nil || len(f.Causes) < 3 || f.Causes[0].Share <= 0 || f.Explanation.Limits[1] == "" {
		t.Errorf("a store in order: %+v, %v", f, err)
	}
	s.Site = built["a promoted shelf"].site()
	ctx, leave := context.WithCancel(context.Background())
	_, err = cause.Explain(ctx, s, cause.Options{Study: whatif.Study{Hours: 0.1}}, func(string, float64) { leave() })
	if !errors.Is(err, context.Canceled) {
		t.Errorf("left in the middle: %v", err)
	}
}
