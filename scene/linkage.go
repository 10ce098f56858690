package scene

import (
	"math"

	"github.com/go-gl/mathgl/mgl64"

	"github.com/glasstwin/glasstwin/scene/geom"
)

// Figures of the closing of loops. A hinge that is closed to a tenth of a
// micrometre looks and measures closed; the damped steps get there within ten
// or stay where the limits hold them.
const (
	loopClosed   = 1e-7 // metres
	loopSteps    = 40
	loopStages   = 12 // in which a loop is opened from rest
	loopDamping  = 1e-9
	loopNudge    = 1e-6 // rad or m, of numerical derivatives
	loopDampMost = 1e6
)

// Resolve makes joints obey what ties them to each other: joints that mimic
// others follow, and the passive joints of loops move until the loops close or
// their limits hold them. joints holds a position for each joint of the scene,
// rad or m (missing ones are at rest), is changed in place and returned. The
// positions of passive joints are where the search starts, so hand in those of
// the picture before; zeros start from the scene at rest. Loops are closed one
// after another: two that move the same passive joint do not see each other.
// Gap tells how well that went.
func (s *Scene) Resolve(joints []float64) []float64 {
	for len(joints) < len(s.Joints) {
		joints = append(joints, 0)
	}
	for i := range s.Joints {
		if s.Joints[i].Mimic.Ratio != 0 {
			joints[i] = s.followed(joints, JointID(i), len(s.Joints))
		}
	}
	for i := range s.Loops {
		s.closeLoop(&s.Loops[i], joints)
	}
	return joints
}

// followed is the position of a joint after its mimic, whose own may be one.
// depth ends a ring of joints that follow each other.
func (s *Scene) followed(joints []float64, id JointID, depth int) float64 {
	j := &s.Joints[id]
	if j.Mimic.Ratio == 0 || depth == 0 {
		return joints[id]
	}
	return j.within(j.Mimic.Ratio*s.followed(joints, j.Mimic.Of, depth-1) + j.Mimic.Shift)
}

// within holds a position to the limits of the joint; a continuous one has none.
func (j *Joint) within(q float64) float64 {
	if j.Kind == Continuous {
		return q
	}
	return math.Max(j.Min, math.Min(j.Max, q))
}

// Gap is how far the two points of a loop are apart, metres.
func (s *Scene) Gap(l Loop, joints []float64) float64 { return s.apart(&l, joints).Len() }

func (s *Scene) apart(l *Loop, joints []float64) geom.Vec3 {
	return s.inRoot(l.A, l.AtA, joints).Sub(s.inRoot(l.B, l.AtB, joints))
}

// inRoot takes a point of a node's frame to the frame that the node's root
// stands in. It walks up the tree, so that a loop costs what its chain costs
// and not what the whole scene does.
func (s *Scene) inRoot(id NodeID, p geom.Vec3, joints []float64) geom.Vec3 {
	for id != None {
		n := &s.Nodes[id]
		if n.Joint != None && int(n.Joint) < len(joints) {
			p = mgl64.TransformCoordinate(p, s.Joints[n.Joint].Motion(joints[n.Joint]))
		}
		p = mgl64.TransformCoordinate(p, n.Local)
		id = n.Parent
	}
	return p
}

// closeLoop moves the passive joints of one loop. A four-bar hinge closes in
// two ways; when the search starts from rest, the other joints are brought to
// their positions in stages, so that it stays in the way that the rest is in.
func (s *Scene) closeLoop(l *Loop, joints []float64) {
	if len(l.Passive) == 0 {
		return
	}
	cold := true
	for _, p := range l.Passive {
		cold = cold && joints[p] == 0
	}
	if !cold {
		kept := make([]float64, len(l.Passive))
		for k, p := range l.Passive {
			kept[k] = joints[p]
		}
		if s.newton(l, joints) <= loopClosed {
			return
		}
		for k, p := range l.Passive {
			joints[p] = kept[k] // a wide step: start over
		}
	}
	staged := make([]float64, len(joints))
	for stage := 1; stage <= loopStages; stage++ {
		for i, q := range joints {
			if !l.moves(JointID(i)) {
				staged[i] = q * float64(stage) / loopStages
			}
		}
		s.newton(l, staged)
	}
	for _, p := range l.Passive {
		joints[p] = staged[p]
	}
}

func (l *Loop) moves(id JointID) bool {
	for _, p := range l.Passive {
		if p == id {
			return true
		}
	}
	return false
}

// newton is the damped Gauss-Newton step of Levenberg and Marquardt, repeated;
// it returns the gap that is left. Positions stay within their limits.
func (s *Scene) newton(l *Loop, joints []float64) float64 {
	n := len(l.Passive)
	slope := make([]geom.Vec3, n)
	step, kept := make([]float64, n), make([]float64, n)
	normal := make([]float64, n*n)
	gap := s.apart(l, joints)
	damping := loopDamping
	for range loopSteps {
		if gap.Len() <= loopClosed/100 || damping > loopDampMost {
			break
		}
		for k, p := range l.Passive {
			q := joints[p]
			joints[p] = q + loopNudge
			up := s.apart(l, joints)
			joints[p] = q - loopNudge
			slope[k] = up.Sub(s.apart(l, joints)).Mul(0.5 / loopNudge)
			joints[p] = q
			kept[k] = q
		}
		for k := range n {
			for m := range n {
				normal[k*n+m] = slope[k].Dot(slope[m])
			}
			normal[k*n+k] += damping * (1 + normal[k*n+k])
			step[k] = -slope[k].Dot(gap)
		}
		solve(normal, step)
		for k, p := range l.Passive {
			joints[p] = s.Joints[p].within(kept[k] + step[k])
		}
		next := s.apart(l, joints)
		if next.Len() < gap.Len() {
			gap, damping = next, math.Max(damping/10, loopDamping)
			continue
		}
		for k, p := range l.Passive {
			joints[p] = kept[k]
		}
		damping *= 10
	}
	return gap.Len()
}

// solve replaces b by the solution of a symmetric, positive definite system of
// len(b) rows, which it overwrites (Cholesky).
func solve(a, b []float64) {
	n := len(b)
	for k := range n {
		for m := range k {
			sum := a[k*n+m]
			for t := range m {
				sum -= a[k*n+t] * a[m*n+t]
			}
			a[k*n+m] = sum / a[m*n+m]
		}
		sum := a[k*n+k]
		for t := range k {
			sum -= a[k*n+t] * a[k*n+t]
		}
		a[k*n+k] = math.Sqrt(math.Max(sum, 1e-18))
	}
	for k := range n {
		for t := range k {
			b[k] -= a[k*n+t] * b[t]
		}
		b[k] /= a[k*n+k]
	}
	for k := n - 1; k >= 0; k-- {
		for t := k + 1; t < n; t++ {
			b[k] -= a[t*n+k] * b[t]
		}
		b[k] /= a[k*n+k]
	}
}
