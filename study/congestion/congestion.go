// Package congestion foretells where it will be crowded within ten minutes, from
// where people are now: an explainable boosting machine reads each zone of a floor, its
// neighbours, who came in, and who is expected there by how others went on, and its
// shape functions are all that it does. Zones are squares of the floor, so that any
// recording of ways will do; crowded is a level of service, so that a zone in which
// somebody merely stands is none.
//
// Data: days of ways with times (package twin/codec/tracks), one file a day. One of
// several days is judged by whole days that it has not seen, one of a single day
// by its later hours. It knows no site and nobody's name. Start reading at Study,
// then rows.go.
package congestion

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"math/rand/v2"
	"slices"
	"strings"

	"github.com/glasstwin/glasstwin/study"
	"github.com/glasstwin/glasstwin/xai"
	"github.com/glasstwin/glasstwin/xai/ebm"
	"github.com/glasstwin/glasstwin/xai/faith"
)

// Study is the task on days of a store.
func Study() study.Study {
	return made("congestion", "store-days", "day-*.csv", "Simulated shoppers of the demo store (glasstwin flow simulate --tracks): no recording of a shop with times was at hand.")
}

// Recorded is the task on people who were recorded.
func Recorded() study.Study {
	return made("congestion-hall", "tracks", "edinburgh-*.txt", "Recorded people: B. Majecka, Statistical models of pedestrian behaviour in the Forum, University of Edinburgh, 2009. No model of them comes with the program.")
}

func made(name, folder, pattern, credit string) study.Study {
	k := kind{name, pattern}
	return study.Study{Name: name, Task: "congestion within ten minutes", Strategy: "interpretable model", Folder: folder, Pattern: pattern, Credit: credit,
		Train: k.train, Judge: k.judge, Card: k.card}
}

// kind is one of the two.
type kind struct{ name, pattern string }

const (
	partModel    = "model"
	partShuffled = "labels dealt anew"
	partRerun    = "another seed"
	partFloor    = "floor"
)

var classes = []string{"quiet", "crowded"}

func (k kind) train(ctx context.Context, o study.Order) (*study.File, error) {
	fail := func(err error) (*study.File, error) { return nil, fmt.Errorf("train %s: %w", k.name, err) }
	days, err := readDays(ctx, o.Dir, k.pattern, o.Progress)
	if err != nil {
		return fail(err)
	}
	learn, _ := split(days)
	f := &study.File{Study: k.name, Data: fmt.Sprintf("%d recordings of %d people, %.0f hours.", len(days), people(days), hours(days)),
		Split: "By whole days: the later half of the days is judged. Of a single day, its last two fifths, with ten minutes left out between."}
	floor := layFloor(learn)
	t := floor.table(learn)
	if len(t.Rows) < 1000 {
		return fail(fmt.Errorf("%d moments of zones are too few to learn from: give longer recordings", len(t.Rows)))
	}
	o.Progress("%d moments of zones to learn from", len(t.Rows))
	floor.Usual = share(t)
	dealt := *t
	dealt.Labels = slices.Clone(t.Labels)
	rand.New(rand.NewPCG(o.Seed, 2)).Shuffle(len(dealt.Labels), func(a, b int) { dealt.Labels[a], dealt.Labels[b] = dealt.Labels[b], dealt.Labels[a] })
	names := groups(learn)
	for _, p := range []struct {
		name string
		on   *xai.Table
		seed uint64
	}{{partModel, t, o.Seed}, {partShuffled, &dealt, o.Seed}, {partRerun, t, o.Seed + 1}} {
		m, err := ebm.Fit(ctx, p.on, ebm.Options{Seed: p.seed, Bins: 64, Bags: 8, LearningRate: 0.1, MinLeaf: 50, EarlyStop: 30, MaxRounds: 1500, Normal: classes[0], Monotone: monotone(),
			Progress: func(g ebm.Progress) {
				if g.Rounds%50 == 0 {
					o.Progress("%s, %s: bag %d of %d after %d rounds, held-out loss %.4f", p.name, g.Stage, g.Bag, g.Bags, g.Rounds, g.Loss)
				}
			}})
		if err != nil {
			return fail(err)
		}
		m.Name = k.name
		if err := f.Add(p.name, names, nil, m.Encode); err != nil {
			return fail(err)
		}
	}
	// A zone is told to become crowded where the chance is above the usual one.
	f.Parts[0].At = floor.Usual
	if err := f.Add(partFloor, nil, nil, func(w io.Writer) error { return json.NewEncoder(w).Encode(floor) }); err != nil {
		return fail(err)
	}
	if f.Judgement, err = k.judge(ctx, f, o.Dir); err != nil {
		return fail(err)
	}
	_, held := split(days)
	if f.Inside, err = k.example(f, floor, held[:1]); err != nil {
		return fail(err)
	}
	return f, nil
}

