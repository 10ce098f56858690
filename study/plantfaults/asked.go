package plantfaults

import (
	"context"
	"slices"
	"time"

	"github.com/glasstwin/glasstwin/study"
	"github.com/glasstwin/glasstwin/study/runs"
)

// watchedFor is since how long before an onset a site has been watched, where its
// networks are judged as they are asked of it; 0: as long as is looked at.
var watchedFor = []struct {
	name   string
	before time.Duration
}{
	{"as asked of a running site", 24 * time.Hour},
	{"as asked, watched since 15 min before", 15 * time.Minute},
}

// judgeAsked judges the networks as a person asks them in a running site: of one
// machine at the time when somebody attentive decides, with what was well before its
// onset for the usual; and of another of its kind, which is fine.
func judgeAsked(ctx context.Context, all []*detector, dir string, seeds runs.Seeds) ([]study.Tested, error) {
	byRun := make([]map[string]*counts, len(watchedFor))
	for i := range byRun {
		byRun[i] = map[string]*counts{}
	}
	for _, template := range []string{"store", "home"} {
		err := runs.Each(ctx, dir, template, seeds, func(r *runs.Run) error {
			for _, d := range all {
				if d.family.template != template {
					continue
				}
				for _, ask := range d.family.questions(r) {
					for i, w := range watchedFor {
						run := r.Asked(ask.onset, ask.at, ask.onset.Add(-w.before))
						p := d.probability([][]float64{cut(d.family.course(run, ask.device), len(run.At)-1)})[0]
						c := byRun[i][r.Name]
						if c == nil {
							c = &counts{}
							byRun[i][r.Name] = c
						}
						c.add(ask.faulty, p[1] > d.at)
					}
				}
			}
			return nil
		})
		if err != nil {
			return nil, err
		}
	}
	var out []study.Tested
	for i, w := range watchedFor {
		out = append(out, drawn(w.name, byRun[i]))
	}
	return out, nil
}

// question is asked about a device.
type question struct {
	device    string
	faulty    bool
	onset, at time.Time
}

// questions are those about the faulty devices of a run, and as many about fine ones.
func (f *family) questions(r *runs.Run) []question {
	var out []question
	var ill []string
	for _, class := range f.classes {
		for _, device := range r.Devices(class) {
			fault, onset, from, _ := f.truth(r, device)
			if fault != "" && from.Before(r.At[len(r.At)-1]) {
				out, ill = append(out, question{device, true, onset, from}), append(ill, device)
			}
		}
	}
	for _, q := range slices.Clone(out) {
		for _, class := range f.classes {
			all := r.Devices(class)
			k := slices.Index(all, q.device)
			if k < 0 {
				continue
			}
			for i := 1; i < len(all); i++ {
				if other := all[(k+i)%len(all)]; !slices.Contains(ill, other) {
					out = append(out, question{other, false, q.onset, q.at})
					break
				}
			}
		}
	}
	return out
}
