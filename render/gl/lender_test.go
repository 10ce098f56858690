package gl

import (
	"testing"

	"pgregory.net/rapid"
)

// TestWhatIsLentNeverOverlaps: ranges that are out at the same time share no
// element, all that is free can be lent again, and free ranges never touch.
func TestWhatIsLentNeverOverlaps(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var l lender
		owner := []int{}
		out := map[int]span{}
		for step := range rapid.IntRange(1, 60).Draw(t, "steps") {
			switch rapid.IntRange(0, 2).Draw(t, "act") {
			case 0:
				l.grow(l.size + rapid.IntRange(1, 40).Draw(t, "more"))
				owner = append(owner, make([]int, l.size-len(owner))...)
			case 1:
				n := rapid.IntRange(1, 30).Draw(t, "n")
				first, ok := l.lend(n)
				if !ok {
					if need := l.lacks(n); need > 0 {
						continue
					}
					t.Fatalf("%d are free at the end, and not lent", n)
				}
				for i := first; i < first+n; i++ {
					if owner[i] != 0 {
						t.Fatalf("element %d is lent twice", i)
					}
					owner[i] = step + 1
				}
				out[step+1] = span{first, n}
			default:
				for k, s := range out {
					l.back(s)
					for i := s.first; i < s.first+s.count; i++ {
						owner[i] = 0
					}
					delete(out, k)
					break
				}
			}
			used := 0
			for _, s := range out {
				used += s.count
			}
			free := 0
			for i, s := range l.free {
				free += s.count
				if i > 0 && l.free[i-1].first+l.free[i-1].count >= s.first {
					t.Fatalf("free ranges touch: %v", l.free)
				}
			}
			if used != l.used || used+free != l.size {
				t.Fatalf("%d are lent and %d free of %d; %d are told", used, free, l.size, l.used)
			}
		}
	})
}
