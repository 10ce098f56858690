package catalogue

import (
	"fmt"
	"io"
	"math"
	"slices"
	"strings"

	"github.com/go-gl/mathgl/mgl64"

	"github.com/glasstwin/glasstwin/scene"
	"github.com/glasstwin/glasstwin/scene/geom"
	"github.com/glasstwin/glasstwin/twin"
)

// Problem is something about a class that is allowed and yet not right.
type Problem struct {
	File  string `json:"file"`
	Line  int    `json:"line"` // 0: of the whole file
	Class string `json:"class"`
	What  string `json:"what"`
	Mend  string `json:"mend"`
}

// String is one line as compilers write it.
func (p Problem) String() string {
	at := p.File
	if p.Line > 0 {
		at = fmt.Sprintf("%s:%d", p.File, p.Line)
	}
	return fmt.Sprintf("%s: %s; %s", at, p.What, p.Mend)
}

// Units lists the units that a signal may have, as UCUM and people write them.
func Units() []string {
	return []string{"", "%", "°", "°C", "K", "W", "kW", "Wh", "kWh", "A", "V", "Hz", "Pa", "kPa", "bar", "m", "mm", "m/s", "m²", "m³", "m³/h",
		"l", "l/min", "kg", "g", "lx", "ppm", "dB", "1/min", "s", "min", "h", "µg/m³", "var", "VA", "W/m²", "€/kWh"}
}

// Limits on what a class may cost and how far it may reach.
const (
	triangleBudget = 40000 // of one asset without goods, in its usual size
	clearanceMost  = 5     // metres from the asset
	uvMost         = 0.01  // share by which a texture may be stretched
	closedWithin   = 1e-5  // metres within which corners are one
	limitMost      = 10    // metres or radians of a joint
	paramsBothMost = 6     // parameters whose least and most are tried together
)

// Replace reads a class file in the place of the class of the same name.
func (c *Catalogue) Replace(file string, r io.Reader) (*Class, error) {
	data, err := io.ReadAll(io.LimitReader(r, fileMax+1))
	if err != nil {
		return nil, fmt.Errorf("%s: %w", file, err)
	}
	class, err := Parse(file, data)
	if err != nil {
		return nil, err
	}
	c.mu.Lock()
	delete(c.classes, class.Name)
	c.mu.Unlock()
	return c.Add(file, data)
}

// linter collects what is wrong with one class.
type linter struct {
	class *Class
	found []Problem
}

func (l *linter) add(line int, mend, what string, args ...any) {
	l.found = append(l.found, Problem{File: l.class.file, Line: line, Class: l.class.Name, What: fmt.Sprintf(what, args...), Mend: mend})
}

// Lint lists what is not right about a class beyond what Read refuses.
func (c *Catalogue) Lint(class *Class) []Problem {
	l := &linter{class: class}
	l.words()
	l.aliases(c)
	l.signals()
	l.plans()
	l.joints()
	l.sizes(c)
	l.solids(c)
	return l.found
}

func (l *linter) words() {
	titled := func(what string, t Text) {
		for _, lang := range []string{"en", "ko"} {
			if t[lang] == "" {
				l.add(0, "add it", "%s has no title in %q", what, lang)
			}
		}
	}
	c := l.class
	titled("the class", c.Title)
	if c.Group == "" {
		l.add(0, fmt.Sprintf("add group: one of %v", Groups()), "the class stands in no group")
	}
	for _, s := range c.Signals {
		titled("signal "+s.Name, s.Title)
	}
	for _, f := range c.Failures {
		titled("failure "+f.Name, f.Title)
	}
	for _, r := range c.Remedies {
		titled("remedy "+string(r.Name), r.Title)
	}
	for _, r := range c.Clearance {
		titled("clearance", r.Why)
	}
}

// aliases must name one class, or a name from elsewhere would mean either.
func (l *linter) aliases(c *Catalogue) {
	seen := map[string]bool{}
	for _, a := range l.class.Aliases {
		if seen[a] {
			l.add(0, "name it once", "alias %q stands twice", a)
		}
		seen[a] = true
		for _, other := range c.Classes() {
			if other != l.class && (other.Name == a || slices.Contains(other.Aliases, a)) {
				l.add(0, "leave it to one of them", "alias %q is also one of class %q", a, other.Name)
			}
		}
	}
}

