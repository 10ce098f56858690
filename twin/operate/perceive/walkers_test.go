package perceive

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/glasstwin/glasstwin/scene/geom"
	"github.com/glasstwin/glasstwin/twin"
)

// A floor of three rows of shelves with two lanes between them, and a till.
func lanesFloor() *twin.Site {
	s := &twin.Site{}
	put := func(id, class string, x, z, w, d float64) {
		s.Assets = append(s.Assets, twin.Asset{ID: twin.AssetID(id), Class: class, Pose: twin.Pose{Position: geom.Vec3{x, 0, z}}, Size: geom.Vec3{w, 1.5, d}})
	}
	for i, x := range []float64{4, 6.6, 9.2} {
		for _, z := range []float64{3, 5, 7, 9} {
			put("shelf-"+string(rune('a'+i))+minutes(int(z)), "gondola-shelf", x, z, 0.9, 2)
		}
	}
	put("till-1", "checkout", 6.5, 14, 1.1, 2.6)
	return s
}

// people walk over a floor at their own pace, and are looked at every five seconds
// in an order that means nothing.
type strollers struct {
	rng  *rand.Rand
	at   time.Time
	ways [][]([2]float64) // of each, the places of the looks to come
}

func (s *strollers) minute() []twin.Sample {
	var seen []twin.Sample
	for range 12 {
		s.at = s.at.Add(5 * time.Second)
		var v []float64
		for i := range s.ways {
			at := s.ways[i][0]
			if len(s.ways[i]) > 1 {
				s.ways[i] = s.ways[i][1:]
			}
			v = append(v, at[0], at[1])
		}
		for i := len(v)/2 - 1; i > 0; i-- {
			j := s.rng.IntN(i + 1)
			v[2*i], v[2*i+1], v[2*j], v[2*j+1] = v[2*j], v[2*j+1], v[2*i], v[2*i+1]
		}
		seen = append(seen, twin.Sample{At: s.at, Vector: v})
	}
	return seen
}

// walk appends to a way a walk along corners at a pace, by looks, and a stand.
func walkOn(way [][2]float64, pace float64, stands int, corners ...[2]float64) [][2]float64 {
	at := way[len(way)-1]
	left := 5 * pace
	for _, c := range corners {
		for {
			dx, dz := c[0]-at[0], c[1]-at[1]
			d := math.Abs(dx) + math.Abs(dz)
			if d <= left {
				at, left = c, left-d
				break
			}
			at = [2]float64{at[0] + dx/d*left, at[1] + dz/d*left}
			way, left = append(way, at), 5*pace
		}
	}
	for range stands {
		way = append(way, at)
	}
	return way
}

func TestWaysThroughAndAroundALaneAreTold(t *testing.T) {
	site := lanesFloor()
	all := lanes(site)
	if len(all) != 2 {
		t.Fatalf("%d lanes, want 2", len(all))
	}
	w := newWalkers(site, all)
	m := &memory{order: []*track{{}}}
	const laneX, otherX = 5.3, 7.9
	stand := func(x, z float64) [][2]float64 { return [][2]float64{{x, z}, {x, z}, {x, z}} }
	south, north := [2]float64{laneX, 10.5}, [2]float64{laneX, 1.5}
	through := walkOn(stand(south[0], south[1]), 1.1, 30, north)
	around := walkOn(stand(laneX, 9.5), 1.3, 30, [2]float64{laneX, 10.5}, [2]float64{otherX, 10.5}, [2]float64{otherX, 1.5}, north)
	elsewhere := walkOn(stand(12, 10.5), 1, 30, [2]float64{12, 1.5}) // no lane is on its way
	still := stand(1, 12)
	s := &strollers{rng: rand.New(rand.NewPCG(3, 3)), at: time.Unix(0, 0), ways: [][][2]float64{through, elsewhere, still}}
	tell := func() (passed, about float64) {
		m.minutes++
		m.order[0].push(0)
		w.read(m, s.minute())
		return w.passed[0].now() + w.crossed[0].now(), w.around[0].now()
	}
	passed, about := tell()
	if passed != 1 || about != 0 {
		t.Errorf("who walked through the lane came %g times through it and %g around, want 1 and 0", passed, about)
	}
	if got := w.walks.now(); got != 2 {
		t.Errorf("%g walks began, want 2", got)
	}
	s.ways[0] = around
	s.ways[1] = walkOn(stand(12, 1.5), 1, 30, [2]float64{12, 10.5})
	w.people = nil // whoever was followed to the other end is not who begins now
	passed, about = tell()
	if passed != 0 || about != 1 {
		t.Errorf("who walked around the lane came %g times through it and %g around, want 0 and 1", passed, about)
	}
	if got := w.passed[1].now() + w.crossed[1].now(); got != 1 {
		t.Errorf("%g came through the other lane, want 1", got)
	}
}

