package perceive

import (
	"cmp"
	"context"
	"fmt"
	"math"
	"slices"
	"time"

	"github.com/glasstwin/glasstwin/scene/geom"
	"github.com/glasstwin/glasstwin/twin"
	"github.com/glasstwin/glasstwin/twin/operate"
	"github.com/glasstwin/glasstwin/xai"
)

const (
	warming     = 20 // minutes of a new stream in which nothing but gateways is told of
	warmingLink = 6  // in which these are not told of either
	fadeShare   = 0.3
	fadeLeast   = 8 // minutes of low probability until a situation is over
)

// Perceiver tells the situations of one site. Not safe for concurrent use.
type Perceiver struct {
	model    *Model
	memory   *memory
	groups   []*group
	standing []*standing
	told     []operate.Perception
	quiet    bool   // no explanations: for training and judging
	slips    *slips // nil: what is usual of the readings is not known
}

// group is the things of one family that a site has.
type group struct {
	family  *family
	columns []xai.Column
	part    *part
	things  []*thing
	rows    [][]float64   // of the last minute
	traces  [][][]float64 // of each thing: probabilities of the last minutes, the newest last
	expl    *explainer
}

// standing is a situation that was raised and is not over.
type standing struct {
	group      *group
	thing      int
	class      int // in the family's labels
	perception operate.Perception
}

// New returns a perceiver of a site. Families that the site has nothing of, or the
// model does not know, are left out.
func New(site *twin.Site, model *Model) *Perceiver {
	p := &Perceiver{model: model, memory: newMemory(site)}
	for _, f := range families() {
		things := f.find(site, p.memory)
		pt := model.parts[f.name]
		if len(things) == 0 || pt == nil {
			continue
		}
		p.groups = append(p.groups, &group{family: f, columns: f.columns(), part: pt, things: things, traces: make([][][]float64, len(things))})
	}
	if model.Usual != nil {
		p.slips = newSlips(p.groups, p.memory, model.Usual)
	}
	return p
}

// Perceive takes in what is known now and returns the situations that stand. A
// call within a minute of the last returns the same.
func (p *Perceiver) Perceive(ctx context.Context, st *twin.State, now time.Time) ([]operate.Perception, error) {
	if err := ctx.Err(); err != nil {
		return nil, fmt.Errorf("perceive: %w", err)
	}
	if !p.memory.read(st, now) {
		return p.told, nil
	}
	for _, g := range p.groups {
		g.score(p.memory)
	}
	p.end()
	for _, s := range p.standing {
		if err := p.surer(ctx, s, now); err != nil {
			return nil, err
		}
	}
	if err := p.raise(ctx, now); err != nil {
		return nil, err
	}
	if p.slips != nil && !p.quiet {
		p.slips.look(p, now)
	}
	p.told = nil
	for _, s := range p.standing {
		s.perception.Situation.To = now
		x := s.perception
		x.Diagnosis, x.Explanation = p.doubted(s)
		p.told = append(p.told, x)
	}
	return p.told, nil
}

// score asks the model about each thing.
func (g *group) score(m *memory) {
	g.rows = g.family.rows(m, g.things, g.columns)
	for i, t := range g.things {
		if g.family.unknown(m, t) {
			continue
		}
		p := g.part.score(g.rows[i])
		if g.family.weigh != nil {
			g.family.weigh(m, t, g.family.labels(), p)
		}
		g.traces[i] = append(g.traces[i], p)
		if n := len(g.traces[i]); n > 2*minutesMax {
			g.traces[i] = append(g.traces[i][:0:0], g.traces[i][n-minutesMax:]...)
		}
	}
}

// mean probability of a class over the last minutes; false while there are fewer.
func (g *group) mean(thing, class, minutes int) (float64, bool) {
	t := g.traces[thing]
	if len(t) < minutes {
		return 0, false
	}
	sum := 0.0
	for _, p := range t[len(t)-minutes:] {
		sum += p[class]
	}
	return sum / float64(minutes), true
}

// end lets go of what is over.
func (p *Perceiver) end() {
	p.standing = slices.DeleteFunc(p.standing, func(s *standing) bool {
		r := s.group.part.rules[s.group.family.labels()[s.class]]
		v, ok := s.group.mean(s.thing, s.class, max(r.Minutes, fadeLeast))
		return ok && v < fadeShare*r.At
	})
}

// claim is a class that a thing has for long enough.
type claim struct {
	g            *group
	thing, class int
	margin       float64
}

