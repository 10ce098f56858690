package fit_test

import (
	"context"
	"errors"
	"fmt"
	"math"
	"strings"
	"testing"

	"github.com/glasstwin/glasstwin/scene/geom"
	"github.com/glasstwin/glasstwin/twin"
	"github.com/glasstwin/glasstwin/twin/flow/fit"
	"github.com/glasstwin/glasstwin/twin/flow/ground"
	"github.com/glasstwin/glasstwin/twin/flow/measure"
	"github.com/glasstwin/glasstwin/twin/flow/shop"
)

// market is a shop of 16 by 12 m with six shelves, a till and a door.
func market(t testing.TB) *ground.Ground {
	square := func(x0, z0, x1, z1 float64) []geom.Vec2 { return []geom.Vec2{{x0, z0}, {x1, z0}, {x1, z1}, {x0, z1}} }
	site := &twin.Site{ID: "market", Zones: []twin.Zone{
		{ID: "floor", Kind: "room", Outline: square(0, -12, 16, 0)},
		{ID: "left", Kind: "department", Outline: square(0, -12, 5, -4)},
		{ID: "middle", Kind: "department", Outline: square(5, -12, 10.5, -4)},
		{ID: "right", Kind: "department", Outline: square(10.5, -12, 16, -4)},
		{ID: "entrance", Kind: "department", Outline: square(0, -4, 16, 0)},
	}}
	add := func(id, class string, x, z, w, d, yaw float64) {
		site.Assets = append(site.Assets, twin.Asset{ID: twin.AssetID(id), Class: class,
			Pose: twin.Pose{Position: geom.Vec3{x, 0, z}, Yaw: yaw * math.Pi / 180}, Size: geom.Vec3{w, 1.6, d}})
	}
	for k := range 6 {
		add(fmt.Sprintf("shelf-%d", k+1), "shelf", 2.5+5.2*float64(k%3), -6-3.5*float64(k/3), 2, 0.8, 90)
	}
	add("till", "till", 13, -2.2, 2, 1, 0)
	add("door", "door", 3, 0.1, 2, 0.2, 0)
	g, err := ground.Of(site, 0, func(class string) ground.Role {
		return map[string]ground.Role{"shelf": {Stands: true, Sells: true, Behind: true}, "till": {Stands: true, Till: true}, "door": {Door: true}}[class]
	})
	if err != nil {
		t.Fatal(err)
	}
	return g
}

// Shoppers whose figures are known are found again from their ways alone, and
// simulated days come nearer to days that were held back.
func TestKnownShoppersAreFound(t *testing.T) {
	g := market(t)
	truth := shop.Options{Hours: 4, Arrivals: []float64{60, 40, 60, 40}, Pace: 0.6, Items: 3, Stop: 35, Seed: 77, Draw: map[string]float64{"shelf-2": 5}}
	lived, err := shop.Run(context.Background(), g, truth, nil)
	if err != nil {
		t.Fatal(err)
	}
	r, err := fit.Calibrate(context.Background(), lived.People, g, fit.Options{Seed: 1}, nil)
	if err != nil {
		t.Fatal(err)
	}
	s := r.Shoppers
	t.Logf("%s: pace %.2f, %.1f items, %.0f s, draws %v, arrivals %v", r.Split, s.Pace, s.Items, s.Stop, s.Draw, s.Arrivals)
	if math.Abs(s.Pace-0.6) > 0.06 || math.Abs(s.Items-3) > 1 || math.Abs(s.Stop-35) > 8 || s.Draw["shelf-2"] < 2*s.Draw["shelf-5"] {
		t.Errorf("%+v", s)
	}
	for i, d := range r.After {
		b := r.Before[i]
		t.Logf("%-18s Kolmogorov %.2f → %.2f, Wasserstein %.3g → %.3g %s (recorded %.3g, usual %.3g, calibrated %.3g)", d.Of, b.KS, d.KS, b.Wasserstein, d.Wasserstein, d.Unit, d.Recorded, b.Simulated, d.Simulated)
		if d.Wasserstein > b.Wasserstein && d.Wasserstein > 0.1*d.Recorded {
			t.Errorf("%s: %g %s off, %g before", d.Of, d.Wasserstein, d.Unit, b.Wasserstein)
		}
	}
	if r.After[0].KS > 0.2 || r.After[1].KS > 0.2 {
		t.Errorf("%+v", r.After)
	}
	again, err := fit.Calibrate(context.Background(), lived.People, g, fit.Options{Seed: 1, Workers: 1, Rounds: 1}, nil)
	if err != nil || again.Learnt != r.Learnt {
		t.Error(err)
	}
	text, err := s.Encode()
	if err != nil {
		t.Fatal(err)
	}
	back, err := fit.Decode(fit.File, text)
	if err != nil || back.Pace != s.Pace || back.Draw["shelf-2"] != s.Draw["shelf-2"] {
		t.Errorf("%v: %+v", err, back)
	}
	if _, err := fit.Calibrate(context.Background(), lived.People[:30], g, fit.Options{}, nil); !errors.Is(err, fit.ErrFew) {
		t.Errorf("thirty ways: %v", err)
	}
}

