package infer_test

import (
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"testing"

	"context"

	"github.com/glasstwin/glasstwin/scene/geom"
	"github.com/glasstwin/glasstwin/scene/plan"
	"github.com/glasstwin/glasstwin/twin"
	"github.com/glasstwin/glasstwin/twin/flow/infer"
	"github.com/glasstwin/glasstwin/twin/flow/measure"
	"github.com/glasstwin/glasstwin/twin/flow/walk"
)

// turned is a rectangle of a hall that lies askew.
func turned(x0, z0, x1, z1, by float64) []geom.Vec2 {
	s, c := math.Sincos(by)
	out := []geom.Vec2{{x0, z0}, {x1, z0}, {x1, z1}, {x0, z1}}
	for i, p := range out {
		out[i] = geom.Vec2{c*p[0] - s*p[1], s*p[0] + c*p[1]}
	}
	return out
}

// hall lets people wander between gondolas and records them.
func hall(t testing.TB, by float64) (plan.Floor, []twin.Trajectory) {
	f := plan.Floor{Outlines: [][]geom.Vec2{turned(0, 0, 14, 10, by)}}
	for k := range 4 {
		x := 2.2 + 2.6*float64(k)
		f.Obstacles = append(f.Obstacles, turned(x, 2, x+0.9, 8, by))
	}
	w, err := walk.New(context.Background(), f, walk.Options{Workers: 1})
	if err != nil {
		t.Fatal(err)
	}
	d := rand.New(rand.NewPCG(1, 7))
	random := func() geom.Vec2 { return turned(14*d.Float64(), 10*d.Float64(), 0, 0, by)[0] }
	var people []twin.Trajectory
	for len(people) < 25 {
		if id, err := w.Enter(walk.Person{At: random()}); err == nil {
			people = append(people, twin.Trajectory{Person: fmt.Sprint(id)})
			_ = w.Send(id, walk.Point(random(), 0.4))
		}
	}
	for k := 0; w.Time() < 400; k++ {
		w.Step()
		for _, id := range w.Present() {
			if at, v := w.At(walk.ID(id)); k%10 == 0 {
				people[id].Fixes = append(people[id].Fixes, twin.Fix{T: w.Time(), X: at[0], Z: at[1]})
			} else if v.Len() == 0 && k%40 == int(id) {
				_ = w.Send(walk.ID(id), walk.Point(random(), 0.4))
			}
		}
	}
	return f, people
}

func TestGondolasAndAislesAreFound(t *testing.T) {
	for _, by := range []float64{0, 0.4} {
		f, people := hall(t, by)
		for _, floor := range [][][]geom.Vec2{nil, f.Outlines} {
			p, err := infer.Find(people, infer.Options{Floor: floor})
			if err != nil {
				t.Fatal(err)
			}
			a := p.Agree(f.Outlines, f.Obstacles)
			t.Logf("turned by %.1f, floor known %v: %d fixtures, %d aisles, %+v", by, floor != nil, len(p.Fixtures), len(p.Aisles), a)
			if a.Found != 4 || a.There != 4 || a.IoU < 0.55 || a.Precision < 0.85 || a.Recall < 0.6 {
				t.Errorf("%+v of %+v", a, p.Fixtures)
			}
			if len(p.Aisles) < 3 {
				t.Errorf("%d aisles: %+v", len(p.Aisles), p.Aisles)
			}
			for _, x := range p.Fixtures[:4] {
				if x.Sure < 0.8 || max(x.Size[0], x.Size[1]) < 4 {
					t.Errorf("%+v", x)
				}
			}
			if math.Abs(math.Remainder(p.Yaw+by, math.Pi/2)) > 0.05 {
				t.Errorf("the main direction is %.2f, want %.2f", p.Yaw, -by)
			}
		}
	}
}

// The aisles of a plan, without anybody on it.
func TestAislesOfAPlan(t *testing.T) {
	f, _ := hall(t, 0.4)
	list, err := infer.Aisles(f, nil)
	if err != nil {
		t.Fatal(err)
	}
	if len(list) < 5 {
		t.Errorf("%+v", list)
	}
	for _, a := range list {
		for _, p := range a.Outline() {
			for _, o := range f.Obstacles {
				if q := p.Add(a.Middle.Sub(p).Mul(0.1)); plan.Inside(o, q) {
					t.Errorf("%s, %+v, reaches into a gondola", a.Name, a)
				}
			}
		}
	}
}

// Two rows that face each other, each with its back to a wall some way off: one
// aisle, and two strips behind where nobody has anything to do.
func TestBehindShelvesIsNoAisle(t *testing.T) {
	loop := func(x0, z0, x1, z1 float64) []geom.Vec2 { return []geom.Vec2{{x0, z0}, {x1, z0}, {x1, z1}, {x0, z1}} }
	f := plan.Floor{Outlines: [][]geom.Vec2{loop(0, -8, 12, 0)}, Obstacles: [][]geom.Vec2{loop(2, -2.3, 10, -1.7), loop(2, -4.8, 10, -4.2)}}
	fronts := []measure.Face{{At: geom.Vec2{6, -2.3}, Front: geom.Vec2{0, -1}, Width: 8}, {At: geom.Vec2{6, -4.2}, Front: geom.Vec2{0, 1}, Width: 8}}
	strips, err := infer.Aisles(f, nil)
	if err != nil {
		t.Fatal(err)
	}
	list, err := infer.Aisles(f, fronts)
	if err != nil {
		t.Fatal(err)
	}
	if len(strips) < 2 || len(list) != 1 {
		t.Fatalf("%d strips, of which %d are aisles: %+v", len(strips), len(list), list)
	}
	if a := list[0]; a.Middle.Sub(geom.Vec2{6, -3.25}).Len() > 0.15 || math.Abs(a.Size[0]-8) > 0.4 || math.Abs(a.Size[1]-1.9) > 0.3 {
		t.Errorf("%+v", a)
	}
}

func TestWhereNothingCanBeFound(t *testing.T) {
	if _, err := infer.Find(nil, infer.Options{}); !errors.Is(err, infer.ErrNowhere) {
		t.Errorf("nobody: %v", err)
	}
	far := []twin.Trajectory{{Fixes: []twin.Fix{{X: 0}, {T: 1, X: 1e5, Z: 1e5}}}}
	if _, err := infer.Find(far, infer.Options{}); err == nil {
		t.Error("a hundred kilometres")
	}
	one := []twin.Trajectory{{Fixes: []twin.Fix{{}, {T: 1, X: 1}, {T: 2, X: 2}}}}
	if p, err := infer.Find(one, infer.Options{}); err != nil || len(p.Fixtures) != 0 {
		t.Errorf("%v, %+v", err, p)
	}
	if _, err := infer.Find(one, infer.Options{Body: -1}); err == nil {
		t.Error("a body of -1 m")
	}
}
