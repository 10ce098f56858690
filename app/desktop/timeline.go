package desktop

import (
	"fmt"
	"slices"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"github.com/glasstwin/glasstwin/app"
	"github.com/glasstwin/glasstwin/app/phrase"
	"github.com/glasstwin/glasstwin/twin"
)

// timePanel is the strip along the bottom: where in time the window looks.
type timePanel struct {
	w       *window
	content fyne.CanvasObject
	live    *widget.Button
	clock   *canvas.Text
	track   *timeTrack
	speed   *widget.Select

	looking time.Time // zero: live
	replay  int       // seconds of plant time for one second; 0: stands still
	stepped time.Time
}

// speeds of replay, plant seconds in a second.
var speeds = [...]int{0, 1, 5, 20, 60}

func newTimePanel(w *window) *timePanel {
	p := &timePanel{w: w}
	if w.time != nil {
		p.looking = w.time.looking // a rebuilt window stays where it looked
	}
	p.live = widget.NewButtonWithIcon("", theme.MediaPauseIcon(), p.toggle)
	p.clock = canvas.NewText("", paint(theme.ColorNameForeground))
	p.clock.TextStyle.Bold = true
	var names []string
	for _, s := range speeds {
		names = append(names, w.speak.Say("speed.label", "n", fmt.Sprint(s)))
	}
	p.speed = widget.NewSelect(names, func(string) { p.replay = speeds[p.speed.SelectedIndex()]; p.stepped = time.Now() })
	p.speed.Selected = names[0]
	p.speed.Disable()
	p.track = newTimeTrack(p)
	w.mark("live", p.live)
	w.mark("timeline", p.track)
	row := container.NewBorder(nil, nil, container.NewHBox(p.live, container.NewCenter(p.clock)), p.speed, container.NewPadded(p.track))
	p.content = container.NewStack(canvas.NewRectangle(paint(colorPanel)), container.NewPadded(row))
	return p
}

// toggle pauses, or goes back to live.
func (p *timePanel) toggle() {
	if p.looking.IsZero() {
		p.look(p.w.now.At)
		return
	}
	p.look(time.Time{})
}

// look moves the window's eyes to a moment; zero is the present.
func (p *timePanel) look(at time.Time) {
	if at.IsZero() && p.looking.IsZero() {
		return
	}
	p.looking = at
	p.stepped = time.Now()
	if at.IsZero() {
		p.replay = 0
		p.speed.SetSelectedIndex(0)
	}
	p.w.feed.look(at)
	p.update()
}

// step moves along the line by a share of what a person looks over.
func (p *timePanel) step(by time.Duration) {
	at := p.looking
	if at.IsZero() {
		at = p.w.now.At
	}
	at = at.Add(by)
	if v := p.w.now; at.Before(v.From) {
		at = v.From
	} else if !v.To.IsZero() && !at.Before(v.To) {
		at = time.Time{}
	}
	p.look(at)
}

func (p *timePanel) update() {
	v := p.w.now
	text, icon, importance := p.w.speak.Say("live.now"), theme.MediaPauseIcon(), widget.MediumImportance
	if p.looking.IsZero() {
		if !v.Linked {
			text = p.w.speak.NotLive()
		}
		p.speed.Disable()
	} else {
		text, icon, importance = p.w.speak.Say("live.go"), theme.MediaPlayIcon(), widget.HighImportance
		p.speed.Enable()
		p.advance()
	}
	if p.live.Text != text || p.live.Icon.Name() != icon.Name() || p.live.Importance != importance { // or the whole window is painted anew
		p.live.Text, p.live.Icon, p.live.Importance = text, icon, importance
		p.live.Refresh()
	}
	setText(p.clock, phrase.Clock(v.At, p.w.zone), paint(theme.ColorNameForeground))
	p.track.show(v)
}

// advance lets the past run at the chosen speed.
func (p *timePanel) advance() {
	since := time.Since(p.stepped)
	if p.replay == 0 || since < viewEvery {
		return
	}
	p.stepped = time.Now()
	p.looking = p.looking.Add(since * time.Duration(p.replay))
	if v := p.w.now; !v.To.IsZero() && p.looking.After(v.To) {
		p.looking = v.To
	}
	p.w.feed.look(p.looking)
}

// timeTrack is the scrubber with its marks.
type timeTrack struct {
	widget.BaseWidget
	p     *timePanel
	view  app.View
	drawn []spot
}

// spot is what the track shows at a place.
type spot struct {
	half int // of its units, in halves: nothing finer is seen
	ink  fyne.ThemeColorName
}

func newTimeTrack(p *timePanel) *timeTrack {
	t := &timeTrack{p: p}
	t.ExtendBaseWidget(t)
	return t
}

