package hvac

import (
	"fmt"
	"math"
	"path/filepath"
	"slices"
	"sort"
	"time"

	"github.com/glasstwin/glasstwin/study/sheet"
	"github.com/glasstwin/glasstwin/xai"
)

// Window is what one row of the table sums up.
const Window = time.Hour

// minutesMin is how many samples a window needs to count.
const minutesMin = 30

// columns are what the model reads: what the unit's own physics would have it
// be, less what it is. None tells the weather or the season alone, since the
// faults and the healthy days of a data set do not come in the same ones.
var columns = []xai.Column{
	{Name: "duct pressure off set point", Unit: "Pa"},
	{Name: "supply fan speed"},
	{Name: "return fan per supply fan"},
	{Name: "fan running out of hours"},
	{Name: "supply air off set point", Unit: "K"},
	{Name: "outdoor air less than the damper is open"},
	{Name: "heated by closed valves", Unit: "K"},
	{Name: "supply air above all inlets out of hours", Unit: "K"},
	{Name: "return air off 22 °C", Unit: "K"},
	{Name: "supply air unrest", Unit: "K"},
	{Name: "duct pressure unrest", Unit: "Pa"},
}

// rising names the columns that can only speak for a fault as they rise.
var rising = map[string]int{
	"duct pressure off set point": 1, "fan running out of hours": 1, "supply air off set point": 1,
	"supply air above all inlets out of hours": 1, "return air off 22 °C": 1, "duct pressure unrest": 1, "supply air unrest": 1,
}

// classes of the label.
var classes = []string{"healthy", "faulty"}

// names of the data set's columns that are read.
const (
	colSupply   = "AHU: Supply Air Temperature"
	colSet      = "AHU: Supply Air Temperature Set Point"
	colOutdoor  = "AHU: Outdoor Air Temperature"
	colMixed    = "AHU: Mixed Air Temperature"
	colReturn   = "AHU: Return Air Temperature"
	colFan      = "AHU: Supply Air Fan Status"
	colSpeed    = "AHU: Supply Air Fan Speed Control Signal"
	colBack     = "AHU: Return Air Fan Speed Control Signal"
	colDamper   = "AHU: Outdoor Air Damper Control Signal"
	colCool     = "AHU: Cooling Coil Valve Control Signal"
	colHeat     = "AHU: Heating Coil Valve Control Signal"
	colPressSet = "AHU: Supply Air Duct Static Pressure Set Point"
	colPressure = "AHU: Supply Air Duct Static Pressure"
	colHours    = "Occupancy Mode Indicator"
	colFault    = "Fault Detection Ground Truth"
)

// apartMin is how far outdoor and return air must be apart, in °F, for the mixed
// air to tell how much of each is in it.
const apartMin = 6

// The data set is in degrees Fahrenheit and inches of water.
const (
	kelvin = 5.0 / 9
	pascal = 249.0889
)

// needed are the columns without which a unit cannot be judged. Of the others a
// unit may lack some: what is made of them is missing then.
var needed = []string{colSupply, colSet, colHours, colFault}

// read makes the table of a folder's files: one row for each window of each day.
// Its groups are the days, and a day has one label. lacking names what some file
// has no column of.
func read(dir string) (t *xai.Table, lacking []string, err error) {
	files, err := list(dir)
	if err != nil {
		return nil, nil, err
	}
	t = &xai.Table{Columns: columns, Classes: classes}
	for _, f := range files {
		without, err := add(t, f)
		if err != nil {
			return nil, nil, err
		}
		lacking = append(lacking, without...)
	}
	slices.Sort(lacking)
	return t, slices.Compact(lacking), nil
}

// list names the tables of a folder.
func list(dir string) ([]string, error) {
	var files []string
	for _, pattern := range []string{"*.csv", "*.csv.gz"} {
		found, err := filepath.Glob(filepath.Join(dir, pattern))
		if err != nil {
			return nil, fmt.Errorf("look into %s: %w", dir, err)
		}
		files = append(files, found...)
	}
	if len(files) == 0 {
		return nil, fmt.Errorf("%s holds no .csv and no .csv.gz", dir)
	}
	sort.Strings(files)
	return files, nil
}

