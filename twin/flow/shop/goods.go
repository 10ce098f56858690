package shop

import (
	"maps"
	"slices"

	"github.com/glasstwin/glasstwin/twin"
)

// Goods are what lies on each fixture: its products, and what share of its
// facings each has.
type Goods map[twin.AssetID]map[string]float64

// GoodsOf are those of a site, of fixtures whose products are told.
func GoodsOf(site *twin.Site) Goods {
	out := Goods{}
	for _, a := range site.Assets {
		if a.Bare {
			continue
		}
		shares := map[string]float64{}
		sum := 0.0
		for _, f := range a.Facings {
			shares[f.Product] += float64(f.Count)
			sum += float64(f.Count)
		}
		if sum == 0 { // as its class stocks it: all alike
			for _, p := range a.Products {
				shares[p]++
				sum++
			}
		}
		if sum == 0 {
			continue
		}
		for p := range shares {
			shares[p] /= sum
		}
		out[a.ID] = shares
	}
	return out
}

// Follow are the draws of fixtures after their goods were laid elsewhere, from
// those that they had when was lay on them: a fixture whose goods are the same
// keeps its own, another has the mean of what each of its products had where it
// lay then, and of products that lay nowhere the usual one. A draw that is not
// told is the usual one, 1, and a fixture of which no goods are told keeps its own.
// It changes nothing that it is given.
func (was Goods) Follow(now Goods, draw map[string]float64) map[string]float64 {
	of := func(id twin.AssetID) float64 {
		if d, set := draw[string(id)]; set {
			return d
		}
		return 1
	}
	product, weight := map[string]float64{}, map[string]float64{}
	for _, id := range slices.Sorted(maps.Keys(was)) {
		for _, p := range slices.Sorted(maps.Keys(was[id])) {
			product[p] += was[id][p] * of(id)
			weight[p] += was[id][p]
		}
	}
	out := maps.Clone(draw)
	if out == nil {
		out = map[string]float64{}
	}
	for _, id := range slices.Sorted(maps.Keys(now)) {
		if before, ok := was[id]; ok && maps.Equal(before, now[id]) {
			continue
		}
		d := 0.0
		for _, p := range slices.Sorted(maps.Keys(now[id])) {
			each := 1.0
			if weight[p] > 0 {
				each = product[p] / weight[p]
			}
			d += now[id][p] * each
		}
		out[string(id)] = d
	}
	return out
}
