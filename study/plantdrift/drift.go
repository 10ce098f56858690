// Package plantdrift tells when what a model of the plant is fed is not what it was
// trained on: for each family of machines a monitor of its signals, learnt from runs
// in which nothing befell the site, and judged on others: how often it cries out when
// nothing is wrong, and whether it sees sensors that die, links that are lost, values
// that stand still or come in another unit, and machines in a state that was never
// seen. What is put into a series for that is said so.
//
// It knows the plant by its signals' names alone. Start reading at Study.
package plantdrift

import (
	"bytes"
	"context"
	"fmt"
	"slices"

	"github.com/glasstwin/glasstwin/study"
	"github.com/glasstwin/glasstwin/study/runs"
	"github.com/glasstwin/glasstwin/twin/codec/recording"
	"github.com/glasstwin/glasstwin/xai"
	"github.com/glasstwin/glasstwin/xai/drift"
)

const (
	name      = "plant-drift"
	every     = 2 // readings between rows
	heldEvery = 2 // of the learned seeds, every so many set the threshold
)

// Study is the task, judged on runs of those seeds.
func Study(seeds runs.Seeds) study.Study {
	return study.Study{
		Name: name, Task: "drift of inputs", Strategy: "interpretable model", Folder: "plant", Pattern: runs.Pattern,
		Credit:   "Data of the emulated plant (cmd/sitesim), which shares no formula with this program.",
		Recorded: []study.Recorded{{Template: "store"}, {Template: "home"}},
		Train: func(ctx context.Context, o study.Order) (*study.File, error) {
			f, err := train(ctx, o, seeds)
			if err != nil {
				return nil, fmt.Errorf("train %s: %w", name, err)
			}
			return f, nil
		},
		Judge: func(ctx context.Context, f *study.File, dir string) (study.Judgement, error) {
			j, err := judge(ctx, f, dir, seeds)
			if err != nil {
				return j, fmt.Errorf("judge %s: %w", name, err)
			}
			return j, nil
		},
		Card: card,
	}
}

// family is a kind of machine and what is watched of it.
type family struct {
	name, template string
	classes        []string
	columns        []column
	first          string // column that sensor troubles are put into
}

type column struct {
	name string
	of   runs.Source
}

var families = []family{
	{"cabinet", "store", []string{"upright-freezer", "chest-freezer"}, []column{
		{"air temperature", runs.Own("air-temperature")}, {"product temperature", runs.Own("product-temperature")},
		{"evaporator temperature", runs.Own("evaporator-temperature")}, {"condensing temperature", runs.Own("condensing-temperature")},
		{"compressor running, of the last hour", runs.Hourly(runs.Own("compressor-running"))}, {"evaporator fan power", runs.Own("evaporator-fan-power")},
		{"room temperature", runs.Like("climate-sensor", "temperature")}, {"outdoor temperature", runs.Site("weather-1/temperature")},
	}, "air temperature"},
	{"multideck", "store", []string{"refrigerated-multideck"}, []column{
		{"air temperature", runs.Own("air-temperature")}, {"product temperature", runs.Own("product-temperature")},
		{"evaporator temperature", runs.Own("evaporator-temperature")}, {"superheat, of the last hour", runs.Hourly(runs.Own("superheat"))},
		{"valve opening, of the last hour", runs.Hourly(runs.Own("valve-opening"))}, {"evaporator fan power", runs.Own("evaporator-fan-power")},
		{"suction temperature", runs.Site("rack-1/suction-temperature")}, {"room temperature", runs.Like("climate-sensor", "temperature")},
	}, "air temperature"},
	{"rack", "store", []string{"condensing-unit"}, []column{
		{"suction temperature", runs.Own("suction-temperature")}, {"condensing temperature", runs.Own("condensing-temperature")},
		{"discharge temperature", runs.Own("discharge-temperature")}, {"liquid level", runs.Own("liquid-level")},
		{"stages running, of the last hour", runs.Hourly(runs.Own("stages-running"))}, {"power", runs.Hourly(runs.Own("power"))},
		{"fan speed", runs.Own("fan-speed")}, {"outdoor temperature", runs.Site("weather-1/temperature")},
	}, "condensing temperature"},
	{"room", "home", []string{"thermostat"}, []column{
		{"temperature", runs.Own("temperature")}, {"humidity", runs.Own("humidity")}, {"radiator valve", runs.Beside("radiator-", "valve")},
		{"radiator flow", runs.Beside("radiator-", "flow-temperature")}, {"radiator return", runs.Beside("radiator-", "return-temperature")},
		{"heat pump flow", runs.Site("heat-pump-1/flow-temperature")}, {"outdoor temperature", runs.Site("weather-1/temperature")},
	}, "temperature"},
}

