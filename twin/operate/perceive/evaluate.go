package perceive

import (
	"context"
	"fmt"
	"slices"
	"sort"
	"strings"
	"time"

	"github.com/glasstwin/glasstwin/twin"
	"github.com/glasstwin/glasstwin/twin/operate"
	"github.com/glasstwin/glasstwin/xai"
	"github.com/glasstwin/glasstwin/xai/calibrate"
)

// Judgement is how well a model told the situations of runs that it has never seen.
type Judgement struct {
	Sites map[string]*SiteJudgement `json:"sites"` // "store", "home"
}

// SiteJudgement is that of the runs of one kind of site. A run counts as right when
// the first situation that is told, up to the deadline of what befell the site, is
// that, at its root cause, and nothing else is told; or when nothing is told of a
// day on which nothing is the matter.
type SiteJudgement struct {
	Runs          int                       `json:"runs"`
	Right         int                       `json:"right"`
	Classes       []string                  `json:"classes"`
	Of            map[string]int            `json:"of"`        // runs of each class
	Hits          map[string]int            `json:"hits"`      // right ones
	Confusion     map[string]map[string]int `json:"confusion"` // what befell, what was told first: a class, that class at another device, or nothing in time
	Balanced      float64                   `json:"balanced"`
	BalancedLow95 float64                   `json:"balanced_low95"` // Wilson's lower bound of the mean over as many runs
	Worst         string                    `json:"worst"`
	WorstRecall   float64                   `json:"worst_recall"`
	FalsePerDay   float64                   `json:"false_situations_per_normal_day"`
	DelayMedian   float64                   `json:"delay_median_min"`
	DelayOf       map[string]float64        `json:"delay_median_min_of"`
	Failures      []Failure                 `json:"failures,omitempty"`

	// Agreement tells how often the explanations of what is told rightly blame the
	// signals in which the part at fault is seen, of all and of each situation.
	Agreement   []xai.Figure            `json:"agreement,omitempty"`
	AgreementOf map[string][]xai.Figure `json:"agreement_of,omitempty"`
}

// Failure is a run that went wrong.
type Failure struct {
	Run, Truth, Device, Told, At string
	Minutes                      float64 // after the onset
}

// outcome of one run.
type outcome struct {
	name, site, class, device, told, at string
	right                               bool
	delay                               time.Duration
	falses                              int
	normal                              time.Duration
	blamed                              []blamed // of what was told rightly
}

// Evaluate judges a model on runs.
func Evaluate(ctx context.Context, m *Model, files []string, progress func(done, of int)) (*Judgement, error) {
	all, err := each(ctx, byName(files), progress, func(f string) (outcome, error) {
		s, err := open(f)
		if err != nil {
			return outcome{}, err
		}
		return s.judge(ctx, m)
	})
	if err != nil {
		return nil, fmt.Errorf("judge %s: %w", ModelName, err)
	}
	j := &Judgement{Sites: map[string]*SiteJudgement{}}
	delays := map[string]map[string][]float64{}
	days := map[string]float64{}
	blames := map[string]map[string][]blamed{}
	for _, o := range all {
		s := j.Sites[o.site]
		if s == nil {
			s = &SiteJudgement{Of: map[string]int{}, Hits: map[string]int{}, Confusion: map[string]map[string]int{}, DelayOf: map[string]float64{}}
			j.Sites[o.site], delays[o.site] = s, map[string][]float64{}
			blames[o.site] = map[string][]blamed{}
		}
		blames[o.site][o.class] = append(blames[o.site][o.class], o.blamed...)
		s.add(o)
		if o.class == None {
			days[o.site] += o.normal.Hours() / 24
			s.FalsePerDay += float64(o.falses)
		} else if o.right {
			delays[o.site][o.class] = append(delays[o.site][o.class], o.delay.Minutes())
		}
	}
	for name, s := range j.Sites {
		s.sum(delays[name], days[name])
		if err := s.agreed(blames[name]); err != nil {
			return nil, fmt.Errorf("judge %s: %w", ModelName, err)
		}
	}
	return j, nil
}

func (s *SiteJudgement) add(o outcome) {
	s.Runs++
	s.Of[o.class]++
	if o.right {
		s.Right++
		s.Hits[o.class]++
	} else {
		s.Failures = append(s.Failures, Failure{o.name, o.class, o.device, o.told, o.at, o.delay.Minutes()})
	}
	if s.Confusion[o.class] == nil {
		s.Confusion[o.class] = map[string]int{}
	}
	told := o.told
	if !o.right && told == o.class && told != None {
		told += " elsewhere, or more beside it"
	}
	s.Confusion[o.class][told]++
}

