package phrase

import (
	"slices"
	"strings"
	"testing"

	"github.com/glasstwin/glasstwin/twin/flow/whatif"
)

func TestLayoutsAreComparedInSentences(t *testing.T) {
	row := func(measure, of string, a, b []float64) whatif.Difference {
		return whatif.Paired(whatif.Figure{Measure: measure, Of: of}, a, b)
	}
	base := []float64{10, 12, 11, 13}
	c := &whatif.Comparison{Study: whatif.Study{Days: 4, Elasticity: whatif.Eisend}, Rows: []whatif.Difference{
		row(whatif.Stay, "", base, []float64{12, 10, 13, 11}),
		row(whatif.Moving, "", []float64{0, 0, 0, 0}, []float64{0.25, 0.25, 0.25, 0.25}),
		row(whatif.Opened, "", base, base),
		row(whatif.Density, "little", base, []float64{10.6, 12.5, 11.6, 13.6}),
		row(whatif.Density, "much", base, []float64{7.6, 9.1, 8.4, 10.1}),
		row(whatif.Visits, "much", base, []float64{12, 10, 13, 11}),
		row(whatif.Seen, "shelf", base, []float64{5, 6, 5.5, 6.5}),
	}}
	for _, lang := range []struct {
		Language
		whole, zone, unsure string
	}{
		{English, "Whole store: energy of moving cabinets +0.25 kWh ± 0", "much: density −23 % ± ", "much: no sure difference in visits"},
		{Korean, "매장 전체: 이동한 냉장고 에너지 +0.25 kWh ± 0", "much: 밀도 −23 % ± ", "much: 확실한 차이 없음 – 방문"},
	} {
		s, err := New(lang.Language)
		if err != nil {
			t.Fatal(err)
		}
		got := s.LayoutsCompared(c, func(of string) (string, bool) { return of, of != "shelf" })
		if len(got.Zones) != 2 || !strings.HasPrefix(got.Zones[0], lang.zone) || len(got.Things) != 1 {
			t.Errorf("the most first: %q, %q", got.Zones, got.Things)
		}
		if !slices.Equal(got.Unsure, []string{lang.unsure}) {
			t.Errorf("not sure: %q", got.Unsure)
		}
		if all := strings.Join(slices.Concat(got.Whole, got.Zones, got.Things, got.Unsure, []string{got.Note}), "\n"); strings.Contains(all, "{") {
			t.Errorf("something is left unsaid: %q", all)
		}
		if len(got.Whole) != 3 || !strings.Contains(got.Whole[0], s.Say("compare.open.title")) && lang.Language == Korean || !strings.HasPrefix(got.Whole[2], lang.whole) {
			t.Errorf("of the whole store: %q", got.Whole)
		}
		for measure := range measures {
			if name := s.figure(measure); name == measures[measure].key && lang.Language == Korean || strings.Contains(name, "measure.") {
				t.Errorf("%s has no text in %s: %s", measure, lang.Language, name)
			}
		}
	}
}
