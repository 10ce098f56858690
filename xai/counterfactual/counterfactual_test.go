package counterfactual_test

import (
	"context"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"testing"

	"pgregory.net/rapid"

	"github.com/glasstwin/glasstwin/xai/counterfactual"
)

// plane claims 1 where x0 + 2 x1 - x2 > 1.
func plane(rows [][]float64) [][]float64 {
	out := make([][]float64, len(rows))
	for i, r := range rows {
		p := 1 / (1 + math.Exp(-4*(r[0]+2*r[1]-r[2]-1)))
		out[i] = []float64{1 - p, p}
	}
	return out
}

func uniform(n int) [][]float64 {
	rng := rand.New(rand.NewPCG(5, 5))
	rows := make([][]float64, n)
	for i := range rows {
		rows[i] = []float64{rng.Float64(), rng.Float64(), rng.Float64()}
	}
	return rows
}

func question() counterfactual.Question {
	return counterfactual.Question{Probability: plane, Row: []float64{0.2, 0.2, 0.4}, Background: uniform(500), To: -1,
		Actionable: []counterfactual.Actionable{{Column: 0, Scale: 1}, {Column: 1, Scale: 1}, {Column: 2, Scale: 1}}}
}

func TestTheNearestChangeIsFound(t *testing.T) {
	a, err := counterfactual.Find(context.Background(), question())
	if err != nil || a == nil {
		t.Fatal(a, err)
	}
	// The row lacks 0.8; x1 counts twice, so 0.4 of it is the shortest way.
	if a.Claim != 1 || len(a.Changes) != 1 || a.Changes[0].Column != 1 || math.Abs(a.Changes[0].To-0.6) > 1e-5 || math.Abs(a.Distance-0.4) > 1e-5 {
		t.Errorf("got %+v, the shortest way is x1 = 0.6", a)
	}
}

func TestOnlyWhatCanBeActedOnIsMoved(t *testing.T) {
	q := question()
	q.Actionable = q.Actionable[:1]
	q.Actionable[0].High = 2
	a, err := counterfactual.Find(context.Background(), q)
	if err != nil || a == nil || len(a.Changes) != 1 || a.Changes[0].Column != 0 || math.Abs(a.Changes[0].To-1) > 1e-5 {
		t.Fatalf("%+v, %v", a, err)
	}
	q.Actionable[0].Low, q.Actionable[0].High = 0, 0.9
	if a, err := counterfactual.Find(context.Background(), q); err != nil || a != nil {
		t.Errorf("got %+v, %v within bounds that allow none", a, err)
	}
}

func TestGuardsHold(t *testing.T) {
	q := question()
	q.Allowed = func(row []float64) bool { return row[1] <= 0.4 }
	a, err := counterfactual.Find(context.Background(), q)
	if err != nil || a == nil || a.Row[1] > 0.4 || a.Claim != 1 || len(a.Changes) != 2 {
		t.Errorf("%+v, %v", a, err)
	}
}

func TestManyChangesAreTakenWhereFewDoNot(t *testing.T) {
	all := func(rows [][]float64) [][]float64 { // four of five must be raised
		out := make([][]float64, len(rows))
		for i, r := range rows {
			sum := 0.0
			for _, v := range r {
				sum += min(v, 1)
			}
			out[i] = []float64{3.8 / 4, sum / 4}
		}
		return out
	}
	var act []counterfactual.Actionable
	background := [][]float64{{0, 0, 0, 0, 0}, {1, 1, 1, 1, 1}}
	for j := range 5 {
		act = append(act, counterfactual.Actionable{Column: j, Low: 0, High: 1, Values: []float64{0, 1}, Exact: true})
	}
	q := counterfactual.Question{Probability: all, Row: make([]float64, 5), Background: background, Actionable: act, To: 1}
	a, err := counterfactual.Find(context.Background(), q)
	if err != nil || a == nil || len(a.Changes) != 4 || a.Claim != 1 {
		t.Fatalf("%+v, %v", a, err)
	}
	q.Changes = 3
	if a, _ := counterfactual.Find(context.Background(), q); a != nil {
		t.Errorf("three changes are allowed, got %d", len(a.Changes))
	}
}

func TestWhatIsReturnedFlipsTheModel(t *testing.T) {
	background := uniform(200)
	number := rapid.Float64Range(0, 1)
	rapid.Check(t, func(t *rapid.T) {
		q := counterfactual.Question{Probability: plane, Background: background, To: -1, Actionable: []counterfactual.Actionable{{Column: 0}, {Column: 2, Low: 0.2, High: 0.7}},
			Row: []float64{number.Draw(t, "x0"), number.Draw(t, "x1"), number.Draw(t, "x2")}}
		a, err := counterfactual.Find(context.Background(), q)
		if err != nil {
			t.Fatal(err)
		}
		if a == nil {
			return
		}
		before, after := plane([][]float64{q.Row})[0], plane([][]float64{a.Row})[0]
		if (before[1] > before[0]) == (after[1] > after[0]) || after[a.Claim] != a.Probability {
			t.Fatalf("%v does not flip %v", a, q.Row)
		}
		if a.Row[1] != q.Row[1] || a.Row[2] != q.Row[2] && (a.Row[2] < 0.2 || a.Row[2] > 0.7) {
			t.Fatalf("%v leaves the bounds", a)
		}
	})
}

func TestFindEndsWithItsContext(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := counterfactual.Find(ctx, question()); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
}

func ExampleFind() {
	a, err := counterfactual.Find(context.Background(), question())
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Printf("x%d from %.1f to %.1f", a.Changes[0].Column, a.Changes[0].From, a.Changes[0].To)
	// Output: x1 from 0.2 to 0.6
}
