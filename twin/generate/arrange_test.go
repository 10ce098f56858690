package generate

import (
	"fmt"
	"math"
	"testing"

	"pgregory.net/rapid"

	"github.com/glasstwin/glasstwin/scene/geom"
	"github.com/glasstwin/glasstwin/twin"
	"github.com/glasstwin/glasstwin/twin/generate/catalogue"
)

// Whatever a plant has, what stands on the floor stands in the room and in
// nothing else, with a way between what is in rows and what is along the walls.
func TestDevicesWithoutPlacesStandApart(t *testing.T) {
	cat, err := Catalogue()
	if err != nil {
		t.Fatal(err)
	}
	var classes []*catalogue.Class
	for _, c := range cat.Classes() {
		if c.Group != catalogue.People {
			classes = append(classes, c)
		}
	}
	rapid.Check(t, func(t *rapid.T) {
		var assets []twin.Asset
		for _, k := range rapid.SliceOfN(rapid.IntRange(0, len(classes)-1), 1, 12).Draw(t, "classes") {
			for range rapid.IntRange(1, 14).Draw(t, "number") {
				c := classes[k]
				assets = append(assets, twin.Asset{ID: twin.AssetID(fmt.Sprintf("%s-%d", c.Name, len(assets))), Class: c.Name, Size: c.UsualSize()})
			}
		}
		room := arrange(assets, cat)
		lo, hi := bounding(room.Outline)
		for i, a := range assets {
			c, _ := cat.Class(a.Class)
			alo, ahi := cover([]twin.Asset{a})
			const cm = 0.01
			within := alo[0] > lo[0]-cm && alo[1] > lo[1]-cm && ahi[0] < hi[0]+cm && ahi[1] < hi[1]+cm
			switch c.Mount {
			case catalogue.OnFloor:
				if !within {
					t.Fatalf("%s stands beyond the room %v to %v: %v to %v", a.ID, lo, hi, alo, ahi)
				}
				for _, o := range assets[:i] {
					if oc, _ := cat.Class(o.Class); oc.Mount == catalogue.OnFloor && apart(a, o) < besideGap/2 {
						t.Fatalf("%s stands in %s, at %v and %v", a.ID, o.ID, a.Pose, o.Pose)
					}
				}
			case catalogue.Outdoors:
				if ahi[1] > lo[1]-shellWall+cm {
					t.Fatalf("%s is in the house: %v", a.ID, a.Pose)
				}
			}
		}
	})
}

// A shop's plant gives a shop that can be shown: its counters before the doors,
// cabinets along the walls, lights over all of the floor.
func TestAPlantAloneGivesAShop(t *testing.T) {
	cat, err := Catalogue()
	if err != nil {
		t.Fatal(err)
	}
	var assets []twin.Asset
	for _, x := range []struct {
		class string
		n     int
	}{{"ceiling-light", 12}, {"sliding-door", 2}, {"upright-freezer", 6}, {"refrigerated-multideck", 6}, {"chest-freezer", 4}, {"checkout", 4}, {"climate-sensor", 6}, {"condensing-unit", 1}} {
		c, ok := cat.Class(x.class)
		if !ok {
			t.Fatalf("the catalogue has no %s", x.class)
		}
		for k := range x.n {
			assets = append(assets, twin.Asset{ID: twin.AssetID(fmt.Sprintf("%s-%d", x.class, k+1)), Class: c.Name, Size: c.UsualSize()})
		}
	}
	room := arrange(assets, cat)
	if area := areaOf(room.Outline); area < 4*floorOfTill {
		t.Errorf("four counters serve %.0f m², want at least %.0f", area, 4*floorOfTill)
	}
	lo, hi := bounding(room.Outline)
	spread := map[geom.Vec2]int{}
	for _, a := range assets {
		p := a.Pose.Position
		switch a.Class {
		case "sliding-door":
			if math.Abs(p[2]-shellWall/2) > 1e-6 {
				t.Errorf("%s is not in the front wall: %v", a.ID, p)
			}
		case "upright-freezer", "refrigerated-multideck":
			back := geom.Vec2{p[0] - a.Size[2]/2*math.Sin(a.Pose.Yaw), p[2] - a.Size[2]/2*math.Cos(a.Pose.Yaw)}
			if off := min(back[0]-lo[0], hi[0]-back[0], back[1]-lo[1]); math.Abs(off) > 0.01 {
				t.Errorf("%s stands with its back %.2f m from the wall", a.ID, off)
			}
		case "checkout":
			if p[2] > -tillBefore || p[2] < -8 {
				t.Errorf("%s stands %.1f m behind the entrance", a.ID, -p[2])
			}
		case "ceiling-light":
			spread[geom.Vec2{math.Floor(2 * (p[0] - lo[0]) / (hi[0] - lo[0])), math.Floor(2 * (p[2] - lo[1]) / (hi[1] - lo[1]))}]++
			if p[1] < room.Height-1.5 {
				t.Errorf("%s hangs at %.2f m below a ceiling of %.1f m", a.ID, p[1], room.Height)
			}
		}
	}
	if len(spread) != 4 {
		t.Errorf("the lights hang over %d of the four quarters of the floor: %v", len(spread), spread)
	}
}

func TestNamesSayWhatAndWhich(t *testing.T) {
	cat, err := Catalogue()
	if err != nil {
		t.Fatal(err)
	}
	c, _ := cat.Class("upright-freezer")
	for id, want := range map[string]string{
		"freezer-2": "Upright freezer 2", "Freezer12": "Upright freezer 12", "upright-freezer-3": "Upright freezer 3",
		"freezer": "Upright freezer freezer", "fz-2": "Upright freezer fz-2", "freezer-2b": "Upright freezer freezer-2b",
	} {
		if got := nameOf(c, id); got != want {
			t.Errorf("%s: %q, want %q", id, got, want)
		}
	}
}
