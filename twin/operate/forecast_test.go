package operate

import (
	"math"
	"strings"
	"testing"
	"time"

	"github.com/glasstwin/glasstwin/twin"
	"pgregory.net/rapid"
)

// What is predicted of a cabinet of first order is what it then does.
func TestTheForecastIsWhatComes(t *testing.T) {
	w := ajar(t, twin.Approve)
	w.user = nil
	w.run(35 * time.Minute)
	w.user = approveAs("kim")
	w.run(time.Minute)
	p := *w.cases()[0].Proposal
	if len(w.wrote) != 1 {
		t.Fatalf("written %v", w.wrote)
	}
	if p.Predicted.Forecast[0].At != w.wrote[0].at {
		t.Errorf("the forecast begins at %s, the write was at %s", p.Predicted.Forecast[0].At, w.wrote[0].at)
	}
	start := p.Predicted.Forecast[0]
	if math.Abs(start.Value-w.cabinets[0].air) > 1 {
		t.Errorf("the course begins at %.1f, the cabinet is at %.1f", start.Value, w.cabinets[0].air)
	}
	for i, point := range p.Predicted.Forecast {
		if !(point.Low <= point.Value && point.Value <= point.High) {
			t.Errorf("point %d: %+v", i, point)
		}
		if i > 0 {
			before := p.Predicted.Forecast[i-1]
			if !point.At.After(before.At) || math.Abs(point.Value+20) > math.Abs(before.Value+20) {
				t.Errorf("the course does not converge: %+v after %+v", point, before)
			}
			w.run(point.At.Sub(w.now))
			if air := w.cabinets[0].air; air < point.Low-0.3 || air > point.High+0.3 {
				t.Errorf("at %s: %.2f °C, predicted %.2f (%.2f to %.2f)", point.At.Format(time.TimeOnly), air, point.Value, point.Low, point.High)
			}
		}
	}
	if last := p.Predicted.Forecast[len(p.Predicted.Forecast)-1]; math.Abs(last.Value+20) > 0.5 {
		t.Errorf("it ends at %.2f °C, the cabinet runs at −20", last.Value)
	}
}

// What comes if nothing is done is not called worse than doing nothing.
func TestDoingNothingIsNotWorse(t *testing.T) {
	for _, wait := range []time.Duration{0, 5 * time.Minute, 15 * time.Minute, 40 * time.Minute} {
		for _, fault := range []func(*cabinet){
			func(c *cabinet) { c.ajar, c.stuck = true, true },
			func(c *cabinet) { c.ajar, c.stuck, c.worn = true, true, true },
		} {
			w := newWorld(t, twin.Approve, "freezer-1")
			w.user = nil
			w.warmUp()
			fault(w.cabinets[0])
			for len(w.cases()) == 0 || w.cases()[0].Proposal == nil {
				w.run(sampleEvery)
			}
			w.run(wait)
			w.user = approveAs("kim")
			w.run(3 * time.Hour)
			if got := w.results(); len(got) == 0 || got[0] != twin.NoEffect {
				t.Errorf("approved %s after it was proposed: %v", wait, got)
			}
		}
	}
}

// What comes if nothing is done has bounds that a cabinet can reach: no colder than
// it runs, no warmer than the air about it, also when the fault has only just begun
// and its course fits anything.
func TestDoingNothingStaysWithinWhatCanBe(t *testing.T) {
	w := newWorld(t, twin.Approve, "freezer-1")
	w.site.Assets = append(w.site.Assets, twin.Asset{ID: "climate-1", Class: "climate-sensor"})
	w.user = nil
	w.warmUp()
	w.cabinets[0].ajar = true
	for len(w.cases()) == 0 || w.cases()[0].Proposal == nil {
		w.run(sampleEvery)
	}
	p := w.cases()[0].Proposal.Predicted
	if len(p.Nothing) == 0 {
		t.Fatal("nothing is told of doing nothing")
	}
	for _, x := range p.Nothing {
		if x.Low > x.Value || x.Value > x.High || x.Low < -22.5 {
			t.Errorf("%+v: a freezer that runs at −20 °C gets no colder by being left ajar", x)
		}
	}
	o := w.operator
	was := course{-20, 0.5}
	if s := o.goesOn(p.Signal, was, -15); s.low != -21 || !math.IsInf(s.high, 1) {
		t.Errorf("where no air is known: %+v", s)
	}
	if s := o.goesOn(p.Signal, was, -25); s.high != -19 {
		t.Errorf("too cold: %+v", s)
	}
	if x := (span{-21, 22}).hold(twin.Point{Low: -60, Value: 30, High: 90}); x.Low != -21 || x.Value != 22 || x.High != 22 {
		t.Errorf("%+v", x)
	}
}

