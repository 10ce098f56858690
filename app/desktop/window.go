package desktop

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/dialog"
	"fyne.io/fyne/v2/layout"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"github.com/glasstwin/glasstwin/app"
	"github.com/glasstwin/glasstwin/app/phrase"
	"github.com/glasstwin/glasstwin/render"
	"github.com/glasstwin/glasstwin/render/overlay"
	"github.com/glasstwin/glasstwin/scene"
	"github.com/glasstwin/glasstwin/scene/geom"
	"github.com/glasstwin/glasstwin/twin"
)

// window holds the panels together: what is selected, what is shown, and what
// the user asked for. All of it belongs to the interface's thread.
type window struct {
	app  fyne.App
	win  fyne.Window
	twin Twin
	opt  Options
	person
	who   *widget.Button // shows the person
	speak *phrase.Speaker
	zone  *time.Location // of the site
	feed  *feed

	view  *viewport
	site  *sitePanel
	inbox *inboxPanel
	why   *whyPanel
	time  *timePanel

	link, past *banner
	ask        *askStrip
	stopped    *stopStrip
	autonomy   dialog.Dialog
	called     map[twin.CaseID]bool // cases to which people were called here
	notice     *banner
	noticeGone *time.Timer
	frames     *canvas.Text
	meter      *fyne.Container // the plate that frames stand on
	status     *canvas.Text
	places     []place
	probed     int // widgets in the probe file

	now    app.View
	asset  twin.AssetID
	chose  twin.CaseID
	modes  map[twin.ActionClass]twin.Mode
	fitted int // revision of the site that is shown
	layers layers
	sight  sight
	base   *scene.Scene // that is shown, as it stands
	across geom.Vec3    // normal of the upright cut
	studio bool         // the light of a studio, whatever the hour
	scan   *Scan        // nil: not read yet
	touch  touched
	edit   *editor // a layout that is planned; nil: the twin is looked at
	arrows struct {
		count int
		since time.Time // from when on so many are shown
	}
	held   map[fyne.KeyName]bool // keys that are down while walking
	expert bool                  // who reads the explanations
	traced *trace                // arrow that was clicked; nil: none
}

func newWindow(a fyne.App, win fyne.Window, t Twin, o Options, speak *phrase.Speaker) *window {
	w := &window{app: a, win: win, twin: t, opt: o, person: person{name: o.User}, speak: speak, zone: time.UTC, layers: everyLayer, expert: o.Expert, held: map[fyne.KeyName]bool{}, called: map[twin.CaseID]bool{}}
	if z, err := time.LoadLocation(t.Site().TimeZone); err == nil && t.Site().TimeZone != "" {
		w.zone = z
	}
	w.view = newViewport(win.Canvas())
	w.view.picked = w.picked
	if o.NewPicture != nil {
		w.view.paint = newPainter(o.Presenter, o.NewPicture, func(err error) { w.fail("act.draw", err) })
		w.view.paint.shown = o.Shown
		w.view.paint.inlay.window, _ = win.(contextual)
	}
	w.view.cutaway, w.view.scene, w.view.all = t.Cutaway, t.Scene(), entitiesOf(t.Scene())
	w.view.frame.Reveal = true
	w.base = t.Scene()
	w.overview()
	return w
}

