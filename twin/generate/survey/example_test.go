package survey_test

import (
	"context"
	"fmt"

	"github.com/glasstwin/glasstwin/twin/generate/survey"
)

// A room of 4 × 3 × 2.5 m is found in the points of its six sides.
func ExampleReconstruct() {
	cloud := &survey.Cloud{}
	const step = 0.02
	for u := 0.0; u <= 4; u += step {
		for v := 0.0; v <= 3; v += step {
			cloud.Positions = append(cloud.Positions, float32(u), 0, float32(v), float32(u), 2.5, float32(v))
		}
		for y := 0.0; y <= 2.5; y += step {
			cloud.Positions = append(cloud.Positions, float32(u), float32(y), 0, float32(u), float32(y), 3)
		}
	}
	for v := 0.0; v <= 3; v += step {
		for y := 0.0; y <= 2.5; y += step {
			cloud.Positions = append(cloud.Positions, 0, float32(y), float32(v), 4, float32(y), float32(v))
		}
	}
	s, err := survey.Reconstruct(context.Background(), cloud, survey.Options{})
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, r := range s.Rooms {
		fmt.Printf("%s: %.1f m², %.2f m high\n", r.ID, r.Area, r.Height)
	}
	scene, elements := s.Scene()
	fmt.Println(len(elements), "elements,", scene.Triangles(), "triangles")
	// Output:
	// room-1: 12.0 m², 2.50 m high
	// 6 elements, 72 triangles
}
