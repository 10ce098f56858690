package fit

import (
	"cmp"
	"maps"
	"math"
	"slices"

	"github.com/glasstwin/glasstwin/twin"
)

// join gives shelves before which fewer than k people stopped the mean draw of
// their group, and hours in which fewer came the mean of theirs: what is kept of a
// site is told by k people at least. A group takes in the least of the others until
// k stand behind it, for its sum can be worked out of that of all.
func (s *Shoppers) join(l Looks, k int) (shelves []string, hours int) {
	ids := slices.Sorted(maps.Keys(s.Draw))
	people := make([]int, len(ids))
	for i, id := range ids {
		people[i] = l.Stopped[twin.AssetID(id)]
	}
	group := groupOf(people, k)
	mean := 0.0
	for _, i := range group {
		mean += s.Draw[ids[i]] / float64(len(group))
	}
	for _, i := range group {
		s.Draw[ids[i]] = math.Round(1e4*mean) / 1e4
		shelves = append(shelves, ids[i])
	}
	came := make([]int, len(s.Arrivals))
	for h, n := range l.ByHour {
		if i := min(h%24, len(came)-1); i >= 0 { // a short rest of an hour counts towards the one before
			came[i] += int(n)
		}
	}
	group = groupOf(came, k)
	mean = 0
	for _, i := range group {
		mean += s.Arrivals[i] / float64(len(group))
	}
	for _, i := range group {
		s.Arrivals[i] = mean
	}
	return shelves, len(group)
}

// groupOf are the cells that fewer than k people tell, with the least others until
// k people tell of all of them.
func groupOf(people []int, k int) []int {
	order := make([]int, len(people))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(people[a], people[b]) })
	var group []int
	sum := 0
	for _, i := range order {
		if people[i] >= k && (len(group) == 0 || sum >= k && len(group) > 1) {
			break
		}
		group, sum = append(group, i), sum+people[i]
	}
	slices.Sort(group)
	return group
}
