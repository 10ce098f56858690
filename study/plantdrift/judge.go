package plantdrift

import (
	"context"
	"fmt"
	"math"
	"slices"
	"sort"
	"time"

	"github.com/glasstwin/glasstwin/study"
	"github.com/glasstwin/glasstwin/study/runs"
	"github.com/glasstwin/glasstwin/xai/drift"
)

const (
	soon     = 20      // minutes within which sensor troubles are to be seen
	rests    = 90      // minutes within which a value that stands still is
	putAt    = 75      // rows after which something is put into a series
	putEvery = 5       // devices between two into which it is
	freezing = 273.15  // K
	dayLong  = 24 * 60 // minutes
)

// tally counts what was seen.
type tally struct{ seen, of int }

func (t *tally) add(seen bool) {
	t.of++
	if seen {
		t.seen++
	}
}

// verdict is that of a family's monitor over runs.
type verdict struct {
	alarms, rows map[drift.Kind]int // episodes and rows of devices that nothing befell
	fine         int                // rows of these
	days         float64
	lost, dead   tally            // links, sensors
	still, unit  tally            // put in
	kelvin       tally            // put in
	regimes      map[string]tally // what befell the machine itself
}

// regimes are the situations that put a machine into a state never trained on.
var regimes = map[string]string{"evaporator-ice": "", "fan-failure": "", "door-ajar": "", "compressor-degradation": "", "blocked-condenser": "", "refrigerant-leak": "",
	"sensor-bias": "", "sensor-drift": "", "window-open-while-heating": "window-", "stuck-valve": "radiator-", "heat-wave": ""}