// rows are those of a device, from a reading on.
func (f *family) rows(r *runs.Run, device string) [][]float64 {
	course := make([][]float64, len(f.columns))
	for j, c := range f.columns {
		course[j] = c.of(r, device)
	}
	var out [][]float64
	for at := 0; at < len(r.At); at += every {
		row := make([]float64, len(course))
		for j, v := range course {
			row[j] = v[at]
		}
		out = append(out, row)
	}
	return out
}

func (f *family) table() *xai.Table {
	t := &xai.Table{}
	for _, c := range f.columns {
		t.Columns = append(t.Columns, xai.Column{Name: c.name})
	}
	return t
}

func (f *family) devices(r *runs.Run) []string {
	var out []string
	for _, c := range f.classes {
		out = append(out, r.Devices(c)...)
	}
	return out
}

func train(ctx context.Context, o study.Order, judged runs.Seeds) (*study.File, error) {
	learn, held := make([]*xai.Table, len(families)), make([]*xai.Table, len(families))
	for i := range families {
		learn[i], held[i] = families[i].table(), families[i].table()
	}
	n := 0
	for _, template := range []string{"store", "home"} {
		quiet := func(t *recording.RunTruth) bool { return len(t.Situations) == 0 }
		err := runs.EachOf(ctx, o.Dir, template, runs.Learned(), quiet, func(r *runs.Run) error {
			n++
			for i := range families {
				if families[i].template != template {
					continue
				}
				to := learn[i]
				if r.Seed%heldEvery == 0 {
					to = held[i]
				}
				for _, d := range families[i].devices(r) {
					rows := families[i].rows(r, d)
					to.Rows = append(to.Rows, rows...)
					for range rows {
						to.Groups = append(to.Groups, r.Name+" "+d)
					}
				}
			}
			return nil
		})
		if err != nil {
			return nil, err
		}
	}
	f := &study.File{Study: name, Data: fmt.Sprintf("%d runs of the emulated plant in which nothing befell it, of seeds up to %d; a row every %d minutes; every second seed set the threshold.", n, runs.TrainedMax, every),
		Split: fmt.Sprintf("By seed: judged on seeds %s.", judged)}
	for i := range families {
		o.Progress("%s: %d rows, %d to set the threshold on", families[i].name, len(learn[i].Rows), len(held[i].Rows))
		m, err := drift.Fit(learn[i], held[i], drift.Options{FalseAlarms: 0.0005, RestMin: 10})
		if err != nil {
			return nil, fmt.Errorf("%s: %w", families[i].name, err)
		}
		if err := f.Add(families[i].name, nil, nil, m.Encode); err != nil {
			return nil, err
		}
	}
	var err error
	f.Judgement, err = judge(ctx, f, o.Dir, judged)
	return f, err
}

// load reads the monitors of a file.
func load(f *study.File) ([]*drift.Monitor, error) {
	var out []*drift.Monitor
	for i := range families {
		k := slices.IndexFunc(f.Parts, func(p study.Part) bool { return p.Name == families[i].name })
		if k < 0 {
			return nil, fmt.Errorf("the file has no part %q: train it again", families[i].name)
		}
		m, err := drift.Decode(bytes.NewReader(f.Parts[k].Data))
		if err != nil {
			return nil, fmt.Errorf("part %q: %w", families[i].name, err)
		}
		if len(m.Columns) != len(families[i].columns) {
			return nil, fmt.Errorf("part %q watches %d columns, the program has %d: train it again", families[i].name, len(m.Columns), len(families[i].columns))
		}
		out = append(out, m)
	}
	return out, nil
}

func card(f *study.File) (study.Card, error) {
	c := study.Card{What: "Of each family of machines a monitor of its signals: the range of each in training, whether it was always there, how long it may rest, and the Mahalanobis distance of all together.",
		Limits: "A probe that repeats an old value with a little noise on it is not told as dead; it shows, if at all, as a regime never seen. A state that lies within what the training runs span is not seen, however wrong it is: that is what the models of faults are for."}
	all, err := load(f)
	if err != nil {
		return c, fmt.Errorf("card of %s: %w", name, err)
	}
	c.Inside = "| family | column | from | to | rows it may rest |\n| --- | --- | --- | --- | --- |\n"
	for i, m := range all {
		for _, k := range m.Columns {
			c.Inside += fmt.Sprintf("| %s | %s | %.4g | %.4g | %d |\n", families[i].name, k.Name, k.Min, k.Max, k.Rest)
			c.Columns = append(c.Columns, families[i].name+": "+k.Name)
		}
	}
	return c, nil
}
