package desktop

import (
	"context"
	"fmt"
	"slices"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/theme"

	"github.com/glasstwin/glasstwin/app/account"
	"github.com/glasstwin/glasstwin/twin"
)

// quiet answers why nothing happened, on one thing or on all that is watched. It
// asks the twin away from the interface's thread and shows what came in place.
type quiet struct {
	w       *window
	box     *fyne.Container // nil: it is not shown
	asset   twin.AssetID    // "": all that is watched
	watched []twin.Watched
	at      time.Time // that it was asked of; zero: live
	asked   time.Time // when
	asking  bool
	drawn   string
}

// quietEvery is how often it is asked anew while it is shown: things are looked
// at once a minute of plant time.
const quietEvery = 2 * time.Second

// show fills a box, and keeps doing so.
func (q *quiet) show(box *fyne.Container, asset twin.AssetID) {
	q.box, q.asset, q.drawn = box, asset, ""
	q.draw()
}

// update asks when what is shown may be another.
func (q *quiet) update() {
	if q.box == nil || q.asking {
		return
	}
	at := q.w.time.looking
	if !q.asked.IsZero() && at.Equal(q.at) && (!at.IsZero() || time.Since(q.asked) < quietEvery) {
		q.draw()
		return
	}
	if !at.Equal(q.at) {
		q.watched = nil
	}
	q.asking, q.at, q.asked = true, at, time.Now()
	var got []twin.Watched
	q.w.feed.do("act.look", func(ctx context.Context) (err error) {
		got, err = q.w.twin.Watched(ctx, at)
		if err != nil {
			q.w.feed.post(func() { q.asking = false })
		}
		return err
	}, func() {
		q.asking = false
		if at.Equal(q.w.time.looking) {
			q.watched = got
			if q.watched == nil {
				q.watched = []twin.Watched{}
			}
			q.draw()
		}
	})
}

// nearestMost are listed where nothing is selected.
const nearestMost = 6

func (q *quiet) draw() {
	if q.box == nil {
		return
	}
	v, speak := q.w.now, q.w.speak
	v.Site = q.w.shown()
	var lines []fyne.CanvasObject
	key := fmt.Sprint(q.asset, q.watched == nil)
	add := func(said string, o fyne.CanvasObject) {
		key += "\n" + said
		lines = append(lines, o)
	}
	tell := func(text string) { add(text, small(text)) }
	near := func(n account.Near) {
		tell(n.Text)
		ink := colorAgainst
		if n.Share >= 1 {
			ink = theme.ColorNameError
		}
		add("", gauge(n.Share, ink))
	}
	switch {
	case q.watched == nil:
		tell(speak.Say("nothing.waiting"))
	case q.asset == "" && len(q.watched) == 0:
		tell(speak.Say("nothing.none"))
	case q.asset == "":
		tell(speak.Say("nothing.all"))
		quietly := slices.DeleteFunc(account.Nearest(q.watched), func(w twin.Watched) bool { return w.Case != "" })
		for _, x := range quietly[:min(nearestMost, len(quietly))] {
			n := account.WhyNothing(speak, v, x.Asset, q.watched)
			text, most := q.w.nameOf(x.Asset), n.Nearest()
			if most.Text != "" {
				text += ": " + most.Text
			}
			add(text, newTapped(small(text), func() { q.w.selectAsset(x.Asset); q.w.frameSelected() }))
			add("", gauge(most.Share, colorAgainst))
		}
	default:
		n := account.WhyNothing(speak, v, q.asset, q.watched)
		add(n.Sentence, prose(n.Sentence, theme.ColorNameForeground, true))
		for _, x := range n.Near {
			near(x)
		}
		if n.Looked != "" {
			tell(n.Looked)
		}
		for _, x := range n.Held {
			tell(x)
		}
	}
	if key == q.drawn {
		return
	}
	q.drawn = key
	q.box.Objects = []fyne.CanvasObject{container.NewVBox(lines...)}
	q.box.Refresh()
	q.w.why.body.Refresh()
}
