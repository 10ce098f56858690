package gl

import (
	"math"
	"sync"

	gl41 "github.com/go-gl/gl/v4.1-core/gl"

	"github.com/glasstwin/glasstwin/scene"
	"github.com/glasstwin/glasstwin/scene/geom"
)

// luminaire is a shining surface that lights its surroundings.
type luminaire struct {
	at    geom.Vec3
	power float64 // luminance times area, m²
	group int
	down  bool // shines from a flat, low panel
}

// luminaires is the light of shining surfaces over the scene, worked out anew
// when one of them is dimmed, together with how open each place is.
type luminaires struct {
	list       []luminaire
	box        geom.Box
	nx, ny, nz int
	levels     []float32    // emission factor of each, as it is in light
	light      [][2]float32 // by cell: what arrives, and its upward part
	texels     [][4]float32 // light, part from above (-1..1), openness
	texture    uint32
}

func newLuminaires(sc *scene.Scene, s *stage, full voxels) *luminaires {
	l := &luminaires{box: full.box}
	for _, t := range s.things {
		var area float64
		light := 0.0
		for _, p := range sc.Meshes[t.mesh].Primitives {
			e := sc.Materials[p.Material].Emissive
			if e[0]+e[1]+e[2] < 1e-3 {
				continue
			}
			a := areaOf(p) / 2 // one of two sides
			area += a
			light += a * (0.2126*float64(e[0]) + 0.7152*float64(e[1]) + 0.0722*float64(e[2]))
		}
		const worth = 0.02 // m² of white at full
		if light < worth {
			continue
		}
		m := s.meshes[t.mesh]
		w := s.world[t.node]
		c := m.center
		l.list = append(l.list, luminaire{
			at: geom.Vec3{
				w[0]*c[0] + w[4]*c[1] + w[8]*c[2] + w[12], w[1]*c[0] + w[5]*c[1] + w[9]*c[2] + w[13], w[2]*c[0] + w[6]*c[1] + w[10]*c[2] + w[14],
			},
			power: light, group: t.group, down: area > 0.2 && m.box.Size()[1] < 0.2,
		})
	}
	var open []float32
	l.nx, l.ny, l.nz, open = full.openness()
	l.levels = make([]float32, len(l.list))
	l.light = make([][2]float32, len(open))
	l.texels = make([][4]float32, len(open))
	for i, o := range open {
		l.texels[i] = [4]float32{0, 0, o, 1}
	}
	gl41.GenTextures(1, &l.texture)
	gl41.ActiveTexture(gl41.TEXTURE0 + unitSurroundings)
	gl41.BindTexture(gl41.TEXTURE_3D, l.texture)
	gl41.TexImage3D(gl41.TEXTURE_3D, 0, gl41.RGBA16F, int32(l.nx), int32(l.ny), int32(l.nz), 0, gl41.RGBA, gl41.FLOAT, data(l.texels))
	smoothVolume()
	return l
}

func areaOf(p scene.Primitive) float64 {
	at := func(i uint32) geom.Vec3 {
		return geom.Vec3{float64(p.Positions[3*i]), float64(p.Positions[3*i+1]), float64(p.Positions[3*i+2])}
	}
	sum := 0.0
	for i := 0; i+2 < len(p.Indices); i += 3 {
		a := at(p.Indices[i])
		sum += at(p.Indices[i+1]).Sub(a).Cross(at(p.Indices[i+2]).Sub(a)).Len() / 2
	}
	return sum
}

// follow adds to the volume what luminaires shine more or less than before.
// Light adds up, so that a change of one costs what it alone reaches.
func (l *luminaires) follow(groups []group) {
	from, to := l.nz, 0
	for i := range l.list {
		s := &l.list[i]
		g := &groups[s.group]
		level := g.emission
		if g.hidden {
			level = 0
		}
		change := level - l.levels[i]
		if change < 0.004 && change > -0.004 {
			continue
		}
		l.levels[i] = level
		lo, hi := l.add(s, change)
		from, to = min(from, lo), max(to, hi)
	}
	if to <= from {
		return
	}
	layer := l.nx * l.ny
	for i := from * layer; i < to*layer; i++ {
		e := max(0, l.light[i][0])
		l.texels[i][0], l.texels[i][1] = e, l.light[i][1]/max(e, 1e-6)
	}
	gl41.ActiveTexture(gl41.TEXTURE0 + unitSurroundings)
	gl41.BindTexture(gl41.TEXTURE_3D, l.texture)
	gl41.TexSubImage3D(gl41.TEXTURE_3D, 0, 0, 0, int32(from), int32(l.nx), int32(l.ny), int32(to-from), gl41.RGBA, gl41.FLOAT, data(l.texels[from*layer:]))
}

// faint is the light below which a luminaire is left out of a place, of white.
const faint = 0.006

// add shines one luminaire, times a factor, over the cells that it reaches, and
// returns the layers that changed.
func (l *luminaires) add(s *luminaire, factor float32) (from, to int) {
	size := l.box.Size()
	step := geom.Vec3{size[0] / float64(l.nx), size[1] / float64(l.ny), size[2] / float64(l.nz)}
	reach := math.Sqrt(s.power / (math.Pi * faint))
	var lo, hi [3]int
	for k, n := range [3]int{l.nx, l.ny, l.nz} {
		lo[k] = max(0, int((s.at[k]-reach-l.box.Min[k])/step[k]))
		hi[k] = min(n, int((s.at[k]+reach-l.box.Min[k])/step[k])+1)
	}
	const workers = 2 // of the cores; drawing wants some too
	var wait sync.WaitGroup
	for part := range workers {
		wait.Go(func() {
			for z := lo[2] + part; z < hi[2]; z += workers {
				dz := s.at[2] - l.box.Min[2] - (float64(z)+0.5)*step[2]
				for y := lo[1]; y < hi[1]; y++ {
					dy := s.at[1] - l.box.Min[1] - (float64(y)+0.5)*step[1]
					row := l.light[(z*l.ny+y)*l.nx:]
					for x := lo[0]; x < hi[0]; x++ {
						dx := s.at[0] - l.box.Min[0] - (float64(x)+0.5)*step[0]
						r2 := dx*dx + dy*dy + dz*dz + 0.35 // a panel is no point
						fall := 1 - r2/(reach*reach+0.35)
						if fall <= 0 {
							continue
						}
						cos := dy / math.Sqrt(r2)
						lobe := 0.5
						if s.down {
							lobe = math.Max(0.06, cos)
						}
						e := float32(lobe*s.power/(math.Pi*r2)*math.Min(1, 3*fall)) * factor
						row[x][0] += e
						row[x][1] += e * float32(cos)
					}
				}
			}
		})
	}
	wait.Wait()
	return lo[2], max(lo[2], hi[2])
}

func (l *luminaires) free() { gl41.DeleteTextures(1, &l.texture) }