// build makes every panel anew, in the language and theme in force.
func (w *window) build() {
	var regular, bold fyne.Resource
	if w.speak.Language() == phrase.Korean {
		regular, bold = hangul()
	}
	w.app.Settings().SetTheme(newLook(w.opt.Dark, regular, bold))
	w.win.SetTitle(w.speak.Say("app.title", "site", w.twin.Site().Name))
	w.view.change(func(f *render.Frame) { f.Dark = w.opt.Dark })

	w.places = nil
	w.link, w.past, w.notice = newBanner(theme.ColorNameError), newBanner(colorPast), newBanner(theme.ColorNamePrimary)
	w.ask, w.stopped = newAskStrip(w), newStopStrip(w)
	w.frames = canvas.NewText("", paint(theme.ColorNameForeground))
	w.frames.TextStyle.Monospace = true
	// On a plate of its own: skies and floors are of any brightness.
	w.meter = container.NewHBox(container.NewStack(canvas.NewRectangle(paint(colorPanel)), container.NewPadded(w.frames)))
	w.meter.Hide()
	w.site, w.inbox, w.why, w.time = newSitePanel(w), newInboxPanel(w), newWhyPanel(w), newTimePanel(w)

	w.mark("viewport", w.view)
	w.mark("notice", w.notice.content)
	right := container.NewVSplit(w.inbox.content, w.why.content)
	right.Offset = 0.24
	// Notices come from above: the legends stand at the foot of the picture.
	middle := container.NewStack(w.view, container.NewVBox(w.notice.content, w.meter, layout.NewSpacer()))
	w.view.covered = func() bool { return w.notice.content.Visible() || w.meter.Visible() }
	if w.edit != nil {
		w.buildEditor(middle)
		return
	}
	sides := container.NewBorder(nil, nil, wide(sideLeft, w.site.content), wide(sideRight, right), middle)
	body := container.NewBorder(container.NewVBox(w.bar(), w.stopped.content, w.link.content, w.past.content, w.ask.content), w.time.content, nil, nil, sides)
	w.link.resized, w.past.resized, w.ask.resized, w.stopped.resized = body.Refresh, body.Refresh, body.Refresh, body.Refresh
	w.win.SetPadded(false)
	w.win.SetContent(container.NewStack(canvas.NewRectangle(paint(theme.ColorNameBackground)), body))
	w.bindKeys()
	w.take(w.now)
	w.readModes()
}

// Widths of the side panels; the viewport takes the rest.
const (
	sideLeft  = 248
	sideRight = 356
)

func wide(width float32, content fyne.CanvasObject) fyne.CanvasObject {
	least := canvas.NewRectangle(paint(colorPanel))
	least.SetMinSize(fyne.NewSize(width, 0))
	return container.NewStack(least, container.NewPadded(content))
}

// take shows a view. It is called on the interface's thread, some times a second.
func (w *window) take(v app.View) {
	w.now = v
	if w.site == nil {
		return // not built yet
	}
	if w.edit != nil {
		w.edit.frame()
		w.stopped.update()
		w.showLink()
		w.showFrames()
		w.probe()
		return
	}
	w.refit()
	over := w.played(w.labelled(w.scanned(w.layers.shown(v.Overlays))))
	if w.sight.apart {
		s := w.storeys()
		over = s.Lift(over, s.Span())
	}
	w.view.change(func(f *render.Frame) {
		f.Joints, f.Emissive, f.Overlays, f.Sun = v.Joints, v.Emissive, over, w.sun()
	})
	if w.sight.xray {
		w.applySight() // what is told of may be another
	}
	w.showLink()
	w.stopped.update()
	w.ask.update()
	w.callPeople()
	w.site.update()
	w.inbox.update()
	w.why.update()
	w.time.update()
	w.showFrames()
	w.probe()
}

// played lets the arrows of what happens now appear one after another. A moment
// that is looked back at stands still, and is shown whole.
func (w *window) played(set overlay.Set) overlay.Set {
	if len(set.Arrows) != w.arrows.count {
		w.arrows.count, w.arrows.since = len(set.Arrows), time.Now()
	}
	if w.now.Live && len(set.Arrows) > 0 {
		set.Arrows = slices.Clone(set.Arrows)
		overlay.Play(set.Arrows, time.Since(w.arrows.since).Seconds())
	}
	return set
}

// shown is the site that the view is of: looking back, as it was then.
func (w *window) shown() *twin.Site {
	if w.now.Site != nil {
		return w.now.Site
	}
	return w.twin.Site()
}

// refit shows a site that followed its plant, or as it was before it did:
// picture and tree anew, and a notice of what changed. Camera and selection stay;
// a selected thing that is gone is selected no more.
func (w *window) refit() {
	other := w.now.Scene != nil && w.now.Scene != w.base
	if w.now.Revision <= w.fitted && !other {
		return
	}
	if other {
		w.show(w.now.Scene, w.now.Cutaway)
	}
	var told []string
	for _, c := range w.now.Changes {
		if c.Revision > w.fitted {
			told = append(told, w.speak.SiteChange(c.SiteChange))
		}
	}
	w.fitted = max(w.fitted, w.now.Revision)
	w.site.filter()
	if _, stays := w.shown().Asset(w.asset); !stays && w.asset != "" {
		w.asset, w.chose = "", ""
		w.view.change(func(f *render.Frame) { f.Selected = "" })
	}
	w.site.show(w.asset)
	if len(told) > noticeLines {
		told = append(told[:noticeLines-1], w.speak.Say("changed.more", "count", fmt.Sprint(len(told)-noticeLines+1)))
	}
	if len(told) > 0 {
		w.tell(strings.Join(told, "\n"))
	}
}