// monotone are the columns of which more never tells of less crowding.
func monotone() map[string]int {
	return map[string]int{"expected in 2 min": 1, "expected in 5 min": 1, "expected in 10 min": 1, "usually crowded": 1, "minutes crowded of the last 10": 1}
}

// example explains the zones that are the surest to become crowded in the moment of
// a held-out day in which most are told to.
func (k kind) example(f *study.File, fl *floor, held []day) (string, error) {
	m, part, err := k.load(f, partModel)
	if err != nil {
		return "", err
	}
	t := fl.table(held)
	zones := len(fl.Zones)
	if len(t.Rows) == 0 {
		return "", nil
	}
	p := m.Probabilities(t.Rows)
	best, most := 0, -1
	for at := 0; at+zones <= len(p); at += zones {
		n := 0
		for _, q := range p[at : at+zones] {
			if q[1] >= part.At {
				n++
			}
		}
		if n > most {
			best, most = at, n
		}
	}
	order := make([]int, zones)
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(p[best+b][1], p[best+a][1]) })
	var b strings.Builder
	fmt.Fprintf(&b, "Zone by zone, in minute %.0f of %s (log-odds of crowded within ten minutes):\n\n| zone | chance | was | because |\n| --- | --- | --- | --- |\n", t.Rows[best][len(columns)-1], held[0].name)
	for _, z := range order[:min(5, zones)] {
		i := best + z
		e, err := m.Explain(t.Rows[i])
		if err != nil {
			return "", err
		}
		sign := 1.0
		if e.Claim != classes[1] {
			sign = -1 // shares are of the claim
		}
		var why []string
		for _, a := range e.Attributions[:min(3, len(e.Attributions))] {
			why = append(why, fmt.Sprintf("%s %.2g: %+.2f", a.Feature, a.Value, sign*a.Share))
		}
		fmt.Fprintf(&b, "| %s | %.0f %% | %s | %s |\n", fl.name(fl.Zones[z].Square), 100*p[i][1], classes[t.Labels[i]], strings.Join(why, ", "))
	}
	return b.String(), nil
}

// load reads the parts of a file.
func (k kind) load(f *study.File, part string) (*ebm.Model, study.Part, error) {
	i := slices.IndexFunc(f.Parts, func(p study.Part) bool { return p.Name == part })
	if i < 0 {
		return nil, study.Part{}, fmt.Errorf("the file has no part %q: train it again", part)
	}
	m, err := ebm.Decode(bytes.NewReader(f.Parts[i].Data))
	if err != nil {
		return nil, study.Part{}, fmt.Errorf("part %q: %w", part, err)
	}
	if m.Task != ebm.Binary || len(m.Columns) != len(columns) {
		return nil, study.Part{}, fmt.Errorf("part %q is %s of %d columns, not %s of %d: train it again", part, m.Task, len(m.Columns), ebm.Binary, len(columns))
	}
	return m, f.Parts[i], nil
}

func loadFloor(f *study.File) (*floor, error) {
	i := slices.IndexFunc(f.Parts, func(p study.Part) bool { return p.Name == partFloor })
	if i < 0 {
		return nil, fmt.Errorf("the file has no part %q: train it again", partFloor)
	}
	var fl floor
	if err := json.Unmarshal(f.Parts[i].Data, &fl); err != nil {
		return nil, fmt.Errorf("part %q: %w", partFloor, err)
	}
	return &fl, fl.check()
}

