package tree_test

import (
	"bytes"
	"math"
	"strings"
	"testing"

	"github.com/glasstwin/glasstwin/xai/tree"
)

func TestAModelComesBackAsItWas(t *testing.T) {
	data := encoded(t, fit(t, label(made(300, 3, 5), 3, quadrant), tree.Options{Rounds: 4, Depth: 3}))
	m, err := tree.Decode(bytes.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(encoded(t, m), data) {
		t.Error("it is another after reading and writing")
	}
}

func TestADamagedModelIsRefused(t *testing.T) {
	data := string(encoded(t, fit(t, label(made(300, 3, 5), 3, quadrant), tree.Options{Rounds: 2, Depth: 2})))
	for name, c := range map[string]struct{ from, to, says string }{
		"cut":         {data[len(data)/2:], "", "cut off"},
		"format":      {`"gradient-boosted trees"`, `"recipe"`, "recipe"},
		"task":        {`"multiclass"`, `"guess"`, "guess"},
		"classes":     {`["a","b","c"]`, `["a","b"]`, "classes"},
		"normal":      {`"normal":"a"`, `"normal":"z"`, "normal class"},
		"column":      {`"feature":[0`, `"feature":[7`, "column 7"},
		"loop":        {`"left":[1`, `"left":[0`, "children"},
		"outside":     {`"left":[1`, `"left":[999`, "children"},
		"cover":       {`"cover":[300`, `"cover":[0`, "rows"},
		"base":        {`"base":[`, `"base":[0,`, "bases"},
		"temperature": {`"temperature":`, `"temperature":1e9,"x":`, "temperature"},
	} {
		t.Run(name, func(t *testing.T) {
			spoilt := strings.Replace(data, c.from, c.to, 1)
			if spoilt == data {
				t.Fatalf("%q does not stand in the file", c.from)
			}
			_, err := tree.Decode(strings.NewReader(spoilt))
			if err == nil || !strings.Contains(err.Error(), c.says) {
				t.Errorf("got %v, want an error that says %q", err, c.says)
			}
		})
	}
}

func FuzzDecode(f *testing.F) {
	f.Add(encoded(f, fit(f, label(made(100, 2, 5), 3, quadrant), tree.Options{Rounds: 2, Depth: 2})))
	f.Add([]byte(`{"format":"gradient-boosted trees","fileVersion":1,"task":"regression","temperature":1,"base":[0],"columns":[{"name":"x","scale":1}],"trees":[{"feature":[0,-1,-1],"value":[0.5,1,2],"left":[1,0,0],"missing":[1,0,0],"cover":[3,1,2],"gain":[1,0,0]}]}`))
	f.Add([]byte(`{}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		m, err := tree.Decode(bytes.NewReader(data))
		if err != nil {
			return
		}
		row := make([]float64, len(m.Columns))
		row[0] = math.NaN()
		if got := len(m.Outputs([][]float64{row})[0]); got == 0 {
			t.Error("no output")
		}
	})
}