// noticeLines are as many as can be read while a notice shows.
const noticeLines = 4

func (w *window) showLink() {
	v := w.now
	if len(w.shown().Plants) == 0 {
		w.link.say("")
		if v.To.After(v.From) && !v.At.IsZero() {
			w.past.say(w.speak.Say("link.recorded", "time", phrase.Clock(v.At, w.zone)))
		} else {
			w.past.say(w.speak.Say("link.none"))
		}
		return
	}
	switch {
	case v.At.IsZero() && !v.Linked:
		w.link.say(w.speak.Say("link.opening", "why", w.speak.Told(v.LinkNote)))
	case v.Live && !v.Linked:
		w.link.say(w.speak.Say("link.lost", "span", w.speak.Span(v.LostFor), "why", w.speak.Told(v.LinkNote)))
	default:
		w.link.say("")
	}
	w.past.say("")
	if !v.Live && !v.At.IsZero() {
		w.past.say(w.speak.Say("live.banner", "time", phrase.Clock(v.At, w.zone)))
	}
}

// labelled adds the name of the selected asset to what the session drew.
func (w *window) labelled(set overlay.Set) overlay.Set {
	a, ok := w.shown().Asset(w.asset)
	if !ok || w.touch.entity == string(w.asset) {
		return set
	}
	for _, l := range set.Labels {
		if l.Entity == string(a.ID) {
			return set // its case already carries a card
		}
	}
	top := a.Pose.Position
	top[1] += a.Size[1]
	set.Labels = append(append([]overlay.Label(nil), set.Labels...), overlay.Label{
		Entity: string(a.ID), Anchor: top, Title: w.speak.AssetName(a), Accent: overlay.RGBA{0.05, 0.4, 0.7, 1}, Priority: 2,
	})
	return set
}

// selectAsset selects a thing everywhere; "" selects nothing.
func (w *window) selectAsset(id twin.AssetID) {
	if _, ok := w.shown().Asset(id); !ok {
		id = ""
	}
	if id == w.asset {
		return
	}
	w.touch = touched{}
	w.asset, w.chose = id, ""
	for _, c := range w.now.Cases {
		if id != "" && c.Situation.Asset == id {
			w.chose = c.Situation.Case
			break
		}
	}
	w.selected()
}

// selectCase selects a situation and the thing that it is about.
func (w *window) selectCase(c app.Case) {
	w.chose, w.asset = c.Situation.Case, c.Situation.Asset
	w.selected()
}

func (w *window) selected() {
	w.view.change(func(f *render.Frame) { f.Selected = w.marked() })
	if w.marked() == "" {
		w.sight.alone = false
	}
	w.site.show(w.asset)
	w.take(w.now)
	w.applySight()
}

// chosen is the case that is explained; false when none is selected.
func (w *window) chosen() (app.Case, bool) {
	for _, c := range w.now.Cases {
		if c.Situation.Case == w.chose {
			return c, true
		}
	}
	return app.Case{}, false
}

func (w *window) frameSelected() {
	a, ok := w.shown().Asset(w.asset)
	if !ok {
		w.overview()
		return
	}
	lo, hi := extent(a)
	w.view.steer(func(c render.Camera) render.Camera {
		c.Yaw = a.Pose.Yaw + 0.45 // its front, seen a little from the side
		return framing(c, lo, hi, w.view.aspect())
	})
}

// roomShown is how high above its floor a room is looked at, metres: what stands
// there, not the air above.
const roomShown = 2.2

// overview looks at everything there is.
func (w *window) overview() {
	w.whole(func(c render.Camera) render.Camera {
		c.Yaw, c.Pitch, c.FovY = -0.58, 0.66, 0.6 // long enough a lens to compare distances
		return c
	})
}

