package hvac

import (
	"context"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/glasstwin/glasstwin/assets"
	"github.com/glasstwin/glasstwin/study"
)

const header = "Datetime,AHU: Supply Air Temperature,AHU: Supply Air Temperature Set Point,AHU: Outdoor Air Temperature,AHU: Mixed Air Temperature,AHU: Return Air Temperature,AHU: Supply Air Fan Status,AHU: Return Air Fan Status,AHU: Supply Air Fan Speed Control Signal,AHU: Return Air Fan Speed Control Signal,AHU: Exhaust Air Damper Control Signal  ,AHU: Outdoor Air Damper Control Signal  ,AHU: Return Air Damper Control Signal,AHU: Cooling Coil Valve Control Signal,AHU: Heating Coil Valve Control Signal,AHU: Supply Air Duct Static Pressure Set Point,AHU: Supply Air Duct Static Pressure ,Occupancy Mode Indicator,Fault Detection Ground Truth\n"

// unit writes days of a unit; in the faulty half the cooling valve is stuck shut.
func unit(t *testing.T, path string, days int, from time.Time) {
	t.Helper()
	rng := rand.New(rand.NewPCG(uint64(days), 1))
	var b strings.Builder
	b.WriteString(header)
	for d := range days {
		fault := d % 2
		for m := 0; m < 24*60; m += 2 {
			at := from.AddDate(0, 0, d).Add(time.Duration(m) * time.Minute)
			in := 0
			if at.Hour() >= 6 && at.Hour() < 18 {
				in = 1
			}
			supply, cool := 55+rng.NormFloat64()*0.4, 0.5*float64(in)
			if in == 0 {
				supply = 70
			} else if fault == 1 {
				supply, cool = 70+rng.NormFloat64()*0.4, 1
			}
			fmt.Fprintf(&b, "%s,%.2f,55,85,75,72,%d,%d,%.2f,%.2f,0.4,0.4,0.6,%.2f,0,1.4,%.2f,%d,%d\n", at.Format("1/2/2006 15:04"),
				supply, in, in, 0.7*float64(in), 0.56*float64(in), cool, 1.4*float64(in)+0.02*rng.NormFloat64(), in, fault)
		}
	}
	if err := os.WriteFile(path, []byte(b.String()), 0o644); err != nil {
		t.Fatal(err)
	}
}

func TestAUnitNeverSeenIsDiagnosed(t *testing.T) {
	dir := t.TempDir()
	unit(t, filepath.Join(dir, "MZVAV-x.csv"), 6, time.Date(2026, 7, 1, 0, 0, 0, 0, time.UTC))
	f, err := Study().Train(context.Background(), study.Order{Dir: dir, Seed: 1, Progress: func(string, ...any) {}})
	if err != nil {
		t.Fatal(err)
	}
	got := f.Judgement.Tests
	if len(got) != 1 || got[0].Value != 1 || got[0].N != 6 || got[0].Name != "days left out of training" {
		t.Errorf("got %+v, %v", got, f.Judgement.Notes)
	}
	for name, least := range map[string]float64{"deletion_gain": 0.01, "faithfulness_correlation": 0.8, "counterfactual_found_share": 1, "counterfactual_verified_share": 1, "anchor_precision_low95_min": 0.95} {
		if v, ok := f.Judgement.Figure(name); !ok || v < least {
			t.Errorf("%s is %g, at least %g is asked for", name, v, least)
		}
	}
	text, err := Study().Markdown(f)
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"fidelity on", "supply air off set point", "It would be healthy if", "It was like this on 2026-07"} {
		if !strings.Contains(text, want) {
			t.Errorf("%q is not in\n%s", want, text)
		}
	}
	later := t.TempDir()
	unit(t, filepath.Join(later, "MZVAV-y.csv"), 2, time.Date(2026, 8, 1, 0, 0, 0, 0, time.UTC))
	table, _, err := read(later)
	if err != nil {
		t.Fatal(err)
	}
	if _, j, err := rightness(f, table); err != nil || len(j.Tests) != 1 || j.Tests[0].Name != "days never seen" || j.Tests[0].Value != 1 {
		t.Errorf("days that no training saw: %+v, %v", j, err)
	}
}

func TestTrainingEndsWithItsContext(t *testing.T) {
	dir := t.TempDir()
	unit(t, filepath.Join(dir, "MZVAV-x.csv"), 4, time.Date(2026, 7, 1, 0, 0, 0, 0, time.UTC))
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := Study().Train(ctx, study.Order{Dir: dir, Progress: func(string, ...any) {}}); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
}

