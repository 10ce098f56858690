// Package workorder writes what staff must move, and in which order, as a table
// (CSV) and as sheets with a plan to take along (PDF). It turns order.Order into
// bytes; it must never decide where something goes. Start reading at PDF.
package workorder

import (
	"encoding/csv"
	"fmt"
	"io"
	"math"
	"strings"
	"time"

	"codeberg.org/go-pdf/fpdf"

	"github.com/glasstwin/glasstwin/app/phrase"
	"github.com/glasstwin/glasstwin/app/typeset"
	"github.com/glasstwin/glasstwin/scene/geom"
	"github.com/glasstwin/glasstwin/twin"
	"github.com/glasstwin/glasstwin/twin/flow/ground"
	"github.com/glasstwin/glasstwin/twin/flow/order"
)

// Sheet is what a work order is set from.
type Sheet struct {
	Site  *twin.Site // as it stands
	After *twin.Site
	Order order.Order
	Title string
	Speak *phrase.Speaker       // of the sheets; the table is for programs too and always the same
	Why   []string              // what it is for, a line each
	Made  time.Time             // on the sheet; the same Sheet gives the same bytes
	Empty func(twin.Asset) bool // it must be emptied and cut off first; nil: nothing must
}

// Columns of the table.
var columns = []string{"number", "asset", "name", "do", "from_x_m", "from_z_m", "from_yaw_deg", "to_x_m", "to_z_m", "to_yaw_deg", "metres", "turn_deg", "after"}

// CSV writes the table.
func CSV(w io.Writer, s Sheet) error {
	c := csv.NewWriter(w)
	if err := c.Write(columns); err != nil {
		return fmt.Errorf("write the work order: %w", err)
	}
	for _, l := range s.Order.Lines {
		var after []string
		for _, n := range l.Waits {
			after = append(after, fmt.Sprint(n))
		}
		num := func(v float64, digits int) string { return fmt.Sprintf("%.*f", digits, v+0) }
		row := []string{fmt.Sprint(l.Number), string(l.Asset.ID), l.Asset.Name, verb(l),
			num(l.From.Position[0], 2), num(l.From.Position[2], 2), num(degrees(l.From.Yaw), 0),
			num(l.To.Position[0], 2), num(l.To.Position[2], 2), num(degrees(l.To.Yaw), 0),
			num(l.Metres, 2), num(degrees(l.Turn), 0), strings.Join(after, " ")}
		if err := c.Write(row); err != nil {
			return fmt.Errorf("write the work order: %w", err)
		}
	}
	c.Flush()
	if err := c.Error(); err != nil {
		return fmt.Errorf("write the work order: %w", err)
	}
	return nil
}

func degrees(rad float64) float64 { return math.Round(rad*180/math.Pi*10) / 10 }

func verb(l order.Line) string {
	if l.Goods != "" {
		return verbs[deed(l)] + " with " + string(l.Goods)
	}
	return verbs[deed(l)]
}

// verbs are the deeds in the table.
var verbs = map[string]string{"order.aside": "set aside", "order.turn": "turn", "order.bring": "bring", "order.move": "move", "order.goods": "exchange goods"}

// deed is the key of what is done in a line.
func deed(l order.Line) string {
	switch {
	case l.Goods != "":
		return "order.goods"
	case l.Aside:
		return "order.aside"
	case l.Metres < 0.005:
		return "order.turn"
	case l.Back:
		return "order.bring"
	}
	return "order.move"
}

// A4 upright, millimetres.
const (
	pageWide, pageHigh = 210.0, 297.0
	margin             = 15.0
	planHigh           = 118.0
	rowHigh            = 6.2
)

