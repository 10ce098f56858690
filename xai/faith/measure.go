package faith

import (
	"context"
	"fmt"
	"math"
	"math/rand/v2"

	"github.com/glasstwin/glasstwin/xai"
)

// Names of the figures. A figure of the same name means the same in every model.
const (
	DeletionAUC            = "deletion_auc" // mean probability of the claim while parts are deleted by falling share
	DeletionAUCRandom      = "deletion_auc_random"
	DeletionGain           = "deletion_gain" // random less by share: above 0 is better than chance
	InsertionAUC           = "insertion_auc"
	InsertionAUCRandom     = "insertion_auc_random"
	InsertionGain          = "insertion_gain"           // by share less random
	Correlation            = "faithfulness_correlation" // of the sum of shares with the fall of the score
	CorrelationRandom      = "faithfulness_correlation_random"
	Infidelity             = "infidelity" // 0 exact, 1 as good as no shares
	InfidelityRandom       = "infidelity_random"
	MaxSensitivity         = "max_sensitivity"         // relative change of the shares nearby, at worst
	CompletenessError      = "completeness_error_max"  // of base and shares, in the scale of the score
	CompletenessPart       = "completeness_part_max"   // the same, as a part of score less base
	ParameterRandomisation = "parameter_randomisation" // what remains of the shares when parameters are dealt anew: near 0
	DataRandomisation      = "data_randomisation"      // what remains of them when it is fitted on labels dealt anew: near 0
	Stability              = "stability"               // rank correlation of the shares over reruns: near 1
	Rows                   = "faithfulness_rows"
	AgreementTop1          = "agreement_top1" // share of claims whose largest share is the cause that is known
	AgreementTop3          = "agreement_top3" // among the largest three
	AgreementSign          = "agreement_sign" // whose cause speaks for the claim
	AgreementRandom        = "agreement_top1_random"
	AgreementRows          = "agreement_rows"
)

// Options steer Measure. The zero Options asks for the defaults.
type Options struct {
	Seed       uint64
	Rows       int       // at most so many are measured; default 200
	Randoms    int       // random orders of each row and background row; default 3
	Backdrops  int       // background rows that are deleted towards, of each row; default 3
	Subsets    int       // random halves of the parts of each row; default 60
	Unknowns   int       // background rows that a set is replaced from; default 50
	Neighbours int       // points near a row for max-sensitivity; default 10
	Radius     float64   // of near, in spreads of a column; default 0.02
	Parameters Attribute // of the model with shuffled parameters; nil: not measured
	Shuffled   Attribute // of a model fitted on shuffled labels; nil: not measured
	Rerun      Attribute // of the same task with another seed; nil: not measured
}

func (o Options) filled() Options {
	for _, d := range []struct {
		v *int
		d int
	}{{&o.Rows, 200}, {&o.Randoms, 3}, {&o.Backdrops, 3}, {&o.Subsets, 60}, {&o.Unknowns, 50}, {&o.Neighbours, 10}} {
		if *d.v <= 0 {
			*d.v = d.d
		}
	}
	if o.Radius <= 0 {
		o.Radius = 0.02
	}
	return o
}

