package generate

import (
	"fmt"
	"path"
	"slices"
	"strings"

	"github.com/go-gl/mathgl/mgl64"

	"github.com/glasstwin/glasstwin/scene"
	"github.com/glasstwin/glasstwin/scene/geom"
)

// fileUnit is a length that a file may be drawn in.
type fileUnit struct {
	name   string
	metres float64
}

// units are tried in this order after the one that a format usually has.
var units = []fileUnit{{"m", 1}, {"mm", 0.001}, {"cm", 0.01}, {"in", 0.0254}, {"ft", 0.3048}}

// Formats of COLLADA documents that state no unit, but which way is up: of
// meshes, and of the curved faces that parts are designed with.
const (
	unitless     = "unitless dae"
	unitlessPart = "unitless part"
)

// usualUnit and usualUp are what writers of a format mostly mean.
var (
	usualUnit = map[string]string{"obj": "m", "stl": "mm", "ply": "m", "glb": "m", "gltf": "m", unitless: "m", unitlessPart: "mm"}
	usualUp   = map[string]string{"obj": "y", "stl": "z", "ply": "z"}
)

// Longest extents of what people model, metres.
const (
	extentLeast = 0.03
	extentMost  = 300
	towers      = 3 // times its lesser width: a building lower than that is lower than it is wide
)

// measure brings a model of triangles to metres with +Y up. Its format tells
// neither, so both are guessed from its size and asked. glTF tells both; it is
// asked when its size cannot be, and when it is as large as a building without a
// name in it, as machines in millimetres are. COLLADA tells both, or not its
// unit.
func (g *generation) measure(f File, form string, sc *scene.Scene) {
	box := bounds(sc)
	if usualUnit[form] == "" || box.Empty() {
		return
	}
	size := box.Size()
	name := strings.TrimSuffix(path.Base(f.Name), path.Ext(f.Name))
	answers := g.in.Answers[f.Name]
	best := measured{unit: unitNamed(usualUnit[form]), up: usualUp[form]}
	best.sure = best.likely(name, size, g.classes)
	stated := usualUp[form] == ""
	believed := stated && form != unitless && form != unitlessPart && plausible(best.unit, size)
	if _, answered := answers["units"]; believed && !answered && !(nameless(sc) && max(size[0], size[2]) > buildingLeast) {
		return
	}
	for _, u := range units {
		if believed {
			break
		}
		for _, up := range ups(form) {
			try := measured{unit: u, up: up}
			if try.sure = try.likely(name, size, g.classes); try.sure > best.sure+0.05 {
				best = try
			}
		}
	}
	if a, ok := answers["units"]; ok {
		if slices.ContainsFunc(units, func(u fileUnit) bool { return u.name == a }) {
			best.unit = unitNamed(a)
		} else {
			g.report.note(f.Name, "units", "answer %q is not understood; give one of %s", a, strings.Join(unitNames(), ", "))
		}
	}
	if a, ok := answers["up"]; ok && !stated {
		if slices.Contains(ups(form), a) {
			best.up = a
		} else {
			g.report.note(f.Name, "up", "answer %q is not understood; give y or z", a)
		}
	}
	best.apply(sc, stated)
	d := bounds(sc).Size()
	ask := func(q Question) {
		q.Source = f.Name
		if answers[q.ID] == q.Guess {
			q.Confidence = 1
		}
		g.report.Questions = append(g.report.Questions, q)
	}
	ask(Question{ID: "units", Text: fmt.Sprintf("The model is %.2f m wide, %.2f m high and %.2f m deep in %s. Is that its size?", d[0], d[1], d[2], best.unit.name),
		Guess: best.unit.name, Confidence: best.sure, Choices: unitNames()})
	if !stated {
		ask(Question{ID: "up", Text: "Which axis of the file points up?", Guess: best.up, Confidence: best.sure, Choices: ups(form)})
	}
}

func unitNamed(name string) fileUnit {
	return units[slices.IndexFunc(units, func(u fileUnit) bool { return u.name == name })]
}

func unitNames() []string {
	var out []string
	for _, u := range units {
		out = append(out, u.name)
	}
	return out
}

// ups are the axes that may point up; none when the format says it.
func ups(form string) []string {
	switch usualUp[form] {
	case "y":
		return []string{"y", "z"}
	case "z":
		return []string{"z", "y"}
	}
	return []string{""}
}

func plausible(u fileUnit, size geom.Vec3) bool {
	longest := u.metres * max(size[0], size[1], size[2])
	return longest >= extentLeast && longest <= extentMost
}

// measured is a guess of what a file does not tell.
type measured struct {
	unit fileUnit
	up   string // "" when the format says it
	sure float64
}

// likely is how well a guess fits: best when it makes the thing that the file is
// named for as large as such things are.
func (m measured) likely(name string, size geom.Vec3, classes *classifier) float64 {
	if !plausible(m.unit, size) {
		return 0.2
	}
	if m.up == "z" {
		size = geom.Vec3{size[0], size[2], size[1]}
	}
	size = size.Mul(m.unit.metres)
	if class, sure := classes.classOf(name, size); class != nil {
		return max(0.6, sure)
	}
	if least := min(size[0], size[2]); max(size[0], size[2]) > buildingLeast && size[1] > least && size[1] < towers*least {
		return 0.45
	}
	return 0.55
}

// apply changes the scene. Where the format says which way is up, its nodes are
// kept and stand below a scale.
func (m measured) apply(sc *scene.Scene, nodes bool) {
	scale := mgl64.Scale3D(m.unit.metres, m.unit.metres, m.unit.metres)
	if nodes {
		for i := range sc.Nodes {
			if n := &sc.Nodes[i]; n.Parent == scene.None {
				n.Local = scale.Mul4(n.Local)
			}
		}
		return
	}
	turn := geom.Identity()
	if m.up == "z" {
		turn = geom.ZUp()
	}
	both := turn.Mul4(scale)
	for i := range sc.Meshes {
		for k := range sc.Meshes[i].Primitives {
			p := &sc.Meshes[i].Primitives[k]
			for v := 0; v+2 < len(p.Positions); v += 3 {
				at := mgl64.TransformCoordinate(geom.Vec3{float64(p.Positions[v]), float64(p.Positions[v+1]), float64(p.Positions[v+2])}, both)
				n := mgl64.TransformNormal(geom.Vec3{float64(p.Normals[v]), float64(p.Normals[v+1]), float64(p.Normals[v+2])}, turn)
				for axis := range 3 {
					p.Positions[v+axis], p.Normals[v+axis] = float32(at[axis]), float32(n[axis])
				}
			}
		}
	}
}
