package desktop

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"fyne.io/fyne/v2/widget"

	"github.com/glasstwin/glasstwin/app/floorplan"
	"github.com/glasstwin/glasstwin/app/phrase"
	"github.com/glasstwin/glasstwin/scene/geom"
	"github.com/glasstwin/glasstwin/twin"
	"github.com/glasstwin/glasstwin/twin/flow/propose"
	"github.com/glasstwin/glasstwin/twin/flow/whatif"
	"github.com/glasstwin/glasstwin/twin/layout"
)

// proposing is the planner with two layouts to be found, and what is done to them.
func proposing(t *testing.T, lang phrase.Language) (desk, *editor, *[]string) {
	t.Helper()
	w, e := planning(t, lang)
	var did []string
	steps := []propose.Step{{Verb: propose.Swap, Assets: []twin.AssetID{"gondola-1", "gondola-2"}}, {Verb: propose.Shift, Assets: []twin.AssetID{"gondola-4"}, By: geom.Vec2{0.5, 0}}}
	e.planner.Propose = func(_ context.Context, from layout.Layout, goals []propose.Goal, done func(float64)) (*propose.Result, error) {
		did = append(did, fmt.Sprint("search ", goals))
		done(0.4)
		site := from.Site(e.site)
		better := whatif.Paired(whatif.Figure{Measure: whatif.Close}, []float64{100, 120, 110, 130}, []float64{76, 91, 84, 101})
		r := &propose.Result{Simulated: 40, Forbidden: 7, Goals: goals}
		for n := 2; n > 0; n-- {
			s := steps[:n]
			after := propose.Apply(site, s)
			x := propose.Proposal{Steps: s, Moves: propose.Moved(site, after), Site: after, Goals: []whatif.Difference{better}, Better: []propose.Goal{propose.Congestion}}
			for _, step := range s {
				x.Because = append(x.Because, propose.Effect{Step: step, Goals: x.Goals})
			}
			r.Proposals = append(r.Proposals, x)
		}
		return r, nil
	}
	e.planner.Take = func(_ context.Context, from, to layout.Layout, why Why) (Taken, error) {
		did = append(did, fmt.Sprintf("take %d moves, %s", len(layout.Compare(from, to).Moved), why.Figures))
		return Taken{Version: why.Name, Before: why.Before, Files: []string{"/orders/" + why.Name + ".pdf"}}, nil
	}
	e.planner.Adopt = func(_ context.Context, from, to layout.Layout) error {
		did = append(did, fmt.Sprintf("adopt %d moves", len(layout.Compare(from, to).Moved)))
		return nil
	}
	e.planner.Decline = func(_ context.Context, moved []twin.AssetID, why Why, reason string) error {
		did = append(did, fmt.Sprint("decline ", moved, why.Steps))
		return nil
	}
	w.build()
	e.found.goals = []propose.Goal{propose.Congestion}
	e.panel.search()
	w.settle()
	return w, e, &did
}

func TestLayoutsAreProposedAsCards(t *testing.T) {
	w, e, did := proposing(t, phrase.English)
	if len(*did) != 1 || (*did)[0] != "search [congestion]" {
		t.Fatalf("did %q", *did)
	}
	if x, ok := e.found.chosen(); !ok || x.number != 1 {
		t.Error("the first proposal is not shown")
	}
	text := strings.Join(said(w.place("proposal-1").(*tapped).inside), "\n")
	for _, want := range []string{"change places", "moves by 50 cm", "Crowding: time close to strangers −23 % ± "} {
		if !strings.Contains(text, want) {
			t.Errorf("the card does not say %q:\n%s", want, text)
		}
	}
	var p floorplan.Picture
	e.ideaPlan(&p)
	if len(p.Areas) != 3 || len(p.Lines) != 3 {
		t.Errorf("%d outlines and %d arrows of three things that move", len(p.Areas), len(p.Lines))
	}
	if n := len(w.view.frame.Overlays.Ghosts); n != 3 {
		t.Errorf("%d ghosts of three things that move", n)
	}
	w.place("proposal-2").(*tapped).act()
	if n := len(w.view.frame.Overlays.Ghosts); n != 2 {
		t.Errorf("%d ghosts of the second, which moves two", n)
	}
	if !e.draft.Now().Equal(e.base) {
		t.Error("looking at a proposal changed the draft")
	}
	w.place("proposal-try").(*widget.Button).OnTapped()
	if n := len(layout.Compare(e.base, e.draft.Now()).Moved); n != 2 {
		t.Errorf("opened as a draft, %d things stand elsewhere", n)
	}
	e.undo()
	if !e.draft.Now().Equal(e.base) {
		t.Error("that cannot be undone")
	}
}

func TestAProposalIsApprovedAndTakenBack(t *testing.T) {
	w, _, did := proposing(t, phrase.English)
	w.place("proposal-approve").(*keyButton).OnTapped()
	w.settle()
	if w.edit != nil {
		t.Error("the planner is open still")
	}
	if text := strings.Join(said(w.place("proposal-taken")), "\n"); !strings.Contains(text, "proposal 1 of ") || !strings.Contains(text, "before proposal 1 of ") {
		t.Errorf("it says %q", text)
	}
	w.place("proposal-back").(*widget.Button).OnTapped()
	w.settle()
	if got := (*did)[1:]; len(got) != 2 || got[0] != "take 3 moves, [congestion: -23.5 % ± 1.7, simulated]" || got[1] != "adopt 3 moves" {
		t.Errorf("did %q", got)
	}
}

func TestADeniedProposalGoes(t *testing.T) {
	w, e, did := proposing(t, phrase.Korean)
	x, _ := e.found.chosen()
	e.panel.declined(x, "too far")
	w.settle()
	if got := (*did)[1:]; len(got) != 1 || !strings.HasPrefix(got[0], "decline [gondola-1 gondola-2 gondola-4]") {
		t.Errorf("did %q", got)
	}
	if len(e.found.open) != 1 || e.found.chose != 2 {
		t.Errorf("left are %d, number %d is shown", len(e.found.open), e.found.chose)
	}
}