// Measure returns the figures of the subject on held-out rows, of which at most
// opt.Rows are drawn. What is explained is the likeliest class of each row, or
// the number of a regression.
func Measure(ctx context.Context, s Subject, rows [][]float64, opt Options) ([]xai.Figure, error) {
	if err := s.check(rows); err != nil {
		return nil, fmt.Errorf("measure faithfulness: %w", err)
	}
	opt = opt.filled()
	rng := rand.New(rand.NewPCG(opt.Seed, 0xfa17))
	drawn := make([][]float64, 0, opt.Rows)
	for _, i := range rng.Perm(len(rows))[:min(opt.Rows, len(rows))] {
		drawn = append(drawn, rows[i])
	}
	claims := s.claims(drawn)
	shares := s.Attribute(drawn, claims)
	for i, sh := range shares {
		if len(sh.Of) != len(drawn[i]) {
			return nil, fmt.Errorf("measure faithfulness: %d shares of a row with %d columns", len(sh.Of), len(drawn[i]))
		}
	}
	a := s.areas(drawn, claims, shares, opt, rng)
	if err := ctx.Err(); err != nil {
		return nil, fmt.Errorf("measure faithfulness: %w", err)
	}
	c := s.correlate(drawn, claims, shares, opt, rng)
	if err := ctx.Err(); err != nil {
		return nil, fmt.Errorf("measure faithfulness: %w", err)
	}
	off, part := s.incompleteness(drawn, claims, shares)
	out := []xai.Figure{
		{Name: DeletionAUC, Value: a.deletion}, {Name: DeletionAUCRandom, Value: a.deletionRandom}, {Name: DeletionGain, Value: a.deletionRandom - a.deletion},
		{Name: InsertionAUC, Value: a.insertion}, {Name: InsertionAUCRandom, Value: a.insertionRandom}, {Name: InsertionGain, Value: a.insertion - a.insertionRandom},
		{Name: Correlation, Value: c.correlation}, {Name: CorrelationRandom, Value: c.correlationRandom},
		{Name: Infidelity, Value: c.infidelity}, {Name: InfidelityRandom, Value: c.infidelityRandom},
		{Name: MaxSensitivity, Value: s.sensitivity(drawn, claims, shares, opt, rng)},
		{Name: CompletenessError, Value: off}, {Name: CompletenessPart, Value: part},
	}
	for _, other := range []struct {
		name    string
		of      Attribute
		compare func(one, other Attribute, rows [][]float64, outputs []int) (float64, error)
	}{{ParameterRandomisation, opt.Parameters, Remains}, {DataRandomisation, opt.Shuffled, Remains}, {Stability, opt.Rerun, Similarity}} {
		if other.of == nil {
			continue
		}
		v, err := other.compare(s.Attribute, other.of, drawn, claims)
		if err != nil {
			return nil, fmt.Errorf("measure faithfulness: %s: %w", other.name, err)
		}
		out = append(out, xai.Figure{Name: other.name, Value: v})
	}
	out = append(out, xai.Figure{Name: Rows, Value: float64(len(drawn))})
	known := out[:0]
	for _, f := range out {
		if !math.IsNaN(f.Value) { // what could not be measured is left out, not dressed as a number
			known = append(known, f)
		}
	}
	return known, ctx.Err()
}

// Bounds of Verdict.
const (
	correlationMin = 0.5  // below it the shares explain less than a quarter of the variance
	collapseMax    = 0.5  // shares that stay when the model is scrambled do not tell of the model
	completeMax    = 0.01 // as a part of score less base: what integrated gradients are allowed
)

// Verdict returns why an explanation with these figures must not be shown as the
// reason of a claim, or "" when nothing speaks against it.
func Verdict(figures []xai.Figure) string {
	for _, f := range figures {
		switch {
		case (f.Name == DeletionGain || f.Name == InsertionGain) && !(f.Value > 0):
			return fmt.Sprintf("the shares tell no more than chance would of what the model does (%s %.3f)", f.Name, f.Value)
		case f.Name == Correlation && !(f.Value >= correlationMin):
			return fmt.Sprintf("the shares do not follow what the model does (%s %.2f, at least %.2f is asked for)", f.Name, f.Value, correlationMin)
		case f.Name == CompletenessPart && !(f.Value <= completeMax):
			return fmt.Sprintf("the shares do not add up to the score (%s %.2g)", f.Name, f.Value)
		case (f.Name == ParameterRandomisation || f.Name == DataRandomisation) && !(f.Value <= collapseMax):
			return fmt.Sprintf("the shares stay when the model is scrambled (%s %.2f)", f.Name, f.Value)
		}
	}
	return ""
}