func (k kind) judge(ctx context.Context, f *study.File, dir string) (study.Judgement, error) {
	var j study.Judgement
	fail := func(err error) (study.Judgement, error) { return j, fmt.Errorf("judge %s: %w", k.name, err) }
	m, part, err := k.load(f, partModel)
	if err != nil {
		return fail(err)
	}
	shuffled, _, err := k.load(f, partShuffled)
	if err != nil {
		return fail(err)
	}
	rerun, _, err := k.load(f, partRerun)
	if err != nil {
		return fail(err)
	}
	fl, err := loadFloor(f)
	if err != nil {
		return fail(err)
	}
	days, err := readDays(ctx, dir, k.pattern, func(string, ...any) {})
	if err != nil {
		return fail(err)
	}
	held := unseen(days, part.Own)
	for _, d := range held {
		if slices.Contains(part.Own, d.name) {
			return fail(fmt.Errorf("%s is judged and was trained on", d.name))
		}
	}
	t := fl.table(held)
	if len(t.Rows) == 0 {
		return fail(fmt.Errorf("nothing is left to judge: give longer recordings"))
	}
	var told, same, ordinary []bool
	arising := &xai.Table{Columns: t.Columns, Classes: t.Classes}
	var toldArising []bool
	right := 0.0
	for i, p := range m.Probabilities(t.Rows) {
		say := p[1] >= part.At
		told = append(told, say)
		same = append(same, t.Rows[i][columnCrowded] > 0)
		ordinary = append(ordinary, t.Rows[i][columnUsual] >= fl.mostly())
		if p[1] >= 0.5 == (t.Labels[i] == 1) {
			right++
		}
		if t.Rows[i][columnCrowded] == 0 {
			arising.Rows, arising.Labels, arising.Groups = append(arising.Rows, t.Rows[i]), append(arising.Labels, t.Labels[i]), append(arising.Groups, t.Groups[i])
			toldArising = append(toldArising, say)
		}
	}
	j.Tests = append(j.Tests,
		balanced("held-out time", told, t),
		balanced("persistence, for comparison", same, t),
		better("gain over persistence", told, same, t),
		balanced("what is usual of a zone, for comparison", ordinary, t),
		balanced("where it arises: not crowded for ten minutes", toldArising, arising))
	rng := rand.New(rand.NewPCG(1, 1))
	scrambled := m.Scrambled(rng)
	var background [][]float64
	for _, i := range rng.Perm(len(t.Rows))[:min(200, len(t.Rows))] {
		background = append(background, t.Rows[i])
	}
	rows := t.Rows
	if len(rows) > 4000 {
		rows = nil
		for _, i := range rng.Perm(len(t.Rows))[:4000] {
			rows = append(rows, t.Rows[i])
		}
	}
	subject := faith.Subject{Score: m.Outputs, Probability: m.Probabilities, Attribute: m.Shares, Background: background}
	if j.Faithfulness, err = faith.Measure(ctx, subject, rows, faith.Options{Seed: 1, Parameters: scrambled.Shares, Shuffled: shuffled.Shares, Rerun: rerun.Shares}); err != nil {
		return fail(err)
	}
	crowd := "crowded is a zone in which, for a minute, each has less than 2.3 m² (Fruin's level of service C), of three people at least"
	if !fl.Service {
		crowd = "nowhere is it ever crowded in earnest: crowded is a zone that is as full as in its fullest tenth, over the five minutes about the tenth from now"
	}
	j.Notes = append(j.Notes, fmt.Sprintf("%s; after %.1f %% of the moments judged it comes to that; persistence tells that what was in the last ten minutes comes again, and never that a crowd arises; told with a chance of one half for a bound, %.1f %% of the moments are right, and %.1f %% by who always tells the commoner; the intervals are by whole hours drawn with replacement",
		crowd, 100*share(t), 100*right/float64(len(t.Rows)), 100*max(share(t), 1-share(t))))
	return j, nil
}

func (k kind) card(f *study.File) (study.Card, error) {
	m, part, err := k.load(f, partModel)
	if err != nil {
		return study.Card{}, fmt.Errorf("card of %s: %w", k.name, err)
	}
	fl, err := loadFloor(f)
	if err != nil {
		return study.Card{}, fmt.Errorf("card of %s: %w", k.name, err)
	}
	c := study.Card{What: fmt.Sprintf("An explainable boosting machine that tells of each zone whether it will be crowded at some minute of the next %d. It says so from a chance of %.0f %% on, the usual share. What it expects of a zone is counted: where people went on to who stood where those who are there now stand, as long after they came in, and where those go who will come as fast as of late.", ahead, 100*part.At),
		Limits: "It knows the floor that it was trained on: train it on a floor of your own. What comes from outside, such as a bus before the door, is not in what it reads."}
	for _, col := range m.Columns {
		c.Columns = append(c.Columns, strings.TrimRight(col.Name+", "+col.Unit, ", "))
	}
	var b strings.Builder
	fmt.Fprintf(&b, "Log-odds of crowded, added to %.2f, over %d zones of %g m.\n\n| column | up to | share |\n| --- | --- | --- |\n", m.Intercept[0], len(fl.Zones), fl.Side)
	for _, t := range m.Terms {
		if len(t.Cuts) != 1 {
			continue
		}
		n := len(t.Scores)
		for q := range 4 { // four steps of each shape tell its way
			bin := 1 + (n-2)*q/3
			if bin < 1 || bin >= n {
				continue
			}
			edge := "more"
			if bin <= len(t.Cuts[0]) {
				edge = fmt.Sprintf("%.3g", t.Cuts[0][bin-1])
			}
			fmt.Fprintf(&b, "| %s | %s | %+.2f |\n", m.TermName(t), edge, t.Scores[bin])
		}
	}
	c.Inside = b.String()
	return c, nil
}
