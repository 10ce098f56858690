package order_test

import (
	"fmt"
	"testing"

	"pgregory.net/rapid"

	"github.com/glasstwin/glasstwin/scene/geom"
	"github.com/glasstwin/glasstwin/twin"
	"github.com/glasstwin/glasstwin/twin/flow/order"
)

// shelves stand side by side, 2 m wide, 1 m deep.
func shelves(at ...float64) *twin.Site {
	s := &twin.Site{}
	for i, x := range at {
		s.Assets = append(s.Assets, twin.Asset{ID: twin.AssetID(fmt.Sprintf("shelf-%d", i+1)), Name: fmt.Sprintf("Shelf %d", i+1), Size: geom.Vec3{2, 1.8, 1}, Pose: twin.Pose{Position: geom.Vec3{x, 0, 0}}})
	}
	return s
}

func ExampleOf() {
	// The second must leave before the first can come; two others change places.
	o := order.Of(shelves(0, 2.5, 10, 20), shelves(2.5, 5, 20, 10), geom.Vec2{0, 8})
	for _, l := range o.Lines {
		fmt.Println(l, l.Waits)
	}
	// Output:
	// 1. Shelf 2 goes 2.50 m to (5.00, 0.00) []
	// 2. Shelf 1 goes 2.50 m to (2.50, 0.00) [1]
	// 3. Shelf 3 is set aside []
	// 4. Shelf 4 goes 10.00 m to (10.00, 0.00) [3]
	// 5. Shelf 3 goes 21.54 m to (20.00, 0.00) [4]
}

// Whatever is exchanged with whatever: every line goes to a place that is free
// then, and in the end all stand where they shall.
func TestEveryLineCanBeDone(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(1, 7).Draw(t, "shelves")
		var from, to []float64
		slots := rapid.Permutation([]int{0, 1, 2, 3, 4, 5, 6, 7, 8}).Draw(t, "from")
		aims := rapid.Permutation([]int{0, 1, 2, 3, 4, 5, 6, 7, 8}).Draw(t, "to")
		for i := range n {
			from, to = append(from, 2*float64(slots[i])), append(to, 2*float64(aims[i]))
		}
		before, after := shelves(from...), shelves(to...)
		at := map[twin.AssetID]float64{}
		for _, a := range before.Assets {
			at[a.ID] = a.Pose.Position[0]
		}
		const aside = -100
		for _, l := range order.Of(before, after, geom.Vec2{aside, 0}).Lines {
			if at[l.Asset.ID] != l.From.Position[0] {
				t.Fatalf("%v: it stands at %.0f", l, at[l.Asset.ID])
			}
			at[l.Asset.ID] = l.To.Position[0]
			for id, x := range at {
				if id != l.Asset.ID && x == l.To.Position[0] && x != aside {
					t.Fatalf("%v: %s stands there", l, id)
				}
			}
		}
		for _, a := range after.Assets {
			if at[a.ID] != a.Pose.Position[0] {
				t.Fatalf("%s ends at %.0f", a.ID, at[a.ID])
			}
		}
	})
}

// Goods that change places are one line of it, and nothing else is.
func TestGoodsThatAreExchangedAreOneLine(t *testing.T) {
	before, after := shelves(0, 4, 8), shelves(0, 4, 8)
	for i := range before.Assets {
		before.Assets[i].Products = []string{string(before.Assets[i].ID)}
	}
	for i := range after.Assets {
		after.Assets[i].Products = before.Assets[[3]int{2, 1, 0}[i]].Products
	}
	o := order.Of(before, after, geom.Vec2{})
	if len(o.Lines) != 1 || o.Things != 0 || o.Lines[0].Asset.ID != before.Assets[0].ID || o.Lines[0].Goods != before.Assets[2].ID {
		t.Errorf("%+v", o.Lines)
	}
	after.Assets[2].Products = []string{"new"} // no exchange: one shelf has goods that no shelf had
	if o := order.Of(before, after, geom.Vec2{}); len(o.Lines) != 0 {
		t.Errorf("%+v", o.Lines)
	}
}