func (l *linter) signals() {
	names := map[string]string{}
	for _, s := range l.class.Signals {
		if !slices.Contains(Units(), s.Unit) {
			l.add(0, "use one of "+strings.Join(Units()[1:], ", "), "signal %q has the unknown unit %q", s.Name, s.Unit)
		}
		if s.Kind == twin.Analog && len(s.Range) != 2 {
			l.add(0, "add range: [low, high]", "signal %q has no range", s.Name)
		}
		for _, n := range append([]string{s.Name}, s.Also...) {
			if have, twice := names[n]; twice {
				l.add(0, "rename one", "signals %q and %q share the name %q", have, s.Name, n)
			}
			names[n] = s.Name
		}
	}
}

// plans checks that clearances lie at the asset and ports point out of it.
func (l *linter) plans() {
	c := l.class
	sc, err := c.scope(c.UsualSize(), nil)
	if err != nil {
		return // Read said so
	}
	r := &reader{scope: sc}
	for _, k := range c.Clearance {
		lo, hi := r.span(k.Box, "box")
		size := c.UsualSize()
		own := geom.Box{Min: geom.Vec3{-size[0] / 2, 0, -size[2] / 2}, Max: geom.Vec3{size[0] / 2, size[1], size[2] / 2}}
		line := 0
		if len(k.Box) > 0 {
			line = k.Box[0].line
		}
		for axis := range 3 {
			if hi[axis]-lo[axis] < 0.01 {
				l.add(line, "give it a thickness", "a clearance is flat")
				break
			}
			if lo[axis] < own.Min[axis]-clearanceMost || hi[axis] > own.Max[axis]+clearanceMost {
				l.add(line, "keep it within 5 m", "a clearance reaches far beyond the asset")
				break
			}
		}
	}
	for _, p := range c.Ports {
		if n := math.Sqrt(p.Toward[0]*p.Toward[0] + p.Toward[1]*p.Toward[1] + p.Toward[2]*p.Toward[2]); math.Abs(n-1) > 1e-3 {
			l.add(p.At[0].line, "give a vector of length one", "the direction of port %q has the length %.3g", p.Kind, n)
		}
		r.vec(p.At, "at")
	}
	if r.err != nil {
		l.add(0, "mend the expression", "%v", r.err)
	}
}

func (l *linter) joints() {
	c := l.class
	for k := range c.Parts {
		p := &c.Parts[k]
		if p.Joint == nil {
			continue
		}
		if p.Joint.Drive != "" && p.Joint.Mimic != nil {
			l.add(p.Joint.line, "leave one of them out", "part %q is driven by a signal and follows a part", p.Name)
		}
		if s, ok := c.SignalOf(p.Joint.Drive); ok && s.Kind != twin.Analog && s.Kind != twin.Boolean {
			l.add(p.Joint.line, "drive it by an analog or boolean signal", "part %q is driven by %q, which is %v", p.Name, s.Name, s.Kind)
		}
	}
	var s scene.Scene
	var cat = &Catalogue{classes: map[string]*Class{c.Name: c}}
	pieces, err := NewBuilder(cat, &s).shapeOnly(c)
	if err != nil {
		return // the palette is not at hand here; sizes tells
	}
	for _, p := range pieces {
		j := p.joint
		if j == nil || j.Kind == scene.Continuous {
			continue
		}
		if math.Max(-j.Min, j.Max) > limitMost {
			l.add(0, "use radians and metres", "part %q moves from %.3g to %.3g", p.part, j.Min, j.Max)
		}
		if spec, ok := c.SignalOf(j.Drive); ok && len(spec.Range) == 2 && spec.Kind == twin.Analog {
			most := math.Max(math.Abs(j.Offset+scaleOf(j)*spec.Range[0]), math.Abs(j.Offset+scaleOf(j)*spec.Range[1]))
			if reach := math.Max(-j.Min, j.Max); most < 0.2*reach && scaleOf(j) != 0 {
				l.add(0, "set scale so that the signal's range moves the part", "signal %q moves part %q by %.3g of %.3g only", j.Drive, p.part, most, reach)
			}
		}
	}
}

