package desktop

import (
	"context"
	"errors"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/test"
	"fyne.io/fyne/v2/widget"

	"github.com/glasstwin/glasstwin/app"
	"github.com/glasstwin/glasstwin/app/phrase"
	"github.com/glasstwin/glasstwin/render"
	"github.com/glasstwin/glasstwin/render/overlay"
	"github.com/glasstwin/glasstwin/scene/geom"
	"github.com/glasstwin/glasstwin/twin"
)

// desk is a window whose interface's thread is the test: what other goroutines
// post onto it runs in settle.
type desk struct {
	*window
	posted chan func()
}

// settle waits for every job and runs what they posted.
func (d desk) settle() {
	for {
		d.feed.jobs.Wait()
		select {
		case f := <-d.posted:
			f()
		default:
			return
		}
	}
}

// opened is the window over the scripted twin, without GL and without its feed
// running: a test takes the views itself.
func opened(t testing.TB, s *scripted, lang phrase.Language) desk {
	t.Helper()
	a := test.NewTempApp(t)
	speak, err := phrase.New(lang)
	if err != nil {
		t.Fatal(err)
	}
	win := test.NewTempWindow(t, nil)
	w := newWindow(a, win, s, Options{User: "mina", Language: lang, Probe: filepath.Join(t.TempDir(), "probe.json")}, speak)
	ctx, cancel := context.WithCancel(context.Background())
	d := desk{w, make(chan func(), 64)} // more than the jobs of one test
	w.feed = &feed{twin: s, ctx: ctx, post: func(f func()) { d.posted <- f }, take: w.take, fail: w.fail, moved: make(chan struct{}, 1)}
	t.Cleanup(func() { cancel(); w.feed.wait() })
	w.build()
	d.settle()
	win.Resize(sizeLeast)
	see(t, d, time.Time{})
	return d
}

func see(t testing.TB, w desk, at time.Time) {
	t.Helper()
	v, err := w.twin.View(t.Context(), at)
	if err != nil {
		t.Fatal(err)
	}
	w.take(v)
}

func TestSelectingInOnePlaceSelectsEverywhere(t *testing.T) {
	w := opened(t, newScripted(), phrase.English)
	check := func(how string) {
		t.Helper()
		if w.view.frame.Selected != "freezer-2" || w.chose != "c1" || len(w.site.signals) != 4 || w.why.approve == nil {
			t.Errorf("after %s: viewport %q, case %q, %d signals, approve %v", how,
				w.view.frame.Selected, w.chose, len(w.site.signals), w.why.approve != nil)
		}
		w.selectAsset("")
	}
	w.site.tree.Select("freezer-2")
	check("the tree")
	w.view.picked(render.Hit{Entity: "freezer-2"})
	check("the viewport")
	w.inbox.cards.Objects[0].(*tapped).Tapped(nil)
	check("a card")
	w.view.picked(render.Hit{Entity: "wall-17"})
	if w.asset != "" {
		t.Errorf("a wall was selected as asset %q", w.asset)
	}
}

// What was chosen in the tree is looked at with the tree still having the keys.
func TestTheTreeHandsOnTheKeysOfTheScene(t *testing.T) {
	w := opened(t, newScripted(), phrase.English)
	w.site.tree.Select("freezer-2")
	w.win.Canvas().Focus(w.site.tree)
	before := w.view.frame.Camera
	w.site.tree.TypedKey(&fyne.KeyEvent{Name: fyne.KeyDown})
	if w.view.frame.Camera != before {
		t.Error("an arrow in the tree moved the camera")
	}
	w.site.tree.TypedKey(&fyne.KeyEvent{Name: fyne.KeyF})
	if c := w.view.frame.Camera; c == before {
		t.Error("F did not look at what was chosen")
	}
}

func TestAKeyAloneNeverDecides(t *testing.T) {
	s := newScripted()
	w := opened(t, s, phrase.English)
	w.selectAsset("freezer-2")
	w.win.Canvas().Focus(w.site.search)
	for _, r := range "ad aD" {
		w.site.search.TypedRune(r)
	}
	w.win.Canvas().Unfocus()
	w.typed(&fyne.KeyEvent{Name: fyne.KeyA})
	if len(s.did) != 0 {
		t.Fatalf("keys alone did %v", s.did)
	}
	if w.win.Canvas().Focused() != w.why.approve {
		t.Fatal("A did not move the focus to Approve")
	}
	w.why.approve.TypedKey(&fyne.KeyEvent{Name: fyne.KeyReturn})
	w.why.approve.Tapped(nil) // a second press of the same decision
	w.settle()
	if len(s.did) != 1 || s.did[0] != "approve p1 by mina" {
		t.Fatalf("Enter on Approve did %v", s.did)
	}
	see(t, w, time.Time{})
	if w.why.approve != nil {
		t.Error("a decided proposal still offers Approve")
	}
}

