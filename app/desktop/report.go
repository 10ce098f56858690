package desktop

import (
	"context"
	"path/filepath"

	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"
)

// report is the button that writes the selected case as files to print and send.
func (p *whyPanel) report() *widget.Button {
	b := widget.NewButtonWithIcon(p.w.speak.Say("file.button"), theme.DocumentSaveIcon(), p.w.saveCase)
	b.Importance = widget.LowImportance
	p.w.mark("report", b)
	return b
}

// saveCase writes the selected case, all of it as the journal has it, and tells
// where.
func (w *window) saveCase() {
	c, ok := w.chosen()
	if !ok || w.opt.Report == nil {
		return
	}
	var files []string
	w.wait(waiting{
		Act: "act.report", Title: w.speak.Say("file.title"), First: w.speak.Say("file.first"), Mark: "report-busy",
		Work: func(ctx context.Context, _ func(string)) (err error) {
			files, err = w.opt.Report(ctx, c.Situation.Case)
			return err
		},
		Then: func(stopped bool, err error) {
			switch {
			case stopped && err != nil:
				w.tell(w.speak.Say("file.cancelled"))
			case err != nil:
				w.letter(w.speak.Say("file.failed"), "report-failed", w.speak.Told(err.Error()))
			default:
				w.letter(w.speak.Say("file.saved"), "report-saved", w.savedLines(files)...)
			}
		},
	})
}

// savedLines tell the folder, then each file in it.
func (w *window) savedLines(files []string) []string {
	if len(files) == 0 {
		return nil
	}
	lines := []string{w.speak.Say("file.where", "folder", filepath.Dir(files[0]))}
	for _, f := range files {
		lines = append(lines, filepath.Base(f))
	}
	return lines
}
