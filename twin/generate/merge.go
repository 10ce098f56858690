package generate

import (
	"cmp"
	"context"
	"fmt"
	"math"
	"slices"

	"github.com/go-gl/mathgl/mgl64"

	"github.com/glasstwin/glasstwin/scene"
	"github.com/glasstwin/glasstwin/scene/geom"
	"github.com/glasstwin/glasstwin/twin"
)

// What counts as one thing told twice, metres.
const (
	sameWallShare = 0.6  // of a wall's faces on faces of another
	sameRoomShare = 0.5  // of a room's floor within another
	sameOpening   = 0.6  // between the middles of doors and windows
	sameLevel     = 0.3  // between slabs
	sameFixture   = 0.5  // between things of one class
	differsBy     = 0.05 // less is what drawings and scans differ by anyway
)

// register lays all sources in the frame of the one that is believed most, and
// joins their buildings. Lists of fixtures are in that frame by convention.
func (g *generation) register(ctx context.Context) error {
	slices.SortStableFunc(g.findings, func(a, b *finding) int { return cmp.Compare(rank[a.kind], rank[b.kind]) })
	var base *finding
	for _, f := range g.findings {
		if err := ctx.Err(); err != nil {
			return err
		}
		if base == nil {
			base = &finding{source: f.source, kind: f.kind, building: f.building, assets: f.assets}
			g.building, g.source = f.building, f.source
			continue
		}
		g.layOn(base, f)
		if f.building != nil {
			if base.building == nil {
				base.building, g.source = f.building, f.source
			} else {
				g.mergeBuilding(base, f)
			}
		}
		base.assets = append(base.assets, f.assets...)
		g.building = base.building
	}
	if g.building != nil {
		g.spaces = g.building.Spaces
	}
	for _, f := range g.findings {
		if f.building != nil && f.building.Location != nil && g.site.Location == nil {
			g.site.Location = f.building.Location
		}
	}
	return nil
}

// layOn moves a finding into the frame of the base.
func (g *generation) layOn(base, f *finding) {
	if f.settled {
		return
	}
	r, ok := register(featuresOf(base), featuresOf(f))
	switch {
	case !ok:
		g.report.note(f.source, "", "how it lies to %s was not found: too little of the two looks alike. It stays where its own coordinates put it; give two things, rooms or fixtures, the same names in both", base.source)
	case r.doubtful:
		f.apply(r.motion)
		g.report.note(f.source, "", "laid on %s: %s; another place fits about as well. Give two things, rooms or fixtures, the same names in both to be sure", base.source, r)
	default:
		f.apply(r.motion)
		g.report.note(f.source, "", "laid on %s: %s", base.source, r)
	}
}

// mergeBuilding adds to the base what only the other source tells of the
// building.
func (g *generation) mergeBuilding(base, other *finding) {
	walls := newScorer(featuresOf(&finding{building: base.building}), features{})
	twice, taken := map[string]bool{}, map[string]bool{}
	for _, e := range other.building.Elements {
		same, ok := sameElement(base, other, e, walls, taken)
		if !ok {
			continue
		}
		twice[e.Entity], taken[same.Entity] = true, true
		g.report.Merged++
		g.compare(base, other, same, e)
	}
	g.addRooms(base, other)
	other.rename(base.building, twice)
	base.building.Scan = base.building.Scan.with(other.building.Scan) // apply has moved it
	added := without(other.building.Scene, twice)
	base.building.Scene.Append(added, scene.None)
	kept := 0
	for _, e := range other.building.Elements {
		if !twice[e.Entity] {
			base.building.Elements = append(base.building.Elements, e)
			kept++
		}
	}
	g.report.note(other.source, "", "%d elements of the building are in %s too; %d are told here only and were added", len(twice), base.source, kept)
}

// rename gives the elements that stay names which no element of the base has.
func (f *finding) rename(base *Building, gone map[string]bool) {
	taken := map[string]bool{}
	for _, e := range base.Elements {
		taken[e.Entity] = true
	}
	renamed := map[string]string{}
	for i, e := range f.building.Elements {
		if taken[e.Entity] && !gone[e.Entity] {
			renamed[e.Entity] = e.Entity + "@" + slug(f.source, "other")
			f.building.Elements[i].Entity = renamed[e.Entity]
		}
	}
	for i, n := range f.building.Scene.Nodes {
		if name, ok := renamed[n.Entity]; ok {
			f.building.Scene.Nodes[i].Entity = name
		}
	}
}

