package generate

import (
	"context"
	"fmt"
	"math"

	"github.com/glasstwin/glasstwin/scene/codec/dxf"
	"github.com/glasstwin/glasstwin/scene/geom"
	"github.com/glasstwin/glasstwin/twin"
	"github.com/glasstwin/glasstwin/twin/generate/catalogue"
	"github.com/glasstwin/glasstwin/twin/generate/plan"
)

// readDrawing turns a plan to the storey that it shows. Everything in it is
// inferred; what shaped the guess becomes questions of the report.
func (g *generation) readDrawing(ctx context.Context, f File) (*finding, error) {
	g.progress("reading the plan %s", f.Name)
	drawing, err := dxf.Read(ctx, f.Name, f.Data)
	if err != nil {
		return nil, fmt.Errorf("read the plan: %w", err)
	}
	draft, err := plan.Understand(ctx, drawing, plan.Options{
		Answers: g.in.Answers[f.Name],
		Ceiling: true,
		ClassOf: func(name string, size geom.Vec3) (string, float64) {
			if c, sure := g.classes.classOf(name, size); c != nil {
				return c.Name, sure
			}
			return "", 0
		},
	})
	if err != nil {
		return nil, fmt.Errorf("understand the plan %s: %w", f.Name, err)
	}
	for kind, n := range drawing.Skipped {
		g.report.note(f.Name, kind, "%d of these are not drawn", n)
	}
	for _, n := range drawing.Notes {
		g.report.note(f.Name, fmt.Sprintf("line %d", n.Place), "%s", n.Text)
	}
	for _, n := range draft.Notes {
		g.report.note(f.Name, "", "%s", n)
	}
	for _, q := range draft.Questions {
		g.report.Questions = append(g.report.Questions, Question{Source: f.Name, ID: q.ID, Text: q.Text, Guess: q.Guess, Confidence: q.Confidence, Choices: q.Choices, Preview: q.Preview})
	}
	b := &Building{Scene: draft.Scene()}
	for _, e := range draft.Elements() {
		b.Elements = append(b.Elements, Element{Entity: e.Entity, Type: e.Type, Name: e.Name, Box: e.Box})
	}
	for i, r := range draft.Rooms {
		name := r.Name
		if name == "" {
			name = fmt.Sprintf("Room %d", i+1)
		}
		b.Spaces = append(b.Spaces, Space{ID: r.ID, Name: name, Outline: r.Outline, FloorY: r.FloorY, Height: r.Height})
	}
	out := &finding{building: b}
	found := len(draft.Walls) + len(draft.Doors) + len(draft.Windows) + len(draft.Rooms)
	g.report.ElementsTotal += found + len(draft.Fixtures)
	g.report.ElementsUnderstood += found
	numbers := map[string]int{}
	for _, x := range draft.Fixtures {
		class, ok := g.in.Catalogue.Class(x.Class)
		if !ok {
			g.report.note(f.Name, x.Name, "what this is was not recognised; it is left out. Name its block or layer as a class of the catalogue")
			continue
		}
		g.report.ElementsUnderstood++
		out.assets = append(out.assets, guessedAsset(f.Name, x.Name, class, x.Box, x.Turn, numbers))
	}
	return out, nil
}

// guessedAsset is a thing that a source shows without naming it by an id.
// Numbers counts the things of each class.
func guessedAsset(source, name string, class *catalogue.Class, box geom.Box, yaw float64, numbers map[string]int) twin.Asset {
	numbers[class.Name]++
	size, mid := box.Size(), box.Center()
	if usual := class.UsualSize(); size[1] < 0.05 { // a plan tells no heights
		size[1] = usual[1]
	}
	return twin.Asset{
		ID: twin.AssetID(fmt.Sprintf("%s-%s%d", class.Name, idOf(source), numbers[class.Name])), Class: class.Name,
		Name: fmt.Sprintf("%s %d", class.Title.In("en"), numbers[class.Name]), Size: size, Inferred: true,
		Pose:       twin.Pose{Position: geom.Vec3{round(mid[0]), round(box.Min[1]), round(mid[2])}, Yaw: math.Remainder(yaw, 2*math.Pi)},
		Provenance: twin.Provenance{Source: source, Entity: name},
	}
}

// idOf is a short word for a source within ids of what it guesses: things of
// two sources must not share ids by chance.
func idOf(source string) string {
	sum := 0
	for _, r := range source {
		sum = (31*sum + int(r)) % (36 * 36)
	}
	const digits = "abcdefghijklmnopqrstuvwxyz0123456789"
	return string([]byte{digits[sum/36%26], digits[sum%26]})
}
