package perceive

import (
	"math"
	"slices"
	"strconv"

	"github.com/glasstwin/glasstwin/twin"
)

// floors are sales floors by their people: how many, how fast they come, and
// whether they wait.
func floors() *family {
	return &family{
		name:    "floor",
		sites:   []string{"store"},
		classes: []class{{Name: "co2-crowding", Part: "people"}, {Name: "queue-surge", Part: "queue"}},
		find: func(site *twin.Site, m *memory) []*thing {
			counters := having(site, m, "in", "out", "occupancy")
			if len(counters) == 0 {
				return nil
			}
			t := &thing{asset: counters[0].ID, kind: "floor", roots: map[string]twin.AssetID{}, near: map[string]twin.AssetID{}}
			if till := first(site, "checkout"); till != "" {
				t.roots["queue-surge"] = till
			}
			return []*thing{t}
		},
		of: floorRow,
	}
}

func floorRow(m *memory, t *thing, r *row) {
	inside := m.of(t.asset, "occupancy")
	var in, out series
	for _, a := range having(m.site, m, "in", "out", "occupancy") {
		plus := func(x, y float64) float64 { return x + y }
		if in == nil {
			in, out = m.of(a.ID, "in"), m.of(a.ID, "out")
			continue
		}
		in, out = zip(in, m.of(a.ID, "in"), plus), zip(out, m.of(a.ID, "out"), plus)
	}
	came := func(s series, b int) float64 { return s.now() - s.window(b, b+1).few(0, 1) }
	for _, b := range []int{1, 2, 3, 5, 10, 20} {
		r.add("people in, "+minutes(b), "", "in", came(in, b))
	}
	for _, b := range []int{2, 5, 15} {
		r.add("people out, "+minutes(b), "", "out", came(out, b))
	}
	for _, b := range []int{1, 2, 4, 8, 15, 30} {
		r.add("people more, "+minutes(b), "", "occupancy", came(inside, b))
	}
	r.add("more people than came, 3 min", "", "occupancy", came(inside, 3)-came(in, 3)+came(out, 3))
	r.add("more people than came, 8 min", "", "occupancy", came(inside, 8)-came(in, 8)+came(out, 8))
	r.add("more people than came, 20 min", "", "occupancy", came(inside, 20)-came(in, 20)+came(out, 20))
	r.add("people", "", "occupancy", inside.now())
	r.add("people, 15 min", "", "occupancy", inside.mean(0, 15))
	r.add("people, 30 to 60 min ago", "", "occupancy", inside.mean(30, 60))
	r.add("people, against past", "", "occupancy", inside.mean(0, 5)-inside.past())
	r.add("people in an hour, usual", "", "in", (in.window(10, 70).now()-in.window(69, 70).few(0, 1))/1)
	chance, party := together(in, 0)
	lately := chance
	for ago := 1; ago < partyKnown; ago++ {
		if c, p := together(in, ago); !(c <= lately) {
			lately, party = c, p
		}
	}
	r.add("people in beyond chance", "", "in", chance)
	r.add("people in beyond chance, 12 min", "", "in", lately)
	r.add("people who came in together, 12 min", "", "in", party)
	r.add("carbon dioxide, 5 min", "ppm", "climate/co2", middle(m, "climate-sensor", "co2", 0, 5))
	r.add("carbon dioxide, change in 10 min", "ppm", "climate/co2", middle(m, "climate-sensor", "co2", 0, 3)-middle(m, "climate-sensor", "co2", 10, 13))
	r.add("carbon dioxide, change in half an hour", "ppm", "climate/co2", middle(m, "climate-sensor", "co2", 0, 3)-middle(m, "climate-sensor", "co2", 30, 35))
	waiting := total(m, "checkout", "queue-length", 0, 1)
	tills := total(m, "checkout", "open", 0, 1)
	r.add("people at the tills", "", "queue-length", waiting)
	r.add("people at the tills, 3 min", "", "queue-length", total(m, "checkout", "queue-length", 0, 3))
	r.add("people at the tills, 15 min", "", "queue-length", total(m, "checkout", "queue-length", 0, 15))
	r.add("people at the tills, change in 5 min", "", "queue-length", waiting-total(m, "checkout", "queue-length", 5, 7))
	r.add("people at an open till", "", "queue-length", ratio(waiting, tills))
	r.add("tills open", "", "open", tills)
	r.add("tills open, change in 15 min", "", "open", tills-total(m, "checkout", "open", 15, 16))
	r.add("people on the floor for a till", "", "occupancy", ratio(inside.now(), tills))
	r.add("staff free", "", "available", total(m, "staff-terminal", "available", 0, 1))
	r.add("fresh air dampers", "%", "damper-position", middle(m, "hvac-unit", "damper-position", 0, 5))
}

