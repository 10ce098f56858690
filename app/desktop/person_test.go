package desktop

import (
	"context"
	"errors"
	"slices"
	"testing"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"
	"fyne.io/fyne/v2/widget"

	"github.com/glasstwin/glasstwin/app/phrase"
	"github.com/glasstwin/glasstwin/twin"
)

// guarded is a site where mina and kim have passwords, their names backwards.
func guarded() *scripted {
	s := newScripted()
	s.site.Users = []twin.User{
		{Name: "mina", Approve: []twin.ActionClass{twin.Everything}, Modes: true, Release: true, Password: "kept"},
		{Name: "kim", Approve: []twin.ActionClass{twin.Everything}, Password: "kept"},
	}
	return s
}

func backwards(_ context.Context, name, password string) error {
	given := []rune(password)
	slices.Reverse(given)
	if string(given) != name {
		return errors.New("the password is wrong")
	}
	return nil
}

// give types a password into the question that is asked, and confirms.
func give(t *testing.T, w desk, password string) {
	t.Helper()
	key := w.place("person-password").(*widget.Entry)
	key.SetText(password)
	key.OnSubmitted(password)
	w.settle()
}

func TestANameIsProvenBeforeItDecides(t *testing.T) {
	s := guarded()
	w := opened(t, s, phrase.English)
	w.opt.Prove = backwards
	w.selectAsset("freezer-2")
	w.why.approve.Tapped(nil)
	w.settle()
	if len(s.did) != 0 {
		t.Fatalf("without a password it did %v", s.did)
	}
	give(t, w, "mina")
	if len(s.did) != 0 {
		t.Fatalf("with a wrong password it did %v", s.did)
	}
	give(t, w, "anim")
	if !slices.Equal(s.did, []string{"approve p1 by mina"}) {
		t.Fatalf("with the right password it did %v", s.did)
	}
	w.inName(func(by string) { s.note("more by " + by) })
	if len(s.did) != 2 {
		t.Error("who has just proved who he is is asked again")
	}
	w.person.proved = time.Now().Add(-proofHolds)
	w.inName(func(by string) { s.note("later by " + by) })
	if len(s.did) != 2 {
		t.Error("who was away is believed to be here still")
	}
}

func TestWhoeverNeedsNoPasswordIsNotAsked(t *testing.T) {
	s := guarded()
	s.site.Users[0].Password = ""
	w := opened(t, s, phrase.English)
	w.selectAsset("freezer-2")
	w.why.approve.Tapped(nil)
	w.settle()
	if !slices.Equal(s.did, []string{"approve p1 by mina"}) {
		t.Errorf("it did %v", s.did)
	}
}

func TestASecondPersonApprovesAtTheSameWindow(t *testing.T) {
	s := guarded()
	w := opened(t, s, phrase.English)
	w.opt.Prove = backwards
	w.become("mina", true)
	w.selectAsset("freezer-2")
	c, _ := w.chosen()
	w.why.buttons(*c.Proposal, &twin.Decision{Proposal: c.Proposal.ID, By: "mina"})
	w.why.approve.Tapped(nil)
	w.settle()
	choice := w.place("person-name").(*widget.Select)
	if !slices.Equal(choice.Options, []string{"kim"}) {
		t.Fatalf("as a second are offered %v", choice.Options)
	}
	choice.SetSelected("kim")
	give(t, w, "mik")
	if !slices.Equal(s.did, []string{"approve p1 by kim"}) {
		t.Errorf("it did %v", s.did)
	}
	if w.person.name != "mina" {
		t.Errorf("the second took the window: it is %s's", w.person.name)
	}
}

func TestAnotherTakesTheWindow(t *testing.T) {
	s := guarded()
	var told string
	w := opened(t, s, phrase.Korean)
	w.opt.Prove, w.opt.Became = backwards, func(name string) { told = name }
	test.Tap(w.place("person").(fyne.Tappable))
	w.place("person-name").(*widget.Select).SetSelected("kim")
	give(t, w, "anim") // that of mina
	if w.person.name != "mina" || told != "" {
		t.Fatalf("with another's password the window is %s's", w.person.name)
	}
	give(t, w, "mik")
	if w.person.name != "kim" || told != "kim" || w.who.Text != "kim" {
		t.Errorf("the window is %q's, told is %q, shown %q", w.person.name, told, w.who.Text)
	}
}