// whole turns the camera and has it look at all things, and at the rooms up to
// where things end.
func (w *window) whole(turn func(render.Camera) render.Camera) {
	box := geom.EmptyBox()
	for _, z := range w.shown().Zones {
		if z.Kind != "room" {
			continue
		}
		for _, p := range z.Outline {
			box = box.Add(geom.Vec3{p[0], z.FloorY, p[1]}).Add(geom.Vec3{p[0], z.FloorY + min(z.Height, roomShown), p[1]})
		}
	}
	for _, a := range w.shown().Assets {
		lo, hi := extent(a)
		box = box.Add(lo).Add(hi)
	}
	if s := w.storeys(); w.sight.apart && !box.Empty() {
		box.Max[1] += s.Span() * float64(len(s)-1)
	}
	if box.Empty() {
		return
	}
	w.view.steer(func(c render.Camera) render.Camera { return turn(c).Fit(box, w.view.aspect()) })
}

func extent(a twin.Asset) (lo, hi geom.Vec3) {
	r := max(a.Size[0], a.Size[2]) / 2
	p := a.Pose.Position
	return geom.Vec3{p[0] - r, p[1], p[2] - r}, geom.Vec3{p[0] + r, p[1] + a.Size[1], p[2] + r}
}

func (w *window) halt() {
	w.feed.do("act.halt", func(ctx context.Context) error { return w.twin.Stop(ctx, w.person.name) }, func() {
		w.tell(w.speak.Say("halt.done"))
		w.readModes()
	})
}

// readModes asks for the modes away from the interface's thread.
func (w *window) readModes() {
	if w.feed == nil {
		return
	}
	var modes map[twin.ActionClass]twin.Mode
	w.feed.do("act.mode", func(context.Context) error { modes = w.twin.Modes(); return nil }, func() {
		w.modes = modes
		w.why.update()
	})
}

func (w *window) switchLanguage() {
	next := phrase.English
	if w.speak.Language() == phrase.English {
		next = phrase.Korean
	}
	speak, err := phrase.New(next, w.opt.Classes...)
	if err == nil {
		err = speakToolkit(speak)
	}
	if err != nil {
		w.fail("act.draw", err)
		return
	}
	w.speak = speak
	w.traced = nil // its sentence is in the other language
	if w.opt.Spoken != nil {
		w.opt.Spoken(speak)
	}
	w.build()
}

// noticeFor is long enough to read two lines.
const noticeFor = 8 * time.Second

// tell shows a notice that goes away by itself and blocks nothing.
func (w *window) tell(text string) {
	w.notice.say(text)
	if w.noticeGone != nil {
		w.noticeGone.Stop()
	}
	shown := w.notice
	w.noticeGone = time.AfterFunc(noticeFor, func() { fyne.Do(func() { shown.say("") }) })
}

// fail shows what went wrong and what to do about it.
func (w *window) fail(act string, err error) {
	if w.notice == nil {
		return
	}
	w.tell(w.speak.Say("notice.failed", "act", w.speak.Say(act), "error", w.speak.Told(err.Error())) + "\n" + w.speak.Say("notice.retry"))
}

func (w *window) showFrames() {
	if w.view.paint == nil || !w.meter.Visible() {
		return
	}
	s := w.view.paint.figures()
	w.frames.Text = fmt.Sprintf(" %.1f ms (%.0f/s)  CPU %.1f ms  %d draws  %d triangles  #%d",
		s.took.Seconds()*1e3, 1/max(1e-3, s.took.Seconds()), s.last.CPUms, s.last.Draws, s.last.Triangles, s.drawn)
	if s.last.Samples > 0 {
		w.frames.Text += fmt.Sprintf("  mean of %d", s.last.Samples)
	} else {
		w.frames.Text += fmt.Sprintf("  draft at %.0f %%", 100*s.scale)
	}
	if m := s.last.Memory; m.Images > 0 {
		w.frames.Text += fmt.Sprintf("  %.0f MB geometry, %.0f of %.0f MB images", float64(m.Geometry)/1e6, float64(m.Images)/1e6, float64(m.Unpacked)/1e6)
	} else {
		w.frames.Text += fmt.Sprintf("  %.0f MB geometry", float64(m.Geometry)/1e6)
	}
	if s.last.Coarser > 0 {
		w.frames.Text += fmt.Sprintf("  %d meshes coarser for want of graphics memory", s.last.Coarser)
	}
	w.meter.Refresh()
}