// raise finds what is to be told anew: of each thing the claim that exceeds its
// rule most, unless it is an effect of what stands.
func (p *Perceiver) raise(ctx context.Context, now time.Time) error {
	var claims []claim
	for _, g := range p.groups {
		if w := p.memory.warm; w < warmingLink || w < warming && g.family.name != "gateway" {
			continue
		}
		labels := g.family.labels()
		for i := range g.things {
			best := claim{}
			for c := 1; c < len(labels); c++ {
				r, ok := g.part.rules[labels[c]]
				if !ok {
					continue
				}
				if v, ok := g.mean(i, c, r.Minutes); ok && v >= r.At && v/r.At > best.margin {
					best = claim{g, i, c, v / r.At}
				}
			}
			if best.g != nil && !p.stands(best) {
				claims = append(claims, best)
			}
		}
	}
	slices.SortStableFunc(claims, func(a, b claim) int {
		return cmp.Or(cmp.Compare(rank(a.g.family.name), rank(b.g.family.name)), cmp.Compare(b.margin, a.margin))
	})
	for _, c := range claims {
		if p.stands(c) || p.effect(c) {
			continue
		}
		s, err := p.tell(ctx, c, now)
		if err != nil {
			return err
		}
		p.standing = append(p.standing, s)
	}
	return nil
}

// rank orders families by what can be the cause of what: links before all, what
// supplies before what is supplied.
func rank(family string) int {
	switch family {
	case "gateway":
		return 0
	case "outdoors":
		return 1
	case "rack", "heat-pump":
		return 2
	}
	return 3
}

// stands tells whether a claim's thing, or its root, has a situation already.
func (p *Perceiver) stands(c claim) bool {
	f := c.g.family
	root := c.g.things[c.thing].root(f.classes[c.class-1].Name)
	return slices.ContainsFunc(p.standing, func(s *standing) bool {
		return s.group == c.g && s.thing == c.thing || s.group.family == f && s.perception.Situation.Asset == root
	})
}

// tell makes the situation of a claim.
func (p *Perceiver) tell(ctx context.Context, c claim, now time.Time) (*standing, error) {
	g, t := c.g, c.g.things[c.thing]
	cl := g.family.classes[c.class-1]
	s := &standing{group: g, thing: c.thing, class: c.class}
	x := &s.perception
	x.Detail = cl.Detail
	if t.detail != "" {
		x.Detail = t.detail
	}
	begun := g.begun(c)
	root := t.root(cl.Name)
	x.Situation = twin.Situation{Class: cl.Name, Asset: root, Detected: now, Onset: now.Add(-time.Duration(begun) * time.Minute), From: now.Add(-90 * time.Minute), To: now}
	if l := t.corners; l != [4]float64{} {
		x.Situation.Place = &twin.Place{Name: t.detail, Outline: []geom.Vec2{{l[0], l[1]}, {l[2], l[1]}, {l[2], l[3]}, {l[0], l[3]}}}
	}
	probabilities := g.traces[c.thing][len(g.traces[c.thing])-1]
	x.Situation.Severity = math.Round(100*probabilities[c.class]) / 100
	x.Effects = p.effects(c)
	return s, p.reason(ctx, s, now)
}

// surerBy is by how much what stands must have become likelier to be told anew.
const surerBy = 0.1

// surer tells anew of what stands, with its reasons, when it has become clearer: what was
// raised while it was little likelier than not may since be beyond doubt. A minute in
// which it is less likely tells nothing; it ends when it has been unlikely for long.
func (p *Perceiver) surer(ctx context.Context, s *standing, now time.Time) error {
	t := s.group.traces[s.thing]
	if n := len(t); n == 0 || t[n-1][s.class] < s.perception.Diagnosis.Causes[0].Probability+surerBy {
		return nil
	}
	return p.reason(ctx, s, now)
}

