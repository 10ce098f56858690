package account

import (
	"math"

	"github.com/glasstwin/glasstwin/app/phrase"
	"github.com/glasstwin/glasstwin/xai"
	"github.com/glasstwin/glasstwin/xai/faith"
)

// Grade is how true an explanation is to what the model does.
type Grade string

const (
	Faithful   Grade = "faithful"
	Weak       Grade = "weak" // little better than chance
	Unfaithful Grade = "unfaithful"
	Unmeasured Grade = "unmeasured"
)

// Badge tells how true the explanation is, by what was measured of its model.
type Badge struct {
	Grade   Grade
	Name    string
	Text    string // in one sentence
	Figures []Figure
}

// Figure is one measurement with what it means.
type Figure struct {
	Name, Value, Meaning string
}

func badge(s *phrase.Speaker, x *xai.Explanation) Badge {
	b := Badge{Grade: grade(x), Text: s.Faithfulness(x)}
	if why := faith.Verdict(x.Faithfulness); why != "" { // what the explanation is withheld for
		b.Grade, b.Text = Unfaithful, s.Upper(s.Told(why))+"."
	}
	b.Name = s.Grade(string(b.Grade))
	if b.Grade == Unmeasured {
		b.Text = s.Say("badge.unmeasured.text")
	}
	for _, f := range x.Faithfulness {
		if name, value, meaning := s.Figure(f); value != "" {
			b.Figures = append(b.Figures, Figure{name, value, meaning})
		}
	}
	return b
}

// grade, where nothing speaks against the explanation, goes by the weaker of the two gains, as the sentence does.
func grade(x *xai.Explanation) Grade {
	gain := math.Inf(1)
	for _, f := range x.Faithfulness {
		if f.Name == "deletion_gain" || f.Name == "insertion_gain" {
			gain = math.Min(gain, f.Value)
		}
	}
	switch {
	case math.IsInf(gain, 1) || math.IsNaN(gain):
		return Unmeasured
	case gain >= phrase.GainMuch:
		return Faithful
	case gain > phrase.GainSome:
		return Weak
	}
	return Unfaithful
}
