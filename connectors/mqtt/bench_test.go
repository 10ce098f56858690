package mqtt

import (
	"fmt"
	"strings"
	"testing"

	"github.com/glasstwin/glasstwin/twin"
)

// BenchmarkCrowd reads one message of a sensor that tells where 200 people are. A
// store's ten sensors at 10 Hz are 100 a second.
func BenchmarkCrowd(b *testing.B) {
	a, err := parse("hall/people#/people?at=/ts&unit=mm&turn=30")
	if err != nil {
		b.Fatal(err)
	}
	var list []string
	for i := range 200 {
		list = append(list, fmt.Sprintf(`{"id":"p%d","x":%d,"y":%d,"height":1720}`, i, 137*i, 91*i))
	}
	raw := []byte(`{"ts":1780480800500,"people":[` + strings.Join(list, ",") + `]}`)
	g := twin.Signal{ID: "camera-1/positions", Kind: twin.Positions}
	b.SetBytes(int64(len(raw)))
	b.ReportAllocs()
	for b.Loop() {
		if x, odd := readPayload(raw).sample(g, a); odd != "" || len(x.Vector) != 400 {
			b.Fatal(odd)
		}
	}
}
