package shelves_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/glasstwin/glasstwin/twin/codec/shelves"
)

func Example() {
	file, err := shelves.Read("shelves.json", []byte(`[
		{"id": 408, "positionX": 2, "positionY": 1, "positionZ": 0, "orientationZ": 0, "orientationW": 1, "width": 1, "height": 2, "depth": 0.6}]`))
	if err != nil {
		fmt.Println(err)
		return
	}
	placed, _ := shelves.Settle(file.Shelves)
	fmt.Printf("%s at %.1f, %.1f\n", placed[0].ID, placed[0].CenterX, placed[0].CenterY)
	// Output: 408 at 2.0, 1.0
}

// shared is where real stores lie beside the checkout.
func shared(t *testing.T, name string) []byte {
	t.Helper()
	data, err := os.ReadFile(filepath.Join("..", "..", "..", "..", "shared", "data", "store-k4r", name))
	if err != nil {
		if os.Getenv("CI") == "true" {
			t.Fatal(err)
		}
		t.Skipf("no real store beside the checkout: %v", err)
	}
	return data
}

func TestAStoreThatARobotMapped(t *testing.T) {
	file, err := shelves.Read("waterfront-shelves.json", shared(t, "waterfront-shelves.json"))
	if err != nil {
		t.Fatal(err)
	}
	if len(file.Shelves) != 165 {
		t.Fatalf("%d shelves, want 165", len(file.Shelves))
	}
	placed, r := shelves.Settle(file.Shelves)
	t.Log(r)
	if r.Stood > 0.001 || r.Shut > 0 {
		t.Errorf("%.1f %% of the shelves' area stands in another, %d fronts are shut", 100*r.Stood, r.Shut)
	}
	if r.Backed < 80 {
		t.Errorf("%d shelves stand back to back, want half or more", r.Backed)
	}
	for _, p := range placed {
		if math.Abs(p.FloorZ) > 1e-9 {
			t.Errorf("shelf %s stands at %g m", p.ID, p.FloorZ)
		}
	}
}

func TestARetailLaboratory(t *testing.T) {
	file, err := shelves.Read("shelves_knowrob.json", shared(t, "uni-bremen/shelves_knowrob.json"))
	if err != nil {
		t.Fatal(err)
	}
	placed, r := shelves.Settle(file.Shelves)
	t.Log(r)
	if len(placed) != 19 || r.Across != 0 || r.Along != 0 || r.Front != -1 || r.Up != -0.5 || r.Stood > 0 || r.Shut > 0 {
		t.Errorf("%d shelves, %+v: want 19 with the position in their middle", len(placed), r)
	}
	facing, err := shelves.Read("0000040056371.json", shared(t, "uni-bremen/products/0000040056371.json"))
	if err != nil {
		t.Fatal(err)
	}
	if f := facing.Facings[0]; f.Shelf != "DMShelfW100_EVZDYXFU" || f.Product != "432216" {
		t.Errorf("the facing is %+v", f)
	}
	products, err := shelves.Read("product_list.json", shared(t, "uni-bremen/product_list.json"))
	if err != nil {
		t.Fatal(err)
	}
	if p := products.Products; len(p) != 5 || p[0].ID != "4000125077310" {
		t.Errorf("the products are %+v", p)
	}
}

// rows lays out a store of double rows, with shelves whose positions mean the
// place told by across and along.
func rows(random *rand.Rand, across, along, front float64) []shelves.Shelf {
	var out []shelves.Shelf
	turn := random.Float64() * 2 * math.Pi
	for row := range 4 {
		depth := 0.4 + 0.3*random.Float64()
		for side := range 2 {
			for k := range 8 {
				yaw := turn
				cx, cy := float64(k)*1.0, float64(row)*3.0
				if side == 1 {
					yaw += math.Pi
					cy += depth
				}
				s, c := math.Sincos(turn)
				mx, my := c*cx-s*cy, s*cx+c*cy
				if front > 0 {
					yaw += math.Pi // the frame's +y looks out instead of in
				}
				s, c = math.Sincos(yaw)
				out = append(out, shelves.Shelf{ID: fmt.Sprint(len(out)), Yaw: yaw, Width: 1, Depth: depth, Height: 2,
					X: mx - c*across*1 + s*along*depth, Y: my - s*across*1 - c*along*depth})
			}
		}
	}
	return out
}

