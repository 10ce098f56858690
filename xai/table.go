package xai

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"sort"
)

// Check returns an error that names the first row or column that breaks the
// table's laws: equal lengths, labels within Classes, no infinite number,
// column names given once.
func (t *Table) Check() error {
	seen := make(map[string]bool, len(t.Columns))
	for i, c := range t.Columns {
		if c.Name == "" {
			return fmt.Errorf("column %d has no name", i+1)
		}
		if seen[c.Name] {
			return fmt.Errorf("column %q is there twice", c.Name)
		}
		seen[c.Name] = true
	}
	n := len(t.Rows)
	if len(t.Labels) != 0 && len(t.Labels) != n {
		return fmt.Errorf("%d labels for %d rows: give one for each row or none", len(t.Labels), n)
	}
	if len(t.Targets) != 0 && len(t.Targets) != n {
		return fmt.Errorf("%d targets for %d rows: give one for each row or none", len(t.Targets), n)
	}
	if len(t.Groups) != 0 && len(t.Groups) != n {
		return fmt.Errorf("%d groups for %d rows: give one for each row or none", len(t.Groups), n)
	}
	for i, row := range t.Rows {
		if len(row) != len(t.Columns) {
			return fmt.Errorf("row %d has %d values, the table has %d columns", i+1, len(row), len(t.Columns))
		}
		for j, v := range row {
			if math.IsInf(v, 0) {
				return fmt.Errorf("row %d, column %q is infinite: a missing value is NaN", i+1, t.Columns[j].Name)
			}
		}
	}
	for i, l := range t.Labels {
		if l < 0 || l >= len(t.Classes) {
			return fmt.Errorf("row %d has label %d of %d classes", i+1, l, len(t.Classes))
		}
	}
	for i, y := range t.Targets {
		if math.IsNaN(y) || math.IsInf(y, 0) {
			return fmt.Errorf("row %d has a target that is no number", i+1)
		}
	}
	return nil
}

// Column returns the index of the column of that name, or -1.
func (t *Table) Column(name string) int {
	return slices.IndexFunc(t.Columns, func(c Column) bool { return c.Name == name })
}

// Group names the group of row i; a table without groups gives every row its
// own.
func (t *Table) Group(i int) string {
	if len(t.Groups) == 0 {
		return fmt.Sprintf("row %09d", i)
	}
	return t.Groups[i]
}

// Subset returns the table of these rows, in this order. Rows are shared, not
// copied.
func (t *Table) Subset(rows []int) *Table {
	s := &Table{Columns: t.Columns, Classes: t.Classes, Rows: make([][]float64, len(rows))}
	for k, i := range rows {
		s.Rows[k] = t.Rows[i]
		if len(t.Labels) > 0 {
			s.Labels = append(s.Labels, t.Labels[i])
		}
		if len(t.Targets) > 0 {
			s.Targets = append(s.Targets, t.Targets[i])
		}
		if len(t.Groups) > 0 {
			s.Groups = append(s.Groups, t.Groups[i])
		}
	}
	return s
}

// SplitByGroup draws whole groups at random until they make up at least share
// of all groups (never none, never all) and returns their rows as held, the
// others as kept. Rows of one group never fall apart: neighbours in time are
// near copies, and a random-row split would test on what was trained on. The
// draw depends on the groups' names and rng only, not on the order of rows.
func (t *Table) SplitByGroup(share float64, rng *rand.Rand) (kept, held []int, err error) {
	members := make(map[string][]int)
	for i := range t.Rows {
		g := t.Group(i)
		members[g] = append(members[g], i)
	}
	if len(members) < 2 {
		return nil, nil, fmt.Errorf("the table has %d group: at least 2 are needed to hold one out", len(members))
	}
	names := make([]string, 0, len(members))
	for g := range members {
		names = append(names, g)
	}
	sort.Strings(names)
	rng.Shuffle(len(names), func(a, b int) { names[a], names[b] = names[b], names[a] })
	take := min(max(1, int(math.Ceil(share*float64(len(names))))), len(names)-1)
	for k, g := range names {
		if k < take {
			held = append(held, members[g]...)
		} else {
			kept = append(kept, members[g]...)
		}
	}
	sort.Ints(kept)
	sort.Ints(held)
	return kept, held, nil
}