// Who comes to something in the way turns, and leaves where they came in; who has
// something to do at a lane's end, or in its middle, did not turn for that.
func TestWhoTurnsInALaneIsTold(t *testing.T) {
	site := lanesFloor()
	const laneX = 5.3
	all := lanes(site)
	south, mouth := [2]float64{laneX, 12}, all[0][3]
	middle := (all[0][1] + all[0][3]) / 2
	before := [2]float64{laneX, middle + middlePart/2*(all[0][3]-all[0][1]) + 0.3}
	away := [2]float64{2, 12}
	stand := [][2]float64{south, south, south}
	for _, row := range []struct {
		what string
		way  [][2]float64
		want float64
	}{
		{"turns at once", walkOn(stand, 1.1, 30, before, south, away), 1},
		{"stands before it, and turns", walkOn(walkOn(stand, 1.1, 4, before), 1.1, 30, south, away), 1},
		{"takes something from a shelf at the end", walkOn(walkOn(stand, 1.1, 4, [2]float64{laneX, mouth - 0.5}), 1.1, 30, south, away), 0},
		{"takes something from the middle", walkOn(walkOn(stand, 1.1, 4, [2]float64{laneX, middle}), 1.1, 30, south, away), 0},
		{"walks through", walkOn(stand, 1.1, 30, [2]float64{laneX, 0.5}), 0},
		{"passes its end", walkOn(stand, 1.1, 30, away), 0},
	} {
		w := newWalkers(site, all)
		m := &memory{order: []*track{{}}}
		s := &strollers{rng: rand.New(rand.NewPCG(3, 3)), at: time.Unix(0, 0), ways: [][][2]float64{row.way, {{1, 12}}}}
		got := 0.0
		for range 3 {
			m.minutes++
			m.order[0].push(0)
			w.read(m, s.minute())
			got += w.turned[0].now()
		}
		if got != row.want {
			t.Errorf("who %s: %g turned, want %g", row.what, got, row.want)
		}
		if got := w.turned[1].now(); got != 0 {
			t.Errorf("who %s: %g turned in the other lane", row.what, got)
		}
	}
}

