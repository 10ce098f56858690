package ifc_test

import (
	"context"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/glasstwin/glasstwin/scene/codec/ifc"
)

// What is wrong with curved faces is a note or a reason that names the entity;
// nothing hangs.
func TestCurvedFacesThatAreNone(t *testing.T) {
	var whole, spline, torus string
	for _, c := range advancedSamples() {
		switch c.name {
		case "cylinder with a seam":
			whole = string(c.data)
		case "cylinder of a spline":
			spline = string(c.data)
		case "torus":
			torus = string(c.data)
		}
	}
	for _, c := range []struct{ name, data, old, new, want string }{
		{"no radius", whole, `(IFCCYLINDRICALSURFACE\(#\d+),0.5`, "$1,0.", "a size must be above zero"},
		{"an edge that is a loop", whole, `IFCEDGECURVE\(`, "IFCEDGELOOP(", "is no edge that is read"},
		{"no surface", whole, `IFCCYLINDRICALSURFACE`, "IFCWALL", "is no surface that is read"},
		{"knots that do not fit", spline, `\(3,2,2,2,3\)`, "(3,2,2,2,2)", "its knots do not fit its points"},
		{"huge multiplicities", spline, `\(3,2,2,2,3\)`, "(3,2,999999999999,2,3)", "its knots do not fit its points"},
		{"negative multiplicities", spline, `\(3,2,2,2,3\)`, "(3,2,-2,2,3)", "its knots do not fit its points"},
		{"falling knots", spline, `\(0.,1.,2.,3.,4.\)`, "(0.,1.,2.,1.,4.)", "knots must not fall"},
		{"a weight of zero", spline, `\(\(1.,1.\)`, "((1.,0.)", "must be above zero"},
		{"a degree of 1000", spline, `WITHKNOTS\(2,1`, "WITHKNOTS(1000,1", "degree is 1000"},
		{"a tube without a radius", torus, `(IFCTOROIDALSURFACE\(#\d+,1.2),0.3`, "$1,-0.3", "a size must be above zero"},
		{"a loop of itself", whole, `IFCORIENTEDEDGE\(\*,\*,#\d+`, "IFCORIENTEDEDGE(*,*,#100", "is no edge that is read"},
		{"a loop that is torn", whole, `IFCORIENTEDEDGE\(\*,\*,(#\d+),.F.`, "IFCORIENTEDEDGE(*,*,$1,.T.", "is left out: a loop runs around its surface more than once"},
	} {
		t.Run(c.name, func(t *testing.T) {
			old := regexp.MustCompile(c.old)
			data := strings.Replace(c.data, old.FindString(c.data), old.ReplaceAllString(old.FindString(c.data), c.new), 1)
			if data == c.data {
				t.Fatalf("the sample holds no %q", c.old)
			}
			m, err := ifc.Read(context.Background(), "test.ifc", []byte(data))
			if err != nil {
				t.Fatal(err)
			}
			var all []string
			for _, n := range m.Notes {
				all = append(all, n.Why)
			}
			if got := strings.Join(all, "\n"); !strings.Contains(got, c.want) || got == "" {
				t.Errorf("notes %q, want %q", got, c.want)
			}
		})
	}
}

// Whatever is changed in a file of curved faces, reading ends and does not
// break.
func FuzzCurvedFaces(f *testing.F) {
	for _, c := range slices.Concat(advancedSamples(), sweptSamples(), sectionedSamples()) {
		f.Add(c.data)
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		ctx, cancel := context.WithTimeout(context.Background(), 20*time.Second)
		defer cancel()
		start := time.Now()
		m, err := ifc.Read(ctx, "fuzz.ifc", data)
		if took := time.Since(start); took > 15*time.Second {
			t.Errorf("reading took %v", took)
		}
		if err == nil && m == nil {
			t.Error("neither a model nor an error")
		}
	})
}

// A file in which some numbers are others is read or told about, soon.
func TestCurvedFacesWithOtherNumbers(t *testing.T) {
	samples := slices.Concat(advancedSamples(), sweptSamples(), sectionedSamples())
	number := regexp.MustCompile(`-?[0-9]+\.[0-9E+-]*|[(,][0-9]+|#[0-9]+|\.[TF]\.`)
	rapid.Check(t, func(t *rapid.T) {
		data := samples[rapid.IntRange(0, len(samples)-1).Draw(t, "sample")].data
		from := strings.Index(string(data), "#100=")
		head, tail := string(data[:from]), string(data[from:])
		for range rapid.IntRange(1, 3).Draw(t, "changes") {
			all := number.FindAllStringIndex(tail, -1)
			at := all[rapid.IntRange(0, len(all)-1).Draw(t, "place")]
			old := tail[at[0]:at[1]]
			change := rapid.SampledFrom([]string{"0.", "-1.", "1.E-9", "1.E7", "0.4999999", "3.14159", "1.0000001", "-0.5", "2."}).Draw(t, "number")
			switch {
			case old[0] == '#':
				change = fmt.Sprintf("#%d", rapid.IntRange(100, 100+strings.Count(tail, "\n")).Draw(t, "reference"))
			case old == ".T.":
				change = ".F."
			case old == ".F.":
				change = ".T."
			case old[0] == '(' || old[0] == ',':
				change = old[:1] + rapid.SampledFrom([]string{"0", "1", "2", "3", "5", "100"}).Draw(t, "whole number")
			}
			if at[0] > 0 && tail[at[0]-1] == '\n' { // an instance keeps its number
				continue
			}
			tail = tail[:at[0]] + change + tail[at[1]:]
		}
		start := time.Now()
		m, err := ifc.Read(context.Background(), "changed.ifc", []byte(head+tail))
		if err != nil {
			return
		}
		if took := time.Since(start); took > 20*time.Second {
			t.Fatalf("reading took %v", took)
		}
		if err := m.Scene.Check(); err != nil {
			t.Fatal(err)
		}
	})
}

// Reading files of curved bodies, one after the other.
func BenchmarkCurvedFaces(b *testing.B) {
	samples := slices.Concat(advancedSamples(), sweptSamples(), sectionedSamples())
	triangles := 0
	for range b.N {
		triangles = 0
		for _, c := range samples {
			m, err := ifc.Read(context.Background(), "test.ifc", c.data)
			if err != nil {
				b.Fatal(err)
			}
			for _, e := range m.Elements {
				triangles += e.Triangles
			}
		}
	}
	b.ReportMetric(float64(triangles)*float64(b.N)/b.Elapsed().Seconds(), "triangles/s")
	b.ReportMetric(float64(len(samples)), "files")
}
