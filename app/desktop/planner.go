package desktop

import (
	"context"

	"github.com/glasstwin/glasstwin/app"
	"github.com/glasstwin/glasstwin/app/phrase"
	"github.com/glasstwin/glasstwin/render"
	"github.com/glasstwin/glasstwin/render/overlay"
	"github.com/glasstwin/glasstwin/scene/geom"
	"github.com/glasstwin/glasstwin/twin"
	"github.com/glasstwin/glasstwin/twin/flow/cause"
	"github.com/glasstwin/glasstwin/twin/flow/propose"
	"github.com/glasstwin/glasstwin/twin/flow/whatif"
	"github.com/glasstwin/glasstwin/twin/layout"
)

// Planner is what layouts of a site are made with; package main wires it. Its
// functions may take long: they are called away from the interface's thread,
// except Facts and Stock.
type Planner struct {
	Plan      *layout.Plan
	Kinds     []Kind   // of the catalogue that can be put down
	Materials []string // that a finish can name
	Facts     func(twin.Asset) layout.Facts
	Stock     func(twin.Asset) ([]Board, error)
	Planogram func(twin.Asset) ([]twin.Facing, error) // its own, or how its class stocks it
	Draw      func(context.Context, *twin.Site) (app.Fit, error)
	Look      func(ctx context.Context, path string) (Drawn, error)     // reads a drawn thing; nil: none can be taken
	Import    func(context.Context, Drawn) (Kind, error)                // makes it a class of the site's catalogue
	Recorded  func(ctx context.Context, path string) (Recording, error) // reads recorded ways; nil: none can be laid over the plan
	// Regard tells how people regarded the fixtures: those of a recording, or, nil, whom
	// the site's own sensors saw; nil: it cannot be told.
	Regard   func(ctx context.Context, of Recording) (*Regards, error)
	Versions func() ([]string, error)
	Load     func(name string) (layout.Layout, error)
	Save     func(l layout.Layout) error
	Adopt    func(ctx context.Context, from, to layout.Layout) error
	// Compare lets the same shoppers live so many days in both layouts, and tells
	// the share that is done; nil: it cannot be compared.
	Compare func(ctx context.Context, from, to layout.Layout, days int, done func(share float64)) (*whatif.Comparison, error)
	// Propose searches layouts that are better than one; nil: none are searched.
	// Take makes one the plan in the stead of from, and Decline notes that it is not
	// to be.
	Propose func(ctx context.Context, from layout.Layout, goals []propose.Goal, done func(share float64)) (*propose.Result, error)
	Take    func(ctx context.Context, from, to layout.Layout, why Why) (Taken, error)
	Decline func(ctx context.Context, moved []twin.AssetID, why Why, reason string) error
	// Explain tells why people crowd in a zone of a layout, "": in the most crowded;
	// nil: it cannot be told.
	Explain func(ctx context.Context, at layout.Layout, zone string, done func(share float64)) (*cause.Finding, error)
	// Heads lays over the floors of both layouts how many people are there, on one
	// scale; nil: only the difference is shown.
	Heads func(*whatif.Shift, *phrase.Speaker) [2]overlay.Heatmap
	Over  func(*whatif.Shift, *phrase.Speaker) overlay.Heatmap // lays what differs over the floor; nil: it is not shown
}

// Why is what a proposed layout is kept and told with.
type Why struct {
	Name, Before   string   // of the version, and of that which keeps how the site stood
	Note           string   // of the version
	Title          string   // of the work order
	Lines          []string // below it
	Steps, Figures []string // for the journal, in English
}

// Taken is where a layout that was made the plan is kept.
type Taken struct {
	Version, Before string   // names of layouts
	Files           []string // of the work order
}

// Kind is a class of the catalogue as a planner chooses it.
type Kind struct {
	Class  string
	Title  map[string]string // by language
	Group  string
	Size   geom.Vec3
	Lift   float64 // metres over the floor at which it hangs
	Slots  []string
	Params []KindParam
}

// KindParam is a number that may be set for one thing.
type KindParam struct {
	Name              string
	Default, Min, Max float64
}

// Board is one board of a fixture with its facings, the widths in metres.
type Board struct {
	Width, Used, Height float64
	Back                bool
	Facings             []BoardFacing
}

// BoardFacing is a product on a board.
type BoardFacing struct {
	twin.Facing
	Width    float64
	Capacity int
	Fits     bool
}

// openPlanner begins to plan: the rules are prepared, then the window changes.
func (w *window) openPlanner() {
	if w.edit != nil || w.opt.Plan == nil || w.feed == nil {
		return
	}
	w.tell(w.speak.Say("plan.opening"))
	var p *Planner
	w.feed.do("act.layout.open", func(ctx context.Context) (err error) {
		p, err = w.opt.Plan(ctx)
		return err
	}, func() {
		if w.edit != nil {
			return
		}
		w.tell("")
		w.edit = newEditor(w, p)
		w.build()
		w.edit.begin()
		w.overview()
	})
}

// closePlanner goes back to the twin as it runs.
func (w *window) closePlanner() {
	if w.edit == nil {
		return
	}
	w.edit.end()
	w.edit, w.view.hand = nil, nil
	w.view.flank(nil)
	w.show(w.twin.Scene(), w.twin.Cutaway)
	w.view.change(func(f *render.Frame) { f.Selected = "" })
	w.build()
	w.overview()
}
