package gltf

import (
	"math"

	"github.com/go-gl/mathgl/mgl64"
	"github.com/qmuntal/gltf"

	"github.com/glasstwin/glasstwin/scene"
	"github.com/glasstwin/glasstwin/scene/codec/gltf/meshopt"
	"github.com/glasstwin/glasstwin/scene/geom"
)

func translation(v geom.Vec3) geom.Mat4 { return mgl64.Translate3D(v[0], v[1], v[2]) }

// place sets a node's transform: its parts where they give it, else the matrix.
// An animated node must have parts (glTF 2.0, 3.5.3), and a light file is
// content with parts that give it to twelve digits. It tells whether what was set
// reads back exactly.
func place(n *gltf.Node, m geom.Mat4, parts, light bool) bool {
	if m == geom.Identity() {
		return true
	}
	t := [3]float64{m[12], m[13], m[14]}
	if m == mgl64.Translate3D(t[0], t[1], t[2]) {
		n.Translation = t
		return true
	}
	tr, q, s, ok := decompose(m)
	if ok && (parts || compose(tr, q, s) == m || light && near(compose(tr, q, s), m, 1e-12)) {
		n.Translation, n.Rotation, n.Scale = tr, q, s
		return compose(tr, q, s) == m
	}
	if ok {
		n.Matrix = [16]float64(m)
	}
	return ok
}

// decompose parts a matrix without shear; false when it has some.
func decompose(m geom.Mat4) (t [3]float64, q [4]float64, s [3]float64, ok bool) {
	t = [3]float64{m[12], m[13], m[14]}
	var c [3]geom.Vec3
	for k := range 3 {
		c[k] = geom.Vec3{m[4*k], m[4*k+1], m[4*k+2]}
		s[k] = c[k].Len()
		if s[k] < 1e-12 {
			return t, [4]float64{0, 0, 0, 1}, s, false
		}
		c[k] = c[k].Mul(1 / s[k])
	}
	if c[0].Cross(c[1]).Dot(c[2]) < 0 {
		s[0], c[0] = -s[0], c[0].Mul(-1)
	}
	for k := range 3 {
		if math.Abs(c[k].Dot(c[(k+1)%3])) > 1e-6 {
			return t, [4]float64{0, 0, 0, 1}, s, false
		}
	}
	turn := mgl64.Mat4ToQuat(geom.Mat4{c[0][0], c[0][1], c[0][2], 0, c[1][0], c[1][1], c[1][2], 0, c[2][0], c[2][1], c[2][2], 0, 0, 0, 0, 1}).Normalize()
	q = [4]float64{turn.V[0], turn.V[1], turn.V[2], turn.W}
	for k := range 3 {
		if math.Abs(s[k]-1) < 1e-14 {
			s[k] = 1
		}
	}
	return t, q, s, near(compose(t, q, s), m, 1e-6)
}

// parted writes a sheared matrix as two that glTF can have: what stretches, and
// the turn before it (singular values, by Jacobi's rotations of MᵀM).
func parted(m geom.Mat4) (outer, inner geom.Mat4) {
	a := m.Mat3()
	square := a.Transpose().Mul3(a)
	v := mgl64.Ident3()
	for range 30 {
		for _, pair := range [3][2]int{{0, 1}, {0, 2}, {1, 2}} {
			i, k := pair[0], pair[1]
			off := square.At(i, k)
			if math.Abs(off) < 1e-300 {
				continue
			}
			angle := 0.5 * math.Atan2(2*off, square.At(k, k)-square.At(i, i))
			s, c := math.Sincos(angle)
			turn := mgl64.Ident3()
			turn.Set(i, i, c)
			turn.Set(k, k, c)
			turn.Set(i, k, s)
			turn.Set(k, i, -s)
			square = turn.Transpose().Mul3(square).Mul3(turn)
			v = v.Mul3(turn)
		}
	}
	if v.Det() < 0 {
		v.SetCol(2, v.Col(2).Mul(-1))
	}
	stretched := a.Mul3(v) // columns stand square to each other
	outer, inner = stretched.Mat4(), v.Transpose().Mat4()
	outer[12], outer[13], outer[14] = m[12], m[13], m[14]
	return outer, inner
}

func near(a, b geom.Mat4, by float64) bool {
	for i := range a {
		if math.Abs(a[i]-b[i]) > by*(1+math.Abs(b[i])) {
			return false
		}
	}
	return true
}

// Clips of joints.
const (
	clipSpeedTurn  = 1.2 // rad/s where a joint states no speed
	clipSpeedSlide = 0.3 // m/s
	clipShortest   = 0.5 // seconds
	clipLongest    = 20
	keyTurn        = math.Pi / 2 // between keys: shortest arcs must not be ambiguous
)

