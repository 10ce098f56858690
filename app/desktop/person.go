package desktop

import (
	"context"
	"slices"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/dialog"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"github.com/glasstwin/glasstwin/twin"
)

// proofHolds is how long somebody who gave a password is believed to sit here still
// after the last decision.
const proofHolds = 15 * time.Minute

// person is in whose name decisions are made at this window.
type person struct {
	name   string
	proved time.Time // when a password was given, or last served; zero: none was
}

// mustProve tells whether a name is believed only with its password.
func (w *window) mustProve(name string) bool {
	u := w.twin.Site().UserNamed(name)
	return u != nil && u.Password != ""
}

// inName has something decided by who sits here, who proves first who that is where
// the site asks for it.
func (w *window) inName(decide func(by string)) {
	p := &w.person
	if !w.mustProve(p.name) || time.Since(p.proved) < proofHolds {
		if !p.proved.IsZero() {
			p.proved = time.Now()
		}
		decide(p.name)
		return
	}
	w.askPerson(w.speak.Say("person.title"), w.everybody(), p.name, func(name string, proved bool) {
		w.become(name, proved)
		decide(name)
	})
}

// inSecondName has something decided by another than first, who sits here for this
// one decision.
func (w *window) inSecondName(first string, class twin.ActionClass, decide func(by string)) {
	others := slices.DeleteFunc(w.twin.Site().Trusted(twin.MayApprove, class), func(name string) bool { return name == first })
	w.askPerson(w.speak.Say("person.second.title"), others, "", func(name string, _ bool) { decide(name) })
}

// switchPerson lets somebody else take the window.
func (w *window) switchPerson() {
	w.askPerson(w.speak.Say("person.title"), w.everybody(), w.person.name, func(name string, proved bool) {
		w.become(name, proved)
		w.tell(w.speak.Say("person.now", "name", name))
	})
}

func (w *window) become(name string, proved bool) {
	w.person = person{name: name}
	if proved {
		w.person.proved = time.Now()
	}
	if w.opt.Became != nil {
		w.opt.Became(name)
	}
	w.called = map[twin.CaseID]bool{} // another is told what waits for him
	if w.who != nil {
		w.who.SetText(personShown(name))
	}
}

// everybody is who may decide here: the site's users, or whoever opened it.
func (w *window) everybody() []string {
	var names []string
	for _, u := range w.twin.Site().Users {
		names = append(names, u.Name)
	}
	if !slices.Contains(names, w.person.name) {
		names = append(names, w.person.name)
	}
	return names
}

// askPerson asks who decides, and for the password where the site has one of that
// name. It stays until one is right or the question is left.
func (w *window) askPerson(title string, names []string, name string, then func(name string, proved bool)) {
	say := w.speak.Say
	if len(names) == 1 {
		name = names[0]
	}
	key := widget.NewPasswordEntry()
	key.SetPlaceHolder(say("person.password"))
	wrong := widget.NewLabel("")
	wrong.Importance, wrong.Wrapping = widget.DangerImportance, fyne.TextWrapWord
	wrong.Hide()
	var who fyne.CanvasObject
	var ask *dialog.CustomDialog
	var ok *keyButton
	fits := func() {
		key.Hidden = !w.mustProve(name)
		key.Refresh()
		if name == "" || !key.Hidden && key.Text == "" {
			ok.Disable()
		} else {
			ok.Enable()
		}
	}
	choose := func(to string) {
		name = to
		wrong.Hide()
		fits()
		ask.Resize(fyne.NewSize(personDialog, ask.MinSize().Height))
		if !key.Hidden && len(names) > 0 { // a name that is typed goes on
			w.win.Canvas().Focus(key)
		}
	}
	leave := widget.NewButton(say("deny.cancel"), func() { ask.Hide() })
	ok = newKeyButton(say("person.ok"), theme.ConfirmIcon(), func() {
		if !w.mustProve(name) {
			ask.Hide()
			then(name, false)
			return
		}
		ok.Disable() // a hash takes a third of a second
		var refused error
		given, password := name, key.Text
		w.feed.do("act.prove", func(ctx context.Context) error {
			if w.opt.Prove != nil {
				refused = w.opt.Prove(ctx, given, password)
			}
			return nil
		}, func() {
			if refused == nil && w.opt.Prove != nil {
				ask.Hide()
				then(given, true)
				return
			}
			key.SetText("")
			told := say("person.unproved")
			if refused != nil {
				told = w.speak.Told(refused.Error())
			}
			wrong.SetText(told)
			wrong.Show()
			ask.Resize(fyne.NewSize(personDialog, ask.MinSize().Height))
			w.win.Canvas().Focus(key)
		})
	})
	ok.Importance = widget.HighImportance
	key.OnChanged = func(string) { fits() }
	key.OnSubmitted = func(string) {
		if !ok.Disabled() {
			ok.Tapped(nil)
		}
	}
	if len(names) > 0 {
		choice := widget.NewSelect(names, choose)
		choice.Selected = name
		choice.PlaceHolder = say("person.name")
		who = choice
		w.mark("person-name", choice)
	} else { // of a site that names nobody, anybody may be the second
		entry := widget.NewEntry()
		entry.SetPlaceHolder(say("person.name"))
		entry.OnChanged = choose
		who = entry
		w.mark("person-name", entry)
	}
	box := container.NewVBox(who, key, wrong, container.NewGridWithColumns(2, leave, ok))
	ask = dialog.NewCustomWithoutButtons(title, box, w.win)
	fits()
	ask.Show()
	ask.Resize(fyne.NewSize(personDialog, ask.MinSize().Height))
	w.mark("person-password", key)
	w.mark("person-ok", ok)
	if !key.Hidden {
		w.win.Canvas().Focus(key)
	}
}

// personButton shows who decides at this window, and lets another take it; nil where
// the site names nobody.
func (w *window) personButton() fyne.CanvasObject {
	if len(w.twin.Site().Users) == 0 {
		return nil
	}
	w.who = widget.NewButtonWithIcon(personShown(w.person.name), theme.AccountIcon(), w.switchPerson)
	w.who.Importance = widget.LowImportance
	w.mark("person", w.who)
	return w.who
}

func personShown(name string) string {
	return shortened(name, theme.TextSize(), fyne.TextStyle{}, personWidth)
}

const personDialog = 360 // width

// personWidth is what a name may take of the bar.
const personWidth = 70
