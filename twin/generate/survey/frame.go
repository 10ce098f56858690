package survey

import (
	"math"
	"slices"

	"github.com/go-gl/mathgl/mgl64"

	"github.com/glasstwin/glasstwin/scene/geom"
)

// Frame tells how the scan was stood upright.
type Frame struct {
	ToTwin           geom.Mat4 // from the cloud's positions, relative to its offset, to the twin
	Scale            float64   // metres for one unit of the cloud
	Up               geom.Vec3 // in the cloud's frame
	UpStated         bool      // the file named an up axis that agrees
	Tilt             float64   // radians between the up axis and the nearest axis of the file
	UpConfidence     float64   // 0..1
	Yaw              float64   // radians that the scan was turned about up
	Manhattan        float64   // 0..1: share of the wall area along the two main directions
	manhattanAligned bool
}

// Angles of what counts as level, upright or aligned.
var (
	cosLevel   = math.Cos(18 * math.Pi / 180) // of a normal against up
	sinUpright = math.Sin(15 * math.Pi / 180) // of a normal against level
)

const (
	manhattanLeast = 0.2 // share of aligned wall area below which the scan is not turned
	pointsForUp    = 200_000
)

// upright estimates the frame and moves the points into it; heights are set
// so far that the lowest point is at zero.
func (s *Survey) upright(cloud *Cloud, pts []point) {
	sample := make([]point, 0, pointsForUp)
	for i := 0; i < len(pts); i += 1 + len(pts)/pointsForUp {
		if pts[i].N != [3]float32{} {
			sample = append(sample, pts[i])
		}
	}
	stated := cloud.Up
	if stated.Len() > 0 {
		stated = stated.Normalize()
	}
	up, confidence := findUp(sample, stated)
	s.Frame.Up, s.Frame.UpConfidence = up, confidence
	nearest := 0.0
	for axis := range 3 {
		nearest = math.Max(nearest, math.Abs(up[axis]))
	}
	s.Frame.Tilt = math.Acos(math.Min(1, nearest))
	s.Frame.UpStated = stated.Len() > 0 && up.Dot(stated) > 0.9
	if stated.Len() > 0 && !s.Frame.UpStated {
		s.note("the file says that (%.0f %.0f %.0f) is up, but floors and walls say (%.2f %.2f %.2f)", stated[0], stated[1], stated[2], up[0], up[1], up[2])
	}
	rise := mgl64.QuatBetweenVectors(up, geom.Vec3{0, 1, 0})
	if up[1] < -0.999999 {
		rise = mgl64.QuatRotate(math.Pi, geom.Vec3{1, 0, 0})
	} else if up[2] > 0.7 { // as building models do, so that east stays east
		rise = mgl64.QuatBetweenVectors(mgl64.TransformNormal(up, geom.ZUp()), geom.Vec3{0, 1, 0}).Mul(mgl64.Mat4ToQuat(geom.ZUp()))
	}
	turn := rise.Normalize().Mat4()
	turn = plumb(sample, turn).Mul4(turn)
	s.Frame.Up = mgl64.TransformNormal(geom.Vec3{0, 1, 0}, turn.Transpose())
	yaw, share := mainDirection(sample, turn)
	s.Frame.Manhattan = share
	if share >= manhattanLeast {
		s.Frame.Yaw, s.Frame.manhattanAligned = yaw, true
		turn = mgl64.HomogRotate3DY(yaw).Mul4(turn)
	} else {
		s.note("the walls follow no two main directions (%.0f %% do): the scan was not turned", 100*share)
	}
	apply(pts, turn)
	box := [2][3]float64{}
	for axis := range 3 {
		var v []float32
		for i := 0; i < len(pts); i += 1 + len(pts)/100_000 {
			v = append(v, pts[i].P[axis])
		}
		slices.Sort(v)
		box[0][axis], box[1][axis] = float64(v[len(v)/500]), float64(v[len(v)-1-len(v)/500])
	}
	shift := mgl64.Translate3D(-box[0][0], -box[0][1], -box[0][2])
	apply(pts, shift)
	k := s.Frame.Scale
	s.Frame.ToTwin = shift.Mul4(turn).Mul4(mgl64.Scale3D(k, k, k))
}

// lift moves everything so that height y becomes zero.
func (s *Survey) lift(pts []point, y float64) {
	shift := mgl64.Translate3D(0, -y, 0)
	apply(pts, shift)
	s.Frame.ToTwin = shift.Mul4(s.Frame.ToTwin)
}

// apply moves points and normals by a rigid motion.
func apply(pts []point, m geom.Mat4) {
	for i := range pts {
		p, n := &pts[i].P, &pts[i].N
		x, y, z := float64(p[0]), float64(p[1]), float64(p[2])
		u, v, w := float64(n[0]), float64(n[1]), float64(n[2])
		for axis := range 3 {
			p[axis] = float32(m[axis]*x + m[axis+4]*y + m[axis+8]*z + m[axis+12])
			n[axis] = float32(m[axis]*u + m[axis+4]*v + m[axis+8]*w)
		}
	}
}

// mainDirection is the turn about up that sets most walls along the axes,
// within ±45°, and the share of the wall area that it does so for, less what
// would do so by chance.
func mainDirection(pts []point, turn geom.Mat4) (yaw, share float64) {
	const bins = 180 // half a degree each, over a quarter turn
	const quarter = math.Pi / 2
	var hist [bins]float64
	var angles []float64
	for i := range pts {
		n := mgl64.TransformNormal(geom.Vec3{float64(pts[i].N[0]), float64(pts[i].N[1]), float64(pts[i].N[2])}, turn)
		if math.Abs(n[1]) > sinUpright {
			continue
		}
		a := math.Mod(math.Atan2(n[2], n[0])+2*math.Pi, quarter)
		angles = append(angles, a)
		hist[min(bins-1, int(a/quarter*bins))]++
	}
	if len(angles) == 0 {
		return 0, 0
	}
	sum := func(b int) float64 {
		t := 0.0
		for d := -3; d <= 3; d++ {
			t += hist[(b+d+bins)%bins]
		}
		return t
	}
	best := 0
	for b := range bins {
		if sum(b) > sum(best) {
			best = b
		}
	}
	at := (float64(best) + 0.5) / bins * quarter
	for _, cone := range []float64{0.09, 0.06, 0.04, 0.03, 0.03} {
		total, n := 0.0, 0.0
		for _, a := range angles {
			d := math.Remainder(a-at, quarter)
			if math.Abs(d) < cone {
				total += d
				n++
			}
		}
		if n > 0 {
			at += total / n
		}
	}
	hits := 0.0
	for _, a := range angles {
		if math.Abs(math.Remainder(a-at, quarter)) < 0.07 {
			hits++
		}
	}
	chance := 0.14 / quarter
	share = math.Max(0, (hits/float64(len(angles))-chance)/(1-chance))
	return math.Remainder(at, quarter), share // turning by +at about +Y takes the angle at of atan2(z, x) to zero
}
