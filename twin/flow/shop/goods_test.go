package shop_test

import (
	"maps"
	"testing"

	"github.com/glasstwin/glasstwin/twin"
	"github.com/glasstwin/glasstwin/twin/flow/shop"
)

// A shelf of milk and butter that draws 5, one of tea that draws 1, one whose draw
// is not told; then milk and tea change places.
func TestWhatDrawsGoesWithTheGoods(t *testing.T) {
	site := &twin.Site{Assets: []twin.Asset{
		{ID: "cold", Facings: []twin.Facing{{Product: "milk", Count: 3}, {Product: "butter", Count: 1}}, Products: []string{"milk", "butter"}},
		{ID: "dry", Products: []string{"tea"}},
		{ID: "bread", Products: []string{"bread"}},
		{ID: "till"},
	}}
	was := shop.GoodsOf(site)
	if len(was) != 3 || was["cold"]["milk"] != 0.75 || was["dry"]["tea"] != 1 {
		t.Fatalf("%v", was)
	}
	draw := map[string]float64{"cold": 5, "dry": 1, "elsewhere": 7}
	if got := was.Follow(was, draw); !maps.Equal(got, draw) {
		t.Errorf("nothing was laid elsewhere: %v", got)
	}
	lay := func(id twin.AssetID, products ...string) {
		for i := range site.Assets {
			if site.Assets[i].ID == id {
				site.Assets[i].Products, site.Assets[i].Facings = products, nil
			}
		}
	}
	lay("cold", "tea", "butter")
	lay("dry", "milk")
	want := map[string]float64{"cold": (1.0 + 5) / 2, "dry": 5, "elsewhere": 7}
	if got := was.Follow(shop.GoodsOf(site), draw); !maps.Equal(got, want) {
		t.Errorf("milk and tea changed places: %v, not %v", got, want)
	}
	lay("dry", "milk", "something new") // of which nobody knows what it draws
	if got := was.Follow(shop.GoodsOf(site), draw)["dry"]; got != 3 {
		t.Errorf("half of it is new: %v, not 3", got)
	}
	// The same product on two shelves: what it had in the mean of its facings.
	was = shop.Goods{"a": {"milk": 1}, "b": {"milk": 0.5, "tea": 0.5}}
	if got := was.Follow(shop.Goods{"c": {"milk": 1}}, map[string]float64{"a": 4, "b": 1})["c"]; got != 3 {
		t.Errorf("milk on two shelves: %v, not (4·1 + 1·½) / 1½", got)
	}
	if draw["cold"] != 5 || len(draw) != 3 {
		t.Errorf("what was given is changed: %v", draw)
	}
}