// Crowds that stand about are no reason to expect anybody in a lane; people who go
// for something are, and each who goes around it tells as much as several that are
// missed.
func TestEvidenceOfABlockedLane(t *testing.T) {
	w := newWalkers(lanesFloor(), lanes(lanesFloor()))
	minute := func(walks, passed, around, crossed, turned float64) float64 {
		w.unseen()
		n := len(w.walks) - 1
		w.walks[n], w.lingers[n] = walks, 0
		w.passed[0][n], w.around[0][n], w.crossed[0][n], w.turned[0][n] = passed, around, crossed, turned
		return w.since(0).tells
	}
	if got := minute(20, 1, 0, 0, 0); got != 0 {
		t.Errorf("evidence %g though somebody is in it", got)
	}
	quiet := minute(20, 0, 0, 0, 0)
	want := (1 - noneTells) * 20 * usualVisits
	if math.Abs(quiet-want) > 1e-9 {
		t.Errorf("evidence %g after 20 walks, want %g", quiet, want)
	}
	if got := minute(0, 0, 0, 0, 0); got != quiet {
		t.Errorf("evidence %g, where nobody walks it stays %g", got, quiet)
	}
	if got := minute(0, 0, 1, 0, 0); math.Abs(got-quiet-aroundTells) > 1e-9 {
		t.Errorf("a way around brings it from %g to %g, want %g more", quiet, got, aroundTells)
	}
	if got := minute(0, 0, 0, 0, 1); math.Abs(got-quiet-aroundTells-turnedTells) > 1e-9 {
		t.Errorf("who turned brings it to %g, want %g", got, quiet+aroundTells+turnedTells)
	}
	if got := minute(0, 0, 0, 1, 0); got >= quiet+aroundTells {
		t.Errorf("evidence %g though somebody must have come through", got)
	}
	if got := minute(0, 1, 0, 0, 0); got != 0 {
		t.Errorf("evidence %g though somebody is in it", got)
	}
}

func TestTheShortestWaysThroughALane(t *testing.T) {
	site := lanesFloor()
	w := newWays(site, lanes(site))
	for _, c := range []struct {
		what string
		a, b [2]float64
		want []bool
	}{
		{"from end to end of a lane", [2]float64{5.3, 9.5}, [2]float64{5.3, 2.5}, []bool{true, false}},
		{"from end to end of the other", [2]float64{7.9, 9.5}, [2]float64{7.9, 2.5}, []bool{false, true}},
		{"past all", [2]float64{12, 10.5}, [2]float64{12, 1.5}, []bool{false, false}},
		{"along the shelves' ends", [2]float64{3, 11}, [2]float64{10, 11}, []bool{false, false}},
		{"between the lanes both are as long", [2]float64{6.6, 11}, [2]float64{6.6, 1}, []bool{false, false}},
	} {
		for range 2 { // found, then known
			if got := w.along(c.a, c.b); !slices.Equal(got, c.want) {
				t.Errorf("%s: %v, want %v", c.what, got, c.want)
			}
		}
	}
	if w.along([2]float64{-100, 0}, [2]float64{5, 5}) != nil {
		t.Error("a way from off the floor")
	}
	if !w.open(5.3, 9.5, 7.9, 11) || w.open(5.3, 5, 7.9, 5) {
		t.Error("open around a corner, and not through shelves: want true and false")
	}
}

// Against every way to pair them.
func TestPairsCostLeast(t *testing.T) {
	rng := rand.New(rand.NewPCG(5, 5))
	for range 300 {
		n, m := 1+rng.IntN(5), rng.IntN(5)
		costs := make([][]float64, n)
		for i := range costs {
			costs[i] = make([]float64, m)
			for j := range costs[i] {
				if costs[i][j] = 3 * rng.Float64(); rng.IntN(5) == 0 {
					costs[i][j] = math.Inf(1)
				}
			}
		}
		const alone = 1.5
		var best func(i int, used int) float64
		best = func(i, used int) float64 {
			if i == n {
				return 0
			}
			least := alone + best(i+1, used)
			for j := range m {
				if used&(1<<j) == 0 {
					least = min(least, costs[i][j]+best(i+1, used|1<<j))
				}
			}
			return least
		}
		got, taken := 0.0, map[int]bool{}
		for i, j := range assign(costs, alone) {
			if j < 0 {
				got += alone
				continue
			}
			if taken[j] {
				t.Fatalf("column %d twice", j)
			}
			taken[j] = true
			got += costs[i][j]
		}
		if want := best(0, 0); math.Abs(got-want) > 1e-6 {
			t.Fatalf("cost %g of %v, want %g", got, costs, want)
		}
	}
}