const (
	partyIn    = 6   // minutes at most in which a party comes in
	partyKnown = 12  // minutes for which it is told of
	comeLeast  = 0.3 // people a minute: fewer than usual come when a shop has just opened
)

// together tells of those who came in just before some minutes ago how unlikely it is
// that chance alone brought so many at once (decades, of a Poisson process at the rate
// of the hour before), and how many came beyond the usual, over those minutes of which
// it is least likely. NaN where it is not known who came.
func together(in series, ago int) (chance, party float64) {
	n := len(in) - ago
	if n <= 0 {
		return math.NaN(), math.NaN()
	}
	s := in[:n]
	now := s.now()
	before := s.window(10, 70)
	first := slices.IndexFunc(before, func(v float64) bool { return v == v })
	if now != now || first < 0 {
		return math.NaN(), math.NaN()
	}
	last := len(before) - 1
	for before[last] != before[last] {
		last--
	}
	usual := comeLeast
	if last > first && before[last] >= before[first] {
		usual = max(usual, (before[last]-before[first])/float64(last-first))
	}
	for b := 2; b <= partyIn; b++ {
		then := s.window(b, b+1).now()
		if came, mean := now-then, usual*float64(b); came > mean {
			if d := surprise(came, mean); d > chance {
				chance, party = d, came-mean
			}
		}
	}
	return chance, party
}

// surprise is the negative decimal logarithm of how likely a Poisson variable of a
// mean is so large or larger.
func surprise(came, mean float64) float64 {
	k := math.Ceil(came)
	gamma, _ := math.Lgamma(k + 1)
	first := k*math.Log(mean) - mean - gamma
	sum, term := 1.0, 1.0
	for i := k + 1; term > 1e-6*sum; i++ {
		term *= mean / i
		sum += term
	}
	return max(0, -(first+math.Log(sum))/math.Ln10)
}

func minutes(n int) string {
	return strconv.Itoa(n) + " min"
}

// lanes between rows of shelves: a row's gap to what stands next to it, wide enough
// to walk in.
const (
	laneNarrow = 0.8 // m
	laneWide   = 3.2
	laneLong   = 4.0
	headroom   = 2.0  // what hangs higher, lights and air handlers, is in nobody's way
	middlePart = 0.32 // of a lane's length, about its middle, that nobody is in when it is blocked there
)

// aisles are the lanes between rows of shelves, by whom cameras see in them.
func aisles() *family {
	return &family{
		name:    "aisle",
		sites:   []string{"store"},
		each:    true,
		classes: []class{{Name: "aisle-blocked", Part: "aisle"}},
		alike:   []string{"co2-crowding"}, // of many people none comes into a lane
		find: func(site *twin.Site, m *memory) []*thing {
			var camera twin.AssetID
			for _, a := range site.Assets {
				if m.tracks[twin.SignalOf(a.ID, "positions")] != nil {
					camera = a.ID
					break
				}
			}
			if camera == "" {
				return nil
			}
			var out []*thing
			all := lanes(site)
			floor := newWalkers(site, all)
			for i, c := range all {
				out = append(out, &thing{asset: camera, kind: "aisle", number: i + 1, detail: "aisle " + strconv.Itoa(i+1), corners: c, floor: floor})
			}
			return out
		},
		of: aisleRow,
		like: []string{"seen in the middle, 10 min", "seen in the middle, 20 min", "seen in the middle, 30 min", "expected since somebody was in the middle", "seen in it, 20 min",
			"visits of those expected, 20 min", "visits expected since the last", "evidence that nobody can come through",
			"evidence beyond what chance brings in an hour"},
	}
}

