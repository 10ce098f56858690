package gl

import (
	"math"
	"unsafe"

	gl41 "github.com/go-gl/gl/v4.1-core/gl"

	"github.com/glasstwin/glasstwin/render"
	"github.com/glasstwin/glasstwin/render/sky"
	"github.com/glasstwin/glasstwin/scene/geom"
)

// frameBinding is the uniform buffer point of frameBlock.
const frameBinding = 0

// frameBlock is what all shaders know of a frame: the block Frame of
// frame.glsl, in std140 layout (mat4 and vec4 only).
type frameBlock struct {
	clip      [16]float32 // world to clip space
	unclip    [16]float32 // and back
	shadow    [16]float32 // world to the sun's map, 0..1
	eye       [4]float32  // position; exposure
	sun       [4]float32  // direction towards it; 1 when it casts shadows
	sunLight  [4]float32  // its radiance × π; how much ambient light there is
	picture   [4]float32  // width, height, pixels; 1 when dark; 1 when draft
	sky       [4]float32  // background at the top; 1 when the cube of what lies around is the sky of an hour
	horizon   [4]float32
	ground    [4]float32
	volume    [4]float32 // corner of the light volumes; 1 when there are some
	volumeFit [4]float32 // 1 over their size, 1/m; strength of the luminaires
	diffuse   [9][4]float32
	near      [cascadesMost][16]float32 // world to the sun's finer maps, 0..1
	soft      [cascadesMost + 1][4]float32
	cut       [4]float32 // normal towards what is taken away; offset
	turn      [4]float32 // number of the exposure, for what is strewn; strength of what shines; 1 when luminaires are of colours
}

func matrix(m geom.Mat4) (out [16]float32) {
	for i, v := range m {
		out[i] = float32(v)
	}
	return out
}

func point(v geom.Vec3, w float32) [4]float32 {
	return [4]float32{float32(v[0]), float32(v[1]), float32(v[2]), w}
}

// lighting sets the part of the block that follows the light.
func (b *frameBlock) lighting(f *render.Frame, around *surroundings, lamps *luminaires) {
	b.diffuse = around.diffuse
	b.picture[2], b.picture[3], b.turn[1], b.turn[2] = 0, 0, 1, 0
	if lamps.tinge != nil {
		b.turn[2] = 1
	}
	b.eye[3] = 0.62
	if f.Draft {
		b.picture[3] = 1
	}
	if f.Dark {
		b.picture[2] = 1
	}
	if around.light != nil {
		b.clock(f, around.light, lamps)
		return
	}
	b.sun = point(f.SunDirection(), b.sun[3])
	b.sunLight = [4]float32{3.3, 3.1, 2.75, 0.58}
	b.sky, b.horizon, b.ground = [4]float32{0.62, 0.72, 0.84, 0}, [4]float32{0.90, 0.92, 0.94, 0}, [4]float32{0.74, 0.75, 0.77, 0}
	b.volumeFit[3] = 0.22
	if f.Dark {
		b.sky, b.horizon, b.ground = [4]float32{0.020, 0.026, 0.036, 0}, [4]float32{0.060, 0.070, 0.086, 0}, [4]float32{0.018, 0.021, 0.026, 0}
		b.sunLight = [4]float32{1.0, 1.1, 1.3, 0.34}
		b.volumeFit[3] = 0.8
	}
}

// clock lights the scene as it is at the hour of the frame's sun.
func (b *frameBlock) clock(f *render.Frame, l *sky.Light, lamps *luminaires) {
	x := lamps.exposure(f.Camera, l) / float64(b.eye[3]*filmStop)
	b.sun = point(l.Toward, b.sun[3])
	b.sunLight = point(l.Beam.Mul(math.Pi*x), float32(x))
	b.sky, b.ground = [4]float32{3: 1}, point(l.Ground.Mul(x), 0)
	b.horizon = point(geom.Vec3{}, 0)
	b.volumeFit[3] = float32(lampUnit * x)
	b.turn[1] = float32(shineDay * x)
}

// filmStop is the factor before the curve of film in frame.glsl.
const filmStop = 0.72

func (b *frameBlock) upload(to *stream) {
	to.put(gl41.UNIFORM_BUFFER, unsafe.Pointer(b), int(unsafe.Sizeof(*b)))
	gl41.BindBufferBase(gl41.UNIFORM_BUFFER, frameBinding, to.id)
}
