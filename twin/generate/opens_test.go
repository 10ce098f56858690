package generate_test

import (
	"context"
	"fmt"
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

// Doors of the building open too: a shelf behind the door of the office is in
// its way, and is told by the door's name.
func TestADoorOfTheBuildingThatCannotOpenIsFound(t *testing.T) {
	cat, err := generate.Catalogue()
	if err != nil {
		t.Fatal(err)
	}
	files, err := generate.DemoSources()
	if err != nil {
		t.Fatal(err)
	}
	for y, want := range map[string]bool{"21.3": true, "23.0": false} {
		list := "id,class,x,y,heading\nbookcase-1,bookcase,16.0," + y + ",180\n"
		got, err := generate.Run(context.Background(), generate.Input{Name: "Store", Catalogue: cat,
			Files: []generate.File{files[0], {Kind: generate.KindPlanogram, Name: "p.csv", Data: []byte(list)}}})
		if err != nil {
			t.Fatal(err)
		}
		told := fmt.Sprint(got.Report.Notes)
		if (got.Report.Blocked == 1) != want || strings.Contains(told, "Door office: its leaf opens only") != want || strings.Contains(told, "bookcase-1 stands there") != want {
			t.Errorf("a bookcase at %s: %d are blocked: %s", y, got.Report.Blocked, told)
		}
	}
}
