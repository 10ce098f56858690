package foresee

import (
	"context"
	"errors"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/glasstwin/glasstwin/scene/geom"
	"github.com/glasstwin/glasstwin/twin"
	"github.com/glasstwin/glasstwin/twin/codec/tracks"
	"github.com/glasstwin/glasstwin/twin/flow/measure"
	"github.com/glasstwin/glasstwin/twin/flow/tidy"
)

// squares cuts a box into zones.
func squares(x0, z0, side float64, nx, nz int) (zones []measure.Zone) {
	for i := range nx * nz {
		x, z := x0+side*float64(i%nx), z0+side*float64(i/nx)
		zones = append(zones, measure.Zone{ID: fmt.Sprint(i), Outline: []geom.Vec2{{x, z}, {x + side, z}, {x + side, z + side}, {x, z + side}}})
	}
	return zones
}

func way(id string, from float64, places ...geom.Vec2) twin.Trajectory {
	p := twin.Trajectory{Person: id}
	for i, at := range places {
		p.Fixes = append(p.Fixes, twin.Fix{T: from + float64(i), X: at[0], Z: at[1]})
	}
	return p
}

// A way of 0, 1, 0 and out, and one of 0 and out: from 0 one goes to 1 once in
// three, from 1 to 0 always.
func TestTheChainByHand(t *testing.T) {
	zones := squares(0, 0, 1, 2, 1)
	a, b := geom.Vec2{0.5, 0.5}, geom.Vec2{1.5, 0.5}
	walks := cutAll([]twin.Trajectory{way("1", 0, a, a, b, b, a, a), way("2", 9, a, a, a, a)}, zones, 1)
	c, err := newChain(walks, 2, 1e-9)
	if err != nil {
		t.Fatal(err)
	}
	// From 0: into 1 by 1/3, back into 0 by 1/3; in the mean 1/2 more of each.
	// Stays in 0: 1.5, 1.5 and 3 s; in 1: 2 s; what was left in 0: 0.5 and 2 s.
	r := c.foretell(walk{here: 0})
	for _, v := range [][2]float64{{r.came[0], 1. / 3}, {r.came[1], 1. / 3}, {r.stays[0], 1.25 + 0.5*2}, {r.stays[1], 0.5 * 2}, {r.total, 3.25}} {
		if math.Abs(v[0]-v[1]) > 1e-6 {
			t.Errorf("%g, want %g: %+v", v[0], v[1], r)
		}
	}
	if r := c.foretell(walk{here: -1}); math.Abs(r.came[0]-1) > 1e-6 {
		t.Errorf("from the door: %+v", r)
	}
	if w := walks[0]; w.here != 0 || w.left != 0.5 || w.then.came[0] != 1 || w.then.came[1] != 1 || w.then.total != 4 {
		t.Errorf("%+v", w)
	}
}

// fork lets people come into one zone and turn left or right by the side that they
// came in on, which no zone tells.
func fork(n int, turns func(i int) bool) (people []twin.Trajectory) {
	for i := range n {
		x, to := 2.7, 5.5
		if i%3 == 0 {
			x = 3.3
		}
		if !turns(i) {
			to = 0.5
		}
		var list []geom.Vec2
		for k := range 5 {
			list = append(list, geom.Vec2{x, 0.2 + 0.4*float64(k)})
		}
		for k := range 10 {
			list = append(list, geom.Vec2{x + (to-x)*float64(k+1)/10, 1.9})
		}
		people = append(people, way(fmt.Sprint(i), float64(20*i), list...))
	}
	return people
}

func TestWhoComesInOnTheLeftTurnsLeft(t *testing.T) {
	zones := squares(0, 0, 2, 3, 1)
	j, err := Judge(context.Background(), fork(100, func(i int) bool { return i%3 == 0 }), zones, 1)
	if err != nil {
		t.Fatal(err)
	}
	z := j.Scores[0]
	if z.LessMean.Verdict() != "better" || z.LessChain.Verdict() != "better" || z.Model > 0.01 || z.Chain < 0.05 {
		t.Errorf("%+v", z)
	}
	if told := j.Told[0]; len(told.Like) != 3 || told.Like[0].Apart > 1e-9 || told.Like[0].Share < told.Like[2].Share || told.Chain > 0.5 {
		t.Errorf("%+v", told)
	}
	if j.Held != 30 || j.Learnt != 70 || j.Beginning != 3.5 {
		t.Errorf("%d learnt from, %d held back, %g s", j.Learnt, j.Held, j.Beginning)
	}
}

// What is held back is told by time, whatever the order that people come in.
func TestTheOrderOfPeopleTellsNothing(t *testing.T) {
	zones := squares(0, 0, 2, 3, 1)
	people := fork(60, func(i int) bool { return i%4 == 0 })
	a, err := Judge(context.Background(), people, zones, 1)
	if err != nil {
		t.Fatal(err)
	}
	slices.Reverse(people)
	b, err := Judge(context.Background(), append(people, twin.Trajectory{Person: "nobody"}), zones, 1)
	if err != nil {
		t.Fatal(err)
	}
	if !slices.Equal(a.Scores, b.Scores) || a.Told[0].Person != "42" {
		t.Errorf("%+v, in reverse %+v, first %s", a.Scores, b.Scores, a.Told[0].Person)
	}
}

// Where the later people turn the other way, what was learnt is wrong, and told so.
func TestALossIsALoss(t *testing.T) {
	zones := squares(0, 0, 2, 3, 1)
	j, err := Judge(context.Background(), fork(100, func(i int) bool { return (i%3 == 0) == (i < 70) }), zones, 1)
	if err != nil {
		t.Fatal(err)
	}
	if z := j.Scores[0]; z.LessMean.Verdict() != "worse" || z.LessChain.Verdict() != "worse" {
		t.Errorf("%+v", z)
	}
}

func TestTooFew(t *testing.T) {
	zones := squares(0, 0, 2, 3, 1)
	for n := range 12 {
		if _, err := Judge(context.Background(), fork(n, func(int) bool { return true }), zones, 1); !errors.Is(err, ErrFew) {
			t.Errorf("%d walks: %v", n, err)
		}
	}
	stop, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := Judge(stop, fork(100, func(int) bool { return true }), zones, 1); !errors.Is(err, context.Canceled) {
		t.Errorf("stopped: %v", err)
	}
}

// The first 600 people of a real hall: where they go and how long they stay is
// foretold better than by those who know less.
func TestARealHall(t *testing.T) {
	const name = "edinburgh-01Jul.txt"
	f, err := os.Open(filepath.Join("..", "..", "..", "..", "shared", "data", "tracks", name))
	if err != nil {
		if os.Getenv("CI") == "true" {
			t.Fatal(err)
		}
		t.Skipf("no recordings beside the checkout: %v", err)
	}
	defer f.Close()
	rec, err := tracks.Read(name, f, tracks.Options{})
	if err != nil {
		t.Fatal(err)
	}
	people, _ := tidy.Clean(rec.People, tidy.Options{})
	j, err := Judge(context.Background(), people[:600], squares(0, 0, 4, 4, 3), 1)
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("%d learnt from, %d held back, %.1f s", j.Learnt, j.Held, j.Beginning)
	for _, s := range j.Scores {
		t.Logf("%+v", s)
		if s.Of != "stay" && (s.LessMean.Verdict() != "better" || s.LessChain.Verdict() != "better") {
			t.Errorf("%s: %s than the mean, %s than the chain", s.Of, s.LessMean.Verdict(), s.LessChain.Verdict())
		}
	}
}
