package scan

import (
	"fmt"
	"math"
	"strconv"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

func TestDecimalsAsTheLibraryReadsThem(t *testing.T) {
	same := func(t interface{ Fatalf(string, ...any) }, word string) {
		want, err := strconv.ParseFloat(word, 64)
		got, ok := decimal([]byte(word), false)
		ranged := err != nil && math.IsInf(want, 0)
		if ok != (err == nil || ranged) || ok && math.Float64bits(got) != math.Float64bits(want) && !math.IsNaN(want) {
			t.Fatalf("%q: %v %v, want %v %v", word, got, ok, want, err)
		}
		if comma, ok2 := decimal([]byte(strings.Replace(word, ".", ",", 1)), true); ok2 != ok || ok && !math.IsNaN(got) && math.Float64bits(comma) != math.Float64bits(got) {
			t.Fatalf("%q with a comma: %v %v, want %v %v", word, comma, ok2, got, ok)
		}
	}
	for _, word := range []string{"0", "-0", "+1", "-.5", "5.", ".", "-", "-.", "", "1.2.3", "1e5", "1E-300", "1e999", "nan", "-inf", "000000000000000000001.5", "0.000000000000000000001", "123456789012345678", "9007199254740993", "999999999999999.9", "x", "1x", "--1"} {
		if word != "" {
			same(t, word)
		}
	}
	rapid.Check(t, func(t *rapid.T) {
		same(t, rapid.StringMatching(`[+-]?[0-9]{0,17}(\.[0-9]{0,18})?`).Filter(func(s string) bool { return s != "" }).Draw(t, "word"))
		same(t, fmt.Sprint(rapid.Float64().Draw(t, "number")))
	})
}
