package drift

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/glasstwin/glasstwin/xai"
)

// harmMin is the least that a finding takes of a claim's confidence, however little
// of the claim rests on its columns: the model was never fitted to such a row.
const harmMin = 0.1

// wrongMax is how many findings say why a verdict is withheld: a sentence tells no
// more, and all of them, with every feature that they put out of range, are among
// the limits.
const wrongMax = 2

// Doubt lowers the confidence of an explanation by what is wrong with the row that it
// is of, and tells so among its limits. A column that is missing, dead or out of range
// takes the part of the confidence that the claim rests on it, by the size of its
// shares; a regime never seen takes more the farther it is out. What is left goes down
// to that of a guess among the classes that were weighed. Below the least confidence
// the explanation abstains and says why.
func Doubt(e *xai.Explanation, found []Finding, least float64) {
	if len(found) == 0 {
		return
	}
	trust := 1.0
	var wrong []string
	for _, f := range found {
		harm := 0.0
		switch f.Kind {
		case NewRegime:
			harm = 1 - 1/max(1, f.Value)
		default:
			harm = rests(e, f.Columns)
		}
		trust *= 1 - max(harmMin, harm)
		limit := f.String()
		wrong = append(wrong, limit)
		if !slices.Contains(e.Limits, limit) {
			e.Limits = append(e.Limits, limit)
		}
	}
	guess := 1 / float64(1+max(1, len(e.Alternatives)))
	if e.Confidence > guess {
		e.Confidence = guess + (e.Confidence-guess)*trust
	}
	if e.Confidence < least && !e.Abstained {
		e.Abstained = true
		e.Why = fmt.Sprintf("what it looks at is not what it was trained on (%s)", strings.Join(wrong[:min(wrongMax, len(wrong))], "; "))
	}
}

// rests is the part of a claim's shares, by size, that these columns have.
func rests(e *xai.Explanation, columns []string) float64 {
	of, all := 0.0, 0.0
	for _, a := range e.Attributions {
		all += math.Abs(a.Share)
		if slices.Contains(columns, a.Feature) || a.Source != "" && slices.Contains(columns, a.Source) {
			of += math.Abs(a.Share)
		}
	}
	if all == 0 {
		return 1 // nothing tells what the claim rests on
	}
	return of / all
}

// String says what is wrong: "air temperature: dead: it repeats one value".
func (f Finding) String() string {
	if f.Told != "" {
		return f.Told
	}
	if f.Kind == NewRegime {
		return fmt.Sprintf("%s, by %s", f.Kind, strings.Join(f.Columns, ", "))
	}
	return fmt.Sprintf("%s: %s", strings.Join(f.Columns, ", "), f.Kind)
}