// PDF writes the sheets: a plan with numbered moves, then the table.
func PDF(w io.Writer, s Sheet) error {
	pdf := fpdf.New("P", "mm", "A4", "")
	pdf.SetCatalogSort(true)
	pdf.SetCreationDate(s.Made.UTC())
	pdf.SetModificationDate(s.Made.UTC())
	pdf.SetTitle(s.Title, true)
	pdf.SetCreator("GlassTwin", true)
	pdf.SetAutoPageBreak(false, 0)
	letters, err := typeset.New(pdf)
	if err != nil {
		return fmt.Errorf("write the work order: %w", err)
	}
	pdf.AddPage()
	y := margin
	text := func(size float64, bold bool, t string, grey int) {
		st := typeset.Style{Size: size, Bold: bold, Ink: typeset.Colour{R: grey, G: grey, B: grey}}
		for _, line := range letters.Broken(t, pageWide-2*margin, st) {
			letters.Line(margin, y+size*0.35, line, st)
			y += size * 0.5
		}
	}
	text(17, true, s.Title, 25)
	y += 1
	sum := s.Speak.Say("order.sum", "things", fmt.Sprint(s.Order.Things), "metres", fmt.Sprintf("%.1f", s.Order.Metres), "steps", fmt.Sprint(len(s.Order.Lines)))
	text(9.5, false, fmt.Sprintf("%s · %s · %s", s.Site.Name, s.Made.Format("2006-01-02 15:04"), sum), 95)
	for _, line := range s.Why {
		y += 0.6
		text(9.5, false, line, 40)
	}
	y += 3
	drawPlan(pdf, letters, s, margin, y, pageWide-2*margin, planHigh)
	y += planHigh + 4
	table(pdf, letters, s, y)
	if err := pdf.Output(w); err != nil {
		return fmt.Errorf("write the work order: %w", err)
	}
	return nil
}

// drawPlan draws what stays in grey, where things come from dashed, and where they
// go in ink, with the number of the line.
func drawPlan(pdf *fpdf.Fpdf, letters *typeset.Letters, s Sheet, x, y, wide, high float64) {
	lo, hi := geom.Vec2{math.Inf(1), math.Inf(1)}, geom.Vec2{math.Inf(-1), math.Inf(-1)}
	grow := func(p geom.Vec2) {
		for k := range 2 {
			lo[k], hi[k] = min(lo[k], p[k]), max(hi[k], p[k])
		}
	}
	for _, z := range s.Site.Zones {
		if z.Kind == "room" && touched(s, z) {
			for _, p := range z.Outline {
				grow(p)
			}
		}
	}
	for _, l := range s.Order.Lines {
		for _, p := range [2]twin.Pose{l.From, l.To} {
			grow(geom.Vec2{p.Position[0], p.Position[2]})
		}
	}
	if !(hi[0] > lo[0] && hi[1] > lo[1]) {
		return
	}
	scale := min(wide/(hi[0]-lo[0]), high/(hi[1]-lo[1]))
	at := func(p geom.Vec2) fpdf.PointType {
		return fpdf.PointType{X: x + (p[0]-lo[0])*scale, Y: y + (p[1]-lo[1])*scale}
	}
	outline := func(loop []geom.Vec2, style string) {
		points := make([]fpdf.PointType, len(loop))
		for i, p := range loop {
			points[i] = at(p)
		}
		pdf.Polygon(points, style)
	}
	pdf.SetLineWidth(0.4)
	pdf.SetDrawColor(90, 98, 110)
	for _, z := range s.Site.Zones {
		if z.Kind == "room" && touched(s, z) {
			outline(z.Outline, "D")
		}
	}
	moved := map[twin.AssetID]bool{}
	for _, l := range s.Order.Lines {
		moved[l.Asset.ID] = true
	}
	pdf.SetLineWidth(0.15)
	for _, a := range s.Site.Assets {
		m := geom.Vec2{a.Pose.Position[0], a.Pose.Position[2]}
		if moved[a.ID] || a.Pose.Position[1] > 1 || m[0] < lo[0] || m[0] > hi[0] || m[1] < lo[1] || m[1] > hi[1] {
			continue
		}
		pdf.SetFillColor(226, 229, 233)
		pdf.SetDrawColor(170, 176, 184)
		outline(ground.Footprint(a), "FD")
	}
	pdf.SetDrawColor(150, 90, 40)
	pdf.SetLineWidth(0.3)
	pdf.SetDashPattern([]float64{1.2, 0.9}, 0)
	for _, a := range s.Site.Assets {
		if moved[a.ID] {
			outline(ground.Footprint(a), "D")
		}
	}
	pdf.SetDashPattern(nil, 0)
	for _, a := range s.After.Assets {
		if !moved[a.ID] {
			continue
		}
		pdf.SetFillColor(203, 224, 243)
		pdf.SetDrawColor(30, 84, 140)
		p := ground.Footprint(a)
		outline(p, "FD")
		pdf.SetLineWidth(0.7) // its front
		a, b := at(p[2]), at(p[3])
		pdf.Line(a.X, a.Y, b.X, b.Y)
		pdf.SetLineWidth(0.3)
	}
	number := typeset.Style{Size: 8, Bold: true, Ink: typeset.Colour{R: 20, G: 60, B: 110}}
	for _, l := range s.Order.Lines {
		from, to := at(geom.Vec2{l.From.Position[0], l.From.Position[2]}), at(geom.Vec2{l.To.Position[0], l.To.Position[2]})
		pdf.SetDrawColor(30, 84, 140)
		if l.Aside {
			pdf.SetDrawColor(150, 90, 40)
		}
		arrow(pdf, from, to)
		if l.Aside {
			continue
		}
		pdf.SetFillColor(255, 255, 255)
		pdf.Circle(to.X, to.Y, 2.3, "FD")
		n := fmt.Sprint(l.Number)
		letters.Line(to.X-letters.Width(n, number)/2, to.Y+1, n, number)
	}
	metre := scale // a bar of one metre
	pdf.SetDrawColor(60, 66, 76)
	pdf.SetLineWidth(0.5)
	bottom := y + (hi[1]-lo[1])*scale + 2.5
	pdf.Line(x, bottom, x+metre, bottom)
	letters.Line(x+metre+1.5, bottom+0.9, s.Speak.Say("order.legend"), typeset.Style{Size: 7, Ink: typeset.Colour{R: 95, G: 95, B: 95}})
}