// Looking at a way that was drawn by hand.
func TestLook(t *testing.T) {
	g := market(t)
	var at measure.Face
	for _, f := range g.Fronts {
		if f.Asset == "shelf-1" && f.Front[0] > 0 {
			at = f.Face
		}
	}
	p := twin.Trajectory{Person: "a"}
	stand := at.At.Add(at.Front.Mul(0.5))
	for k := range 161 { // 4 s at 1 m/s along the shelf, 8 s before it, 4 s on
		s := float64(k) / 10
		z := stand[1] - 4 + min(4, s) + max(0, s-12)
		p.Fixes = append(p.Fixes, twin.Fix{T: s, X: stand[0], Z: z})
	}
	l := fit.Look([]twin.Trajectory{p}, g, 0, 60)
	if l.Stops != 1 || math.Abs(l.Stop-8) > 1.1 || math.Abs(l.Pace-1) > 1e-6 || math.Abs(l.Dwell[0]-16) > 1e-9 || math.Abs(l.Walked[0]-8) > 1e-6 {
		t.Errorf("%+v", l)
	}
	for i, f := range g.Fronts {
		if want := map[bool]float64{true: 1}[f.Face == at]; l.Share[i] != want {
			t.Errorf("%s: share %g", f.Asset, l.Share[i])
		}
	}
}

// Two samples whose distances are known: half of the heads are moved by 2.
func TestDistances(t *testing.T) {
	a, b := fit.Looks{Dwell: []float64{1, 2, 3, 4}}, fit.Looks{Dwell: []float64{1, 2, 5, 6}}
	d := fit.Distances(a, b)[0]
	if d.KS != 0.5 || math.Abs(d.Wasserstein-1) > 1e-12 || d.Recorded != 2.5 || d.Simulated != 3.5 {
		t.Errorf("%+v", d)
	}
}

func TestWhatIsNoShoppers(t *testing.T) {
	for text, want := range map[string]string{
		``: "json: the file is empty; mend it", " \n": "the file is empty", "{\n\"pace\":0.8,\n": "line 2: the file ends in the middle",
		"{\n\"pace\":0.8,\n\"items\":]": "line 3: invalid character", "{\n\"pace\":\"fast\"}": "line 2: json: cannot unmarshal",
		`{"pace":0}`: "give a positive", `{"pace":0.8,"items":5,"stop_s":9,"service_s":1}`: "0 hours",
		`{"pace":0.8,"items":5,"stop_s":9,"service_s":1,"arrivals_per_h":[-1]}`:                         "hour 1",
		`{"pace":0.8,"items":5,"stop_s":9,"service_s":1,"arrivals_per_h":[1],"draw":{"a":-2}}`:          `"a" draws`,
		`{"pace":0.8,"items":5,"stop_s":9,"service_s":1,"arrivals_per_h":[1],"goods":{"a":{"milk":2}}}`: `"a" has 2 of its facings`,
		`{"speed":3}`: "unknown field",
		"{\"pace\":0.8,\"items\":5,\"stop_s\":9,\"service_s\":1,\"arrivals_per_h\":[1]}\n\n{}": "line 3: more stands after",
	} {
		if _, err := fit.Decode("shoppers.json", []byte(text)); err == nil || !strings.Contains(err.Error(), want) || !strings.HasPrefix(err.Error(), "shoppers.json") {
			t.Errorf("%s: %v", text, err)
		}
	}
}

// Shoppers that were learnt before goods were laid elsewhere, read by a site as it
// is now.
func TestLearntShoppersFollowTheGoods(t *testing.T) {
	site := &twin.Site{Assets: []twin.Asset{{ID: "a", Products: []string{"milk"}}, {ID: "b", Products: []string{"tea"}}, {ID: "stock", Products: []string{"milk"}}}}
	goods := shop.GoodsOf(site)
	delete(goods, "stock")
	text, err := (&fit.Shoppers{Pace: 0.8, Items: 5, Stop: 9, Service: 1, Arrivals: []float64{10}, Draw: map[string]float64{"a": 9, "b": 0.5}, Goods: goods}).Encode()
	if err != nil {
		t.Fatal(err)
	}
	s, err := fit.Decode("shoppers.json", text)
	if err != nil {
		t.Fatal(err)
	}
	if on, n := s.On(site); n != 0 || on.Draw["a"] != 9 || on.Draw["b"] != 0.5 || len(on.Draw) != 2 {
		t.Errorf("nothing was laid elsewhere: %d, %v", n, on.Draw)
	}
	site.Assets[0].Products, site.Assets[1].Products = site.Assets[1].Products, site.Assets[0].Products
	on, n := s.On(site)
	if d := on.Options().Draw; n != 2 || d["a"] != 0.5 || d["b"] != 9 || len(d) != 2 {
		t.Errorf("milk and tea changed places: %d, %v", n, d)
	}
	if s.Draw["a"] != 9 {
		t.Errorf("what was learnt is changed: %v", s.Draw)
	}
	s.Goods = nil // of an earlier version
	if on, n := s.On(site); n != 0 || on.Draw["a"] != 9 {
		t.Errorf("where nobody knows how goods lay: %d, %v", n, on.Draw)
	}
}

func FuzzDecode(f *testing.F) {
	f.Add(`{"pace":0.8,"items":5,"stop_s":9,"service_s":1,"arrivals_per_h":[1],"draw":{"a":2}}`)
	f.Fuzz(func(t *testing.T, text string) {
		s, err := fit.Decode("f", []byte(text))
		if err != nil {
			return
		}
		if _, err := s.Encode(); err != nil {
			t.Error(err)
		}
	})
}