func scaleOf(j *scene.Joint) float64 { return j.Scale }

// shapeOnly reads the joints of a class in its usual size.
func (b *Builder) shapeOnly(class *Class) ([]piece, error) {
	sc, err := class.scope(class.UsualSize(), nil)
	if err != nil {
		return nil, err
	}
	r := &reader{scope: sc}
	var out []piece
	for k := range class.Parts {
		p := &class.Parts[k]
		if p.Joint == nil {
			continue
		}
		for i := range r.count(p.Repeat) {
			sc["i"] = float64(i)
			j, err := p.Joint.read(r)
			if err != nil {
				return nil, err
			}
			out = append(out, piece{part: p.Name, joint: &j})
		}
		sc["i"] = 0.0
	}
	return out, nil
}

// sizes builds the class with every parameter at its least and most, alone and
// all together, and in three quarters and one and a half of its usual size.
func (l *linter) sizes(c *Catalogue) {
	class := l.class
	try := func(what string, scale float64, params map[string]float64) {
		var s scene.Scene
		err := NewBuilder(c, &s).Place(twin.Asset{ID: "lint-1", Class: class.Name, Size: class.UsualSize().Mul(scale), Params: params})
		if err == nil {
			err = s.Check()
		}
		if err != nil {
			l.add(0, "bound the parameter or the expression", "with %s it cannot be built: %v", what, err)
		}
	}
	for _, p := range class.Params {
		try(fmt.Sprintf("%s = %v", p.Name, p.Min), 1, map[string]float64{p.Name: p.Min})
		try(fmt.Sprintf("%s = %v", p.Name, p.Max), 1, map[string]float64{p.Name: p.Max})
	}
	if n := len(class.Params); n > 1 && n <= paramsBothMost {
		for bits := range 1 << n {
			params := map[string]float64{}
			for k, p := range class.Params {
				params[p.Name] = p.Min
				if bits>>k&1 == 1 {
					params[p.Name] = p.Max
				}
			}
			try(fmt.Sprint(params), 1, params)
		}
	}
	try("three quarters of its size", 0.75, nil)
	try("one and a half times its size", 1.5, nil)
}

// solids checks every shape by itself: closed, outward, textured in metres.
func (l *linter) solids(c *Catalogue) {
	class := l.class
	sc, err := class.scope(class.UsualSize(), nil)
	if err != nil {
		return
	}
	r := &reader{scope: sc}
	total := 0
	for k := range class.Parts {
		part := &class.Parts[k]
		times := r.count(part.Repeat)
		for i := range times {
			sc["i"] = float64(i)
			if part.When.set() && r.num(part.When, 1) == 0 {
				continue
			}
			for n := range part.Shapes {
				s := &part.Shapes[n]
				if _, ok := c.palette.materials[s.Material]; !ok {
					l.add(s.line, "name one of palette/materials.yaml", "no material %q", s.Material)
					continue
				}
				m := newMesher()
				if err := s.draw(m, r); err != nil {
					l.add(s.line, "mend the shape", "part %q: %v", part.Name, err)
					return
				}
				total += m.count
				if i == 0 {
					l.solid(part.Name, s, m)
				}
			}
		}
		sc["i"] = 0.0
	}
	if r.err != nil {
		l.add(0, "mend the expression", "%v", r.err)
	}
	if class.model != nil {
		total += class.model.Triangles()
	}
	if total > triangleBudget {
		l.add(0, fmt.Sprintf("stay below %d: fewer sides, fewer repeats", triangleBudget), "the class has %d triangles", total)
	}
}

