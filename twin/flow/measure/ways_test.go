package measure

import (
	"reflect"
	"testing"
)

// Ways count people, not their pieces nor how often one of them goes.
func TestWaysCountPeople(t *testing.T) {
	visits := []Visit{
		{Person: "a", Zone: 0}, {Person: "a", Zone: 1}, {Person: "a", Zone: 0}, {Person: "a", Zone: 1},
		{Person: "a/2", Zone: 0}, {Person: "a/2", Zone: 1},
		{Person: "b", Zone: 0}, {Person: "b", Zone: 1}, {Person: "b", Zone: 2},
	}
	if got, want := Ways(visits, 2), []Way{{[]int{0, 1}, 2, 4}, {[]int{1, 0}, 1, 1}, {[]int{1, 2}, 1, 1}}; !reflect.DeepEqual(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
	if got, want := Ways(visits, 3), []Way{{[]int{0, 1, 0}, 1, 1}, {[]int{0, 1, 2}, 1, 1}, {[]int{1, 0, 1}, 1, 1}}; !reflect.DeepEqual(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
	matrix := OriginDestination(visits, 3)
	for _, w := range Ways(visits, 2) {
		if matrix[w.Zones[0]][w.Zones[1]] != w.Times {
			t.Errorf("%v: the matrix has %d", w, matrix[w.Zones[0]][w.Zones[1]])
		}
	}
}
