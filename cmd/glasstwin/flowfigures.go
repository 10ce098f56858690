package main

import (
	"bytes"
	"encoding/csv"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/glasstwin/glasstwin/twin"
	"github.com/glasstwin/glasstwin/twin/flow/measure"
)

// persons is how many different people ways are of.
func persons(ways []twin.Trajectory) int {
	who := map[string]bool{}
	for _, w := range ways {
		who[measure.Whose(w.Person)] = true
	}
	return len(who)
}

// writeFigures writes what is told of a floor as CSV, a figure a line, for a
// spreadsheet: nothing that was withheld is in it, for it comes after.
func writeFigures(path string, metrics map[string]float64, rows []any) error {
	var text bytes.Buffer
	w := csv.NewWriter(&text)
	line := func(of, name, figure string, value float64) {
		_ = w.Write([]string{of, name, figure, strconv.FormatFloat(value, 'g', 6, 64)}) // into memory: never fails
	}
	_ = w.Write([]string{"of", "name", "figure", "value"})
	for _, name := range slices.Sorted(maps.Keys(metrics)) {
		line("floor", "", name, metrics[name])
	}
	for _, r := range rows {
		switch r := r.(type) {
		case zoneRow:
			line("zone", r.Zone, "visitors", float64(r.Visitors))
			line("zone", r.Zone, "visits", float64(r.Visits))
			line("zone", r.Zone, "dwell_s", r.DwellS)
			line("zone", r.Zone, "density_max_m2", r.DensityMax)
		case frontRow:
			line("shelf", r.Asset, "exposure_s", r.Exposure)
			line("shelf", r.Asset, "dwell_s", r.Dwell)
			line("shelf", r.Asset, "passed", float64(r.Passed))
			if r.Stopped != nil {
				line("shelf", r.Asset, "stopped", float64(*r.Stopped))
			}
		case wayRow:
			name := strings.Join(r.Zones, " → ")
			line("way", name, "people", float64(r.People))
			line("way", name, "times", float64(r.Times))
		case lineRow:
			line("line", r.Line, "people", float64(r.People))
			line("line", r.Line, "times", float64(r.Times))
			line("line", r.Line, "flow_s", r.Flow)
			for _, at := range r.NT {
				line("line", r.Line, "crossed by "+strconv.FormatFloat(at[0], 'f', 1, 64)+" s", at[1])
			}
		case stateRow:
			line("level", r.Service, "density_m2", r.Density)
			line("level", r.Service, "speed_m_s", r.Speed)
			line("level", r.Service, "flow_m_s", r.Flow)
		case tillRow:
			line("till", r.Till, "people", float64(r.People))
			line("till", r.Till, "wait_mean_s", r.WaitS)
			line("till", r.Till, "length_mean", r.LengthMean)
			line("till", r.Till, "length_max", float64(r.LengthMax))
		case sightRow:
			line("sight", r.Zone, "isovist_m2", r.Isovist)
			line("sight", r.Zone, "integration", r.Integration)
		case aisleRow:
			line("aisle", r.Aisle, "people", float64(r.People))
		case fixtureRow:
			line("fixture", r.Fixture, "passed", float64(r.Passed))
		}
	}
	w.Flush()
	if err := writeWhole(path, text.Bytes()); err != nil {
		return fmt.Errorf("write the figures: %w", err)
	}
	return nil
}
