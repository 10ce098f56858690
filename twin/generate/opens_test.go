package generate_test

import (
	"context"
	"strings"
	"testing"

	"github.com/glasstwin/glasstwin/twin/generate"
)

func TestADoorThatCannotOpenIsFound(t *testing.T) {
	cat, err := generate.Catalogue()
	if err != nil {
		t.Fatal(err)
	}
	for list, want := range map[string]int{
		"id,class,x,y,heading\ncold,upright-freezer,4,4,180\nshelf,shelf-section,4,3.0,0\n": 1,
		"id,class,x,y,heading\ncold,upright-freezer,4,4,180\nshelf,shelf-section,4,1.6,0\n": 0,
	} {
		got, err := generate.Run(context.Background(), generate.Input{Name: "Store", Files: []generate.File{{Kind: generate.KindPlanogram, Name: "p.csv", Data: []byte(list)}}, Catalogue: cat})
		if err != nil {
			t.Fatal(err)
		}
		told := ""
		for _, n := range got.Report.Notes {
			if n.Place == "cold" {
				told += n.String()
			}
		}
		if (got.Report.Blocked > 0) != (want > 0) || (want > 0) != strings.Contains(told, "shelf stands there") {
			t.Errorf("%s%d are blocked: %q", list, got.Report.Blocked, told)
		}
	}
}
