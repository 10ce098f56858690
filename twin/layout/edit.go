package layout

import (
	"fmt"
	"slices"

	"github.com/glasstwin/glasstwin/twin"
)

// Verb says what an edit does.
type Verb string

// The verbs of edits.
const (
	Move      Verb = "move"
	Turn      Verb = "turn"
	Swap      Verb = "swap"
	Duplicate Verb = "duplicate"
	Array     Verb = "array"
	Align     Verb = "align"
	Delete    Verb = "delete"
	Add       Verb = "add"
	Dress     Verb = "dress"
	Face      Verb = "face"
	Apply     Verb = "apply" // what differs in another layout
)

// Change is one asset before and after an edit. At is its place among the
// assets, so that undoing gives the same list.
type Change struct {
	Before, After *twin.Asset // nil: it does not stand
	At            int
}

// ID is of the asset that changes.
func (c Change) ID() twin.AssetID {
	if c.Before != nil {
		return c.Before.ID
	}
	return c.After.ID
}

// Edit is a command: plain data that can be kept, undone and done again.
type Edit struct {
	Verb    Verb
	Changes []Change
}

// IDs are those of the assets that stand after it.
func (e Edit) IDs() []twin.AssetID {
	var out []twin.AssetID
	for _, c := range e.Changes {
		if c.After != nil {
			out = append(out, c.ID())
		}
	}
	return out
}

// Inverse takes an edit back.
func (e Edit) Inverse() Edit {
	out := Edit{Verb: e.Verb, Changes: make([]Change, len(e.Changes))}
	for i, c := range e.Changes {
		out.Changes[len(e.Changes)-1-i] = Change{Before: c.After, After: c.Before, At: c.At}
	}
	return out
}

// Do makes the edited layout. An error tells of an edit that was made for another
// layout; nothing is changed then.
func (l Layout) Do(e Edit) (Layout, error) {
	out := l
	out.Assets = slices.Clone(l.Assets)
	at := make(map[twin.AssetID]int, len(out.Assets))
	for i, a := range out.Assets {
		at[a.ID] = i
	}
	for _, c := range e.Changes {
		if c.Before == nil && c.After == nil {
			return l, fmt.Errorf("%s: a change of nothing", e.Verb)
		}
		id := c.ID()
		i, stands := at[id]
		switch {
		case c.Before == nil && stands:
			return l, fmt.Errorf("%s: %s stands there already; give the new one another id", e.Verb, id)
		case c.Before != nil && (!stands || !same(out.Assets[i], *c.Before)):
			return l, fmt.Errorf("%s: %s is not as it was when this was planned; look at it again", e.Verb, id)
		case c.Before == nil:
			k := min(max(0, c.At), len(out.Assets))
			out.Assets = slices.Insert(out.Assets, k, *c.After)
			renumber(at, out.Assets, k)
		case c.After == nil:
			out.Assets = slices.Delete(out.Assets, i, i+1)
			delete(at, id)
			renumber(at, out.Assets, i)
		default:
			out.Assets[i] = *c.After
		}
	}
	return out, nil
}

func renumber(at map[twin.AssetID]int, assets []twin.Asset, from int) {
	for i := from; i < len(assets); i++ {
		at[assets[i].ID] = i
	}
}

// Draft is a layout that is worked on, with all that was done to it.
type Draft struct {
	now    Layout
	done   []Edit
	undone []Edit
	saved  int // length of done when it was saved; -1: that can not come back
}

// NewDraft begins with a layout.
func NewDraft(l Layout) *Draft { return &Draft{now: l} }

// Now is the layout as it is.
func (d *Draft) Now() Layout { return d.now }

// Do does an edit, and forgets what was undone.
func (d *Draft) Do(e Edit) error {
	next, err := d.now.Do(e)
	if err != nil {
		return err
	}
	if d.saved > len(d.done) {
		d.saved = -1
	}
	d.now, d.done, d.undone = next, append(d.done, e), nil
	return nil
}

// Undo takes the last edit back; false when there is none.
func (d *Draft) Undo() (Edit, bool) {
	if len(d.done) == 0 {
		return Edit{}, false
	}
	e := d.done[len(d.done)-1]
	next, err := d.now.Do(e.Inverse())
	if err != nil {
		return Edit{}, false
	}
	d.now, d.done, d.undone = next, d.done[:len(d.done)-1], append(d.undone, e)
	return e, true
}

// Redo does what was undone last; false when there is none.
func (d *Draft) Redo() (Edit, bool) {
	if len(d.undone) == 0 {
		return Edit{}, false
	}
	e := d.undone[len(d.undone)-1]
	next, err := d.now.Do(e)
	if err != nil {
		return Edit{}, false
	}
	d.now, d.done, d.undone = next, append(d.done, e), d.undone[:len(d.undone)-1]
	return e, true
}

// Steps tells how many edits can be undone, and done again.
func (d *Draft) Steps() (undo, redo int) { return len(d.done), len(d.undone) }

// Saved marks the layout as it is as kept, under a name.
func (d *Draft) Saved(name, note string) {
	d.now.Name, d.now.Note, d.saved = name, note, len(d.done)
}

// Unsaved tells whether something would be lost.
func (d *Draft) Unsaved() bool { return d.saved != len(d.done) }
