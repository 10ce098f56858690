package fmi_test

import (
	"context"
	"errors"
	"math"
	"strings"
	"testing"
	"time"

	"github.com/glasstwin/glasstwin/connectors/fmi"
	"github.com/glasstwin/glasstwin/testdata/fmu"
)

// A ball's bounces, a ramp that turns every second and the FMU's wish for events
// after fifty steps all come out as in closed form.
func TestEventsOfModelExchange(t *testing.T) {
	u := open(t, fmu.Plan{Model: "ball", Interfaces: fmu.Exchange})
	r := start(t, u, fmi.Options{Tolerance: 1e-8})
	const g, restitution = 9.81, 0.7
	fall := math.Sqrt(2 / g) // from one metre
	// The first bounce is at fall, the second 2·e·fall later, and so on.
	until := fall * (1 + 2*restitution + 2*restitution*restitution*0.5) // on top of the third arc
	if err := r.Step(t.Context(), until); err != nil {
		t.Fatal(err)
	}
	if got, want := value(t, u, r, "h"), math.Pow(restitution, 4); math.Abs(got-want) > 1e-5 {
		t.Errorf("on top of its third arc the ball is at %g m, not %g", got, want)
	}
	if got := value(t, u, r, "v"); math.Abs(got) > 1e-4 {
		t.Errorf("on top it moves at %g m/s", got)
	}
	if got := value(t, u, r, "bounces"); got != 2 {
		t.Errorf("it bounced %g times", got)
	}
	if err := r.Step(t.Context(), 2.5); err != nil {
		t.Fatal(err)
	}
	if got := value(t, u, r, "x"); math.Abs(got-0.5) > 1e-6 {
		t.Errorf("after 2.5 s of turning every second the ramp is at %g", got)
	}
	p := r.Progress()
	if p.TimeEvents != 2 || p.StateEvents < 3 || p.StepsAsks < 1 || value(t, u, r, "stepEvents") < 1 {
		t.Errorf("events: %+v, %g of them by steps", p, value(t, u, r, "stepEvents"))
	}
}

// Both interfaces of the house tell the same story, though one is integrated by
// CVODE and the other by the house's own explicit steps.
func TestTheHouseIsTheSameByBothInterfaces(t *testing.T) {
	const days = 2
	var energy, discomfort, warmth []float64
	for _, kind := range []string{fmu.Exchange, fmu.Simulation} {
		u := open(t, fmu.Plan{Model: "house", Interfaces: kind})
		r := start(t, u, fmi.Options{Step: 60})
		for s := 900.0; s <= days*86400; s += 900 {
			if err := r.Step(t.Context(), s); err != nil {
				t.Fatal(err)
			}
		}
		energy = append(energy, value(t, u, r, "ene_y")/3.6e6)
		discomfort = append(discomfort, value(t, u, r, "dis_y")/3600)
		warmth = append(warmth, value(t, u, r, "zon1_reaT_y"))
		if kind == fmu.Exchange {
			if p := r.Progress(); p.StateEvents < 10 || p.TimeEvents < 7*days {
				t.Errorf("a house with thermostats and a schedule had %+v", p)
			}
		}
	}
	if math.Abs(energy[0]-energy[1]) > 0.03*energy[0] || energy[0] < 5 || energy[0] > 200 {
		t.Errorf("energy %v kWh", energy)
	}
	if math.Abs(discomfort[0]-discomfort[1]) > 1 || math.Abs(warmth[0]-warmth[1]) > 0.8 {
		t.Errorf("discomfort %v K h, warmth %v K", discomfort, warmth)
	}
}

// An overwritten set point is followed, and the schedule again when released.
func TestOverwriting(t *testing.T) {
	for _, kind := range []string{fmu.Exchange, fmu.Simulation} {
		u := open(t, fmu.Plan{Model: "house", Interfaces: kind})
		r := start(t, u, fmi.Options{Start: 12 * 3600, Step: 60})
		set(t, u, r, "conTSet1_u", 297)
		set(t, u, r, "conTSet1_activate", 1)
		if err := r.Step(t.Context(), 20*3600); err != nil {
			t.Fatal(err)
		}
		if got := value(t, u, r, "zon1_reaT_y"); got < 296.4 || got > 297.6 {
			t.Errorf("%s: eight hours after it was set to 297 K the zone has %g K", kind, got)
		}
		set(t, u, r, "conTSet1_activate", 0)
		if got := value(t, u, r, "TSet[1]"); kind == fmu.Exchange && got != 294.65 {
			t.Errorf("%s: after the release the set point is %g K", kind, got)
		}
		if on := value(t, u, r, "the1.on"); kind == fmu.Exchange && on != 0 {
			t.Errorf("%s: the heating goes on", kind)
		}
	}
}

