package desktop

import (
	"fmt"
	"slices"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"github.com/glasstwin/glasstwin/twin"
)

// planogram shows the boards of the selected fixture with their facings: a block
// is dragged to another place or board, and its packages are counted.
func (p *editPanel) planogram() {
	e, say := p.e, p.e.w.speak.Say
	p.goods.Objects = nil
	defer p.goods.Refresh()
	if len(e.selected) != 1 {
		p.goods.Add(prose(say("plan.none"), colorMuted, false))
		return
	}
	a, _ := e.draft.Now().Asset(e.selected[0])
	boards, err := e.planner.Stock(a)
	if err != nil || len(boards) == 0 {
		p.goods.Add(prose(say("plan.facing.none"), colorMuted, false))
		return
	}
	if len(a.Facings) == 0 && !a.Bare {
		if a.Facings, err = e.planner.Planogram(a); err != nil {
			a.Facings = nil
		}
		p.goods.Add(small(say("plan.facing.usual")))
	}
	set := func(facings []twin.Facing) { e.do(e.draft.Now().Face(a.ID, facings)) }
	product := widget.NewSelectEntry(productsOf(e))
	product.SetPlaceHolder(say("plan.facing.product"))
	product.SetText(p.product) // several boards get the same, one after another
	product.OnChanged = func(text string) { p.product = text }
	e.w.mark("product", product)
	p.goods.Add(product)
	rows := make([]*boardRow, len(boards))
	for i := len(boards) - 1; i >= 0; i-- { // the highest on top
		b := boards[i]
		side := say("plan.facing.front")
		if b.Back {
			side = say("plan.facing.back")
		}
		add := widget.NewButton("+", func() {
			if product.Text != "" {
				set(append(slices.Clone(a.Facings), twin.Facing{Board: i, Product: product.Text, Count: 3}))
			}
		})
		add.Importance = widget.LowImportance
		if i == 0 {
			e.w.mark("facing-add", add)
		}
		title := say("plan.facing.board", "n", fmt.Sprint(i+1), "side", side, "used", e.w.speak.Metres(b.Used), "width", e.w.speak.Metres(b.Width))
		p.goods.Add(container.NewBorder(nil, nil, nil, add, heading(title)))
		row := &boardRow{board: i, width: b.Width}
		row.ExtendBaseWidget(row)
		rows[i] = row
		for _, f := range b.Facings {
			row.blocks = append(row.blocks, newBlock(e, a, f, rows, set))
		}
		p.goods.Add(row)
		for _, f := range b.Facings {
			p.goods.Add(p.counted(a, f, set))
		}
	}
}

// counted is a line for one facing: how many stand beside each other, and what
// that holds.
func (p *editPanel) counted(a twin.Asset, f BoardFacing, set func([]twin.Facing)) fyne.CanvasObject {
	say := p.e.w.speak.Say
	at := slices.Index(a.Facings, f.Facing)
	change := func(by int) func() {
		return func() {
			list := slices.Clone(a.Facings)
			if list[at].Count += by; list[at].Count < 1 {
				list = slices.Delete(list, at, at+1)
			}
			set(list)
		}
	}
	less, more := widget.NewButton("−", change(-1)), widget.NewButton("+", change(1))
	less.Importance, more.Importance = widget.LowImportance, widget.LowImportance
	text := fmt.Sprintf("%s × %d, %s", f.Product, f.Count, say("plan.facing.capacity", "n", fmt.Sprint(f.Capacity)))
	ink := colorMuted
	if !f.Fits {
		text += " · " + say("plan.facing.over")
		ink = theme.ColorNameError
	}
	return container.NewBorder(nil, nil, nil, container.NewHBox(less, more), prose(text, ink, false))
}

// productsOf are all products of the site's planogram.
func productsOf(e *editor) []string {
	var out []string
	for _, a := range e.draft.Now().Assets {
		for _, p := range a.Products {
			if !slices.Contains(out, p) {
				out = append(out, p)
			}
		}
	}
	slices.Sort(out)
	return out
}

// boardRow is one board seen from its front, its blocks as wide as they are.
type boardRow struct {
	widget.BaseWidget
	board  int
	width  float64 // metres
	blocks []*block
	back   *canvas.Rectangle
}

const rowHigh = 34 // a name fits

// MinSize implements fyne.Widget.
func (r *boardRow) MinSize() fyne.Size { return fyne.NewSize(120, rowHigh) }

// CreateRenderer implements fyne.Widget.
func (r *boardRow) CreateRenderer() fyne.WidgetRenderer {
	r.back = canvas.NewRectangle(paint(theme.ColorNameInputBackground))
	r.aim(false)
	objects := []fyne.CanvasObject{r.back}
	for _, b := range r.blocks {
		objects = append(objects, b)
	}
	return widget.NewSimpleRenderer(container.New(rowLayout{r}, objects...))
}

