package app

import (
	"math"
	"time"

	"github.com/glasstwin/glasstwin/scene"
	"github.com/glasstwin/glasstwin/twin"
)

// motion turns signals into joint positions. A joint without live data keeps
// still where it was last seen.
type motion struct {
	scene  *scene.Scene
	joints []scene.Joint
	last   []float64 // positions before, from which passive joints are sought
	turned []float64 // position of each continuous joint, rad or m
}

func newMotion(sc *scene.Scene) *motion {
	return &motion{scene: sc, joints: sc.Joints, last: make([]float64, len(sc.Joints)), turned: make([]float64, len(sc.Joints))}
}

// positions returns the position and, for continuous joints, the speed of every
// joint. Continuous joints advance by step.
func (m *motion) positions(latest func(twin.SignalID) twin.Sample, step time.Duration) (at, speed []float64) {
	at, speed = make([]float64, len(m.joints)), make([]float64, len(m.joints))
	for i, j := range m.joints {
		var s twin.Sample
		if j.Drive != "" {
			s = latest(twin.SignalID(j.Drive))
		}
		known := j.Drive != "" && !math.IsNaN(s.Value)
		switch {
		case j.Kind == scene.Continuous:
			if known && s.Live() {
				speed[i] = j.Position(s.Value)
			}
			m.turned[i] = wrap(m.turned[i]+speed[i]*step.Seconds(), j)
			at[i] = m.turned[i]
		case known:
			at[i] = j.Position(s.Value)
		case j.Drive == "":
			at[i] = j.Position(math.NaN()) // where it stands by default
		}
	}
	for _, l := range m.scene.Loops {
		for _, p := range l.Passive {
			at[p] = m.last[p]
		}
	}
	at = m.scene.Resolve(at)
	copy(m.last, at)
	return at, speed
}

// wrapMetres keeps the travel of a belt small enough for float32 shaders.
const wrapMetres = 1000

func wrap(q float64, j scene.Joint) float64 {
	if j.Max > j.Min { // a belt states its length as its range
		return math.Mod(q, wrapMetres*(j.Max-j.Min))
	}
	return math.Mod(q, 2*math.Pi)
}
