// Package crease gives triangles shading normals: smooth where faces meet at
// less than an angle, apart where they meet at more. It knows arrays of
// coordinates only. Start reading at Normals.
package crease

import (
	"math"

	"github.com/glasstwin/glasstwin/scene/geom"
)

// crowd bounds the faces at one place that are compared with each other, so
// that a file of a million triangles in one point ends.
const crowd = 256

// Normals returns corners for the triangles of an indexed list: of each corner
// the vertex that it stands on and its normal (x, y, z, unit length), and the
// triangles by corner. A corner's normal is the mean of the faces at its place,
// weighted by their angles there (Thürmer and Wüthrich 1998), of those that
// turn less than angle, rad, from its own. Places are shared by equal
// coordinates, whatever the indices say. A face without area lends no normal
// and takes that of its neighbours, or +Y.
func Normals(positions []float32, indices []uint32, angle float64) (vertex []uint32, normals []float32, corners []uint32) {
	at := func(v uint32) geom.Vec3 {
		return geom.Vec3{float64(positions[3*v]), float64(positions[3*v+1]), float64(positions[3*v+2])}
	}
	places := make(map[[3]float32]uint32, len(positions)/3)
	place := make([]uint32, len(positions)/3)
	for v := range place {
		key := [3]float32{positions[3*v] + 0, positions[3*v+1] + 0, positions[3*v+2] + 0}
		id, ok := places[key]
		if !ok {
			id = uint32(len(places))
			places[key] = id
		}
		place[v] = id
	}
	start := make([]uint32, len(places)+1)
	for _, v := range indices {
		start[place[v]+1]++
	}
	for i := 1; i < len(start); i++ {
		start[i] += start[i-1]
	}
	star, fill := make([]uint32, len(indices)), append([]uint32(nil), start...)
	faces, weights := make([]geom.Vec3, len(indices)/3), make([]float64, len(indices))
	for t := range faces {
		a, b, c := at(indices[3*t]), at(indices[3*t+1]), at(indices[3*t+2])
		n := b.Sub(a).Cross(c.Sub(a))
		if l := n.Len(); l > 0 && !math.IsInf(l, 0) {
			faces[t] = n.Mul(1 / l)
		}
		for k, way := range [3][2]geom.Vec3{{b.Sub(a), c.Sub(a)}, {c.Sub(b), a.Sub(b)}, {a.Sub(c), b.Sub(c)}} {
			weights[3*t+k] = math.Atan2(way[0].Cross(way[1]).Len(), way[0].Dot(way[1]))
			p := place[indices[3*t+k]]
			star[fill[p]] = uint32(3*t + k)
			fill[p]++
		}
	}
	type key struct {
		vertex uint32
		normal [3]float32
	}
	known := make(map[key]uint32, len(indices)/2)
	limit := math.Cos(math.Max(0, math.Min(angle, math.Pi))) - 1e-9
	corners = make([]uint32, 3*len(faces))
	for i := range corners {
		v, own := indices[i], faces[i/3]
		around := star[start[place[v]]:start[place[v]+1]]
		var sum geom.Vec3
		if len(around) > crowd {
			sum = own
		} else {
			for _, o := range around {
				if n := faces[o/3]; own == (geom.Vec3{}) || n.Dot(own) >= limit {
					sum = sum.Add(n.Mul(weights[o]))
				}
			}
		}
		if sum.Len() < 1e-12 {
			sum = own
		}
		if sum == (geom.Vec3{}) {
			sum = geom.Vec3{0, 1, 0}
		}
		sum = sum.Normalize()
		k := key{v, [3]float32{float32(sum[0]), float32(sum[1]), float32(sum[2])}}
		id, ok := known[k]
		if !ok {
			id = uint32(len(vertex))
			known[k] = id
			vertex = append(vertex, v)
			normals = append(normals, k.normal[:]...)
		}
		corners[i] = id
	}
	return vertex, normals, corners
}