// clips writes an animation for each joint that moves a node: from its lower
// limit to its upper one and back, with those that follow it.
func (w *writer) clips() {
	nodes := map[scene.JointID][]int{}
	for i, n := range w.sc.Nodes {
		if n.Joint != scene.None {
			nodes[n.Joint] = append(nodes[n.Joint], i)
		}
	}
	for id := range w.sc.Joints {
		id := scene.JointID(id)
		j := w.sc.Joints[id]
		if len(nodes[id]) == 0 || j.Kind == scene.Fixed || j.Belt() || j.Mimic.Ratio != 0 || w.passive(id) {
			continue
		}
		name := j.Name
		if j.Drive != "" {
			name = j.Drive
		}
		clip := &gltf.Animation{Name: name}
		path, seconds := sweep(j)
		if len(path) < 2 {
			continue
		}
		times := make([]float32, len(path))
		for k := range times {
			times[k] = float32(seconds * float64(k) / float64(len(path)-1))
		}
		input := w.accessor(streamKey{meshopt.Attributes, meshopt.None, 4, "raw"}, floatBytes(times), gltf.ComponentFloat, gltf.AccessorScalar, false, len(times))
		w.doc.Accessors[input].Min, w.doc.Accessors[input].Max = []float64{0}, []float64{float64(times[len(times)-1])}
		for other := range w.sc.Joints {
			o := w.sc.Joints[other]
			follows := scene.JointID(other) == id
			if o.Mimic.Ratio != 0 && o.Mimic.Of == id {
				follows = true
			}
			if !follows {
				continue
			}
			for _, n := range nodes[scene.JointID(other)] {
				w.channel(clip, input, n, o, path, scene.JointID(other) != id)
			}
		}
		if len(clip.Channels) > 0 {
			w.doc.Animations = append(w.doc.Animations, clip)
		}
	}
}

// passive tells whether a joint is moved by a closed chain and not by itself.
func (w *writer) passive(id scene.JointID) bool {
	for _, l := range w.sc.Loops {
		for _, p := range l.Passive {
			if p == id {
				return true
			}
		}
	}
	return false
}

// sweep is the positions of a joint over its clip, and how long that takes.
func sweep(j scene.Joint) (path []float64, seconds float64) {
	lo, hi := j.Min, j.Max
	speed := j.SpeedMax
	if j.Kind == scene.Continuous {
		lo, hi = 0, 2*math.Pi
	}
	if !(hi > lo) {
		return nil, 0
	}
	steps := 1
	switch {
	case j.Kind == scene.Prismatic && speed <= 0:
		speed = clipSpeedSlide
	case j.Kind != scene.Prismatic:
		if speed <= 0 {
			speed = clipSpeedTurn
		}
		steps = int(math.Ceil((hi-lo)/keyTurn + 1e-9))
	}
	steps = max(1, min(steps, 1000))
	for k := range steps + 1 {
		path = append(path, lo+(hi-lo)*float64(k)/float64(steps))
	}
	seconds = math.Max(clipShortest, math.Min(clipLongest, (hi-lo)/speed))
	if j.Kind != scene.Continuous { // and back
		for k := len(path) - 2; k >= 0; k-- {
			path = append(path, path[k])
		}
		seconds *= 2
	}
	return path, seconds
}

// channel moves one node through the path of the joint that leads.
func (w *writer) channel(clip *gltf.Animation, input, n int, j scene.Joint, path []float64, follows bool) {
	node := w.doc.Nodes[w.moved[n]]
	t, q, s := node.TranslationOrDefault(), node.RotationOrDefault(), node.ScaleOrDefault()
	if node.MatrixOrDefault() != gltf.DefaultMatrix {
		return // sheared: glTF cannot move it
	}
	rest := mgl64.Quat{W: q[3], V: mgl64.Vec3{q[0], q[1], q[2]}}
	var values []float32
	property, form := gltf.TRSRotation, gltf.AccessorVec4
	for _, at := range path {
		if follows {
			at = math.Max(j.Min, math.Min(j.Max, j.Mimic.Ratio*at+j.Mimic.Shift))
		}
		if j.Kind == scene.Prismatic {
			property, form = gltf.TRSTranslation, gltf.AccessorVec3
			move := geom.Vec3{j.Axis[0] * s[0], j.Axis[1] * s[1], j.Axis[2] * s[2]}.Mul(at)
			p := geom.Vec3(t).Add(rest.Rotate(move))
			values = append(values, float32(p[0]), float32(p[1]), float32(p[2]))
			continue
		}
		r := rest.Mul(mgl64.QuatRotate(at, j.Axis)).Normalize()
		values = append(values, float32(r.V[0]), float32(r.V[1]), float32(r.V[2]), float32(r.W))
	}
	stride := 16
	if form == gltf.AccessorVec3 {
		stride = 12
	}
	output := w.accessor(streamKey{meshopt.Attributes, meshopt.None, stride, "raw"}, floatBytes(values), gltf.ComponentFloat, form, false, len(path))
	clip.Samplers = append(clip.Samplers, &gltf.AnimationSampler{Input: input, Output: output})
	clip.Channels = append(clip.Channels, &gltf.AnimationChannel{Sampler: len(clip.Samplers) - 1, Target: gltf.AnimationChannelTarget{Node: gltf.Index(w.moved[n]), Path: property}})
}
