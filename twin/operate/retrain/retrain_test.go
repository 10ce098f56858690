package retrain

import (
	"slices"
	"testing"
	"time"

	"github.com/glasstwin/glasstwin/assets"
	"github.com/glasstwin/glasstwin/twin"
	"github.com/glasstwin/glasstwin/twin/operate/diagnose"
	"github.com/glasstwin/glasstwin/xai"
	"github.com/glasstwin/glasstwin/xai/ebm"
)

func TestOnlyConfirmedWindowsTeach(t *testing.T) {
	onset := time.Date(2026, 6, 3, 12, 0, 0, 0, time.UTC)
	mended := &episode{assets: []twin.AssetID{"a", "b"}, onset: onset, detected: onset.Add(5 * time.Minute), fault: "door-ajar", acted: onset.Add(20 * time.Minute), ended: onset.Add(40 * time.Minute)}
	denied := &episode{assets: []twin.AssetID{"c"}, onset: onset, detected: onset.Add(5 * time.Minute), denied: true, ended: onset.Add(30 * time.Minute)}
	open := &episode{assets: []twin.AssetID{"d"}, onset: onset, detected: onset}
	list := []*episode{mended, denied, open}
	for _, c := range []struct {
		asset twin.AssetID
		after time.Duration
		want  string // "": nobody knows
	}{
		{"a", -2 * time.Hour, diagnose.None}, {"a", -10 * time.Minute, ""}, {"a", 2 * time.Minute, ""}, {"a", 10 * time.Minute, "door-ajar"},
		{"a", 20 * time.Minute, ""}, {"a", 60 * time.Minute, ""}, {"a", 3 * time.Hour, diagnose.None}, {"b", 10 * time.Minute, ""},
		{"c", 2 * time.Minute, ""}, {"c", 10 * time.Minute, diagnose.None}, {"c", 31 * time.Minute, ""}, {"d", 9 * time.Hour, ""}, {"e", 10 * time.Minute, diagnose.None},
	} {
		got, known := truth(list, c.asset, onset.Add(c.after))
		if known != (c.want != "") || got != c.want {
			t.Errorf("%s after %s: %q, %v; want %q", c.asset, c.after, got, known, c.want)
		}
	}
}

// shipped is the model in the program, with its rows dealt to days.
func shipped(t *testing.T) (*ebm.Model, *diagnose.Rows, *xai.Table) {
	t.Helper()
	f, err := assets.Models().Open(diagnose.ModelName + ".json")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	d, err := diagnose.Load(f)
	if err != nil {
		t.Fatal(err)
	}
	g, err := assets.Models().Open(diagnose.RowsName)
	if err != nil {
		t.Fatal(err)
	}
	defer g.Close()
	rows, err := diagnose.ReadRows(g)
	if err != nil {
		t.Fatal(err)
	}
	days := *rows.Held
	days.Groups = make([]string, len(days.Rows))
	for i := range days.Groups {
		days.Groups[i] = "day " + string(rune('a'+i%12))
	}
	return d.Model(), rows, &days
}

func TestWholeDaysAreHeldOut(t *testing.T) {
	_, _, days := shipped(t)
	learn, held := Split(days)
	if len(learn.Rows)+len(held.Rows) != len(days.Rows) || groups(held) != 4 || groups(learn) != 8 {
		t.Fatalf("%d rows of %d days, %d of %d held out", len(learn.Rows), groups(learn), len(held.Rows), groups(held))
	}
	for i := range held.Rows {
		if slices.Contains(learn.Groups, held.Group(i)) {
			t.Fatalf("%s is learnt from and held out", held.Group(i))
		}
	}
}

func TestAModelThatIsNoBetterStays(t *testing.T) {
	m, rows, days := shipped(t)
	_, held := Split(days)
	var same Verdict
	same.judge(m, m, held, rows.Held, 1)
	if same.Better || same.Gain != 0 || same.Low != 0 || same.High != 0 || same.Why == "" || same.Old < 0.9 {
		t.Errorf("beside itself: %+v", same)
	}
	blind := *m
	blind.Terms = nil // it says the likeliest class of all
	var worse, better Verdict
	worse.judge(m, &blind, held, rows.Held, 1)
	better.judge(&blind, m, held, rows.Held, 1)
	if worse.Better || worse.Gain >= 0 || !better.Better || better.Low <= 0 || better.Gain != -worse.Gain {
		t.Errorf("worse %+v, better %+v", worse, better)
	}
	// What the blind one alone gets right must not be forgotten.
	k := slices.IndexFunc(rows.Held.Rows, func(r []float64) bool { return m.Predict(r) != blind.Predict(r) })
	known := rows.Held.Subset([]int{k})
	known.Labels = []int{blind.Predict(known.Rows[0])}
	var forgetful Verdict
	if forgetful.judge(&blind, m, held, known, 1); forgetful.Better || forgetful.Low <= 0 {
		t.Errorf("what was known was forgotten: %+v", forgetful)
	}
}