func TestParametersAndTexts(t *testing.T) {
	u := open(t, fmu.Plan{Model: "house", Interfaces: fmu.Both})
	var logs []string
	r := start(t, u, fmi.Options{Exchange: true, Set: map[string]string{"label": "ours, über 100 %s", "zon1.T": "290", "QMax": "6000"}, Log: func(m fmi.Message) { logs = append(logs, m.Text) }})
	i, _ := u.Find("label")
	v, err := r.Get(t.Context(), i)
	if err != nil || v[0].Text != "ours, über 100 %s" {
		t.Errorf("label is %v (%v)", v, err)
	}
	if got := value(t, u, r, "zon1_reaT_y"); got != 290 {
		t.Errorf("the zone starts at %g K", got)
	}
	if want := "zon1.T starts at 290.00 K in ours, über 100 %s"; len(logs) != 1 || logs[0] != want {
		t.Errorf("logged %q, want %q", logs, want)
	}
	for _, c := range []struct{ name, text, want string }{
		{"QMx", "1", "no variable"}, {"ene_Y", "1", "did you mean ene_y"}, {"zon1_reaT_y", "warm", "no value of Real"},
		{"hys", "9", "more than 5 K"}, {"rea_PEle_y", "1", "cannot be set"}, {"conTSet1_activate", "2", "no value of Boolean"},
	} {
		_, err := u.Start(t.Context(), fmi.Options{Command: command(), Set: map[string]string{c.name: c.text}})
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s=%s: %v, want %q", c.name, c.text, err, c.want)
		}
	}
	if i, err = u.Find("CMas"); err != nil {
		t.Fatal(err)
	}
	if err := r.Set(t.Context(), fmi.Setting{Variable: i, Value: fmi.Value{Number: 1e7}}); err == nil {
		t.Error("a fixed parameter was set while the FMU ran")
	}
}

// Whatever an FMU does to its process, the parent gets an error that says it,
// and can start anew.
func TestFMUsThatMisbehave(t *testing.T) {
	u := open(t, fmu.Plan{Model: "ball", Interfaces: fmu.Both})
	for _, c := range []struct{ trouble, want string }{
		{"1", "segmentation fault); it said: about to fall through the floor"},
		{"2", "did not return within"},
		{"3", "exit status 7"},
	} {
		for _, exchange := range []bool{false, true} {
			r := start(t, u, fmi.Options{Exchange: exchange, Set: map[string]string{"trouble": c.trouble, "troubleAt": "0.3"}, Deadline: 3 * time.Second, Log: func(fmi.Message) {}})
			if err := r.Step(t.Context(), 0.2); err != nil {
				t.Fatalf("trouble %s came early: %v", c.trouble, err)
			}
			var err error
			for s := 0.25; s <= 1 && err == nil; s += 0.05 {
				err = r.Step(t.Context(), s)
			}
			if !errors.Is(err, fmi.ErrDied) || !strings.Contains(err.Error(), c.want) {
				t.Errorf("trouble %s gave %v, want %q", c.trouble, err, c.want)
			}
			if _, err := r.Get(t.Context(), 1); !errors.Is(err, fmi.ErrDied) {
				t.Errorf("a dead FMU was read: %v", err)
			}
			if err := r.Restart(t.Context()); err != nil {
				t.Errorf("the restart after trouble %s: %v", c.trouble, err)
			}
			if err := r.Step(t.Context(), 0.1); err != nil || r.Time() != 0.1 {
				t.Errorf("after the restart: %v at %g s", err, r.Time())
			}
		}
	}
}

func TestOddButHarmless(t *testing.T) {
	u := open(t, fmu.Plan{Model: "ball", Interfaces: fmu.Both})
	var logs []string
	for _, trouble := range []string{"4", "5", "6"} {
		r := start(t, u, fmi.Options{Set: map[string]string{"trouble": trouble, "troubleAt": "0.3"}, Log: func(m fmi.Message) { logs = append(logs, m.Text) }})
		if err := r.Step(t.Context(), 0.2); err != nil {
			t.Fatal(err)
		}
		if err := r.Step(t.Context(), 0.5); err != nil {
			t.Errorf("trouble %s: %v", trouble, err)
		}
		if err := r.Step(t.Context(), 0.6); err != nil {
			t.Errorf("trouble %s: %v", trouble, err)
		}
		if got := value(t, u, r, "x"); math.Abs(got-0.6) > 1e-9 || r.Time() != 0.6 {
			t.Errorf("trouble %s: at %g s the ramp is at %g", trouble, r.Time(), got)
		}
	}
	if want := "? and text and -3  2.50 %n %z %*d"; len(logs) != 1 || logs[0] != want {
		t.Errorf("logged %q, want %q", logs, want)
	}
	r := start(t, u, fmi.Options{Exchange: true, Set: map[string]string{"trouble": "7", "troubleAt": "0.5"}})
	if err := r.Step(t.Context(), 3); err == nil || !strings.Contains(err.Error(), "chatters") {
		t.Errorf("events without end gave %v", err)
	}
}

