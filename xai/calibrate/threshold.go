package calibrate

import (
	"cmp"
	"fmt"
	"slices"
)

// Answered is what remains when a model abstains below a confidence.
type Answered struct {
	Threshold float64 // least confidence that is answered
	Accuracy  float64 // of what is answered
	Low95     float64 // lower bound of Wilson's 95 % interval of it
	Coverage  float64 // share of rows that are answered
}

// Threshold finds the lowest confidence above which the accuracy is at least
// the one asked for, with 95 % confidence (Wilson, lower bound). Not ok: no
// threshold gives that; the one of the highest lower bound is returned then.
func Threshold(confidence []float64, right []bool, accuracy float64) (best Answered, ok bool, err error) {
	if len(confidence) != len(right) || len(right) == 0 {
		return Answered{}, false, fmt.Errorf("threshold: %d confidences, %d outcomes", len(confidence), len(right))
	}
	order := make([]int, len(confidence))
	for i := range order {
		order[i] = i
	}
	slices.SortFunc(order, func(a, b int) int { return cmp.Compare(confidence[b], confidence[a]) })
	hits := 0
	for k, i := range order {
		if right[i] {
			hits++
		}
		if k+1 < len(order) && confidence[order[k+1]] == confidence[i] {
			continue
		}
		low, _ := Wilson(hits, k+1, 1.96)
		a := Answered{confidence[i], float64(hits) / float64(k+1), low, float64(k+1) / float64(len(order))}
		if low >= accuracy {
			best, ok = a, true
		} else if !ok && low > best.Low95 {
			best = a
		}
	}
	return best, ok, nil
}