func TestThePastCannotBeDecided(t *testing.T) {
	w := opened(t, newScripted(), phrase.English)
	w.selectAsset("freezer-2")
	w.time.look(scriptNow.Add(-10 * time.Minute))
	see(t, w, w.time.looking)
	if w.why.approve != nil || !w.past.content.Visible() {
		t.Errorf("looking back: approve offered %v, banner shown %v", w.why.approve != nil, w.past.content.Visible())
	}
	w.time.look(scriptNow.Add(-40 * time.Minute))
	see(t, w, w.time.looking)
	if len(w.inbox.cards.Objects) != 1 || w.now.Live {
		t.Error("before the fault its card is still there")
	}
	w.time.toggle()
	at, _ := w.feed.wanted()
	see(t, w, at)
	if w.past.content.Visible() || w.why.approve == nil {
		t.Error("back to live, the past is still told")
	}
}

func TestALostLinkIsTold(t *testing.T) {
	s := newScripted()
	w := opened(t, s, phrase.English)
	w.selectAsset("freezer-2")
	s.lost = true
	see(t, w, time.Time{})
	if !w.link.content.Visible() || !strings.Contains(w.link.said, "does not answer") {
		t.Errorf("the banner says %q", w.link.said)
	}
	if got := w.site.signals[0].state.Text; got != "stale" {
		t.Errorf("a value after the loss is marked %q", got)
	}
	if w.site.state["freezer-1"] != silent {
		t.Error("the tree shows a live dot without a link")
	}
}

func TestAFailureIsANoticeThatSaysWhatToDo(t *testing.T) {
	s := newScripted()
	s.refuse = errors.New("guard link-up: the plant is not linked")
	w := opened(t, s, phrase.English)
	w.selectAsset("freezer-2")
	w.why.approve.Tapped(nil)
	w.settle()
	if !strings.Contains(w.notice.said, "the plant is not linked") || !strings.Contains(w.notice.said, "Try again") {
		t.Errorf("the notice says %q", w.notice.said)
	}
	see(t, w, time.Time{})
	if w.why.approve == nil || w.why.approve.Disabled() {
		t.Error("after a failure the decision is not offered again")
	}
}

func TestSearchFindsByNameInAnyScript(t *testing.T) {
	w := opened(t, newScripted(), phrase.Korean)
	w.site.search.SetText("전력량")
	if got := w.site.children[""]; len(got) != 1 || len(w.site.children[got[0]]) != 1 {
		t.Errorf("found %v", w.site.children)
	}
	w.site.search.SetText("no such thing")
	if !w.site.none.Visible() {
		t.Error("a vain search says nothing")
	}
}

// TestAnEmptySiteSaysWhatToDo: a list without things tells whether nothing was
// found or nothing is there, and what to do then.
func TestAnEmptySiteSaysWhatToDo(t *testing.T) {
	for lang, want := range map[phrase.Language]struct{ vain, drop, empty, then string }{
		phrase.English: {"Nothing is called that", "Drop files here", "Nothing is known to stand in this site yet", "Nothing stood in this site then"},
		phrase.Korean:  {"해당하는 이름이 없습니다", "파일을 여기에 놓으면", "이 사이트에는 아직 알려진 사물이 없습니다", "그때 이 사이트에는 사물이 없었습니다"},
	} {
		full, empty := newScripted(), newScripted()
		empty.site = &twin.Site{ID: "empty", Name: "Empty"}
		says := func(w desk, what, part string) {
			t.Helper()
			w.site.filter()
			if got := w.site.none; !got.Visible() || !strings.Contains(got.Text, part) {
				t.Errorf("%s, %s: it says %q, want %q", lang, what, got.Text, part)
			}
		}
		w := opened(t, full, lang)
		if w.site.none.Visible() {
			t.Errorf("%s: a site with things says %q", lang, w.site.none.Text)
		}
		w.site.search.SetText("no such thing")
		says(w, "a vain search", want.vain)
		w.now.Site = empty.site
		says(w, "before anything came", want.then)
		w = opened(t, empty, lang)
		says(w, "nowhere to drop", want.empty)
		if strings.Contains(w.site.none.Text, want.drop) {
			t.Errorf("%s: a window that takes no files asks for them", lang)
		}
		w.opt.Dropped = func([]string) Dropped { return nil }
		says(w, "empty", want.drop)
		w.site.search.SetText("freezer")
		says(w, "a search in an empty site", want.drop)
	}
}