func TestWhatPositionsMeanIsFound(t *testing.T) {
	random := rand.New(rand.NewPCG(5, 0))
	right := 0
	for range 60 {
		along := []float64{-0.5, 0, 0.5}[random.IntN(3)]
		front := []float64{-1, 1}[random.IntN(2)]
		list := rows(random, 0, along, front)
		placed, r := shelves.Settle(list)
		if along*front > 0 && r.Along == -along && r.Front == -front {
			right++ // backs of double rows: both readings cover the same floor
			continue
		}
		if r.Along == along && r.Front == front && r.Shut == 0 && len(placed) == len(list) {
			right++
		} else {
			t.Logf("along %v, front %v read as %+v", along, front, r)
		}
	}
	if right < 60 {
		t.Errorf("%d of 60 stores are read right", right)
	}
}

func TestBadFilesSayWhatIsWrong(t *testing.T) {
	for name, c := range map[string]struct{ data, want string }{
		"empty":        {"", "not JSON"},
		"cut":          {`[{"positionX": 1,`, "line 1"},
		"no shelves":   {`[]`, "no shelf"},
		"no size":      {`[{"id":1,"positionX":1,"positionY":2,"width":0,"height":1,"depth":1}]`, "a width of 0 m"},
		"far away":     {`[{"id":1,"positionX":1e7,"positionY":2,"width":1,"height":1,"depth":1}]`, "metres"},
		"short frame":  {`[["a","b"]]`, "six parts"},
		"wrong pose":   {`[["a","b",["map",[1,2],[0,0,0,1]],1,1,1]]`, "pose"},
		"something":    {`[{"colour":"red"}]`, "entry 1"},
		"wrong number": {`[{"positionX":"two"}]`, "entry 1"},
	} {
		if _, err := shelves.Read("store.json", []byte(c.data)); err == nil || !strings.Contains(err.Error(), c.want) || !strings.HasPrefix(err.Error(), "store.json") {
			t.Errorf("%s: %v, want the file and %q", name, err, c.want)
		}
	}
}

func TestSettleKeepsEveryShelf(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		at, size := rapid.Float64Range(-50, 50), rapid.Float64Range(0.1, 3)
		list := rapid.SliceOfN(rapid.Custom(func(t *rapid.T) shelves.Shelf {
			return shelves.Shelf{ID: "s", X: at.Draw(t, "x"), Y: at.Draw(t, "y"), Yaw: at.Draw(t, "yaw"), Width: size.Draw(t, "w"), Depth: size.Draw(t, "d"), Height: size.Draw(t, "h")}
		}), 0, 20).Draw(t, "shelves")
		placed, r := shelves.Settle(list)
		if len(placed) != len(list) || r.Stood < 0 || r.Stood > 1 {
			t.Fatalf("%d of %d shelves, %+v", len(placed), len(list), r)
		}
		for i, p := range placed {
			if d := math.Hypot(p.CenterX-list[i].X, p.CenterY-list[i].Y); d > math.Hypot(p.Width, p.Depth)/2+1e-9 {
				t.Fatalf("shelf %d was moved %g m", i, d)
			}
		}
	})
}

func FuzzRead(f *testing.F) {
	f.Add([]byte(`[{"id":1,"positionX":1,"positionY":2,"width":1,"height":1,"depth":1}]`))
	f.Add([]byte(`[["x#a","m.dae",["map",[1,2,3],[0,0,0,1]],1,1,1]]`))
	f.Add([]byte(`[{"FacingPose":["l",[0,0,0],[0,0,0,1]],"Frame":"a","Product":"p"}]`))
	f.Add([]byte(`{"_embedded":{"shelves":[]}}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		file, err := shelves.Read("f.json", data)
		if err == nil {
			if placed, _ := shelves.Settle(file.Shelves[:min(50, len(file.Shelves))]); len(placed) > 0 && math.IsNaN(placed[0].CenterX) {
				t.Fatal("a shelf stands nowhere")
			}
		}
	})
}

func BenchmarkSettle(b *testing.B) {
	list := rows(rand.New(rand.NewPCG(1, 0)), 0, 0, -1)
	for b.Loop() {
		shelves.Settle(list)
	}
}
