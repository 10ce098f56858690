package generate_test

import (
	"context"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/glasstwin/glasstwin/twin/generate"
)

// sharedFiles reads real files that lie beside the checkout, by their names
// below the folder of real data.
func sharedFiles(t testing.TB, names ...string) []generate.File {
	t.Helper()
	root := filepath.Join("..", "..", "..", "shared", "data")
	var out []generate.File
	for _, pattern := range names {
		list, err := filepath.Glob(filepath.Join(root, pattern))
		if err != nil || len(list) == 0 {
			if os.Getenv("CI") == "true" {
				t.Fatalf("%s: no such file beside the checkout (%v)", pattern, err)
			}
			t.Skipf("%s: no such file beside the checkout", pattern)
		}
		for _, path := range list {
			data, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			name := filepath.Base(path)
			kind, ok := generate.KindOf(name, data[:min(len(data), generate.HeadMax)])
			if !ok {
				t.Fatalf("%s: of no known kind", path)
			}
			out = append(out, generate.File{Kind: kind, Name: name, Data: data})
		}
	}
	return out
}

func TestRealStoresGetTheirShelvesAndAShell(t *testing.T) {
	for name, c := range map[string]struct {
		files    []string
		shelves  int
		products int
		size     [2]float64 // of the floor, metres
	}{
		"mapped by a robot":   {[]string{"store-k4r/waterfront-shelves.json"}, 165, 0, [2]float64{36, 17.5}},
		"a retail laboratory": {[]string{"store-k4r/uni-bremen/*.json", "store-k4r/uni-bremen/products/*.json"}, 19, 100, [2]float64{9, 7}},
	} {
		t.Run(name, func(t *testing.T) {
			cat, err := generate.Catalogue()
			if err != nil {
				t.Fatal(err)
			}
			got, err := generate.Run(context.Background(), generate.Input{Name: "Store", Files: sharedFiles(t, c.files...), Catalogue: cat})
			if err != nil {
				t.Fatal(err)
			}
			shelves, products := 0, 0
			for _, a := range got.Site.Assets {
				if a.Class == "shelf-section" {
					shelves++
					products += len(a.Products)
				}
			}
			if shelves != c.shelves || products < c.products {
				t.Errorf("%d shelves with %d products, want %d with %d or more", shelves, products, c.shelves, c.products)
			}
			// 1,625 of the laboratory's facings have one pose, and a shelf shows 60 of them: that is told.
			told := slices.ContainsFunc(got.Report.Notes, func(n generate.Note) bool {
				return strings.Contains(n.Text, "1625 products, 1625 of them at one and the same place, where they cannot all be; 60 are shown")
			})
			if told != (c.products > 0) {
				t.Errorf("told of a shelf with more than is shown: %v", told)
			}
			if n := len(got.Site.Assets) - shelves; n != 1 {
				t.Errorf("%d things besides the shelves, want the door alone", n)
			}
			sc, index, err := generate.Scene(context.Background(), got.Site, got.Building, cat)
			if err != nil {
				t.Fatal(err)
			}
			size := index.Bounds.Size()
			if math.Abs(size[0]-c.size[0]) > 1.5 || math.Abs(size[2]-c.size[1]) > 1.5 {
				t.Errorf("%.1f × %.1f m, want about %.1f × %.1f", size[0], size[2], c.size[0], c.size[1])
			}
			walls := 0
			for _, n := range sc.Nodes {
				if strings.HasPrefix(n.Entity, "building/wall-") {
					walls++
				}
			}
			if walls != 6 { // one of the four stands left of, right of and above the door
				t.Errorf("%d pieces of wall, want 6", walls)
			}
		})
	}
}

func BenchmarkRealStore(b *testing.B) {
	cat, err := generate.Catalogue()
	if err != nil {
		b.Fatal(err)
	}
	files := sharedFiles(b, "store-k4r/waterfront-shelves.json")
	for b.Loop() {
		got, err := generate.Run(context.Background(), generate.Input{Name: "Store", Files: files, Catalogue: cat})
		if err != nil {
			b.Fatal(err)
		}
		if _, _, err := generate.Scene(context.Background(), got.Site, got.Building, cat); err != nil {
			b.Fatal(err)
		}
	}
}