func TestARowIsThePhysicsOfItsHour(t *testing.T) {
	dir := t.TempDir()
	unit(t, filepath.Join(dir, "a.csv"), 2, time.Date(2026, 7, 1, 0, 0, 0, 0, time.UTC))
	table, lacking, err := read(dir)
	if err != nil || len(lacking) != 0 || len(table.Rows) != 48 {
		t.Fatalf("%d hours, %v", len(table.Rows), err)
	}
	if err := table.Check(); err != nil {
		t.Fatal(err)
	}
	at := func(row int, column string) float64 { return table.Rows[row][table.Column(column)] }
	night, day, stuck := 2, 10, 24+10
	if v := at(night, "supply air off set point"); !math.IsNaN(v) {
		t.Errorf("at night there is no set point, got %g", v)
	}
	for _, c := range []struct {
		row    int
		column string
		want   float64
	}{
		{day, "supply air off set point", 0}, {stuck, "supply air off set point", 15 * kelvin},
		{day, "supply fan speed", 0.7}, {day, "return fan per supply fan", 0.8}, {night, "fan running out of hours", 0},
		// Mixed air of 75 °F between 72 and 85 holds 3/13 of outdoor air.
		{day, "outdoor air less than the damper is open", 0.4 - 3./13}, {night, "supply air above all inlets out of hours", -15 * kelvin},
	} {
		if got := at(c.row, c.column); math.Abs(got-c.want) > 0.1 {
			t.Errorf("row %d, %s: %.3f, want %.3f", c.row, c.column, got, c.want)
		}
	}
}

func TestAUnitMayLackSignals(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "a.csv")
	unit(t, path, 2, time.Date(2026, 7, 1, 0, 0, 0, 0, time.UTC))
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(strings.Replace(string(data), colBack, "Something else", 1)), 0o644); err != nil {
		t.Fatal(err)
	}
	table, lacking, err := read(dir)
	if err != nil || len(lacking) != 1 || lacking[0] != colBack {
		t.Fatalf("it lacks %q, %v", lacking, err)
	}
	for _, row := range table.Rows {
		if v := row[table.Column("return fan per supply fan")]; !math.IsNaN(v) {
			t.Errorf("got %g of a fan that is not told of", v)
		}
	}
}

func TestDataThatIsNotOneIsRefused(t *testing.T) {
	for name, c := range map[string]struct{ text, says string }{
		"column":  {"Datetime,x\n7/1/2026 0:00,1\n", "no column"},
		"no file": {"", "holds no"},
		"label":   {header + "7/1/2026 0:00,55,55,85,75,72,1,1,1,1,0,0,1,0,0,1.4,1.4,1,0\n7/1/2026 0:01,55,55,85,75,72,1,1,1,1,0,0,1,0,0,1.4,1.4,1,1\n", "healthy (0) or faulty (1)"},
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			if c.text != "" {
				if err := os.WriteFile(filepath.Join(dir, "a.csv"), []byte(c.text), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			if _, _, err := read(dir); err == nil || !strings.Contains(err.Error(), c.says) {
				t.Errorf("got %v, want an error that says %q", err, c.says)
			}
		})
	}
}

func TestTheStoredModelHoldsItsBar(t *testing.T) {
	dir := "../../../shared/data/hvac-faults"
	if _, err := os.Stat(dir); err != nil {
		if os.Getenv("CI") == "true" {
			t.Fatal(err)
		}
		t.Skip(err)
	}
	data, err := assets.Models().Open(name + ".json")
	if err != nil {
		t.Fatal(err)
	}
	defer data.Close()
	f, err := study.Decode(data, name)
	if err != nil {
		t.Fatal(err)
	}
	table, _, err := read(dir)
	if err != nil {
		t.Fatal(err)
	}
	verdicts, j, err := rightness(f, table)
	if err != nil {
		t.Fatal(err)
	}
	if got := j.Tests[0]; got.N != 26 || got.Value < 25./26 {
		t.Errorf("%+v: 25 of 26 days are asked for; %q", got, j.Notes)
	}
	for _, v := range verdicts {
		p, err := part(f, partWithout+v.day)
		if err != nil || strings.Contains(fmt.Sprint(p.Own), v.day) {
			t.Errorf("%s was judged by a model that knows it (%v)", v.day, err)
		}
	}
}
