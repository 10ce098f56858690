package ebm_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/glasstwin/glasstwin/xai"
	"github.com/glasstwin/glasstwin/xai/ebm"
)

// views is a machine whose columns all tell the same thing: each one above zero
// speaks for class b with 1, and a starts with a head start.
func views(columns int, start float64) (*ebm.Model, []ebm.Changeable, []float64) {
	m := &ebm.Model{Name: "views", Task: ebm.Multiclass, Classes: []string{"a", "b", "c"}, Normal: "a", Intercept: []float64{start, 0, -9}, Temperature: 1}
	var all []ebm.Changeable
	row := make([]float64, columns)
	for j := range columns {
		name := fmt.Sprintf("x%d", j)
		m.Columns = append(m.Columns, ebm.Column{Column: xai.Column{Name: name}, Min: -1, Max: 2, Scale: 1})
		m.Terms = append(m.Terms, ebm.Term{Features: []int{j}, Cuts: [][]float64{{0, 1}}, Scores: []float64{0, 0, 0, 0, 0, 0, 0, 0.9, 0, 0, 1, 0}})
		all = append(all, ebm.Changeable{Column: name})
		row[j] = 1.5
	}
	return m, all, row
}

func TestSeveralViewsOfOneThingChangeTogether(t *testing.T) {
	m, all, row := views(5, 1.5)
	c, err := m.Counterfactual(row, all, "a")
	if err != nil || c == nil {
		t.Fatal(c, err)
	}
	if len(c.Changes) != 4 || c.Claim != "a" {
		t.Errorf("%+v: five views less four leave 1 against 1.5", c)
	}
	changed := slices.Clone(row)
	for _, change := range c.Changes {
		changed[m.Column(change.Feature)] = change.To
	}
	if m.Classes[m.Predict(changed)] != "a" {
		t.Errorf("after %+v the model still claims %s", c.Changes, m.Classes[m.Predict(changed)])
	}
	for _, change := range c.Changes { // none can be left out
		j := m.Column(change.Feature)
		changed[j] = row[j]
		if m.Classes[m.Predict(changed)] == "a" {
			t.Errorf("%s need not have changed", change.Feature)
		}
		changed[j] = change.To
	}
	m, all, row = views(8, 0.5)
	if c, err := m.Counterfactual(row, all, "a"); c != nil || err != nil {
		t.Errorf("eight changes are no explanation: %+v, %v", c, err)
	}
}

func TestAChangeGoesNoFartherThanItMust(t *testing.T) {
	m, all, row := views(5, 0.99) // four views to below 0, the fifth to between 0 and 1
	c, err := m.Counterfactual(row, all, "a")
	if err != nil || c == nil {
		t.Fatal(c, err)
	}
	small := 0
	for _, change := range c.Changes {
		if change.To > 0 {
			small++
		}
	}
	if small != 1 || len(c.Changes) != 5 {
		t.Errorf("%+v", c.Changes)
	}
}

func TestCounterfactualRefuses(t *testing.T) {
	m, all, row := views(3, 0.5)
	for says, ask := range map[string]func() error{
		"claims b already": func() error { _, err := m.Counterfactual(row, all, "b"); return err },
		`"z"`:              func() error { _, err := m.Counterfactual(row, all, "z"); return err },
		"2 values":         func() error { _, err := m.Counterfactual(row[:2], all, "a"); return err },
		"regression": func() error {
			r := *m
			r.Task, r.Intercept = ebm.Regression, []float64{0}
			_, err := r.Counterfactual(row, all, "")
			return err
		},
	} {
		if err := ask(); err == nil || !strings.Contains(err.Error(), says) {
			t.Errorf("got %v, want %q", err, says)
		}
	}
	if c, err := m.Counterfactual(row, all, ""); err != nil || c == nil || c.Claim == "b" {
		t.Errorf("any other class: %+v, %v", c, err)
	}
}