func TestTheProbeNamesTheButtons(t *testing.T) {
	w := opened(t, newScripted(), phrase.English)
	w.selectAsset("freezer-2")
	text, err := os.ReadFile(w.opt.Probe)
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"approve", "deny", "mode", "viewport", "search", "live", "timeline", "halt", "card"} {
		if !strings.Contains(string(text), `"`+name+`"`) {
			t.Errorf("the probe does not name %s", name)
		}
	}
}

func TestLanguageAndThemeChangeInPlace(t *testing.T) {
	w := opened(t, newScripted(), phrase.English)
	w.selectAsset("freezer-2")
	w.switchLanguage()
	w.opt.Dark = true
	w.build()
	if w.why.approve == nil || w.why.approve.Text != "승인" || !w.view.frame.Dark {
		t.Error("the rebuilt window lost its selection, language or theme")
	}
}

func TestOddViewsAndSizesDoNotPanic(t *testing.T) {
	w := opened(t, newScripted(), phrase.English)
	w.selectAsset("freezer-2")
	for _, size := range []fyne.Size{{}, {Width: 1, Height: 1}, {Width: 4000, Height: 3}} {
		w.win.Resize(size)
	}
	nan := []twin.Point{{At: scriptNow, Value: math.NaN()}, {At: scriptNow, Value: math.Inf(1)}}
	w.take(app.View{})
	w.take(app.View{Live: true, Cases: []app.Case{{Evidence: []app.Curve{{Points: nan}}}, {Situation: twin.Situation{Case: "x"}, Proposal: &twin.Proposal{}}}})
	w.selectCase(w.now.Cases[0])
	w.selectCase(w.now.Cases[1])
}

func TestCameraKeepsItsPromises(t *testing.T) {
	c := framing(render.Camera{}, geom.Vec3{0, 0, -24}, geom.Vec3{25, 4, 0}, 1.5)
	if n := framing(render.Camera{}, geom.Vec3{0, 0, -24}, geom.Vec3{25, 4, 0}, 0.5); n.Distance < 1.7*c.Distance {
		t.Errorf("a picture half as wide as it is high is taken from %.1f m, a wide one from %.1f", n.Distance, c.Distance)
	}
	for range 500 {
		c = orbit(c, 3, 40)
	}
	if c.Pitch > 1.5 {
		t.Errorf("the camera went over the top: %v", c.Pitch)
	}
	for range 500 {
		c = zoom(c, 1)
	}
	if c.Distance < 0.8 {
		t.Errorf("the wheel went through the target: %v", c.Distance)
	}
	eye := walk(standing(render.Camera{}), 1, 0)
	if eye.Target[2] != -1 || eye.Target[1] != 1.65 {
		t.Errorf("a step ahead at yaw 0 went to %v, want along -Z", eye.Target)
	}
	if got := pan(render.Camera{Distance: 10, Pitch: 1}, 5, 0, 0); math.IsNaN(got.Target[0]) {
		t.Error("panning an empty viewport lost the camera")
	}
}

func TestLayersHideWhatIsNotWantedButNeverTheGrey(t *testing.T) {
	all := overlay.Set{
		Heatmaps: make([]overlay.Heatmap, 1), Figures: make([]overlay.Figure, 2), Arrows: make([]overlay.Arrow, 1),
		Labels: make([]overlay.Label, 1), Tints: []overlay.Tint{{Entity: "freezer-2", Glow: 1}, {Entity: "meter-1", Grey: true}},
	}
	if got := everyLayer.shown(all); len(got.Heatmaps)+len(got.Figures)+len(got.Tints)+len(got.Arrows)+len(got.Labels) != 7 {
		t.Errorf("all layers on, some is missing: %+v", got)
	}
	got := layers{}.shown(all)
	if len(got.Heatmaps)+len(got.Figures)+len(got.Arrows)+len(got.Labels) != 0 {
		t.Errorf("all layers off, some is left: %+v", got)
	}
	if len(got.Tints) != 1 || !got.Tints[0].Grey {
		t.Errorf("the grey of a dead device was hidden: %+v", got.Tints)
	}
}

func TestAKeyTogglesALayer(t *testing.T) {
	w := opened(t, newScripted(), phrase.English)
	for _, key := range []fyne.KeyName{fyne.KeyE, fyne.KeyT, fyne.KeyP} {
		w.typed(&fyne.KeyEvent{Name: key})
	}
	if w.layers != (layers{}) {
		t.Errorf("after E, T and P %+v are still on", w.layers)
	}
}