func add(t *xai.Table, file string) (lacking []string, err error) {
	s, err := sheet.Open(file)
	if err != nil {
		return nil, err
	}
	at, err := s.Times("Datetime", "1/2/2006 15:04", "2006-01-02 15:04:05", "2006-01-02 15:04")
	if err != nil {
		return nil, err
	}
	v := make(map[string][]float64)
	for _, name := range []string{colSupply, colSet, colOutdoor, colMixed, colReturn, colFan, colSpeed, colBack, colDamper, colCool, colHeat, colPressSet, colPressure, colHours, colFault} {
		if !slices.Contains(s.Names, name) && !slices.Contains(needed, name) {
			lacking = append(lacking, name)
			v[name] = slices.Repeat([]float64{math.NaN()}, len(at))
			continue
		}
		if v[name], err = s.Numbers(name); err != nil {
			return nil, err
		}
	}
	before := days(t)
	labels := make(map[string]float64)
	for from := 0; from < len(at); {
		start := at[from].Truncate(Window)
		to := from
		for to < len(at) && at[to].Sub(start) < Window {
			to++
		}
		day := start.Format(time.DateOnly)
		if slices.Contains(before, day) { // another unit on the same day
			day += " " + filepath.Base(file)
		}
		fault := v[colFault][from]
		for i := from; i < to; i++ {
			if v[colFault][i] != fault || fault != 0 && fault != 1 {
				return nil, fmt.Errorf("%s, %s: the fault label is %g and %g within an hour: a day must be healthy (0) or faulty (1)", s.File, at[i].Format(time.DateTime), fault, v[colFault][i])
			}
		}
		if was, seen := labels[day]; seen && was != fault {
			return nil, fmt.Errorf("%s: %s is healthy and faulty: a day must be one of both", s.File, start.Format(time.DateOnly))
		}
		labels[day] = fault
		if to-from >= minutesMin {
			t.Rows = append(t.Rows, row(v, from, to))
			t.Labels = append(t.Labels, int(fault))
			t.Groups = append(t.Groups, day)
		}
		from = to
	}
	return lacking, nil
}

// row sums up the samples from..to. What cannot be told of them is missing.
func row(v map[string][]float64, from, to int) []float64 {
	mean := func(of func(i int) float64) float64 { return average(from, to, of) }
	in := func(i int) bool { return v[colHours][i] == 1 }
	when := func(ok bool, x float64) float64 {
		if ok {
			return x
		}
		return math.NaN()
	}
	closed := func(i int) bool { return v[colCool][i] <= 0.01 && v[colHeat][i] <= 0.01 }
	runs := func(i int) bool { return v[colFan][i] == 1 }
	supplyOff := func(i int) float64 { return when(in(i), v[colSupply][i]-v[colSet][i]) }
	pressureOff := func(i int) float64 { return v[colPressure][i] - v[colPressSet][i]*v[colHours][i] }
	return []float64{
		pascal * math.Abs(mean(pressureOff)),
		mean(func(i int) float64 { return v[colSpeed][i] * v[colFan][i] }),
		mean(func(i int) float64 { return when(v[colSpeed][i] > 0.1, v[colBack][i]/v[colSpeed][i]) }),
		mean(func(i int) float64 { return when(!in(i), v[colFan][i]) }),
		kelvin * math.Abs(mean(supplyOff)),
		mean(func(i int) float64 {
			apart := v[colOutdoor][i] - v[colReturn][i]
			return when(in(i) && runs(i) && math.Abs(apart) > apartMin, v[colDamper][i]-(v[colMixed][i]-v[colReturn][i])/apart)
		}),
		kelvin * mean(func(i int) float64 { return when(closed(i) && in(i) && runs(i), v[colSupply][i]-v[colMixed][i]) }),
		kelvin * mean(func(i int) float64 {
			return when(closed(i) && !in(i), v[colSupply][i]-max(v[colMixed][i], v[colReturn][i], v[colOutdoor][i]))
		}),
		kelvin * math.Abs(mean(func(i int) float64 { return when(in(i), v[colReturn][i]-71.6) })),
		kelvin * spread(from, to, supplyOff),
		pascal * spread(from, to, func(i int) float64 { return when(in(i), pressureOff(i)) }),
	}
}

// days lists the groups of a table, each once, sorted.
func days(t *xai.Table) []string {
	all := slices.Clone(t.Groups)
	slices.Sort(all)
	return slices.Compact(all)
}

func average(from, to int, of func(i int) float64) float64 {
	sum, n := 0.0, 0.0
	for i := from; i < to; i++ {
		if x := of(i); !math.IsNaN(x) {
			sum += x
			n++
		}
	}
	return sum / n // NaN when nothing was there
}

func spread(from, to int, of func(i int) float64) float64 {
	mean := average(from, to, of)
	s := math.Sqrt(average(from, to, func(i int) float64 { return (of(i) - mean) * (of(i) - mean) }))
	return math.Round(s*1e6) / 1e6 // the rounding of a mean is no unrest
}
