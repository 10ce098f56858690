package gl

import (
	"sync"

	gl41 "github.com/go-gl/gl/v4.1-core/gl"

	"github.com/glasstwin/glasstwin/render"
	"github.com/glasstwin/glasstwin/render/sky"
	"github.com/glasstwin/glasstwin/scene/geom"
)

// outside is the light around the scene: the studio, or the sky while the sun
// stands where a frame says. That of another hour is worked out on a goroutine,
// a tenth of a second, while frames are drawn in the one before, and uploaded in
// 0.3 ms; free waits for it. The first frame gets a rough one in a fifth of the time.
type outside struct {
	patient bool // frames wait for their own light
	texture uint32
	shown   *surroundings
	known   [2]*surroundings // the newest, and the one used before
	aired   *sky.Air         // made when it is first wanted, by the one goroutine
	coming  chan *surroundings
	busy    bool // something is worked out
	wait    sync.WaitGroup
}

// surroundings is light from all around, as it is looked up.
type surroundings struct {
	sun     geom.Vec3  // that it was asked for; zero: the studio
	light   *sky.Light // nil: the studio
	rough   bool       // it is there for the first frame only
	diffuse [9][4]float32
	faces   [mirrorLevels][6][][3]float32
}

// sunStep is how far the sun moves before its light is worked out anew, as the
// square of a chord: a quarter of a degree.
const sunStep = 0.0044 * 0.0044

func (o *outside) prepare() {
	o.coming = make(chan *surroundings, 1)
	o.texture = newMirror()
}

// follow brings the light up to date for the sun of a frame; pending tells that
// its own is still to come.
func (o *outside) follow(sun geom.Vec3, first bool) (pending bool) {
	if n := sun.Len(); n > 1e-9 && n < 1e9 {
		sun = sun.Mul(1 / n)
	} else {
		sun = geom.Vec3{}
	}
	if o.busy {
		select {
		case s := <-o.coming:
			o.take(s)
		default:
		}
	}
	for !o.knows(sun) {
		if o.busy && !o.patient && o.shown != nil {
			return true
		}
		if !o.busy {
			o.begin(sun, o.shown == nil && !o.patient)
			continue
		}
		o.take(<-o.coming)
	}
	if o.shown.rough && !o.busy && !first {
		o.begin(sun, false)
	}
	return o.shown.rough
}

// take keeps what was worked out, and shows it if nothing is shown yet.
func (o *outside) take(s *surroundings) {
	o.busy = false
	o.known[1], o.known[0] = o.known[0], s
	if o.shown == nil || !o.patient {
		o.show(s)
	}
}

// knows shows the light of a sun if it was worked out. Two are known: a picture
// of before and after shows both.
func (o *outside) knows(sun geom.Vec3) bool {
	for i, s := range o.known {
		if s == nil || s.rough && o.patient {
			continue
		}
		if d := sun.Sub(s.sun); d.Dot(d) < sunStep {
			if i == 1 { // the other is forgotten first
				o.known[0], o.known[1] = o.known[1], o.known[0]
			}
			if s != o.shown {
				o.show(s)
			}
			return true
		}
	}
	return false
}

// begin has the light of a sun worked out; nothing else may be under way.
func (o *outside) begin(sun geom.Vec3, rough bool) {
	o.busy = true
	o.wait.Go(func() {
		s := &surroundings{sun: sun, rough: rough}
		o.make(s)
		o.coming <- s
	})
}

// toward is the direction that shadows are cast from.
func (o *outside) toward(f *render.Frame) geom.Vec3 {
	if l := o.shown.light; l != nil {
		return l.Toward
	}
	return f.SunDirection()
}

// make works the light out.
func (o *outside) make(s *surroundings) {
	radiance := surround
	if s.sun != (geom.Vec3{}) {
		if o.aired == nil {
			o.aired = sky.NewAir()
		}
		s.light = o.aired.Light(s.sun)
		radiance = s.light.Radiance
	}
	if s.rough {
		s.diffuse = irradiance(radiance, irradianceRough)
		s.faces[0] = filtered(radiance, 0)
		for level := 1; level < mirrorLevels; level++ {
			s.faces[level] = shrunk(s.faces[level-1], mirrorEdge>>level)
		}
		return
	}
	s.diffuse = irradiance(radiance, irradianceFine)
	if s.light == nil {
		for level := range s.faces {
			s.faces[level] = filtered(surround, level)
		}
		return
	}
	s.faces[0] = filtered(radiance, 0)
	from := cube{mirrorEdge, &s.faces[0]}
	for level := 1; level < mirrorLevels; level++ {
		s.faces[level] = filtered(from.radiance, level)
	}
}

// show uploads the light.
func (o *outside) show(s *surroundings) {
	o.shown = s
	gl41.ActiveTexture(gl41.TEXTURE0 + unitEnvironment)
	gl41.BindTexture(gl41.TEXTURE_CUBE_MAP, o.texture)
	for level, faces := range s.faces {
		edge := int32(mirrorEdge >> level)
		for face, texels := range faces {
			gl41.TexSubImage2D(gl41.TEXTURE_CUBE_MAP_POSITIVE_X+uint32(face), int32(level), 0, 0, edge, edge, gl41.RGB, gl41.FLOAT, data(texels))
		}
	}
}

func (o *outside) free() {
	o.wait.Wait()
	gl41.DeleteTextures(1, &o.texture)
}