// aim shows whether what is dragged would go here.
func (r *boardRow) aim(on bool) {
	if r.back == nil {
		return
	}
	r.back.StrokeColor, r.back.StrokeWidth = paint(theme.ColorNameSeparator), 1
	if on {
		r.back.StrokeColor, r.back.StrokeWidth = paint(theme.ColorNamePrimary), 2
	}
	r.back.Refresh()
}

// rowLayout puts blocks beside each other, to scale.
type rowLayout struct{ row *boardRow }

// MinSize implements fyne.Layout.
func (l rowLayout) MinSize([]fyne.CanvasObject) fyne.Size { return l.row.MinSize() }

// Layout implements fyne.Layout.
func (l rowLayout) Layout(objects []fyne.CanvasObject, size fyne.Size) {
	x := float32(0)
	for _, o := range objects {
		b, ok := o.(*block)
		if !ok {
			o.Resize(size)
			continue
		}
		wide := float32(b.facing.Width/l.row.width) * size.Width
		o.Move(fyne.NewPos(x, 2))
		o.Resize(fyne.NewSize(wide, size.Height-4))
		x += wide + 1
	}
}

// block is one facing, to be dragged.
type block struct {
	widget.BaseWidget
	e      *editor
	asset  twin.Asset
	facing BoardFacing
	rows   []*boardRow
	set    func([]twin.Facing)
	to     fyne.Position // of the pointer, in the window
	pulled bool
}

func newBlock(e *editor, a twin.Asset, f BoardFacing, rows []*boardRow, set func([]twin.Facing)) *block {
	b := &block{e: e, asset: a, facing: f, rows: rows, set: set}
	b.ExtendBaseWidget(b)
	return b
}

// MinSize implements fyne.Widget.
func (b *block) MinSize() fyne.Size { return fyne.NewSize(4, rowHigh-4) }

// CreateRenderer implements fyne.Widget.
func (b *block) CreateRenderer() fyne.WidgetRenderer {
	fill := canvas.NewRectangle(faded(inkPlan, 0x70))
	if !b.facing.Fits {
		fill.FillColor = faded(inkBroken, 0x70)
	}
	fill.CornerRadius = 2
	name := widget.NewLabel(b.facing.Product)
	name.Truncation = fyne.TextTruncateEllipsis
	return widget.NewSimpleRenderer(container.NewStack(fill, name))
}

// Dragged implements fyne.Draggable.
func (b *block) Dragged(e *fyne.DragEvent) {
	b.to, b.pulled = e.AbsolutePosition, true
	over := b.over()
	for _, r := range b.rows {
		r.aim(r == over)
	}
}

// over is the board under the pointer; nil: there is none.
func (b *block) over() *boardRow {
	driver := b.e.w.app.Driver()
	for _, r := range b.rows {
		at, size := driver.AbsolutePositionForObject(r), r.Size()
		if b.to.X >= at.X && b.to.X <= at.X+size.Width && b.to.Y >= at.Y-2 && b.to.Y <= at.Y+size.Height+2 {
			return r
		}
	}
	return nil
}

// DragEnd implements fyne.Draggable: the block goes to the board, and to the
// place on it, that it was let go over.
func (b *block) DragEnd() {
	if !b.pulled {
		return
	}
	b.pulled = false
	if r := b.over(); r != nil {
		r.aim(false)
		at := b.e.w.app.Driver().AbsolutePositionForObject(r)
		b.set(movedFacing(b.asset.Facings, b.facing.Facing, r.board, r.before(b, b.to.X-at.X)))
	}
}

// before is how many other blocks of the row stand before a place on it.
func (r *boardRow) before(moving *block, x float32) int {
	n := 0
	for _, b := range r.blocks {
		if b != moving && b.Position().X+b.Size().Width/2 < x {
			n++
		}
	}
	return n
}

// movedFacing takes one facing to a board, after so many of those on it.
func movedFacing(list []twin.Facing, f twin.Facing, board, after int) []twin.Facing {
	at := slices.Index(list, f)
	if at < 0 {
		return list
	}
	out := slices.Delete(slices.Clone(list), at, at+1)
	f.Board = board
	place := 0
	for i, x := range out {
		if x.Board != board {
			continue
		}
		if after == 0 {
			return slices.Insert(out, i, f)
		}
		after--
		place = i + 1
	}
	if place == 0 {
		place = len(out)
	}
	return slices.Insert(out, place, f)
}