func TestABannerTakesRoomAndGivesItBack(t *testing.T) {
	s := newScripted()
	w := opened(t, s, phrase.English)
	top := func() float32 { return fyne.CurrentApp().Driver().AbsolutePositionForObject(w.view).Y }
	quiet := top()
	s.lost = true
	see(t, w, time.Time{})
	if top() < quiet+10 {
		t.Errorf("the banner lies over the panels: the viewport begins at %g, before it did at %g", top(), quiet)
	}
	s.lost = false
	see(t, w, time.Time{})
	if top() != quiet {
		t.Errorf("the banner is gone and its room is not given back: %g, before %g", top(), quiet)
	}
}

// The emergency stop is one key and one button, also from a field of text; what
// it did stands across the window until somebody releases it.
func TestTheEmergencyStop(t *testing.T) {
	s := newScripted()
	w := opened(t, s, phrase.English)
	w.typed(&fyne.KeyEvent{Name: stopKey})
	w.site.search.TypedKey(&fyne.KeyEvent{Name: stopKey})
	w.settle()
	if want := []string{"stop by mina", "stop by mina"}; !slices.Equal(s.did, want) {
		t.Fatalf("it did %v", s.did)
	}
	if w.stopped.content.Visible() {
		t.Error("a strip before anything was stopped")
	}
	s.stop = &twin.StopNote{By: "lee"}
	see(t, w, time.Time{})
	w.selectAsset("freezer-2")
	if !w.stopped.content.Visible() || w.why.approve != nil {
		t.Errorf("the strip shows %v, approval is offered %v", w.stopped.content.Visible(), w.why.approve != nil)
	}
	s.refuse = errors.New("release the stop: no right to do this: mina may not release a stop; kim may")
	w.release(t).Tapped(nil)
	w.settle()
	if !strings.Contains(w.notice.said, "kim") || w.release(t).Disabled() {
		t.Errorf("refused, it says %q", w.notice.said)
	}
	s.refuse, s.did = nil, nil
	w.release(t).Tapped(nil)
	w.settle()
	if !slices.Equal(s.did, []string{"release by mina"}) {
		t.Errorf("it did %v", s.did)
	}
	s.stop = nil
	see(t, w, time.Time{})
	if w.stopped.content.Visible() {
		t.Error("the strip stays")
	}
}

func (d desk) release(t *testing.T) *keyButton {
	t.Helper()
	for _, p := range d.places {
		if b, ok := p.object.(*keyButton); ok && p.name == "release" {
			return b
		}
	}
	t.Fatal("no way to release the stop")
	return nil
}

// What was tried stands above the many classes that have had no case.
func TestWhatWasTriedStandsFirst(t *testing.T) {
	got := usedFirst([]twin.Record{{Class: "a"}, {Class: "b", Proposals: 1}, {Class: "c"}, {Class: "d", Lowered: "an action made it worse"}})
	var order string
	for _, r := range got {
		order += string(r.Class)
	}
	if order != "bdac" {
		t.Errorf("the order is %s, want bdac", order)
	}
}

// The table of what was earned offers a promotion, and taking it sets the mode.
func TestTheTableOfAutonomy(t *testing.T) {
	s := newScripted()
	s.records = []twin.Record{
		{Class: "close-door", Mode: twin.Approve, Trials: 36, Right: 36, Low: 0.904, High: 1, Verified: 36, Approved: 36, Brier: 0.01, Offered: twin.Auto},
		{Class: "boost-capacity", Mode: twin.Approve, Brier: math.NaN(), Lowered: "an action made it worse: x"},
	}
	w := opened(t, s, phrase.English)
	w.showAutonomy()
	w.settle()
	var said []string
	for _, o := range test.LaidOutObjects(w.win.Canvas().Overlays().Top()) {
		switch o := o.(type) {
		case *canvas.Text:
			said = append(said, o.Text)
		case *widget.Button:
			if o.Text == "Set to Automatic" {
				o.Tapped(nil)
			}
		}
	}
	all := strings.Join(said, "|")
	for _, want := range []string{"36 / 36", "90 %", "earned: Automatic", "0.01"} {
		if !strings.Contains(all, want) {
			t.Errorf("%q is not in %s", want, all)
		}
	}
	w.settle()
	if len(s.did) != 1 || !strings.Contains(s.did[0], "close-door") {
		t.Errorf("accepting it did %v", s.did)
	}
}
