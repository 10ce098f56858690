package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"strings"
	"time"

	"github.com/glasstwin/glasstwin/twin"
	"github.com/glasstwin/glasstwin/twin/codec/sitefolder"
	"github.com/glasstwin/glasstwin/twin/flow/cause"
	"github.com/glasstwin/glasstwin/twin/flow/ground"
	"github.com/glasstwin/glasstwin/twin/flow/whatif"
	"github.com/glasstwin/glasstwin/twin/generate"
	"github.com/glasstwin/glasstwin/twin/generate/catalogue"
	"github.com/glasstwin/glasstwin/twin/generate/furnish"
	"github.com/glasstwin/glasstwin/twin/layout"
)

type flowExplain struct {
	Site   string `required:"" type:"existingdir" placeholder:"DIR" help:"Site folder."`
	Zone   string `placeholder:"ID" help:"That is crowded; not given: the one where people are closest to each other."`
	Layout string `type:"existingfile" placeholder:"FILE" help:"Layout of the site, when not its own."`
	living
	Days    int                `default:"6" help:"For each set of causes, at first."`
	Most    int                `default:"0" placeholder:"DAYS" help:"To which days are doubled until the greatest cause is parted from the others; four times --days when not given."`
	Players int                `default:"4" help:"Causes that share the crowd, at most 8."`
	Draw    map[string]float64 `placeholder:"ASSET=TIMES" help:"What draws more or less than the usual 1; repeatable."`
	JSON    bool               `help:"Print one JSON object."`
}

// causeRow is one cause of a crowd.
type causeRow struct {
	Cause     string         `json:"cause"`
	Kind      string         `json:"kind"`
	Assets    []twin.AssetID `json:"assets,omitempty"`
	Note      string         `json:"note"`
	Share     float64        `json:"share"`      // person-seconds an hour, Shapley
	ShareCI95 float64        `json:"share_ci95"` // plus and minus
	Alone     float64        `json:"alone"`      // taken back alone
	AloneCI95 float64        `json:"alone_ci95"`
	Shared    bool           `json:"shared"` // it was among those that share
}

// rearrangeable is a site with all that planning it needs.
type rearrangeable struct {
	site *twin.Site
	cat  *catalogue.Catalogue
	dir  string
	plan *layout.Plan
	now  []layout.Breach
}

// plannedSite is a site with the rules that the window plans by, those of what its
// folder kept of the building among them.
func plannedSite(ctx context.Context, dir string, site *twin.Site) (*rearrangeable, error) {
	cat, err := generate.Catalogue(classesOf(dir)...)
	if err != nil {
		return nil, err
	}
	building, err := generate.Kept(ctx, func(name string) ([]byte, error) { return sitefolder.Made(dir, name) })
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("%s: %w", dir, err)
	}
	plan, err := generate.Planner(site, building, cat)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", dir, err)
	}
	return &rearrangeable{site: site, cat: cat, dir: dir, plan: plan, now: plan.Check(layout.Of(site))}, nil
}

func (p *rearrangeable) role(class string) ground.Role { return roleOf(p.cat, class) }

func (p *rearrangeable) build(s *twin.Site) (*whatif.Scenario, error) {
	g, err := groundWith(p.cat, p.dir, s)
	if err != nil {
		return nil, err
	}
	return &whatif.Scenario{Ground: g, Cabinets: cabinetsOf(p.cat, s)}, nil
}

// feasible is nil when a layout breaks no rule that the site does not break now.
func (p *rearrangeable) feasible(s *twin.Site) error {
	if worse := layout.Worse(p.now, p.plan.Check(layout.Of(s))); len(worse) > 0 {
		return errors.New(worse[0].String())
	}
	return nil
}

// fixed tells what planning leaves where it is.
func (p *rearrangeable) fixed(a twin.Asset) bool {
	f := furnish.Facts(p.cat)(a)
	return f.Fixed || f.Door || f.Till || !f.Stands || a.Zone == ""
}

