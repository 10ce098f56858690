package ground_test

import (
	"fmt"
	"math"
	"strings"
	"testing"

	"github.com/glasstwin/glasstwin/scene/geom"
	"github.com/glasstwin/glasstwin/twin"
	"github.com/glasstwin/glasstwin/twin/flow/ground"
)

func roles(class string) ground.Role {
	return map[string]ground.Role{
		"gondola": {Stands: true, Sells: true, Behind: true}, "cooler": {Stands: true, Sells: true}, "lamp": {},
		"till": {Stands: true, Till: true}, "door": {Door: true}, "shelf-high": {Stands: true},
	}[class]
}

func asset(id, class string, x, y, z, w, h, d, yaw float64) twin.Asset {
	return twin.Asset{ID: twin.AssetID(id), Class: class, Name: id, Size: geom.Vec3{w, h, d},
		Pose: twin.Pose{Position: geom.Vec3{x, y, z}, Yaw: yaw * math.Pi / 180}}
}

// corner is a shop of 10 by 8 m with a store room behind it, and an office above.
func corner() *twin.Site {
	room := func(id string, x0, z0, x1, z1, y float64) twin.Zone {
		return twin.Zone{ID: twin.ZoneID(id), Kind: "room", Outline: []geom.Vec2{{x0, z0}, {x1, z0}, {x1, z1}, {x0, z1}}, FloorY: y, Height: 3}
	}
	return &twin.Site{ID: "corner",
		Zones: []twin.Zone{room("shop", 0, 0, 10, -8, 0), room("store", 0, -8.2, 10, -11, 0), room("office", 0, 0, 4, -4, 3.5),
			{ID: "dairy", Kind: "department", Outline: []geom.Vec2{{0, -6}, {10, -6}, {10, -8}, {0, -8}}}},
		Assets: []twin.Asset{
			asset("gondola", "gondola", 5, 0, -4, 2, 1.6, 0.9, 90), asset("cooler", "cooler", 3, 0, -7.5, 2, 2, 0.9, 0),
			asset("against-a-wall", "gondola", 9.5, 0, -2, 2, 1.6, 0.9, 90), asset("till", "till", 6, 0, -1.5, 2, 1, 0.8, 0),
			asset("lamp", "lamp", 5, 2.8, -4, 1, 0.1, 0.2, 0), asset("high", "shelf-high", 2, 2.2, -3, 1, 0.3, 0.3, 0),
			asset("entrance", "door", 2, 0, 0.05, 1.2, 2.2, 0.2, 0), asset("back", "door", 8, 0, -8.1, 1, 2.1, 0.2, 0),
			asset("nowhere", "door", 40, 0, 40, 1, 2.1, 0.2, 0), asset("desk", "cooler", 2, 3.5, -2, 1.4, 0.7, 0.7, 0),
		}}
}

func Example() {
	g, err := ground.Of(corner(), 0, roles)
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, d := range g.Doors {
		fmt.Printf("%s leads outside: %v\n", d.Name, d.Outside)
	}
	// Output:
	// entrance leads outside: true
	// back leads outside: false
}

func TestWhatAStoreyIs(t *testing.T) {
	g, err := ground.Of(corner(), 0, roles)
	if err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		at     geom.Vec2
		stands bool
	}{
		"the middle": {geom.Vec2{2, -3}, true}, "in the gondola": {geom.Vec2{5, -4}, false}, "under the lamp": {geom.Vec2{5.6, -5}, true},
		"before the door": {geom.Vec2{2, 1}, true}, "outside": {geom.Vec2{5, 1}, false}, "in the back door": {geom.Vec2{8, -8.1}, true},
		"in the wall": {geom.Vec2{4, -8.1}, false}, "in the store room": {geom.Vec2{5, -10}, true}, "under the desk above": {geom.Vec2{2, -2}, true},
	} {
		if got := g.Floor.Contains(c.at); got != c.stands {
			t.Errorf("%s: one can stand there: %v, want %v", name, got, c.stands)
		}
	}
	sides := map[twin.AssetID]int{}
	for _, f := range g.Fronts {
		sides[f.Asset]++
		if !g.Floor.Contains(f.Stand) || f.Stand.Sub(f.At).Dot(f.Front) < 0.4 {
			t.Errorf("%s is stood before at %v", f.Asset, f.Stand)
		}
	}
	if sides["gondola"] != 2 || sides["cooler"] != 1 || sides["against-a-wall"] != 1 || sides["desk"] != 0 {
		t.Errorf("fronts %v", sides)
	}
	if len(g.Zones) != 1 || g.Zones[0].ID != "dairy" || len(g.Rooms) != 2 {
		t.Errorf("zones %v, rooms %v", g.Zones, g.Rooms)
	}
	if len(g.Tills) != 1 || len(g.Tills[0].Queue) < 3 {
		t.Fatalf("tills %+v", g.Tills)
	}
	// The queue grows away from the door, which is at x = 2.
	for i, q := range g.Tills[0].Queue {
		if before := g.Tills[0].Stand; i == 0 && q[0] < before[0] {
			t.Errorf("who waits stands at %v, who pays at %v", q, before)
		}
	}
}

func TestStoreys(t *testing.T) {
	if got := ground.Storeys(corner()); len(got) != 2 || got[0] != 0 || got[1] != 3.5 {
		t.Errorf("storeys %v", got)
	}
	up, err := ground.Of(corner(), 3.5, roles)
	if err != nil || len(up.Rooms) != 1 || up.Floor.Contains(geom.Vec2{2, -2}) {
		t.Errorf("the office: %+v, %v", up, err)
	}
	if _, err := ground.Of(corner(), 30, roles); err == nil || !strings.Contains(err.Error(), "corner") {
		t.Errorf("a storey that is not there: %v", err)
	}
}
