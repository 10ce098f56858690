package phrase

import (
	"math"
	"strconv"
	"strings"

	"github.com/glasstwin/glasstwin/app"
)

// ScanDeviation is the title of the colours that show how far the scan lies from
// the twin.
func (s *Speaker) ScanDeviation() string { return s.Say("scan.deviation") }

// ScanSides tell what is behind a surface of the twin and what is before it.
func (s *Speaker) ScanSides() [2]string { return [2]string{s.Say("scan.behind"), s.Say("scan.before")} }

// Deviation sums up how far a scan lies from the twin, or from a part of it.
func (s *Speaker) Deviation(d app.Deviation) string {
	return s.Say("scan.summary", "median", s.millimetres(d.MedianMM), "share", Percent(d.Within), "within", s.millimetres(app.WithinMM))
}

// DeviationHere tells how far the scan lies from the twin at one place, mm.
func (s *Speaker) DeviationHere(mm float64) string {
	key := "scan.here.before"
	switch {
	case math.Abs(mm) < 0.5:
		return s.Say("scan.here.on")
	case mm < 0:
		key, mm = "scan.here.behind", -mm
	}
	return s.Say(key, "distance", s.millimetres(mm))
}

// millimetres is a length in whole millimetres.
func (s *Speaker) millimetres(mm float64) string {
	return strconv.FormatFloat(math.Round(mm), 'f', 0, 64) + " mm"
}

// Element names a part of a building by its entity, "building/wall-3", or tells
// that it is one.
func (s *Speaker) Element(entity string) string {
	kind, number, _ := strings.Cut(entity[strings.LastIndexByte(entity, '/')+1:], "-")
	if text, ok := s.texts["element."+kind]; ok {
		return strings.TrimSpace(text + " " + number)
	}
	return s.Say("element.other")
}