// sameElement finds the element of the base that is the same thing. Walls and
// floors are cut up differently by each source, so one may be the same as several;
// of other things, each is the same as one.
func sameElement(base, other *finding, e Element, walls *scorer, taken map[string]bool) (Element, bool) {
	kind := kindOfElement(e.Type)
	if base.kind == KindIFC && other.kind == KindIFC { // their ids are unique in the world
		if i := slices.IndexFunc(base.building.Elements, func(b Element) bool { return b.Entity == e.Entity }); i >= 0 {
			return base.building.Elements[i], true
		}
	}
	if e.Box.Empty() {
		return Element{}, false
	}
	mid := e.Box.Center()
	best, least := Element{}, math.Inf(1)
	for _, b := range base.building.Elements {
		if kindOfElement(b.Type) != kind || b.Box.Empty() {
			continue
		}
		d := b.Box.Center().Sub(mid)
		away := math.Hypot(d[0], d[2])
		switch kind {
		case "wall":
			if overlap(b.Box, e.Box) <= 0 {
				continue
			}
		case "slab", "roof", "ceiling", "covering":
			if math.Abs(d[1]) > sameLevel || overlap(b.Box, e.Box) < sameRoomShare*overlap(e.Box, e.Box) {
				continue
			}
		default:
			if taken[b.Entity] || away > sameOpening || math.Abs(d[1]) > sameOpening {
				continue
			}
		}
		if away < least {
			best, least = b, away
		}
	}
	if math.IsInf(least, 1) {
		return Element{}, false
	}
	if kind == "wall" {
		one := &Building{Scene: only(other.building.Scene, e.Entity), Elements: []Element{e}}
		points := wallPoints(one)
		met := 0
		for _, w := range points {
			if _, ok := walls.nearest(w.at, w.angle, 2*wallStep); ok {
				met++
			}
		}
		return best, len(points) > 0 && float64(met) >= sameWallShare*float64(len(points))
	}
	return best, true
}

// compare notes what two tellings of an element differ in.
func (g *generation) compare(base, other *finding, a, b Element) {
	kind := kindOfElement(a.Type)
	if kind != "door" && kind != "window" && kind != "column" {
		return // walls and slabs are cut up differently by each source
	}
	say := func(what string, va, vb float64) {
		if math.Abs(va-vb) > differsBy {
			g.report.Conflicts = append(g.report.Conflicts, Conflict{
				What:  fmt.Sprintf("%s at %.1f, %.1f: %s", kind, a.Box.Center()[0], -a.Box.Center()[2], what),
				Kept:  Claim{base.source, a.Name, fmt.Sprintf("%.2f m", va)},
				Other: Claim{other.source, b.Name, fmt.Sprintf("%.2f m", vb)},
			})
		}
	}
	say("width", wide(only(base.building.Scene, a.Entity)), wide(only(other.building.Scene, b.Entity)))
	say("height", a.Box.Size()[1], b.Box.Size()[1])
}

// wide is the longer side, seen from above, of the tightest rectangle around a
// thing, however it is turned.
func wide(sc *scene.Scene) float64 {
	var points []geom.Vec2
	for i, world := range sc.World(nil, nil) {
		n := sc.Nodes[i]
		if n.Mesh == scene.None {
			continue
		}
		for _, p := range sc.Meshes[n.Mesh].Primitives {
			for k := 0; k+2 < len(p.Positions); k += 3 {
				q := mgl64.TransformCoordinate(geom.Vec3{float64(p.Positions[k]), float64(p.Positions[k+1]), float64(p.Positions[k+2])}, world)
				points = append(points, geom.Vec2{q[0], q[2]})
			}
		}
	}
	least, side := math.Inf(1), 0.0
	for deg := range 90 {
		s, c := math.Sincos(float64(deg) * math.Pi / 180)
		lo, hi := geom.Vec2{math.Inf(1), math.Inf(1)}, geom.Vec2{math.Inf(-1), math.Inf(-1)}
		for _, p := range points {
			for k, v := range [2]float64{c*p[0] + s*p[1], -s*p[0] + c*p[1]} {
				lo[k], hi[k] = min(lo[k], v), max(hi[k], v)
			}
		}
		if d := hi.Sub(lo); d[0]*d[1] < least {
			least, side = d[0]*d[1], max(d[0], d[1])
		}
	}
	return side
}

