package main

import (
	"encoding/json"
	"fmt"
	"math"
	"slices"

	"github.com/glasstwin/glasstwin/twin"
	"github.com/glasstwin/glasstwin/twin/flow/ground"
	"github.com/glasstwin/glasstwin/twin/flow/infer"
)

// fixtureRow and aisleRow are what was inferred from ways.
type fixtureRow struct {
	Fixture string  `json:"fixture"`
	X       float64 `json:"x_m"`
	Z       float64 `json:"z_m"`
	Width   float64 `json:"width_m"`
	Depth   float64 `json:"depth_m"`
	Yaw     float64 `json:"yaw_deg"`
	Passed  int     `json:"passed"`
	Sure    float64 `json:"sure"`
}

type aisleRow struct {
	Aisle  string  `json:"aisle"`
	X      float64 `json:"x_m"`
	Z      float64 `json:"z_m"`
	Length float64 `json:"length_m"`
	Width  float64 `json:"width_m"`
	People int     `json:"people"`
}

// inferred finds fixtures and aisles; a site's ground, when there is one, gives
// the floor and judges.
func (f *flowAnalyze) inferred(people []twin.Trajectory, g *ground.Ground, k int, metrics map[string]float64) (rows []any, notes []string, err error) {
	o := infer.Options{Body: f.Body}
	if g != nil {
		for _, room := range g.Rooms {
			o.Floor = append(o.Floor, room.Outline)
		}
	}
	p, err := infer.Find(people, o)
	if err != nil {
		return nil, nil, fmt.Errorf("%s: %w", f.Tracks, err)
	}
	metrics["inferred_fixtures"], metrics["inferred_aisles"] = float64(len(p.Fixtures)), float64(len(p.Aisles))
	metrics["inferred_free_m2"], metrics["inferred_full_m2"] = p.Free, p.Full
	if g != nil {
		a := p.Agree(o.Floor, g.Floor.Obstacles)
		metrics["inferred_iou"], metrics["inferred_precision"], metrics["inferred_recall"] = a.IoU, a.Precision, a.Recall
		notes = append(notes, fmt.Sprintf("of %d things that stand in the site, %d were found from the ways alone; of the area found, %.0f %% is stood on, of the area stood on, %.0f %% was found",
			a.There, a.Found, 100*a.Precision, 100*a.Recall))
	} else {
		notes = append(notes, "what stands at a wall cannot be told from the wall: only what people walk around was found")
	}
	for i, x := range p.Fixtures {
		rows = append(rows, fixtureRow{fmt.Sprintf("fixture-%d", i+1), x.Middle[0], x.Middle[1], x.Size[0], x.Size[1], x.Yaw * 180 / math.Pi, x.Passed, x.Sure})
	}
	for _, x := range p.Aisles {
		rows = append(rows, aisleRow{x.Name, x.Middle[0], x.Middle[1], max(x.Size[0], x.Size[1]), min(x.Size[0], x.Size[1]), x.People})
	}
	if f.Shelves == "" {
		return rows, notes, nil
	}
	if k > 1 && persons(people) < k { // withhold refuses them, and so must the file
		return rows, notes, nil
	}
	all := len(p.Fixtures)
	p.Fixtures = slices.DeleteFunc(slices.Clone(p.Fixtures), func(x infer.Fixture) bool { return k > 1 && x.Passed < k })
	if n := all - len(p.Fixtures); n > 0 {
		notes = append(notes, fmt.Sprintf("%d fixtures that fewer than %d people went past are not in %s", n, k, f.Shelves))
	}
	data, err := shelfList(p)
	if err != nil {
		return nil, nil, err
	}
	return rows, notes, writeWhole(f.Shelves, data)
}

// shelfList writes fixtures as a list of shelf poses, which generate reads: the
// long side is the width. A height is none that ways tell.
func shelfList(p *infer.Plan) ([]byte, error) {
	type shelf struct {
		ID     int     `json:"id"`
		X      float64 `json:"positionX"`
		Y      float64 `json:"positionY"`
		Z      float64 `json:"positionZ"`
		QX     float64 `json:"orientationX"`
		QY     float64 `json:"orientationY"`
		QZ     float64 `json:"orientationZ"`
		QW     float64 `json:"orientationW"`
		Width  float64 `json:"width"`
		Height float64 `json:"height"`
		Depth  float64 `json:"depth"`
		Unit   int     `json:"lengthUnitId"`
	}
	const height = 1.8
	var list []shelf
	for i, f := range p.Fixtures {
		w, d, yaw := f.Size[0], f.Size[1], f.Yaw
		if d > w {
			w, d, yaw = d, w, yaw+math.Pi/2
		}
		s, c := math.Sincos(yaw / 2)
		list = append(list, shelf{ID: i + 1, X: f.Middle[0], Y: -f.Middle[1], QZ: s, QW: c, Width: w, Height: height, Depth: d, Unit: 1})
	}
	data, err := json.MarshalIndent(list, "", "  ")
	if err != nil {
		return nil, fmt.Errorf("write shelves: %w", err)
	}
	return append(data, '\n'), nil
}
