package survey

import (
	"math"
	"slices"

	"github.com/glasstwin/glasstwin/scene/geom"
)

// Sizes of stairs, metres unless named otherwise; building codes lie within.
const (
	riseLeast  = 0.12
	riseMost   = 0.23
	goingLeast = 0.2
	goingMost  = 0.45
	stepsLeast = 4
)

// stair tells whether points are a flight: treads at even heights, of which
// each lies further along than the one below.
func (s *Survey) stair(pts []point, members []int32, room int) (Stair, bool) {
	type tread struct {
		y    float64
		x, z float64
		n    float64
	}
	hist := map[int]*tread{}
	floor := s.Rooms[room].FloorY
	box := geom.EmptyBox()
	total := 0.0
	for _, i := range members {
		p := &pts[i]
		box = box.Add(geom.Vec3{float64(p.P[0]), float64(p.P[1]), float64(p.P[2])})
		if math.Abs(float64(p.N[1])) < cosLevel {
			continue
		}
		b := int(math.Floor((float64(p.P[1]) - floor) / 0.02))
		t := hist[b]
		if t == nil {
			t = &tread{}
			hist[b] = t
		}
		t.y += float64(p.P[1])
		t.x += float64(p.P[0])
		t.z += float64(p.P[2])
		t.n++
		total++
	}
	if box.Size()[1] < riseLeast*(stepsLeast-1) || total < 40 {
		return Stair{}, false
	}
	var bins []int
	for b := range hist {
		bins = append(bins, b)
	}
	slices.Sort(bins)
	count := func(b int) float64 {
		if t := hist[b]; t != nil {
			return t.n
		}
		return 0
	}
	var treads []tread
	for _, b := range bins {
		n := count(b-1) + count(b) + count(b+1)
		peak := n > 0.015*total
		for d := -3; d <= 3 && peak; d++ {
			if m := count(b+d-1) + count(b+d) + count(b+d+1); m > n || m == n && d < 0 {
				peak = false
			}
		}
		if !peak {
			continue
		}
		var t tread
		for d := -1; d <= 1; d++ {
			if h := hist[b+d]; h != nil {
				t.y, t.x, t.z, t.n = t.y+h.y, t.x+h.x, t.z+h.z, t.n+h.n
			}
		}
		treads = append(treads, tread{t.y / t.n, t.x / t.n, t.z / t.n, t.n})
	}
	// The longest run of treads with even rises and goings in one direction.
	bestFrom, bestTo := 0, 0
	for from := range treads {
		to := from
		for to+1 < len(treads) {
			a, b := treads[to], treads[to+1]
			rise, going := b.y-a.y, math.Hypot(b.x-a.x, b.z-a.z)
			if rise < riseLeast || rise > riseMost || going < goingLeast*0.8 || going > goingMost*1.2 {
				break
			}
			if to > from {
				z := treads[to-1]
				turn := ((a.x-z.x)*(b.x-a.x) + (a.z-z.z)*(b.z-a.z)) / (math.Hypot(a.x-z.x, a.z-z.z) * going)
				if turn < 0.7 {
					break
				}
			}
			to++
		}
		if to-from > bestTo-bestFrom {
			bestFrom, bestTo = from, to
		}
	}
	if bestTo-bestFrom+1 < stepsLeast {
		return Stair{}, false
	}
	run := treads[bestFrom : bestTo+1]
	first, last := run[0], run[len(run)-1]
	along := geom.Vec2{last.x - first.x, last.z - first.z}
	length := along.Len()
	along = along.Mul(1 / length)
	n := float64(len(run) - 1)
	st := Stair{Box: box, Along: along, Rise: (last.y - first.y) / n, Run: length / n}
	below := int(math.Round((first.y - floor) / st.Rise)) // treads hidden under the first that was seen
	if below > 2 || below < 1 {
		below = 1
	}
	st.Steps = len(run) + below - 1
	var across []float64
	for _, i := range members {
		p := &pts[i]
		if y := float64(p.P[1]); y > first.y-0.05 && y < last.y+0.05 && math.Abs(float64(p.N[1])) > cosLevel {
			across = append(across, -along[1]*(float64(p.P[0])-first.x)+along[0]*(float64(p.P[2])-first.z))
		}
	}
	slices.Sort(across)
	lo, hi := across[len(across)/50], across[len(across)-1-len(across)/50]
	st.Width = hi - lo
	if st.Width < 0.45 {
		return Stair{}, false
	}
	foot := geom.Vec2{first.x, first.z}.Add(along.Mul(-st.Run * (float64(below) - 0.5))).Add(geom.Vec2{-along[1], along[0]}.Mul((lo + hi) / 2))
	st.Foot = geom.Vec3{foot[0], first.y - st.Rise*float64(below), foot[1]}
	even := 0.0
	for i := 1; i < len(run); i++ {
		even += math.Abs(run[i].y - run[i-1].y - st.Rise)
	}
	st.Confidence = math.Max(0.3, math.Min(0.98, 1-1.0/float64(len(run))-3*even/n))
	return st, true
}
