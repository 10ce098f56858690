package whatif_test

import (
	"context"
	"testing"

	"github.com/glasstwin/glasstwin/twin"
	"github.com/glasstwin/glasstwin/twin/flow/whatif"
)

// Half of what lies on the shelf that draws most changes places with half of what
// lies at the back wall: that is no exchange of whole fixtures, and people go after
// it all the same.
func TestPeopleFollowAPartOfTheGoods(t *testing.T) {
	lay := func(left, back []twin.Facing) *twin.Site {
		return &twin.Site{Assets: []twin.Asset{{ID: "left", Class: "shelf", Facings: left}, {ID: "back-1", Class: "shelf", Facings: back}}}
	}
	before := lay([]twin.Facing{{Product: "milk", Count: 2}, {Product: "butter", Count: 2}}, []twin.Facing{{Product: "tea", Count: 4}, {Product: "rice", Count: 4}})
	after := lay([]twin.Facing{{Product: "milk", Count: 2}, {Product: "tea", Count: 2}}, []twin.Facing{{Product: "butter", Count: 4}, {Product: "rice", Count: 4}})
	s := whatif.Study{Days: 6, Hours: 0.3, Shoppers: 120}
	s.Options.Draw = map[string]float64{"left": 12}
	var sold [3]map[twin.AssetID]float64
	for i, now := range []*twin.Site{nil, after, before} {
		x := &whatif.Scenario{Ground: kiosk(2)}
		if now != nil {
			x.Since(before, now)
		}
		days, err := whatif.Live(context.Background(), s, x, nil)
		if err != nil {
			t.Fatal(err)
		}
		sold[i] = map[twin.AssetID]float64{}
		for _, d := range days {
			for id, n := range d.Sold {
				sold[i][id] += n
			}
		}
	}
	t.Logf("sold before %v, after %v", sold[0], sold[1])
	if sold[1]["left"] > 0.8*sold[0]["left"] || sold[1]["back-1"] < 3*sold[0]["back-1"] {
		t.Errorf("sold before %v, after %v: nobody followed", sold[0], sold[1])
	}
	if sold[2]["left"] != sold[0]["left"] || sold[2]["back-1"] != sold[0]["back-1"] {
		t.Errorf("where nothing was laid elsewhere %v are sold, not %v", sold[2], sold[0])
	}
}
