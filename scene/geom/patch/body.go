package patch

import (
	"context"
	"errors"
	"fmt"
	"math"
	"runtime"
	"sync"

	"github.com/glasstwin/glasstwin/scene/geom"
)

// Options say how near triangles come to their surfaces.
type Options struct {
	// Chord is how far edges and triangles may be from curve and surface, metres;
	// 0.3 mm when it is zero.
	Chord float64
	// Angle is how much a curve or surface may turn along one edge, radians; 20°
	// when it is zero.
	Angle float64
	// MaxTriangles bounds the triangles of one face; 200 000 when it is zero.
	MaxTriangles int
}

func (o Options) usual() Options {
	if !(o.Chord > 0) {
		o.Chord = 3e-4
	}
	if !(o.Angle > 0) {
		o.Angle = math.Pi / 9
	}
	o.Angle = math.Min(o.Angle, math.Pi/4)
	if o.MaxTriangles <= 0 {
		o.MaxTriangles = 200_000
	}
	return o
}

// Mesh is the triangles of faces. Faces that share an edge share its points, so
// that a closed body has each directed edge of a triangle's points once, and
// once the other way.
type Mesh struct {
	Points  []geom.Vec3
	Patches []Patch // one for each face
}

// Patch is the triangles of one face, counter-clockwise seen from the side to
// which it looks. Its vertices name points of the mesh; one point may be several
// vertices, along a seam and at a pole. Normals are those of the surface, UVs
// metres along it (at the middle of the face, on one that bends both ways).
type Patch struct {
	Vertices  []int32
	Normals   []geom.Vec3
	UVs       []geom.Vec2
	Triangles [][3]int32 // of vertices
	Loops     [][]int32  // the points that bound it, the face to their left; also of a face that cannot be made
}

// ErrTooMany is why a face fails that needs more triangles than it may have.
var ErrTooMany = errors.New("it needs too many triangles")

// triesMax is how often edges are cut finer when the chords of a face's loops
// cross, as they do in a thin ring.
const triesMax = 4

// Tessellate makes the triangles of faces. A face that cannot be made has an
// empty patch and is named in the error, which joins one for each such face;
// the others are made. Work is bounded by Options.MaxTriangles for each face.
func Tessellate(ctx context.Context, faces []Face, o Options) (*Mesh, error) {
	o = o.usual()
	fine := map[*Edge]int{}
	for try := 0; ; try++ {
		mesh, errs, err := tessellate(ctx, faces, o, fine)
		if err != nil {
			return nil, err
		}
		again := false
		for i, err := range errs {
			if errors.Is(err, errCross) && try < triesMax {
				for _, l := range faces[i].Loops {
					for _, u := range l.Uses {
						if !line(u.Edge.Curve) {
							fine[u.Edge] = try + 1
							again = true
						}
					}
				}
			}
		}
		if !again {
			return mesh, errors.Join(errs...)
		}
	}
}

// chain is the points of an edge, from its first vertex to its last.
type chain []int32

// welding numbers points of vertices and edges.
type welding struct {
	o        Options
	fine     map[*Edge]int
	points   []geom.Vec3
	vertices map[*Vertex]int32
	edges    map[*Edge]chain
}

func (w *welding) vertex(v *Vertex) int32 {
	if i, ok := w.vertices[v]; ok {
		return i
	}
	w.points = append(w.points, v.Point)
	w.vertices[v] = int32(len(w.points) - 1)
	return int32(len(w.points) - 1)
}

func (w *welding) edge(e *Edge) (chain, error) {
	if c, ok := w.edges[e]; ok {
		return c, nil
	}
	if e == nil || e.Curve == nil || e.From == nil || e.To == nil || !finite(e.From.Point) || !finite(e.To.Point) {
		return nil, errors.New("an edge lacks its curve or an end")
	}
	from, to := e.Curve.Range()
	if !(to > from) || !(to-from < infinite) {
		return nil, errors.New("an edge's curve has no ends")
	}
	finer := math.Pow(4, float64(w.fine[e]))
	at := Flatten(e.Curve, from, to, edgeShare*w.o.Chord/finer, w.o.Angle)
	if e.From == e.To && len(at) < 4 {
		at = []float64{from, from + (to-from)/3, from + (to-from)*2/3, to}
	}
	c := chain{w.vertex(e.From)}
	for _, t := range at[1 : len(at)-1] {
		p, _ := e.Curve.Eval(t)
		if !finite(p) {
			return nil, errors.New("an edge's curve runs to infinity")
		}
		if p.Sub(w.points[c[len(c)-1]]).Len() < 10*meetReach || p.Sub(e.To.Point).Len() < 10*meetReach {
			continue // a break beside another, or beside an end
		}
		w.points = append(w.points, p)
		c = append(c, int32(len(w.points)-1))
	}
	c = append(c, w.vertex(e.To))
	w.edges[e] = c
	return c, nil
}

