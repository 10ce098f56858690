package gltf

import (
	"fmt"
	"math"

	"github.com/go-gl/mathgl/mgl64"
	"github.com/qmuntal/gltf"

	"github.com/glasstwin/glasstwin/scene"
	"github.com/glasstwin/glasstwin/scene/geom"
)

// animations turns what moves in a foreign file to joints: a node that only
// turns about one axis, or only slides along one. Nodes whose joints stand in
// their extras have theirs already.
func (r *reader) animations() {
	for i, a := range r.doc.Animations {
		if a == nil {
			continue
		}
		place := fmt.Sprintf("animation %d %s", i, a.Name)
		for _, c := range a.Channels {
			if c == nil || c.Target.Node == nil || *c.Target.Node < 0 || *c.Target.Node >= len(r.nodes) || c.Sampler < 0 || c.Sampler >= len(a.Samplers) || a.Samplers[c.Sampler] == nil {
				continue
			}
			id := r.nodes[*c.Target.Node]
			if id == scene.None || r.out.Nodes[id].Joint != scene.None {
				continue
			}
			s := a.Samplers[c.Sampler]
			times, n, err := r.numbers(s.Input)
			if err != nil || n != 1 || len(times) < 2 {
				continue
			}
			values, n, err := r.numbers(s.Output)
			if err != nil {
				r.note(place, "%v", err)
				continue
			}
			if s.Interpolation == gltf.InterpolationCubicSpline {
				values = middles(values, n)
			}
			name := a.Name
			if name == "" {
				name = r.out.Nodes[id].Name
			}
			seconds := float64(times[len(times)-1] - times[0])
			var j scene.Joint
			ok := false
			switch {
			case c.Target.Path == gltf.TRSRotation && n == 4:
				j, ok = turning(values, r.doc.Nodes[*c.Target.Node].RotationOrDefault(), seconds)
			case c.Target.Path == gltf.TRSTranslation && n == 3:
				j, ok = sliding(values, r.doc.Nodes[*c.Target.Node], seconds)
			}
			if !ok {
				r.note(place, "node %d moves in a way that is no joint; it stays at rest", *c.Target.Node)
				continue
			}
			j.Name = name
			r.out.Nodes[id].Joint = r.out.AddJoint(j)
		}
	}
}

// middles leaves the tangents of a cubic spline off.
func middles(values []float32, n int) []float32 {
	var out []float32
	for i := n; i+2*n <= len(values); i += 3 * n {
		out = append(out, values[i:i+n]...)
	}
	return out
}

// turning finds the one axis that all keys turn about, against the rest pose.
func turning(values []float32, rest [4]float64, seconds float64) (scene.Joint, bool) {
	const apart = 1e-3
	still := mgl64.Quat{W: rest[3], V: mgl64.Vec3{rest[0], rest[1], rest[2]}}.Normalize().Inverse()
	var axis geom.Vec3
	angle, before := 0.0, 0.0
	j := scene.Joint{Kind: scene.Revolute, Min: math.Inf(1), Max: math.Inf(-1)}
	for i := 0; i+3 < len(values); i += 4 {
		q := mgl64.Quat{W: float64(values[i+3]), V: mgl64.Vec3{float64(values[i]), float64(values[i+1]), float64(values[i+2])}}
		if !(q.Len() > 0.5) {
			return j, false
		}
		d := still.Mul(q.Normalize())
		v := d.V.Len()
		turn := 2 * math.Atan2(v, d.W)
		if v > apart {
			along := d.V.Mul(1 / v)
			if axis.Len() == 0 {
				axis = along
			}
			if axis.Cross(along).Len() > 10*apart {
				return j, false
			}
			if axis.Dot(along) < 0 {
				turn = -turn
			}
		}
		angle = before + math.Remainder(turn-before, 2*math.Pi)
		before = angle
		j.Min, j.Max = math.Min(j.Min, angle), math.Max(j.Max, angle)
	}
	if axis.Len() == 0 {
		return j, false
	}
	j.Axis = axis
	if j.Max-j.Min >= 2*math.Pi-0.01 {
		j.Kind, j.Min, j.Max = scene.Continuous, 0, 0
	} else if seconds > 0 {
		j.SpeedMax = (j.Max - j.Min) / seconds
	}
	return j, true
}

// sliding finds the one line that all keys lie on.
func sliding(values []float32, n *gltf.Node, seconds float64) (scene.Joint, bool) {
	rest := geom.Vec3(n.TranslationOrDefault())
	turn := compose([3]float64{}, n.RotationOrDefault(), n.ScaleOrDefault()).Mat3().Inv()
	j := scene.Joint{Kind: scene.Prismatic}
	var axis geom.Vec3
	for i := 0; i+2 < len(values); i += 3 {
		d := turn.Mul3x1(geom.Vec3{float64(values[i]), float64(values[i+1]), float64(values[i+2])}.Sub(rest))
		if axis.Len() == 0 && d.Len() > 1e-6 {
			axis = d.Normalize()
		}
		if d.Len() < 1e-6 {
			continue
		}
		if axis.Cross(d.Normalize()).Len() > 0.02 {
			return j, false
		}
		along := axis.Dot(d)
		j.Min, j.Max = math.Min(j.Min, along), math.Max(j.Max, along)
	}
	if axis.Len() == 0 {
		return j, false
	}
	j.Axis = axis
	if seconds > 0 {
		j.SpeedMax = (j.Max - j.Min) / seconds
	}
	return j, true
}