// addRooms takes the rooms that the base does not have.
func (g *generation) addRooms(base, other *finding) {
	for _, s := range other.building.Spaces {
		if len(s.Outline) < 3 {
			continue
		}
		i := slices.IndexFunc(base.building.Spaces, func(b Space) bool {
			return math.Abs(b.FloorY-s.FloorY) < 2*sameLevel && covered(s.Outline, b.Outline) > sameRoomShare
		})
		if i < 0 {
			base.building.Spaces = append(base.building.Spaces, s)
			continue
		}
		g.report.Merged++
		b := base.building.Spaces[i]
		if have, told := areaOf(b.Outline), areaOf(s.Outline); math.Abs(have-told) > 0.1*have {
			g.report.Conflicts = append(g.report.Conflicts, Conflict{
				What: "room " + b.Name + ": area",
				Kept: Claim{base.source, b.Name, fmt.Sprintf("%.1f m²", have)}, Other: Claim{other.source, s.Name, fmt.Sprintf("%.1f m²", told)},
			})
		}
	}
}

// covered is the share of one outline that lies within another.
func covered(one, other []geom.Vec2) float64 {
	const across = 16 // points of a grid, each way
	lo, hi := one[0], one[0]
	for _, p := range one {
		for k := range 2 {
			lo[k], hi[k] = min(lo[k], p[k]), max(hi[k], p[k])
		}
	}
	in, both := 0, 0
	for i := range across {
		for k := range across {
			p := geom.Vec2{lo[0] + (hi[0]-lo[0])*(float64(i)+0.5)/across, lo[1] + (hi[1]-lo[1])*(float64(k)+0.5)/across}
			if inside(one, p) {
				in++
				if inside(other, p) {
					both++
				}
			}
		}
	}
	return float64(both) / float64(max(1, in))
}

// mergeAssets joins what the sources other than lists tell of things with what
// the lists placed. The same thing is one of the same id, or of the same class
// at the same place.
func (g *generation) mergeAssets() {
	for _, f := range g.findings {
		for _, a := range f.assets {
			i := slices.IndexFunc(g.site.Assets, func(b twin.Asset) bool { return key(string(b.ID)) == key(string(a.ID)) })
			if i < 0 {
				i = g.sameAsset(a)
			}
			if i < 0 {
				g.site.Assets = append(g.site.Assets, a)
				if a.Shape != "" {
					g.addShape(f, a.ID, a.ID)
				}
				continue
			}
			g.report.Merged++
			g.compareAssets(&g.site.Assets[i], a)
			if g.site.Assets[i].Shape == f.source && a.Shape != "" {
				g.addShape(f, a.ID, g.site.Assets[i].ID)
			}
		}
	}
}

// addShape takes the shape that a finding brings for one of its assets into the
// building's scene, under the id that the asset has in the site.
func (g *generation) addShape(f *finding, id, as twin.AssetID) {
	if f.shapes == nil {
		return
	}
	own := only(f.shapes, string(id))
	for i := range own.Nodes {
		if own.Nodes[i].Entity == string(id) {
			own.Nodes[i].Entity = string(as)
		}
	}
	if g.building == nil {
		g.building = &Building{Scene: &scene.Scene{}}
	}
	g.building.Scene.Append(own, scene.None)
}

func (g *generation) sameAsset(a twin.Asset) int {
	best, least := -1, sameFixture
	for i, b := range g.site.Assets {
		if b.Class != a.Class || b.Provenance.Source == a.Provenance.Source {
			continue
		}
		if d := b.Pose.Position.Sub(a.Pose.Position); math.Hypot(d[0], d[2]) < least {
			best, least = i, math.Hypot(d[0], d[2])
		}
	}
	return best
}