func (s *SiteJudgement) sum(delays map[string][]float64, days float64) {
	for c := range s.Of {
		s.Classes = append(s.Classes, c)
	}
	sort.Strings(s.Classes)
	s.WorstRecall = 2
	var all []float64
	for _, c := range s.Classes {
		r := float64(s.Hits[c]) / float64(s.Of[c])
		s.Balanced += r / float64(len(s.Classes))
		if r < s.WorstRecall {
			s.Worst, s.WorstRecall = c, r
		}
		if d := delays[c]; len(d) > 0 {
			slices.Sort(d)
			s.DelayOf[c] = d[len(d)/2]
			all = append(all, d...)
		}
	}
	s.BalancedLow95, _ = calibrate.Wilson(int(s.Balanced*float64(s.Runs)+0.5), s.Runs, 1.96)
	if len(all) > 0 {
		slices.Sort(all)
		s.DelayMedian = all[len(all)/2]
	}
	if days > 0 {
		s.FalsePerDay /= days
	}
}

func (s *SiteJudgement) agreed(of map[string][]blamed) (err error) {
	var all []blamed
	s.AgreementOf = map[string][]xai.Figure{}
	for _, c := range sorted(of) {
		if len(of[c]) == 0 {
			continue
		}
		all = append(all, of[c]...)
		if s.AgreementOf[c], err = agree(of[c]); err != nil {
			return fmt.Errorf("%s: %w", c, err)
		}
	}
	s.Agreement, err = agree(all)
	return err
}

// judge plays one run.
func (s *study) judge(ctx context.Context, m *Model) (outcome, error) {
	o := outcome{name: s.name, site: s.run.Template, class: None, told: None}
	var onset, deadline time.Time
	detail, remedy := "", ""
	if len(s.truth.Situations) > 0 {
		x := s.truth.Situations[0]
		o.class, o.device, onset, deadline, detail, remedy = x.Class, string(x.Device), x.Onset, x.Deadline, x.Detail, x.Remedy
	} else {
		deadline = s.truth.Until
		o.normal = s.truth.Until.Sub(s.truth.Start)
	}
	p := New(s.run.Site, m)
	p.quiet = true
	seen := map[string]bool{}
	var first, wrong *operate.Perception
	err := s.play(ctx, func(_ int, st *twin.State, now time.Time) error {
		if now.After(deadline) {
			return errEnough
		}
		told, err := p.Perceive(ctx, st, now)
		if err != nil {
			return err
		}
		for i := range told {
			x := told[i]
			key := x.Situation.Class + " " + string(x.Situation.Asset) + x.Situation.Detected.String()
			if seen[key] {
				continue
			}
			seen[key] = true
			good := o.class != None && x.Situation.Class == o.class && string(x.Situation.Asset) == o.device && !now.Before(onset) &&
				(detail == "" || o.class != "aisle-blocked" || x.Detail == detail) && (x.Detail == "" || o.class != "simultaneous-heating-cooling" || strings.HasPrefix(remedy, x.Detail))
			if good {
				i := slices.IndexFunc(p.standing, func(y *standing) bool {
					return y.perception.Situation.Class == x.Situation.Class && y.perception.Situation.Asset == x.Situation.Asset
				})
				b, err := p.standing[i].blame()
				if err != nil {
					return fmt.Errorf("explain %s of %s: %w", o.class, o.device, err)
				}
				o.blamed = append(o.blamed, b)
			}
			if !good && wrong == nil {
				wrong = &x
			}
			if !good {
				o.falses++
			}
			if first == nil {
				first = &x
				o.delay = now.Sub(onset)
			}
		}
		return nil
	})
	if first != nil {
		o.told, o.at = first.Situation.Class, string(first.Situation.Asset)+" "+first.Detail
	}
	if wrong != nil {
		o.told, o.at = wrong.Situation.Class, string(wrong.Situation.Asset)+" "+wrong.Detail
		if !onset.IsZero() {
			o.delay = wrong.Situation.Detected.Sub(onset)
		}
	}
	o.right = wrong == nil && (first != nil) == (o.class != None)
	return o, err
}
