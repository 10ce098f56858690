package desktop

import (
	"context"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/layout"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"
)

// stopStrip stands across the window while the site is stopped, with the way out
// of it; it takes no room when it is not.
type stopStrip struct {
	w       *window
	content *fyne.Container
	by      string // who stopped it, as shown; "": nobody
	live    bool
	resized func()
}

func newStopStrip(w *window) *stopStrip {
	s := &stopStrip{w: w, content: container.NewStack()}
	s.content.Hide()
	return s
}

// update takes in the newest view.
func (s *stopStrip) update() {
	by, live := "", s.w.now.Live
	if n := s.w.now.Stopped; n != nil {
		by = n.By
	}
	if by == s.by && live == s.live {
		return
	}
	if by != s.by {
		s.w.readModes() // somebody else may have done it
	}
	s.by, s.live = by, live
	s.w.forget("release")
	s.content.Objects = nil
	s.content.Hidden = by == ""
	if by != "" {
		s.show()
	}
	s.content.Refresh()
	if s.resized != nil {
		s.resized()
	}
}

func (s *stopStrip) show() {
	say := s.w.speak.Say
	text := widget.NewRichText(&widget.TextSegment{Text: say("stop.banner", "by", s.by), Style: widget.RichTextStyle{
		ColorName: theme.ColorNameForegroundOnPrimary, TextStyle: fyne.TextStyle{Bold: true},
	}})
	text.Wrapping = fyne.TextWrapWord
	release := newKeyButton(say("stop.release"), nil, nil)
	release.OnTapped = func() {
		s.w.inName(func(by string) {
			release.Disable()
			s.w.feed.do("act.release", func(ctx context.Context) error {
				err := s.w.twin.Release(ctx, by)
				if err != nil {
					s.w.feed.post(release.Enable)
				}
				return err
			}, func() {
				s.w.tell(say("stop.released"))
				s.w.readModes()
			})
		})
	}
	if !s.live {
		release.Disable()
	}
	s.content.Objects = []fyne.CanvasObject{
		canvas.NewRectangle(paint(theme.ColorNameError)),
		container.NewBorder(nil, nil, nil, container.NewPadded(container.NewCenter(release)),
			container.NewVBox(layout.NewSpacer(), text, layout.NewSpacer())),
	}
	s.w.mark("release", release)
}