// reason says how sure a situation is by now, and why.
func (p *Perceiver) reason(ctx context.Context, s *standing, now time.Time) error {
	g, x := s.group, &s.perception
	cl, root := g.family.classes[s.class-1], x.Situation.Asset
	probabilities := g.traces[s.thing][len(g.traces[s.thing])-1]
	x.Diagnosis = g.diagnosis(probabilities, s.class)
	x.Diagnosis.Model, x.Diagnosis.Version = ModelName, p.model.Version
	if p.quiet {
		return nil
	}
	var err error
	if x.Explanation, err = g.explain(ctx, p.memory.site, s.thing, s.class); err != nil {
		return fmt.Errorf("explain %s of %s: %w", cl.Name, root, err)
	}
	if x.Explanation.Abstained { // whose reasons may not be told is not acted upon
		x.Diagnosis.Abstained, x.Diagnosis.Why = true, x.Explanation.Why
	}
	x.Explanation.From, x.Explanation.To = x.Situation.From, now
	if alone := g.part.trees.Predict(g.rows[s.thing]); g.family.weigh != nil && alone > 0 && alone != s.class {
		x.Explanation.Limits = append(x.Explanation.Limits, fmt.Sprintf("the model alone would tell %s: the probe among the goods, which follows the air, tells otherwise", g.family.classes[alone-1].Name))
	}
	for _, e := range x.Effects {
		x.Explanation.Causes = append(x.Explanation.Causes, xai.Cause{From: string(root) + "/" + cl.Part, To: string(e), Strength: probabilities[s.class]})
	}
	for _, a := range x.Explanation.Attributions {
		if id := twin.SignalID(a.Source); a.Share > 0 && len(x.Situation.Evidence) < evidenceMax && !slices.Contains(x.Situation.Evidence, id) && p.memory.tracks[id] != nil {
			x.Situation.Evidence = append(x.Situation.Evidence, id)
		}
	}
	return nil
}

const evidenceMax = 5

// begun is for how many minutes the claim has not been unlikely.
func (g *group) begun(c claim) int {
	t, n := g.traces[c.thing], 0
	for i := len(t) - 1; i >= 0 && t[i][0] < 0.7; i-- {
		n++
	}
	return n
}

// diagnosis ranks the classes of a family.
func (g *group) diagnosis(p []float64, first int) twin.Diagnosis {
	var d twin.Diagnosis
	for k, c := range g.family.classes {
		d.Causes = append(d.Causes, twin.Cause{Class: c.Name, Part: c.Part, Probability: p[k+1]})
	}
	d.Causes = append(d.Causes, twin.Cause{Class: None, Probability: p[0]})
	head := d.Causes[first-1]
	d.Causes = slices.Delete(d.Causes, first-1, first)
	slices.SortStableFunc(d.Causes, func(a, b twin.Cause) int { return cmp.Compare(b.Probability, a.Probability) })
	d.Causes = append([]twin.Cause{head}, d.Causes...)
	return d
}

// Diagnose tells what is the matter with one asset: the situation that stands
// there, or that all is well. It perceives when a minute has passed.
func (p *Perceiver) Diagnose(ctx context.Context, st *twin.State, asset twin.AssetID, now time.Time) (twin.Diagnosis, xai.Explanation, error) {
	told, err := p.Perceive(ctx, st, now)
	if err != nil {
		return twin.Diagnosis{}, xai.Explanation{}, err
	}
	for _, x := range told {
		if x.Situation.Asset == asset {
			return x.Diagnosis, x.Explanation, nil
		}
	}
	d := twin.Diagnosis{Model: ModelName, Version: p.model.Version}
	for _, g := range p.groups {
		for i, t := range g.things {
			if t.asset != asset {
				continue
			}
			if why := g.untold(p.memory, i); why != "" {
				d.Abstained, d.Why = true, why
				return d, xai.Explanation{Abstained: true, Why: d.Why, Model: ModelName, Version: d.Version}, nil
			}
			pr := g.traces[i][len(g.traces[i])-1]
			d.Causes = append(d.Causes, twin.Cause{Class: None, Probability: pr[0]})
			for k, c := range g.family.classes {
				d.Causes = append(d.Causes, twin.Cause{Class: c.Name, Part: c.Part, Probability: min(pr[k+1], raisedOnly)})
			}
			slices.SortStableFunc(d.Causes, func(a, b twin.Cause) int { return cmp.Compare(b.Probability, a.Probability) })
			x, err := g.explain(ctx, p.memory.site, i, 0)
			return d, x, err
		}
	}
	d.Abstained, d.Why = true, "it is of no family that the model knows"
	return d, xai.Explanation{Abstained: true, Why: d.Why, Model: ModelName, Version: d.Version}, nil
}

// untold says why nothing can be said of a thing now; "" when something can.
func (g *group) untold(m *memory, thing int) string {
	t := g.things[thing]
	switch {
	case m.assets[t.asset].silent():
		return "nothing is heard of it"
	case g.family.rests != nil && g.family.rests(m, t):
		return "it has not worked lately, and so shows nothing of how well it does"
	case len(g.traces[thing]) == 0:
		return "nothing is heard of it"
	}
	return ""
}

// raisedOnly bounds the probability of what has not stood for long enough, so that
// nobody takes it for a situation.
const raisedOnly = 0.39
