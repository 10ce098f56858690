package desktop

import (
	"context"
	"errors"
	"slices"
	"testing"
	"time"

	"fyne.io/fyne/v2/test"
	"fyne.io/fyne/v2/widget"

	"github.com/glasstwin/glasstwin/app"
	"github.com/glasstwin/glasstwin/app/phrase"
	"github.com/glasstwin/glasstwin/scene"
	"github.com/glasstwin/glasstwin/twin"
)

// marked is the button of a name; nil when it is not offered.
func marked(w desk, name string) *widget.Button {
	for _, p := range w.places {
		if p.name == name {
			return p.object.(*widget.Button)
		}
	}
	return nil
}

func TestWhatWentWhileNobodyLookedIsAskedOneByOne(t *testing.T) {
	for _, lang := range phrase.Languages {
		s := newScripted()
		w := opened(t, s, lang)
		if !w.ask.content.Hidden || marked(w, "ask-follow") != nil {
			t.Fatal("something is asked of a plant that did not change")
		}
		s.asked = askedOf()
		see(t, w, time.Time{})
		if w.ask.content.Hidden || w.ask.asked != "freezer-3" {
			t.Fatalf("%s: asked of %q", lang, w.ask.asked)
		}
		see(t, w, scriptNow.Add(-time.Minute))
		if !w.ask.content.Hidden {
			t.Error("the past asks")
		}
		see(t, w, time.Time{})
		test.Tap(marked(w, "ask-follow"))
		if !marked(w, "ask-leave").Disabled() {
			t.Error("it can be answered twice")
		}
		s.asked = s.asked[1:]
		w.settle()
		see(t, w, time.Time{})
		s.refuse = errors.New("the disk is full")
		test.Tap(marked(w, "ask-leave"))
		w.settle()
		see(t, w, time.Time{})
		if marked(w, "ask-leave").Disabled() {
			t.Error("after it failed it cannot be answered again")
		}
		s.refuse = nil
		test.Tap(marked(w, "ask-leave"))
		s.asked = nil
		w.settle()
		see(t, w, time.Time{})
		if !w.ask.content.Hidden || marked(w, "ask-follow") != nil {
			t.Error("it still asks")
		}
		if want := []string{"settle freezer-3 true by mina", "settle freezer-5 false by mina"}; !slices.Equal(s.did, want) {
			t.Errorf("did %q, want %q", s.did, want)
		}
	}
}

// before is the scripted twin with one thing less in its past.
type before struct {
	*scripted
	now, then *scene.Scene
	thenSite  *twin.Site
}

func (b *before) Scene() *scene.Scene { return b.now }

func (b *before) View(ctx context.Context, at time.Time) (app.View, error) {
	v, err := b.scripted.View(ctx, at)
	v.Site, v.Scene = b.site, b.now
	v.Revision, v.Changes = 1, []app.Change{{Revision: 1, SiteChange: twin.SiteChange{Kind: twin.AssetAdded, Asset: "freezer-6", Name: "Freezer 6", Class: "upright-freezer"}}}
	if !v.Live {
		v.Site, v.Scene = b.thenSite, b.then
	}
	return v, err
}

// TestThePastShowsTheSiteOfThen: tree, picture and selection are those of the
// moment, and what changed since is told once.
func TestThePastShowsTheSiteOfThen(t *testing.T) {
	s := newScripted()
	then := *s.site
	then.Assets = slices.DeleteFunc(slices.Clone(s.site.Assets), func(a twin.Asset) bool { return a.ID == "freezer-6" })
	b := &before{scripted: s, now: &scene.Scene{}, then: &scene.Scene{}, thenSite: &then}
	w := opened(t, s, phrase.English)
	w.twin = b
	listed := func() bool { return slices.Contains(w.site.children[zoneNode+"sales"], "freezer-6") }
	see(t, w, time.Time{})
	if !listed() || w.notice.said == "" {
		t.Fatalf("live: listed %v, told %q", listed(), w.notice.said)
	}
	w.selectAsset("freezer-6")
	w.notice.say("")
	see(t, w, scriptNow.Add(-time.Hour))
	if listed() || w.asset != "" || w.view.shown().right != b.then || w.notice.said != "" {
		t.Errorf("looking back: listed %v, selected %q, told %q", listed(), w.asset, w.notice.said)
	}
	see(t, w, time.Time{})
	if !listed() || w.view.shown().right != b.now || w.notice.said != "" {
		t.Errorf("live again: listed %v, told %q", listed(), w.notice.said)
	}
}
