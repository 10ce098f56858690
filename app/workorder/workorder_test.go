package workorder_test

import (
	"bytes"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/glasstwin/glasstwin/app/phrase"
	"github.com/glasstwin/glasstwin/app/workorder"
	"github.com/glasstwin/glasstwin/scene/geom"
	"github.com/glasstwin/glasstwin/twin"
	"github.com/glasstwin/glasstwin/twin/flow/order"
)

func speaker(l phrase.Language) *phrase.Speaker {
	s, err := phrase.New(l)
	if err != nil {
		panic(err) // the texts are built in
	}
	return s
}

func sheet(n int) workorder.Sheet {
	make := func(at func(i int) float64) *twin.Site {
		s := &twin.Site{ID: "kiosk", Name: "Kiosk 매장", Zones: []twin.Zone{{ID: "floor", Kind: "room", Outline: []geom.Vec2{{0, 0}, {12, 0}, {12, -9}, {0, -9}}}}}
		for i := range n {
			s.Assets = append(s.Assets, twin.Asset{ID: twin.AssetID(fmt.Sprintf("shelf-%d", i+1)), Name: fmt.Sprintf("Shelf %d, 선반", i+1), Size: geom.Vec3{2, 1.8, 0.8},
				Pose: twin.Pose{Position: geom.Vec3{at(i), 0, -4}}})
		}
		s.Assets = append(s.Assets, twin.Asset{ID: "stays", Size: geom.Vec3{3, 1, 1}, Pose: twin.Pose{Position: geom.Vec3{6, 0, -7}}})
		return s
	}
	before, after := make(func(i int) float64 { return 2 + 3*float64(i%3) }), make(func(i int) float64 { return 2 + 3*float64((i+1)%3) })
	return workorder.Sheet{Site: before, After: after, Order: order.Of(before, after, geom.Vec2{6, -1}), Speak: speaker(phrase.English), Title: "Rearrange the shelves",
		Why: []string{"congestion -23 % ± 6"}, Made: time.Date(2026, 3, 1, 20, 0, 0, 0, time.UTC)}
}

func TestATableNamesEveryMove(t *testing.T) {
	var b bytes.Buffer
	if err := workorder.CSV(&b, sheet(3)); err != nil {
		t.Fatal(err)
	}
	want := `number,asset,name,do,from_x_m,from_z_m,from_yaw_deg,to_x_m,to_z_m,to_yaw_deg,metres,turn_deg,after
1,shelf-1,"Shelf 1, 선반",set aside,2.00,-4.00,0,6.00,-1.00,0,5.00,0,
2,shelf-3,"Shelf 3, 선반",move,8.00,-4.00,0,2.00,-4.00,0,6.00,0,1
3,shelf-2,"Shelf 2, 선반",move,5.00,-4.00,0,8.00,-4.00,0,3.00,0,2
4,shelf-1,"Shelf 1, 선반",bring,6.00,-1.00,0,5.00,-4.00,0,3.16,0,3
`
	if b.String() != want {
		t.Errorf("got\n%s\nwant\n%s", b.String(), want)
	}
}

func TestSheetsAreTheSameEachTime(t *testing.T) {
	var one, two, long bytes.Buffer
	for _, b := range []*bytes.Buffer{&one, &two} {
		if err := workorder.PDF(b, sheet(3)); err != nil {
			t.Fatal(err)
		}
	}
	if !bytes.Equal(one.Bytes(), two.Bytes()) || !bytes.HasPrefix(one.Bytes(), []byte("%PDF-")) {
		t.Error("the same order gives other bytes")
	}
	s := sheet(3)
	for range 5 {
		s.Order.Lines = append(s.Order.Lines, s.Order.Lines...)
	}
	if err := workorder.PDF(&long, s); err != nil {
		t.Fatal(err)
	}
	if n := strings.Count(long.String(), "/Type /Page\n"); n < 3 {
		t.Errorf("%d lines on %d pages", len(s.Order.Lines), n)
	}
	var empty bytes.Buffer
	if err := workorder.PDF(&empty, workorder.Sheet{Site: s.Site, After: s.Site, Speak: s.Speak, Title: "Nothing"}); err != nil {
		t.Error(err)
	}
}
