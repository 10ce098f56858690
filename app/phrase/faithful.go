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

const (
	gainMuch  = 0.2  // a fifth of all that a probability can change
	gainSome  = 0.02 // twice the standard error of 400 rows
	exactWith = 1e-6 // error of adding up that is rounding
)

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
	case gain >= gainMuch:
		parts = append(parts, s.Say("faithful.much", "rows", rows, "gain", Number(gain)))
	case gain > gainSome:
		parts = append(parts, s.Say("faithful.some", "rows", rows, "gain", Number(gain)))
	default:
		parts = append(parts, s.Say("faithful.no", "rows", rows))
	}
	return capital(strings.Join(append(parts, others...), s.Say("list.clause")))
}