// Run is called by kong.
func (f *flowExplain) Run(ctx context.Context, out *output) error {
	began := time.Now()
	c := flowCompare{Site: f.Site}
	path := f.Site
	if f.Layout != "" {
		path = f.Layout
	}
	dir, site, err := c.layout(path)
	if err != nil {
		return err
	}
	p, err := plannedSite(ctx, dir, site)
	if err != nil {
		return err
	}
	x, err := p.build(site)
	if err != nil {
		return err
	}
	s, whose, err := f.own(dir, site, f.Days, f.Draw)
	if err != nil {
		return err
	}
	step := out.steps("explain")
	found, err := cause.Explain(ctx, cause.Subject{Site: site, Scenario: x, Zone: f.Zone, Role: p.role, Build: p.build, Feasible: p.feasible},
		cause.Options{Study: s, Most: f.Most, Players: f.Players}, step)
	if errors.Is(err, cause.ErrNoZone) {
		var names []string
		for _, z := range x.Ground.Zones {
			names = append(names, z.ID)
		}
		return usageError{fmt.Errorf("%w; choose of %s", err, strings.Join(names, ", "))}
	}
	if err != nil {
		return err
	}
	return f.tell(out, found, whose, began)
}

func (f *flowExplain) tell(out *output, found *cause.Finding, whose string, began time.Time) error {
	metrics := map[string]float64{"crowd": found.Crowd, "usual": found.Usual, "causes": float64(len(found.Causes)), "changes_tried": float64(found.Tried), "days": float64(found.Days), "seconds": time.Since(began).Seconds()}
	ahead := ""
	if found.Lead.Half > 0 {
		metrics["lead"], metrics["lead_ci95"], metrics["lead_sure"] = found.Lead.Diff, found.Lead.Half, 0
		ahead = "not parted from it for sure"
		if found.Parted {
			metrics["lead_sure"], ahead = 1, "parted from all others for sure"
		}
	}
	var rows []any
	for _, c := range found.Causes {
		rows = append(rows, causeRow{Cause: c.ID, Kind: string(c.Kind), Assets: c.Assets, Note: c.Note, Share: c.Share, ShareCI95: c.Half,
			Alone: -c.Change.Diff, AloneCI95: c.Change.Half, Shared: c.Half > 0})
	}
	notes := append([]string{"crowd: person-seconds an hour within 1.2 m of a stranger, simulated", whose, found.Explanation.Method}, found.Explanation.Limits...)
	if b := found.Best; b != nil {
		metrics["relief_percent"], metrics["relief_percent_ci95"] = b.Change.Percent, b.Change.PercentFor
		notes = append(notes, "the single change that relieves it most, tried on other days: "+b.Why)
	} else {
		notes = append(notes, fmt.Sprintf("none of %d changes relieves it for sure", found.Tried))
	}
	if found.Explanation.Abstained {
		notes = append(notes, found.Explanation.Why)
	}
	if f.JSON {
		return out.json(report{Command: "flow explain", Inputs: map[string]any{"site": f.Site, "zone": found.Zone.ID, "days": f.Days, "hours": f.Hours, "shoppers": f.Shoppers, "seed": f.Seed},
			Metrics: metrics, Rows: rows, Notes: notes})
	}
	out.printf("%s: %.0f person-seconds an hour close to strangers; %.0f if all were as usual in this store\n", found.Zone.ID, found.Crowd, found.Usual)
	for _, c := range found.Causes {
		if c.Half > 0 {
			out.printf("  %-10s %-24s %+7.0f ± %-6.0f %s\n", c.Kind, c.ID, c.Share, c.Half, c.Note)
		}
	}
	if ahead != "" {
		out.printf("the first is %.0f ± %.0f ahead of the next, on %d days: %s\n", found.Lead.Diff, found.Lead.Half, found.Days, ahead)
	}
	if b := found.Best; b != nil {
		out.printf("relieved most when %s: %+.0f %% ± %.0f\n", b.Why, b.Change.Percent, b.Change.PercentFor)
	}
	out.printf("%s; %.0f s; %s. %s\n", found.Explanation.Method, metrics["seconds"], whose, strings.Join(notes[3:], "; "))
	return nil
}

// siteAt reads a site folder.
func siteAt(ctx context.Context, dir string) (*rearrangeable, error) {
	site, err := sitefolder.Read(dir)
	if err != nil {
		return nil, err
	}
	return plannedSite(ctx, dir, site)
}
