package congestion

import (
	"fmt"

	"github.com/glasstwin/glasstwin/study"
	"github.com/glasstwin/glasstwin/twin"
)

// Moment is a moment of a day with what may come of it.
type Moment struct {
	At   float64             // s since the day began
	Ways [][]twin.Trajectory // of each future, where everybody is from then on
}

// Known is how much of what comes can be known at all.
type Known struct {
	N       int     // zones and moments
	Crowded float64 // share of them after which it is crowded
	All     float64 // balanced accuracy of who knows everybody's list, queue and place, and how many come in an hour
	Model   float64 // of the model, who sees where people are
	Same    float64 // of persistence
}

// Limit measures how well congestion can be told of moments of a day of which the
// futures are known as often as chance brings them. Each future in turn is what
// comes, and all others together are what somebody tells who knows all but the dice:
// nobody can do better, and with few futures they do somewhat better than this says.
func Limit(f *study.File, ways []twin.Trajectory, moments []Moment) (*Known, error) {
	fail := func(err error) (*Known, error) { return nil, fmt.Errorf("what can be known of congestion: %w", err) }
	k := kind{name: Study().Name}
	m, part, err := k.load(f, partModel)
	if err != nil {
		return fail(err)
	}
	fl, err := loadFloor(f)
	if err != nil {
		return fail(err)
	}
	d := dayOf("day", ways)
	t := fl.table([]day{d})
	p := m.Probabilities(t.Rows)
	var all, model, same tally
	out := &Known{}
	for _, now := range moments {
		minute := int(now.At/60) - 1 // the last one that has ended
		first := (minute - d.from - past) * len(fl.Zones)
		if first < 0 || first+len(fl.Zones) > len(t.Rows) || len(now.Ways) < 2 {
			return fail(fmt.Errorf("a moment after %.0f s with %d futures: give moments of the day, %d minutes after it began and %d before it ends, with two futures at least", now.At, len(now.Ways), past+1, ahead+1))
		}
		often := make([]int, len(fl.Zones))
		came := make([][]bool, len(now.Ways))
		for n, w := range now.Ways {
			next := fl.count(day{list: w, to: minute + ahead + span})
			for i, z := range fl.Zones {
				is := fl.comes(z, next.heads[z.Square], minute)
				came[n] = append(came[n], is)
				if is {
					often[i]++
				}
			}
		}
		for i := range fl.Zones {
			for n := range now.Ways {
				label, others := 0, often[i]
				if came[n][i] {
					label, others = 1, others-1
					out.Crowded++
				}
				out.N++
				all.add(label, float64(others)/float64(len(now.Ways)-1) >= part.At)
				model.add(label, p[first+i][1] >= part.At)
				same.add(label, t.Rows[first+i][columnCrowded] > 0)
			}
		}
	}
	out.Crowded /= float64(max(1, out.N))
	out.All, out.Model, out.Same = all.balanced(), model.balanced(), same.balanced()
	return out, nil
}

// add counts one that was told.
func (a *tally) add(label int, say bool) {
	a[label][0]++
	if say == (label == 1) {
		a[label][1]++
	}
}