func minutes(course func(minute float64) float64, n int) []block {
	out := make([]block, n)
	for i := range out {
		out[i] = block{dawn.Add(time.Duration(i) * time.Minute), course(float64(i))}
	}
	return out
}

func TestFitFindsTheTimeConstant(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		tau := rapid.Float64Range(2, 30).Draw(t, "τ")
		reach := rapid.Float64Range(2, 20).Draw(t, "reach") * rapid.SampledFrom([]float64{-1, 1}).Draw(t, "sign")
		end := rapid.Float64Range(-30, 10).Draw(t, "end")
		n := rapid.IntRange(max(fitMin, int(2*tau)), 100).Draw(t, "minutes")
		f, ok := fit(minutes(func(m float64) float64 { return end + reach*math.Exp(-m/tau) }, n))
		if !ok {
			t.Fatal("no fit")
		}
		step := math.Pow(float64(tauMax)/float64(tauMin), 1.0/(tauSteps-1))
		if got := f.tau.best.Minutes(); got > tau*step || got < tau/step {
			t.Errorf("τ %.2f min, want %.2f", got, tau)
		}
		if f.tau.low > f.tau.best || f.tau.best > f.tau.high {
			t.Errorf("%+v", f.tau)
		}
		if math.Abs(f.end-end) > 0.25*math.Abs(reach) {
			t.Errorf("it ends at %.2f, want %.2f", f.end, end)
		}
		low, high := f.bounds(time.Hour)
		if at := f.at(time.Hour); at < low || at > high {
			t.Errorf("%.2f is not within %.2f to %.2f", at, low, high)
		}
	})
}

func TestFitRefusesWhatIsNoSuchCourse(t *testing.T) {
	for name, b := range map[string][]block{
		"nothing": nil,
		"too few": minutes(func(m float64) float64 { return m }, fitMin-1),
		"level":   minutes(func(float64) float64 { return -20 }, 30),
		"a wave":  minutes(func(m float64) float64 { return math.Sin(m) }, 60),
	} {
		if f, ok := fit(b); ok {
			t.Errorf("%s: %+v", name, f)
		}
	}
}

func TestUsualComesBackFromAnEffect(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		mean := rapid.Float64Range(-30, 30).Draw(t, "mean")
		off := rapid.Float64Range(0.5, 20).Draw(t, "off")
		warm := twin.Effect{Low: mean - off, High: mean + remains*off, Worse: mean + 3*off}
		cold := twin.Effect{Low: mean - remains*off, High: mean + off, Worse: mean - 3*off}
		for _, e := range []twin.Effect{warm, cold} {
			if got := usualOf(e).mean; math.Abs(got-mean) > 1e-9 {
				t.Errorf("%v, want %v from %+v", got, mean, e)
			}
		}
	})
}

// A fault that nobody answered for longer than the state keeps can still be
// answered: what was normal is remembered.
func TestAnOldFaultCanStillBeAnswered(t *testing.T) {
	for _, restart := range []bool{false, true} {
		w := ajar(t, twin.Approve)
		w.user = nil
		w.run(4 * time.Hour)
		if restart {
			w.boot()
			w.run(5 * time.Minute)
		}
		c := w.cases()[0]
		if c.Proposal == nil || c.Stage != Proposed && !strings.Contains(c.Why, "answered in this case already") {
			t.Errorf("restarted %v: the case is %s: %s", restart, c.Stage, c.Why)
		}
	}
}

func TestAverageAndOnset(t *testing.T) {
	w := newWorld(t, twin.Advise, "freezer-1")
	w.warmUp()
	w.cabinets[0].ajar = true
	began := w.now
	w.run(10 * time.Minute)
	o, id := w.operator, twin.SignalID("freezer-1/air-temperature")
	mean, cover := average(o.state, id, began.Add(-30*time.Minute), began, o.hold(id))
	if math.Abs(mean+20) > 0.1 || cover < 0.99 {
		t.Errorf("mean %.2f over %.2f of the window", mean, cover)
	}
	if _, cover := average(o.state, id, w.now.Add(time.Hour), w.now.Add(2*time.Hour), o.hold(id)); cover != 0 {
		t.Errorf("%.2f of the future is covered", cover)
	}
	if at := o.onset(o.vigils[0], id, w.now); at.Sub(began).Abs() > 3*time.Minute {
		t.Errorf("dated %s from when it began", at.Sub(began))
	}
}

func BenchmarkTick(b *testing.B) {
	w := newWorld(b, twin.Advise, "freezer-1", "freezer-2", "freezer-3", "freezer-4", "freezer-5")
	w.user = nil
	w.warmUp()
	w.cabinets[0].ajar = true
	w.run(20 * time.Minute)
	b.ResetTimer()
	for range b.N {
		w.run(sampleEvery)
	}
}
