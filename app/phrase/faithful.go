package phrase

import (
	"math"
	"strconv"
	"strings"

	"github.com/glasstwin/glasstwin/xai"
)

// Figures that one sentence tells together, named as xai/ebm measures them.
// The two gains are differences of mean probabilities of the claim, 0..1,
// against a random order (Petsiuk, Das, Saenko 2018).
const (
	figureDeletion   = "deletion_gain"
	figureInsertion  = "insertion_gain"
	figureAdditivity = "additivity_error_max"
	figureRows       = "faithfulness_rows"
)

// figuresBehind are those that the gains were computed from: to name them too
// would tell the same twice.
var figuresBehind = map[string]bool{
	"deletion_auc": true, "deletion_auc_random": true, "insertion_auc": true, "insertion_auc_random": true,
}

// Bounds of the weaker gain between what is called faithful, weakly so and not.
const (
	GainMuch = 0.2  // a fifth of all that a probability can change
	GainSome = 0.02 // twice the standard error of 400 rows
)

const exactWith = 1e-6 // error of adding up that is rounding

// Faithfulness tells in one sentence how true the explanation is to the model;
// a figure that it has no words for is named with its value.
func (s *Speaker) Faithfulness(x *xai.Explanation) string {
	gain, off, rows := math.Inf(1), 0.0, ""
	var others []string
	for _, f := range x.Faithfulness {
		switch {
		case f.Name == figureDeletion, f.Name == figureInsertion:
			gain = math.Min(gain, f.Value) // the weaker of the two is told
		case f.Name == figureAdditivity:
			off = f.Value
		case f.Name == figureRows:
			rows = s.Say("faithful.rows", "rows", strconv.Itoa(int(f.Value)))
		case !figuresBehind[f.Name]:
			others = append(others, s.named("figure", f.Name)+" "+Number(f.Value))
		}
	}
	var parts []string
	switch {
	case !x.Additive:
	case off < exactWith:
		parts = append(parts, s.Say("faithful.exact"))
	default:
		parts = append(parts, s.Say("faithful.off", "off", Number(off)))
	}
	switch {
	case math.IsInf(gain, 1): // not measured
	case gain >= GainMuch:
		parts = append(parts, s.Say("faithful.much", "rows", rows, "gain", Number(gain)))
	case gain > GainSome:
		parts = append(parts, s.Say("faithful.some", "rows", rows, "gain", Number(gain)))
	default:
		parts = append(parts, s.Say("faithful.no", "rows", rows))
	}
	return capital(strings.Join(append(parts, others...), s.Say("list.clause")))
}

// Figure tells a measurement with what it means, "" where there are no words for
// that; value is "" for what is no number.
func (s *Speaker) Figure(f xai.Figure) (name, value, meaning string) {
	name = s.named("figure", f.Name)
	if math.IsNaN(f.Value) || math.IsInf(f.Value, 0) {
		return name, "", ""
	}
	value = Number(f.Value)
	if f.Value != 0 && math.Abs(f.Value) < 0.005 {
		value = "< 0.01"
	}
	return name, value, s.texts["meaning."+f.Name]
}

// Method names how an explanation was made.
func (s *Speaker) Method(method string) string { return s.named("method", method) }

// Reason is what one reading says, as it stands within a sentence.
func (s *Speaker) Reason(a xai.Attribution) string { return s.reason(a) }

// Grade names how true an explanation is: "faithful", "weak", "unfaithful" or
// "unmeasured".
func (s *Speaker) Grade(grade string) string { return s.named("badge", grade) }