// lanes finds the walkways between rows of shelves, from the west.
func lanes(site *twin.Site) [][4]float64 {
	type rectangle struct {
		x0, z0, x1, z1 float64
		shelf          bool
	}
	var all []rectangle
	for _, a := range site.Assets {
		w, d := a.Size[0], a.Size[2]
		if w <= 0 || d <= 0 || a.Pose.Position[1] >= headroom {
			continue
		}
		if q := math.Mod(math.Abs(a.Pose.Yaw), math.Pi); q > math.Pi/4 && q < 3*math.Pi/4 {
			w, d = d, w
		}
		x, z := a.Pose.Position[0], a.Pose.Position[2]
		all = append(all, rectangle{x - w/2, z - d/2, x + w/2, z + d/2, a.Class == "gondola-shelf"})
	}
	// Rows: shelves whose middles share an x, as far as they stand together.
	var rows []rectangle
	for _, s := range all {
		if !s.shelf {
			continue
		}
		i := slices.IndexFunc(rows, func(r rectangle) bool { return math.Abs((r.x0+r.x1)-(s.x0+s.x1)) < 0.6 })
		if i < 0 {
			rows = append(rows, s)
			continue
		}
		r := &rows[i]
		r.x0, r.z0, r.x1, r.z1 = min(r.x0, s.x0), min(r.z0, s.z0), max(r.x1, s.x1), max(r.z1, s.z1)
	}
	slices.SortFunc(rows, func(a, b rectangle) int {
		switch {
		case a.x0 < b.x0:
			return -1
		case a.x0 > b.x0:
			return 1
		}
		return 0
	})
	var out [][4]float64
	for _, r := range rows {
		if r.z1-r.z0 < laneLong {
			continue
		}
		next := math.Inf(1)
		for _, o := range all {
			if overlap := min(o.z1, r.z1) - max(o.z0, r.z0); o.x0 > r.x1+0.2 && overlap > 0.5 {
				next = min(next, o.x0)
			}
		}
		if w := next - r.x1; w >= laneNarrow && w <= laneWide {
			out = append(out, [4]float64{r.x1, r.z0, next, r.z1})
		}
	}
	return out
}

func aisleRow(m *memory, t *thing, r *row) {
	watch := t.watched(m)
	mid, whole, all := watch.mid, watch.whole, watch.all
	people := func(s series, b int) float64 {
		n, k := 0.0, 0
		for _, v := range s.window(0, b) {
			if v == v {
				n += v
				k++
			}
		}
		if k == 0 {
			return math.NaN()
		}
		return n * float64(b) / float64(k)
	}
	for _, b := range []int{5, 10, 15, 20, 25, 30} {
		r.add("seen in the middle, "+minutes(b), "person·min", "positions", people(mid, b))
		r.add("expected in the middle by the floor's people, "+minutes(b), "person·min", "positions", people(all, b)*watch.share)
	}
	r.add("seen in it, 10 min", "person·min", "positions", people(whole, 10))
	r.add("seen in it, 20 min", "person·min", "positions", people(whole, 20))
	r.add("on the floor, 20 min", "person·min", "positions", people(all, 20))
	// Silence: how many were to be expected since the last one was seen there.
	expected, quiet := 0.0, 0.0
	for i := len(mid) - 1; i >= 0; i-- {
		if mid[i] > 0 {
			break
		}
		if all[i] == all[i] {
			expected += all[i] * watch.share
		}
		quiet++
	}
	r.add("expected since somebody was in the middle", "person·min", "positions", expected)
	r.add("since somebody was in the middle", "min", "positions", min(quiet, 90))
	r.add("longest at one spot in the middle", "min", "positions", watch.longest)
	r.add("usual share in the middle", "", "positions", watch.share)
	r.add("ends against middle, 20 min", "person·min", "positions", people(whole, 20)-people(mid, 20))
	r.add("people in, 20 min", "", "in", floorRate(m, 20))
	r.add("people in, since somebody was in the middle", "", "in", floorRate(m, int(min(quiet, kept-2))))
	r.add("minutes with somebody in the middle, of 30 before", "min", "positions", 30*mid.window(int(min(quiet, 90)), int(min(quiet, 90))+30).share(30, 0))
	r.add("minutes with somebody in the middle, usual share", "", "positions", mid.window(20, kept).share(kept, 0))
	if t.floor == nil {
		newWalkers(&twin.Site{}, make([][4]float64, 1)).row(0, r)
		return
	}
	t.floor.row(t.number-1, r)
}

// floorRate is how many people came in over the last minutes.
func floorRate(m *memory, b int) float64 {
	n := math.NaN()
	for _, a := range having(m.site, m, "in", "out", "occupancy") {
		s := m.of(a.ID, "in")
		if v := s.now() - s.window(b, b+1).few(0, 1); v == v {
			if n != n {
				n = 0
			}
			n += v
		}
	}
	return n
}