// loop is the points of a loop, each once.
func (w *welding) loop(l Loop) ([]int32, error) {
	var out []int32
	for _, u := range l.Uses {
		c, err := w.edge(u.Edge)
		if err != nil {
			return nil, err
		}
		n := len(c)
		if start := c[0]; true {
			if u.Reversed {
				start = c[n-1]
			}
			if len(out) > 0 && out[len(out)-1] != start {
				return nil, fmt.Errorf("a loop is not connected at %s", place(w.points[start]))
			}
		}
		for k := range c {
			i := c[k]
			if u.Reversed {
				i = c[n-1-k]
			}
			if len(out) == 0 || out[len(out)-1] != i {
				out = append(out, i)
			}
		}
	}
	if len(out) > 1 {
		if out[0] != out[len(out)-1] {
			return nil, fmt.Errorf("a loop is not closed at %s", place(w.points[out[0]]))
		}
		out = out[:len(out)-1]
	}
	return out, nil
}

func tessellate(ctx context.Context, faces []Face, o Options, fine map[*Edge]int) (*Mesh, []error, error) {
	w := &welding{o: o, fine: fine, vertices: map[*Vertex]int32{}, edges: map[*Edge]chain{}}
	loops := make([][][]int32, len(faces))
	errs := make([]error, len(faces))
	for i := range faces {
		if err := ctx.Err(); err != nil {
			return nil, nil, err
		}
		loops[i], errs[i] = w.face(&faces[i])
	}
	made := make([]*facing, len(faces))
	var wait sync.WaitGroup
	workers := min(runtime.GOMAXPROCS(0), 1+len(faces)/8)
	for k := range workers {
		wait.Add(1)
		go func() {
			defer wait.Done()
			for i := k; i < len(faces) && ctx.Err() == nil; i += workers {
				if errs[i] != nil {
					continue
				}
				f := &facing{face: &faces[i], s: faces[i].Surface, limits: o, points: w.points, poleVertex: w.vertices}
				made[i] = f
				errs[i] = f.run(loops[i])
			}
		}()
	}
	wait.Wait()
	if err := ctx.Err(); err != nil {
		return nil, nil, err
	}
	mesh := &Mesh{Points: w.points, Patches: make([]Patch, len(faces))}
	for i, f := range made {
		mesh.Patches[i].Loops = loops[i]
		if errs[i] != nil {
			errs[i] = &FaceError{i, faces[i].Name, errs[i]}
			continue
		}
		base := int32(len(mesh.Points) - len(w.points))
		for k, v := range f.Vertices {
			if int(v) >= len(w.points) {
				f.Vertices[k] = v + base
			}
		}
		f.Loops = loops[i]
		mesh.Points = append(mesh.Points, f.extra...)
		mesh.Patches[i] = f.Patch
	}
	return mesh, errs, nil
}

// face is the loops of a face as points.
func (w *welding) face(f *Face) ([][]int32, error) {
	if f.Surface == nil {
		return nil, errors.New("it has no surface")
	}
	var out [][]int32
	for _, l := range f.Loops {
		if l.Vertex != nil {
			w.vertex(l.Vertex)
		}
		if len(l.Uses) == 0 {
			continue
		}
		loop, err := w.loop(l)
		if err != nil {
			return nil, err
		}
		if len(loop) > 1 {
			out = append(out, loop)
		}
	}
	return out, nil
}

// FaceError tells which face cannot be made, and why.
type FaceError struct {
	Index int // among the faces given
	Name  string
	Err   error
}

func (e *FaceError) Error() string { return fmt.Sprintf("face %s: %v", e.Name, e.Err) }

// Unwrap gives the reason.
func (e *FaceError) Unwrap() error { return e.Err }