func judge(ctx context.Context, f *study.File, dir string, seeds runs.Seeds) (study.Judgement, error) {
	var j study.Judgement
	if seeds.First <= runs.TrainedMax {
		return j, fmt.Errorf("seeds %s: those up to %d were learnt from: give later ones", seeds, runs.TrainedMax)
	}
	monitors, err := load(f)
	if err != nil {
		return j, err
	}
	all := make([]verdict, len(families))
	for i := range all {
		all[i] = verdict{alarms: map[drift.Kind]int{}, rows: map[drift.Kind]int{}, regimes: map[string]tally{}}
	}
	for _, template := range []string{"store", "home"} {
		err := runs.Each(ctx, dir, template, seeds, func(r *runs.Run) error {
			for i := range families {
				if families[i].template != template {
					continue
				}
				if err := all[i].see(&families[i], monitors[i], r); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			return j, err
		}
	}
	tell(&j, all)
	return j, nil
}

// see judges one run.
func (v *verdict) see(f *family, m *drift.Monitor, r *runs.Run) error {
	class, at, onset, end := "", "", time.Time{}, time.Time{}
	if len(r.Truth.Situations) > 0 {
		s := r.Truth.Situations[0]
		class, at, onset, end = s.Class, string(s.Device), s.Onset, s.Deadline
	}
	for k, d := range f.devices(r) {
		rows := f.rows(r, d)
		found, err := watch(m, rows)
		if err != nil {
			return err
		}
		from, until := r.Reading(onset)/every, r.Reading(end)/every
		switch {
		case class == "":
			v.count(found)
			if (int(r.Seed)+k)%putEvery == 0 {
				if err := v.put(f, m, rows); err != nil {
					return err
				}
			}
		case class == "communication-loss":
			if !behind(r, d, at) {
				continue
			}
			v.lost.add(anyOf(found, from, from+soon/every, func(x drift.Finding) bool { return x.Kind == drift.Missing || x.Kind == drift.Dead }))
		case d == at && class == "sensor-dead":
			v.dead.add(anyOf(found, from, from+soon/every, func(x drift.Finding) bool { return x.Kind == drift.Missing && slices.Contains(x.Columns, f.first) }))
		default:
			kind, ok := regimes[class]
			if !ok || d != at && !(kind != "" && at == kind+runs.Number(d)) && !(class == "heat-wave" && f.name == "rack") {
				continue
			}
			t := v.regimes[class]
			t.add(anyOf(found, from, until, func(x drift.Finding) bool { return x.Kind == drift.NewRegime || x.Kind == drift.OutOfRange }))
			v.regimes[class] = t
		}
	}
	return nil
}

// behind tells whether nothing comes of a device at the middle of a lost link.
func behind(r *runs.Run, device, gateway string) bool {
	groups := map[string]string{"upright-freezer": "gateway-1", "chest-freezer": "gateway-1", "refrigerated-multideck": "gateway-1", "condensing-unit": "gateway-1", "thermostat": "gateway-1"}
	return groups[r.Classes[device]] == gateway
}

// watch returns what is found at each row.
func watch(m *drift.Monitor, rows [][]float64) ([][]drift.Finding, error) {
	w := m.Watch()
	out := make([][]drift.Finding, len(rows))
	for i, row := range rows {
		var err error
		if out[i], err = w.Add(row); err != nil {
			return nil, err
		}
	}
	return out, nil
}

func anyOf(found [][]drift.Finding, from, to int, is func(drift.Finding) bool) bool {
	for _, f := range found[min(from, len(found)):min(to+1, len(found))] {
		if slices.ContainsFunc(f, is) {
			return true
		}
	}
	return false
}

// count adds up false alarms: episodes that begin, and rows.
func (v *verdict) count(found [][]drift.Finding) {
	was := map[drift.Kind]bool{}
	for _, f := range found {
		now := map[drift.Kind]bool{}
		for _, x := range f {
			if !now[x.Kind] {
				v.rows[x.Kind]++
				if !was[x.Kind] {
					v.alarms[x.Kind]++
				}
			}
			now[x.Kind] = true
		}
		was = now
	}
	v.fine += len(found)
	v.days += float64(len(found)*every) / dayLong
}

// put lets a sensor of a fine device stand still, and tell in other units.
func (v *verdict) put(f *family, m *drift.Monitor, rows [][]float64) error {
	j := slices.IndexFunc(f.columns, func(c column) bool { return c.name == f.first })
	for _, p := range []struct {
		to     *tally
		change func(was, last float64) float64
		kind   drift.Kind
		within int
	}{
		{&v.still, func(_, last float64) float64 { return last }, drift.Dead, rests},
		{&v.unit, func(was, _ float64) float64 { return was*1.8 + 32 }, drift.OutOfRange, soon},
		{&v.kelvin, func(was, _ float64) float64 { return was + freezing }, drift.OutOfRange, soon},
	} {
		changed := make([][]float64, len(rows))
		last := math.NaN()
		for i, row := range rows {
			changed[i] = slices.Clone(row)
			if i >= putAt {
				changed[i][j] = p.change(row[j], last)
			} else if !math.IsNaN(row[j]) {
				last = row[j]
			}
		}
		found, err := watch(m, changed)
		if err != nil {
			return err
		}
		p.to.add(anyOf(found, putAt, putAt+p.within/every, func(x drift.Finding) bool {
			return (x.Kind == p.kind || p.kind != drift.Dead && x.Kind == drift.NewRegime) && slices.Contains(x.Columns, f.first)
		}))
	}
	return nil
}

// tell sums up: first what of sensor troubles was seen in time, then each.
func tell(j *study.Judgement, all []verdict) {
	var whole, lost, dead, still, unit, kelvin tally
	plus := func(to *tally, t tally) { to.seen, to.of = to.seen+t.seen, to.of+t.of }
	rows, bad, days, alarms := 0, map[drift.Kind]int{}, 0.0, 0
	for i := range all {
		v := &all[i]
		for _, p := range []struct {
			to *tally
			t  tally
		}{{&lost, v.lost}, {&dead, v.dead}, {&still, v.still}, {&unit, v.unit}, {&kelvin, v.kelvin}} {
			plus(p.to, p.t)
			plus(&whole, p.t)
		}
		rows += v.fine
		days += v.days
		own := 0
		for k, n := range v.rows {
			bad[k] += n
		}
		for _, n := range v.alarms {
			own += n
		}
		alarms += own
		note := fmt.Sprintf("%s: %.3f false alarms a device and day in %.0f device days", families[i].name, float64(own)/max(1e-9, v.days), v.days)
		for _, class := range classes(v.regimes) {
			t := v.regimes[class]
			note += fmt.Sprintf("; %s seen as a regime never seen by the time it must be decided in %d of %d", class, t.seen, t.of)
		}
		j.Notes = append(j.Notes, note+".")
	}
	share := func(what string, t tally) {
		if t.of > 0 {
			j.Tests = append(j.Tests, study.Share(what, "recognised", t.seen, t.of))
		}
	}
	share("sensors and links", whole)
	share("sensor dead, in 20 min", dead)
	share("link lost, in 20 min", lost)
	share("value stands still (put in), in 90 min", still)
	share("in °F (put in), in 20 min", unit)
	share("in K (put in), in 20 min", kelvin)
	fine := 0
	for _, n := range bad {
		fine += n
	}
	j.Tests = append(j.Tests, study.Share("rows of what is fine", "without alarm", max(0, rows-fine), rows))
	j.Notes = append(j.Notes, fmt.Sprintf("False alarms: %.3f a device and day; of rows of what is fine, out of range %.4f %%, missing %.4f %%, dead %.4f %%, regime never seen %.4f %%.", float64(alarms)/max(1e-9, days),
		100*float64(bad[drift.OutOfRange])/float64(max(1, rows)), 100*float64(bad[drift.Missing])/float64(max(1, rows)), 100*float64(bad[drift.Dead])/float64(max(1, rows)), 100*float64(bad[drift.NewRegime])/float64(max(1, rows))))
	if len(j.Tests) == 0 || whole.of == 0 {
		j.Tests = append([]study.Tested{study.Share("sensors and links", "recognised", 0, 0)}, j.Tests...)
	}
}

func classes(m map[string]tally) []string {
	var out []string
	for k := range m {
		out = append(out, k)
	}
	sort.Strings(out)
	return out
}