// compareAssets keeps have, fills in what only other tells, and notes what they
// differ in.
func (g *generation) compareAssets(have *twin.Asset, other twin.Asset) {
	claim := func(what, a, b string) {
		g.report.Conflicts = append(g.report.Conflicts, Conflict{
			What: fmt.Sprintf("%s: %s", have.ID, what),
			Kept: Claim{have.Provenance.Source, have.Provenance.Entity, a}, Other: Claim{other.Provenance.Source, other.Provenance.Entity, b},
		})
	}
	if have.Class != other.Class {
		claim("class", have.Class, other.Class)
	} else {
		for k, name := range []string{"width", "height", "depth"} {
			if math.Abs(have.Size[k]-other.Size[k]) > differsBy {
				claim(name, fmt.Sprintf("%.2f m", have.Size[k]), fmt.Sprintf("%.2f m", other.Size[k]))
			}
		}
	}
	if d := have.Pose.Position.Sub(other.Pose.Position); math.Hypot(d[0], d[2]) > 2*differsBy {
		claim("place", fmt.Sprintf("%.2f, %.2f", have.Pose.Position[0], -have.Pose.Position[2]), fmt.Sprintf("%.2f, %.2f", other.Pose.Position[0], -other.Pose.Position[2]))
	}
	if len(have.Products) == 0 {
		have.Products = other.Products
	}
	if have.Shape == "" {
		have.Shape = other.Shape // a list of fixtures tells no shapes
	}
	for name, v := range other.Params {
		if _, ok := have.Params[name]; !ok {
			if have.Params == nil {
				have.Params = map[string]float64{}
			}
			have.Params[name] = v
		}
	}
}

// overlap is the area that two boxes share seen from above, m².
func overlap(a, b geom.Box) float64 {
	x := min(a.Max[0], b.Max[0]) - max(a.Min[0], b.Min[0])
	z := min(a.Max[2], b.Max[2]) - max(a.Min[2], b.Min[2])
	return max(0, x) * max(0, z)
}

// without is a scene less the nodes of some entities. What hangs below them and
// belongs to another entity stays where it is.
func without(sc *scene.Scene, gone map[string]bool) *scene.Scene {
	return keep(sc, func(entity string) bool { return !gone[entity] })
}

// only is the part of a scene that depicts one entity.
func only(sc *scene.Scene, entity string) *scene.Scene {
	return keep(sc, func(e string) bool { return e == entity })
}

func keep(sc *scene.Scene, wanted func(entity string) bool) *scene.Scene {
	out := &scene.Scene{Materials: sc.Materials, Images: sc.Images}
	entities, world := sc.Entities(), sc.World(nil, nil)
	place := make([]scene.NodeID, len(sc.Nodes))
	meshes, joints := map[scene.MeshID]scene.MeshID{}, map[scene.JointID]scene.JointID{}
	for i, n := range sc.Nodes {
		place[i] = scene.None
		if !wanted(entities[i]) {
			continue
		}
		if n.Parent != scene.None && place[n.Parent] != scene.None {
			n.Parent = place[n.Parent]
		} else if n.Parent != scene.None {
			n.Parent, n.Local, n.Entity = scene.None, world[i], entities[i]
		}
		if n.Mesh != scene.None {
			id, known := meshes[n.Mesh]
			if !known {
				id = out.AddMesh(sc.Meshes[n.Mesh])
				meshes[n.Mesh] = id
			}
			n.Mesh = id
		}
		if n.Joint != scene.None {
			id, known := joints[n.Joint]
			if !known {
				id = out.AddJoint(sc.Joints[n.Joint])
				joints[n.Joint] = id
			}
			n.Joint = id
		}
		place[i] = out.AddNode(n)
	}
	for i := range out.Joints {
		if m := &out.Joints[i].Mimic; m.Ratio != 0 {
			of, kept := joints[m.Of]
			if m.Of = of; !kept { // it stays where it is
				*m = scene.Mimic{}
			}
		}
	}
	for _, l := range sc.Loops {
		a, b := place[l.A], place[l.B]
		if a == scene.None || b == scene.None {
			continue
		}
		l.A, l.B = a, b
		passive := make([]scene.JointID, 0, len(l.Passive))
		for _, j := range l.Passive {
			if id, kept := joints[j]; kept {
				passive = append(passive, id)
			}
		}
		l.Passive = passive
		out.Loops = append(out.Loops, l)
	}
	return out
}