// touched tells whether a move begins or ends in a room.
func touched(s Sheet, z twin.Zone) bool {
	lo, hi := z.Outline[0], z.Outline[0]
	for _, p := range z.Outline {
		for k := range 2 {
			lo[k], hi[k] = min(lo[k], p[k]), max(hi[k], p[k])
		}
	}
	for _, l := range s.Order.Lines {
		for _, p := range [2]twin.Pose{l.From, l.To} {
			if p.Position[0] >= lo[0] && p.Position[0] <= hi[0] && p.Position[2] >= lo[1] && p.Position[2] <= hi[1] {
				return true
			}
		}
	}
	return false
}

func arrow(pdf *fpdf.Fpdf, from, to fpdf.PointType) {
	d := math.Hypot(to.X-from.X, to.Y-from.Y)
	if d < 1 {
		return
	}
	ux, uy := (to.X-from.X)/d, (to.Y-from.Y)/d
	end := max(0, d-2.3)
	ex, ey := from.X+ux*end, from.Y+uy*end
	pdf.Line(from.X, from.Y, ex, ey)
	for _, side := range [2]float64{1, -1} {
		pdf.Line(ex, ey, ex-1.8*ux+side*uy, ey-1.8*uy-side*ux)
	}
}

// table sets the lines, on more pages when they do not fit.
func table(pdf *fpdf.Fpdf, letters *typeset.Letters, s Sheet, y float64) {
	widths := []float64{8, 46, 22, 30, 30, 16, 28}
	head := []string{""}
	for _, key := range [...]string{"order.what", "order.do", "order.from", "order.to", "order.metres", "order.turned"} {
		head = append(head, s.Speak.Say(key))
	}
	line := func(cells []string, bold bool) {
		x := margin
		st := typeset.Style{Size: 8.5, Bold: bold, Ink: typeset.Colour{R: 40, G: 40, B: 40}}
		for i, c := range cells {
			letters.Line(x, y+4, letters.Clipped(c, widths[i]-1, st), st)
			x += widths[i]
		}
		pdf.SetDrawColor(215, 219, 224)
		pdf.SetLineWidth(0.15)
		pdf.Line(margin, y+rowHigh-0.6, pageWide-margin, y+rowHigh-0.6)
		y += rowHigh
	}
	line(head, true)
	for _, l := range s.Order.Lines {
		if y > pageHigh-margin-2*rowHigh {
			pdf.AddPage()
			y = margin
			line(head, true)
		}
		name := l.Asset.Name
		if name == "" {
			name = string(l.Asset.ID)
		}
		what := s.Speak.Say(deed(l), "b", string(l.Goods))
		if other, ok := s.Site.Asset(l.Goods); ok {
			what = s.Speak.Say(deed(l), "b", s.Speak.AssetName(other))
		}
		if s.Empty != nil && s.Empty(l.Asset) && !l.Back {
			what = s.Speak.Say("order.empty", "do", what)
		}
		note := ""
		if t := degrees(l.Turn); t != 0 {
			note = fmt.Sprintf("%+.0f°", t)
		}
		if len(l.Waits) > 0 {
			note += " " + s.Speak.Say("order.after", "lines", strings.Trim(fmt.Sprint(l.Waits), "[]"))
		}
		place := func(p twin.Pose) string { return fmt.Sprintf("%.2f, %.2f", p.Position[0], p.Position[2]) }
		line([]string{fmt.Sprint(l.Number), name, what, place(l.From), place(l.To), fmt.Sprintf("%.2f", l.Metres), strings.TrimSpace(note)}, false)
	}
}
