package plan

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/glasstwin/glasstwin/scene/codec/dxf"
)

// doubted is the confidence below which an opening is asked about.
const doubted = 0.66

// Bounds of what one draft asks and shows.
const (
	layersAsked   = 60
	openingsAsked = 100
	previewLines  = 400
)

// number reads an answer in metres.
func number(s string, least, most float64) (float64, bool) {
	s = strings.TrimSuffix(strings.TrimSpace(strings.Replace(s, ",", ".", 1)), "m")
	v, err := strconv.ParseFloat(strings.TrimSpace(s), 64)
	return v, err == nil && v >= least && v <= most
}

// checkAnswers notes the answers that say nothing.
func (d *Draft) checkAnswers(answers map[string]string, drawing *dxf.Drawing) {
	ids := make([]string, 0, len(answers))
	for id := range answers {
		ids = append(ids, id)
	}
	slices.Sort(ids)
	for _, id := range ids {
		a, ok := answers[id], false
		name, layer := strings.CutPrefix(id, "layer:")
		switch {
		case id == "units":
			_, ok = dxf.UnitByName(a)
		case id == "height":
			_, ok = number(a, 1.5, 30)
		case id == "thickness":
			_, ok = number(a, 0.02, 1)
		case id == "gaps":
			ok = slices.Contains([]string{"passage", "door", "wall"}, a)
		case layer:
			ok = slices.Contains(classes, a) && slices.ContainsFunc(drawing.Layers, func(l dxf.Layer) bool { return l.Name == name })
		case strings.HasPrefix(id, "opening@"):
			ok = slices.Contains(openingChoices, a)
		}
		if !ok {
			d.Notes = append(d.Notes, fmt.Sprintf("answer %q to question %q is not understood", a, id))
		}
	}
}

var openingChoices = []string{"passage", "door", "double", "sliding", "window", "wall"}

// ask writes the questions, the weightiest first.
func (d *Draft) ask(k *ink, named bool, thickness float64, answers map[string]string) {
	add := func(q Question) {
		if a, ok := answers[q.ID]; ok && a == q.Guess {
			q.Confidence = 1
		}
		d.Questions = append(d.Questions, q)
	}
	sure := 0.95
	if d.Unit.Inferred {
		sure = 0.6
	}
	box := boxOf()
	for _, n := range d.graph.nodes {
		box = box.Union(boxOf(n.p))
	}
	size := box.Size()
	add(Question{ID: "units", Text: fmt.Sprintf("The plan is %.1f m by %.1f m in %s. Is that its size?", size[0], size[1], d.Unit.Name), Guess: d.Unit.Name,
		Confidence: sure, Choices: dxf.UnitNames})
	add(Question{ID: "height", Text: "How high is the storey?", Guess: fmt.Sprintf("%.2f", d.Height), Confidence: 0.4})
	if single := slices.ContainsFunc(d.graph.strips, func(s strip) bool { return strings.Contains(s.why, "thickness is assumed") }); single {
		add(Question{ID: "thickness", Text: "How thick are the walls that are drawn as one line?", Guess: fmt.Sprintf("%.2f", thickness), Confidence: 0.4})
	}
	d.askLayers(k, named, add)
	var gaps [][]vec
	asked := 0
	for _, h := range d.graph.holes {
		if len(h.shapes) == 0 && h.kind == Passage {
			gaps = append(gaps, outs([]vec{h.a, h.b}))
		}
	}
	if len(gaps) > 0 || answers["gaps"] != "" {
		guess := "passage"
		if a := answers["gaps"]; a != "" {
			guess = a
		}
		add(Question{ID: "gaps", Text: fmt.Sprintf("%d gaps in the walls show no leaf. What are they?", len(gaps)), Guess: guess, Confidence: 0.5,
			Choices: []string{"passage", "door", "wall"}, Preview: gaps})
	}
	for _, h := range d.graph.holes {
		id := openingKey(h)
		if _, answered := answers[id]; !answered && h.sure >= doubted || asked >= openingsAsked {
			continue
		}
		asked++
		guess := h.kind.String()
		if h.kind == Swing {
			guess = "door"
		}
		add(Question{ID: id, Text: fmt.Sprintf("What is here, %.2f m wide? It was found by %s.", h.b.Sub(h.a).Len(), h.why), Guess: guess,
			Confidence: h.sure, Choices: openingChoices, Preview: [][]vec{outs([]vec{h.a, h.b})}})
	}
}

// askLayers asks what each layer with ink holds, those with the most first.
func (d *Draft) askLayers(k *ink, named bool, add func(Question)) {
	type count struct {
		layer int
		ink   float64
	}
	counts := make([]count, len(k.d.Layers))
	preview := make([][][]vec, len(k.d.Layers))
	for i := range counts {
		counts[i].layer = i
	}
	for i := range k.d.Shapes {
		s := &k.d.Shapes[i]
		if s.Hidden {
			continue
		}
		for _, p := range s.Paths {
			line := make([]vec, 0, len(p.Points)+1)
			for j, q := range p.Points {
				line = append(line, out(k.at(q)))
				if j > 0 {
					counts[s.Layer].ink += line[j].Sub(line[j-1]).Len()
				}
			}
			if p.Closed {
				line = append(line, line[0])
			}
			if len(preview[s.Layer]) < previewLines {
				preview[s.Layer] = append(preview[s.Layer], line)
			}
		}
	}
	slices.SortStableFunc(counts, func(a, b count) int { return cmp.Compare(b.ink, a.ink) })
	for i, c := range counts {
		if c.ink == 0 || i >= layersAsked {
			break
		}
		guess, sure := k.layers[c.layer], k.sure[c.layer]
		if guess == unknown {
			guess = ignored
			if !named {
				guess, sure = walls, 0.35
			}
		}
		name := k.d.Layers[c.layer].Name
		add(Question{ID: "layer:" + name, Text: fmt.Sprintf("What does layer %s hold? %.0f m are drawn on it.", name, math.Ceil(c.ink)), Guess: string(guess),
			Confidence: sure, Choices: classes, Preview: preview[c.layer]})
	}
}
