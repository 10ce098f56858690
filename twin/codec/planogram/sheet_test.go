package planogram_test

import (
	"bytes"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"github.com/xuri/excelize/v2"

	"github.com/glasstwin/glasstwin/twin/codec/planogram"
)

// workbook writes rows into the second sheet of a workbook whose first sheet is
// a cover.
func workbook(t testing.TB, rows [][]any) []byte {
	t.Helper()
	f := excelize.NewFile()
	defer f.Close()
	if err := f.SetCellValue("Sheet1", "A1", "Planogram of the store"); err != nil {
		t.Fatal(err)
	}
	if _, err := f.NewSheet("Fixtures"); err != nil {
		t.Fatal(err)
	}
	for i, row := range rows {
		if err := f.SetSheetRow("Fixtures", fmt.Sprintf("A%d", i+1), &row); err != nil {
			t.Fatal(err)
		}
	}
	var buf bytes.Buffer
	if err := f.Write(&buf); err != nil {
		t.Fatal(err)
	}
	return buf.Bytes()
}

func TestAWorkbookReadsAsTheListItHolds(t *testing.T) {
	data := workbook(t, [][]any{
		{"Corner Market, spring"},
		{},
		{"Fixture", "Type", "Name", "X", "Y", "Rotation", "Products"},
		{"g-1", "gondola-shelf", "Gondola", 10, 8.6, 90, "rice;flour"},
		{},
		{"f-1", "upright-freezer", "", 2.5, 3, 180, "pizza"},
	})
	got, err := planogram.ReadSheet("p.xlsx", data)
	if err != nil {
		t.Fatal(err)
	}
	want, err := planogram.Read("p.csv", strings.NewReader("\n\nid,class,name,x,y,heading,products\ng-1,gondola-shelf,Gondola,10,8.6,90,rice;flour\n\nf-1,upright-freezer,,2.5,3,180,pizza\n"))
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(want, got, cmpopts.EquateNaNs()); d != "" {
		t.Error(d)
	}
}

func TestSheetsOfOtherCountries(t *testing.T) {
	got, err := planogram.Read("p.csv", strings.NewReader("id;class;x;y;heading;products\na;shelf;1,5;2;90;\"rice;flour\"\n"))
	if err != nil {
		t.Fatal(err)
	}
	if got[0].X != 1.5 || len(got[0].Products) != 2 {
		t.Errorf("read %+v", got[0])
	}
}

func TestBadWorkbooksSayWhatIsWrong(t *testing.T) {
	whole := workbook(t, [][]any{{"id", "class", "x", "y", "heading"}, {"a", "shelf", "one", 2, 3}})
	for name, c := range map[string]struct {
		data []byte
		want string
	}{
		"empty":      {nil, "not a workbook"},
		"cut":        {whole[:len(whole)/2], "not a workbook"},
		"no number":  {whole, `p.xlsx:2: x: "one" is not a number`},
		"no columns": {workbook(t, [][]any{{"shop", "owner"}}), "no sheet has a line"},
	} {
		if _, err := planogram.ReadSheet("p.xlsx", c.data); err == nil || !strings.Contains(err.Error(), c.want) || !strings.Contains(err.Error(), "p.xlsx") {
			t.Errorf("%s: %v, want %q", name, err, c.want)
		}
	}
}

func FuzzReadSheet(f *testing.F) {
	f.Add(workbook(f, [][]any{{"id", "class", "x", "y", "heading"}, {"a", "shelf", 1, 2, 3}}))
	f.Add([]byte("PK\x03\x04"))
	f.Fuzz(func(t *testing.T, data []byte) {
		planogram.ReadSheet("f.xlsx", data)
	})
}
