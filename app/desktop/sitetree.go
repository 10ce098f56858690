package desktop

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/widget"
)

// siteTree is the tree of a site. It has the keys once something in it was clicked
// on, and uses those that walk through it; all others mean the scene, as what was
// chosen there is to be looked at.
type siteTree struct {
	widget.Tree
	w *window
}

func newSiteTree(w *window, children func(string) []string, branch func(string) bool, create func(bool) fyne.CanvasObject, update func(string, bool, fyne.CanvasObject)) *siteTree {
	t := &siteTree{w: w}
	t.ChildUIDs, t.IsBranch, t.CreateNode, t.UpdateNode = children, branch, create, update
	t.ExtendBaseWidget(t)
	return t
}

// TypedKey implements fyne.Focusable.
func (t *siteTree) TypedKey(e *fyne.KeyEvent) {
	switch e.Name {
	case fyne.KeyUp, fyne.KeyDown, fyne.KeyLeft, fyne.KeyRight, fyne.KeySpace:
		t.Tree.TypedKey(e)
	default:
		t.w.typed(e)
	}
}