func TestAnEndedContextEndsAStep(t *testing.T) {
	u := open(t, fmu.Plan{Model: "ball", Interfaces: fmu.Simulation})
	r := start(t, u, fmi.Options{Set: map[string]string{"trouble": "2", "troubleAt": "0.1"}})
	ctx, cancel := context.WithTimeout(t.Context(), 300*time.Millisecond)
	defer cancel()
	if err := r.Step(ctx, 0.1); err != nil {
		t.Fatal(err)
	}
	began := time.Now()
	if err := r.Step(ctx, 0.2); !errors.Is(err, context.DeadlineExceeded) || !errors.Is(err, fmi.ErrDied) {
		t.Errorf("the step ended with %v", err)
	}
	if d := time.Since(began); d > 5*time.Second {
		t.Errorf("it took %s", d)
	}
}

// What cannot be run is told with what mends it.
func TestWhatCannotStart(t *testing.T) {
	for _, c := range []struct {
		name string
		plan fmu.Plan
		want []string
	}{
		{"a missing library", fmu.Plan{Model: "ball", Interfaces: fmu.Exchange, Missing: true}, []string{"libgfortran.so.3", "libgfortran3", "--preload"}},
		{"no binary", fmu.Plan{Model: "ball", Interfaces: fmu.Simulation, Without: true}, []string{"binaries/linux64/ball.so is missing", "export it on 64-bit Linux"}},
		{"another guid", fmu.Plan{Model: "house", Interfaces: fmu.Simulation, Replace: map[string]string{"{2f1c4c1e-two-zones}": "{other}"}},
			[]string{"guid", "the guid {other} is not that of this house (2 zones, 96.0 m2)"}},
		{"a tool is needed", fmu.Plan{Model: "ball", Interfaces: fmu.Simulation, Replace: map[string]string{`<CoSimulation `: `<CoSimulation needsExecutionTool="true" `}}, []string{"needsExecutionTool"}},
		{"functions are missing", fmu.Plan{Model: "ball", Interfaces: fmu.Simulation, Defines: []string{"fmi2DoStep=fmi2DoStop"}}, []string{"no fmi2DoStep"}},
		{"an interface that there is not", fmu.Plan{Model: "ball", Interfaces: fmu.Exchange, Replace: map[string]string{"ModelExchange ": "Other ", "</fmiModelDescription>": `<CoSimulation modelIdentifier="ball"/></fmiModelDescription>`}}, nil},
	} {
		u := open(t, c.plan)
		o := fmi.Options{Command: command(), Exchange: u.Simulation == nil, Log: func(fmi.Message) {}}
		r, err := u.Start(t.Context(), o)
		if len(c.want) == 0 {
			if err != nil {
				t.Errorf("%s: %v", c.name, err)
			} else {
				r.Close()
			}
			continue
		}
		if err == nil {
			t.Errorf("%s: it started", c.name)
			continue
		}
		for _, w := range c.want {
			if !strings.Contains(err.Error(), w) {
				t.Errorf("%s: %v, want %q", c.name, err, w)
			}
		}
	}
}

func BenchmarkHouse(b *testing.B) {
	for _, kind := range []string{fmu.Exchange, fmu.Simulation} {
		b.Run(kind, func(b *testing.B) {
			path, err := fmu.Build(b.TempDir(), fmu.Plan{Model: "house", Interfaces: kind})
			if err != nil {
				b.Fatal(err)
			}
			u, err := fmi.Open(b.Context(), path)
			if err != nil {
				b.Fatal(err)
			}
			defer u.Close()
			r, err := u.Start(b.Context(), fmi.Options{Command: command()})
			if err != nil {
				b.Fatal(err)
			}
			defer r.Close()
			to := 0.0
			for b.Loop() {
				to += 300
				if err := r.Step(b.Context(), to); err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric(to/b.Elapsed().Seconds(), "simulated-s/s")
		})
	}
}
