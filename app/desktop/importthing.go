package desktop

import (
	"context"
	"math"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/dialog"
	"fyne.io/fyne/v2/storage"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"
)

// Drawn is a thing that somebody drew, on its way into the catalogue of a site.
type Drawn struct {
	Path      string
	Title     string
	Height    float64    // metres
	Turn      float64    // radians counter-clockwise, so that its front is in front
	ZUp       bool       // it is drawn with +z up
	Size      [3]float64 // metres, as drawn: along x, y and z
	Triangles int
}

// drawnEndings are of the files that things are drawn in.
var drawnEndings = []string{".glb", ".gltf"}

// areDrawn tells whether all files are drawn things.
func areDrawn(paths []string) bool {
	return !slices.ContainsFunc(paths, func(p string) bool { return !slices.Contains(drawnEndings, strings.ToLower(filepath.Ext(p))) })
}

// importButton lets a file with a drawn thing be chosen; nil where none can be taken.
func (p *editPanel) importButton() fyne.CanvasObject {
	e, w := p.e, p.e.w
	if e.planner.Look == nil || e.planner.Import == nil {
		return nil
	}
	b := widget.NewButtonWithIcon(w.speak.Say("plan.import"), theme.FolderOpenIcon(), func() {
		d := dialog.NewFileOpen(func(f fyne.URIReadCloser, err error) {
			if err != nil {
				w.fail("act.import", err)
				return
			}
			if f == nil {
				return
			}
			path := f.URI().Path()
			_ = f.Close() // it is opened again where it is read
			p.importThings([]string{path})
		}, w.win)
		d.SetTitleText(w.speak.Say("plan.import"))
		d.SetFilter(storage.NewExtensionFileFilter(drawnEndings))
		d.Resize(fyne.NewSize(720, 480))
		d.Show()
	})
	b.Importance = widget.LowImportance
	w.mark("plan-import", b)
	return b
}

// importThings takes drawn things into the catalogue, one after another.
func (p *editPanel) importThings(paths []string) {
	if len(paths) == 0 || p.e.planner.Look == nil {
		return
	}
	var seen Drawn
	p.importing(filepath.Base(paths[0]), func(ctx context.Context) (err error) {
		seen, err = p.e.planner.Look(ctx, paths[0])
		return err
	}, func() { p.askDrawn(seen, func() { p.importThings(paths[1:]) }) })
}

// importing does a step of an import, and tells how it failed; then is called when
// it did not, and nobody cancelled it.
func (p *editPanel) importing(name string, work func(context.Context) error, then func()) {
	w, say := p.e.w, p.e.w.speak.Say
	w.wait(waiting{
		Act: "act.import", Title: say("plan.import.title"), First: say("plan.import.reading", "name", name), Mark: "plan-import-busy",
		Work: func(ctx context.Context, _ func(string)) error { return work(ctx) },
		Then: func(stopped bool, err error) {
			switch {
			case stopped:
			case err != nil:
				w.letter(say("plan.import.failed"), "plan-import-failed", w.speak.Told(err.Error()))
			default:
				then()
			}
		},
	})
}

// askDrawn asks what a thing is called, how high it is and where its front is: files
// are drawn in any unit.
func (p *editPanel) askDrawn(d Drawn, then func()) {
	w, say := p.e.w, p.e.w.speak.Say
	title, height := newSearchEntry(w), newSearchEntry(w)
	title.SetText(d.Title)
	height.SetText(strconv.FormatFloat(d.Height, 'g', 4, 64))
	turns := []string{"0°", "90°", "180°", "270°"}
	turn := widget.NewSelect(turns, nil)
	turn.Selected = turns[0]
	lying := widget.NewCheck(say("plan.import.zup"), nil)
	size := func() [3]float64 {
		s := d.Size
		if d.ZUp {
			s[1], s[2] = s[2], s[1]
		}
		if slices.Index(turns, turn.Selected)%2 == 1 {
			s[0], s[2] = s[2], s[0]
		}
		k := d.Height / s[1]
		return [3]float64{s[0] * k, d.Height, s[2] * k}
	}
	box := container.NewVBox()
	var ask *dialog.ConfirmDialog
	tell := func() {
		s := size()
		told := small(say("plan.import.size", "width", w.speak.Quantity(s[0], "m"), "height", w.speak.Quantity(s[1], "m"), "depth", w.speak.Quantity(s[2], "m"), "count", strconv.Itoa(d.Triangles)))
		box.Objects = []fyne.CanvasObject{told}
		box.Refresh()
	}
	height.Validator = func(text string) error {
		_, err := heightOf(text)
		return err
	}
	height.OnChanged = func(text string) {
		if h, err := heightOf(text); err == nil {
			d.Height = h
			tell()
		}
	}
	turn.OnChanged = func(string) { tell() }
	lying.OnChanged = func(on bool) {
		was, is := d.Size[1], d.Size[2]
		if !on {
			was, is = is, was
		}
		d.ZUp = on
		height.SetText(strconv.FormatFloat(d.Height*is/was, 'g', 4, 64)) // it stays as large
	}
	tell()
	form := container.NewVBox(widget.NewForm(
		widget.NewFormItem(say("plan.import.name"), title),
		widget.NewFormItem(say("plan.import.height"), height),
		widget.NewFormItem(say("plan.import.turn"), turn),
		widget.NewFormItem("", lying),
	), box)
	ask = dialog.NewCustomConfirm(say("plan.import.title"), say("plan.import.ok"), say("deny.cancel"), form, func(yes bool) {
		if !yes {
			return
		}
		if _, err := heightOf(height.Text); err != nil || strings.TrimSpace(title.Text) == "" {
			p.askDrawn(d, then)
			return
		}
		d.Title, d.Turn = strings.TrimSpace(title.Text), float64(slices.Index(turns, turn.Selected))*math.Pi/2
		p.take(d, then)
	}, w.win)
	ask.Resize(fyne.NewSize(420, 0))
	ask.Show()
	w.mark("plan-import-height", height)
	w.mark("plan-import-title", title)
	w.mark("plan-import-zup", lying)
}

// take puts a drawn thing into the catalogue, and into the hand.
func (p *editPanel) take(d Drawn, then func()) {
	e, w, say := p.e, p.e.w, p.e.w.speak.Say
	var kind Kind
	p.importing(d.Title, func(ctx context.Context) (err error) {
		kind, err = e.planner.Import(ctx, d)
		return err
	}, func() {
		e.planner.Kinds = append(e.planner.Kinds, kind)
		p.find(kind.title(string(w.speak.Language())))
		e.tool, e.adding = toolAdd, &e.planner.Kinds[len(e.planner.Kinds)-1]
		w.tell(say("plan.add.where"))
		then()
	})
}

// heightOf reads a height in metres.
func heightOf(text string) (float64, error) {
	h, err := strconv.ParseFloat(strings.TrimSpace(strings.Replace(text, ",", ".", 1)), 64)
	if err == nil && !(h > 0 && h <= 60) {
		err = strconv.ErrRange
	}
	return h, err
}