func (l *linter) solid(part string, s *Shape, m *mesher) {
	for _, t := range m.lists {
		if len(t.indices) == 0 {
			continue
		}
		if n := openEdges(t); n > 0 {
			l.add(s.line, "make the outline end where it begins, or on the axis", "part %q: a shape is not closed: %d edges belong to one triangle", part, n)
		}
		if v := volume(t); v <= 0 {
			l.add(s.line, "turn its outline around", "part %q: a shape is inside out or has no volume (%.2g m³)", part, v)
		}
		if bad := badNormals(t); bad > 0 {
			l.add(s.line, "turn its outline around", "part %q: %d normals are not of unit length or point inwards", part, bad)
		}
		if share := stretched(t); share > 0.02 {
			l.add(s.line, "report it: this is a fault of the form", "part %q: texture coordinates of %.0f %% of a shape are not metres", part, 100*share)
		}
	}
}

// openEdges counts edges that do not belong to two triangles of opposite sense.
func openEdges(t *triangles) int {
	type corner [3]int32
	type edge [2]corner
	at := func(i uint32) corner {
		p := vec(t.positions, i)
		return corner{int32(math.Round(p[0] / closedWithin)), int32(math.Round(p[1] / closedWithin)), int32(math.Round(p[2] / closedWithin))}
	}
	sum := map[edge]int{}
	for k := 0; k < len(t.indices); k += 3 {
		c := [3]corner{at(t.indices[k]), at(t.indices[k+1]), at(t.indices[k+2])}
		for e := range 3 {
			a, b := c[e], c[(e+1)%3]
			switch slices.Compare(a[:], b[:]) {
			case -1:
				sum[edge{a, b}]++
			case 1:
				sum[edge{b, a}]--
			}
		}
	}
	open := 0
	for _, n := range sum {
		if n != 0 {
			open++
		}
	}
	return open
}

// volume is the signed volume of closed triangles, m³.
func volume(t *triangles) float64 {
	sum := 0.0
	if len(t.indices) == 0 {
		return 0
	}
	origin := vec(t.positions, t.indices[0])
	for k := 0; k < len(t.indices); k += 3 {
		a, b, c := vec(t.positions, t.indices[k]).Sub(origin), vec(t.positions, t.indices[k+1]).Sub(origin), vec(t.positions, t.indices[k+2]).Sub(origin)
		sum += a.Dot(b.Cross(c)) / 6
	}
	return sum
}

func badNormals(t *triangles) int {
	bad := 0
	for k := 0; k < len(t.indices); k += 3 {
		a, b, c := t.indices[k], t.indices[k+1], t.indices[k+2]
		face := vec(t.positions, b).Sub(vec(t.positions, a)).Cross(vec(t.positions, c).Sub(vec(t.positions, a)))
		if face.Len() < 1e-12 {
			continue
		}
		for _, i := range []uint32{a, b, c} {
			if n := vec(t.normals, i); math.Abs(n.Len()-1) > 1e-4 || n.Dot(face) < -1e-6*face.Len() {
				bad++
			}
		}
	}
	return bad
}

// stretched is the share of a surface whose texture coordinates are off by more
// than a hundredth. The narrow bands of a rounded edge blend two faces and do
// not count.
func stretched(t *triangles) float64 {
	off, all := 0.0, 0.0
	for k := 0; k < len(t.indices); k += 3 {
		a, b, c := t.indices[k], t.indices[k+1], t.indices[k+2]
		na, nb, nc := vec(t.normals, a), vec(t.normals, b), vec(t.normals, c)
		if math.Min(na.Dot(nb), math.Min(nb.Dot(nc), nc.Dot(na))) < 0.5 {
			continue
		}
		pa, pb, pc := vec(t.positions, a), vec(t.positions, b), vec(t.positions, c)
		area := pb.Sub(pa).Cross(pc.Sub(pa)).Len() / 2
		all += area
		uv := func(i uint32) mgl64.Vec2 { return mgl64.Vec2{float64(t.uvs[2*i]), float64(t.uvs[2*i+1])} }
		for _, e := range [3][2]uint32{{a, b}, {b, c}, {c, a}} {
			real, flat := vec(t.positions, e[0]).Sub(vec(t.positions, e[1])).Len(), uv(e[0]).Sub(uv(e[1])).Len()
			if math.Abs(flat-real) > uvMost*real+1e-5 {
				off += area
				break
			}
		}
	}
	if all == 0 {
		return 0
	}
	return off / all
}