func (t *timeTrack) show(v app.View) {
	t.view = v
	if spots := t.spots(); !slices.Equal(spots, t.drawn) {
		t.drawn = spots
		t.Refresh()
	}
}

// at is where on the track a moment is, of its width.
func (t *timeTrack) at(m time.Time, width float32) float32 {
	v := t.view
	return width * float32(within(m.Sub(v.From).Seconds()/v.To.Sub(v.From).Seconds(), 0, 1))
}

// marks are those that are laid out.
func (t *timeTrack) marks() []app.Mark { return t.view.Marks[max(0, len(t.view.Marks)-marksMost):] }

// ink is the knob's.
func (t *timeTrack) ink() fyne.ThemeColorName {
	if !t.p.looking.IsZero() {
		return colorPast
	}
	return theme.ColorNamePrimary
}

// spots are what the view shows where, the knob last.
func (t *timeTrack) spots() []spot {
	v, width := t.view, t.Size().Width
	if !v.To.After(v.From) {
		return []spot{}
	}
	var list []spot
	for _, m := range t.marks() {
		list = append(list, spot{int(2 * t.at(m.At, width)), markColor(m.Kind)})
	}
	return append(list, spot{int(2 * t.at(v.At, width)), t.ink()})
}

// MinSize implements fyne.Widget.
func (t *timeTrack) MinSize() fyne.Size { return fyne.NewSize(120, 36) }

// Tapped implements fyne.Tappable.
func (t *timeTrack) Tapped(e *fyne.PointEvent) { t.to(e.Position.X) }

// Dragged implements fyne.Draggable.
func (t *timeTrack) Dragged(e *fyne.DragEvent) { t.to(e.Position.X) }

// DragEnd implements fyne.Draggable.
func (t *timeTrack) DragEnd() {}

// snap is how near the right end a click means the present, in its units.
const snap = 6

func (t *timeTrack) to(x float32) {
	v, width := t.view, t.Size().Width
	if width <= 0 || !v.To.After(v.From) {
		return
	}
	if x >= width-snap {
		t.p.look(time.Time{})
		return
	}
	share := within(float64(x/width), 0, 1)
	t.p.look(v.From.Add(time.Duration(share * float64(v.To.Sub(v.From)))))
}

// CreateRenderer implements fyne.Widget.
func (t *timeTrack) CreateRenderer() fyne.WidgetRenderer { return &trackRenderer{t: t} }

type trackRenderer struct {
	t       *timeTrack
	objects []fyne.CanvasObject
}

// marksMost bounds what is laid out; marks beyond a pixel apart say nothing.
const marksMost = 200

// Layout implements fyne.WidgetRenderer.
func (r *trackRenderer) Layout(size fyne.Size) {
	r.objects = nil
	v, middle := r.t.view, size.Height/2
	rail := canvas.NewRectangle(paint(theme.ColorNameSeparator))
	rail.CornerRadius = 2
	rail.Move(fyne.NewPos(0, middle-2))
	rail.Resize(fyne.NewSize(size.Width, 4))
	r.objects = append(r.objects, rail)
	if !v.To.After(v.From) {
		return
	}
	x := func(at time.Time) float32 { return r.t.at(at, size.Width) }
	for _, m := range r.t.marks() {
		tick := canvas.NewRectangle(paint(markColor(m.Kind)))
		tick.CornerRadius = 1.5
		tick.Move(fyne.NewPos(x(m.At)-1.5, middle-9))
		tick.Resize(fyne.NewSize(3, 18))
		r.objects = append(r.objects, tick)
	}
	knob := canvas.NewCircle(paint(r.t.ink()))
	knob.Move(fyne.NewPos(float32(within(float64(x(v.At)), 7, float64(size.Width)-7))-7, middle-7))
	knob.Resize(fyne.NewSize(14, 14))
	r.objects = append(r.objects, knob)
}

func markColor(k twin.EventKind) fyne.ThemeColorName {
	switch k {
	case twin.SituationRaised, twin.LinkLost:
		return theme.ColorNameError
	case twin.DecisionMade, twin.ActionWritten:
		return theme.ColorNamePrimary
	case twin.OutcomeRecorded, twin.SituationEnded, twin.LinkUp:
		return theme.ColorNameSuccess
	}
	return colorMuted
}

// MinSize implements fyne.WidgetRenderer.
func (r *trackRenderer) MinSize() fyne.Size { return r.t.MinSize() }

// Refresh implements fyne.WidgetRenderer.
func (r *trackRenderer) Refresh() {
	r.Layout(r.t.Size())
	canvas.Refresh(r.t)
}

// Objects implements fyne.WidgetRenderer.
func (r *trackRenderer) Objects() []fyne.CanvasObject { return r.objects }

// Destroy implements fyne.WidgetRenderer.
func (r *trackRenderer) Destroy() {}
