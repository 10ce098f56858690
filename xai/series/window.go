package series

import (
	"fmt"
	"math"

	"github.com/glasstwin/glasstwin/xai"
)

// Windows steer Cut.
type Windows struct {
	Steps  int      // of a window
	Every  int      // rows between windows
	Usual  int      // first rows of each series that say what is usual in it; 0: values stay as they are
	Labels []string // names of labels 0, 1, …
}

// Cut makes a row of each window: all signals of its first step, then of its
// second. Its label is that of its last step, its group the series. With Usual,
// values are told in spreads from the mean of the first rows of their series, so
// that one series can be compared with another. at holds the last step of each
// window.
func Cut(all []*Series, w Windows) (t *xai.Table, at []int, err error) {
	if w.Steps < 1 || w.Every < 1 || w.Usual < 0 || len(all) == 0 {
		return nil, nil, fmt.Errorf("cut windows: %d steps every %d rows, %d usual, %d series", w.Steps, w.Every, w.Usual, len(all))
	}
	t = &xai.Table{Classes: w.Labels}
	for k := range w.Steps {
		for _, c := range all[0].Columns {
			t.Columns = append(t.Columns, xai.Column{Name: fmt.Sprintf("%s, %d before", c, w.Steps-1-k), Source: c})
		}
	}
	for _, s := range all {
		if len(s.Columns) != len(all[0].Columns) {
			return nil, nil, fmt.Errorf("cut windows: %s has %d columns, %s has %d", s.Name, len(s.Columns), all[0].Name, len(all[0].Columns))
		}
		rows := s.Rows
		if w.Usual > 0 {
			rows = s.usual(w.Usual)
		}
		for end := w.Steps - 1; end < len(rows); end += w.Every {
			flat := make([]float64, 0, len(t.Columns))
			for _, r := range rows[end-w.Steps+1 : end+1] {
				flat = append(flat, r...)
			}
			t.Rows, t.Groups, at = append(t.Rows, flat), append(t.Groups, s.Name), append(at, end)
			if len(w.Labels) > 0 {
				if len(s.Labels) == 0 || s.Labels[end] >= len(w.Labels) {
					return nil, nil, fmt.Errorf("cut windows: %s, row %d has no label of %q", s.Name, end+1, w.Labels)
				}
				t.Labels = append(t.Labels, s.Labels[end])
			}
		}
	}
	return t, at, nil
}

// usual tells the rows in spreads from the mean of the first n.
func (s *Series) usual(n int) [][]float64 {
	out := make([][]float64, len(s.Rows))
	for i := range out {
		out[i] = make([]float64, len(s.Columns))
	}
	for j := range s.Columns {
		var count, mean, m2 float64
		for _, r := range s.Rows[:min(n, len(s.Rows))] {
			if v := r[j]; !math.IsNaN(v) {
				count++
				d := v - mean
				mean += d / count
				m2 += d * (v - mean)
			}
		}
		spread := math.Sqrt(m2 / max(1, count))
		if spread == 0 {
			spread = 1
		}
		for i, r := range s.Rows {
			out[i][j] = (r[j] - mean) / spread
		}
	}
	return out
}
