package operate

import "math"

// line is how likely so many people stand at the tills: who comes by chance makes a
// queue that the mean alone does not have.
type line struct {
	share []float64 // of each length, in steps of lineGrain from 0
	spare []float64
}

const (
	lineGrain = 0.5  // people
	lineMost  = 200  // people; beyond, all is one
	lineLeast = 1e-7 // of a share; what is less is joined to the next shorter
)

func newLine(people float64) *line {
	l := &line{share: make([]float64, 1, 4*lineMost)}
	l.put(&l.share, people/lineGrain, 1)
	return l
}

// put adds a share at a length between two steps.
func (l *line) put(to *[]float64, at, share float64) {
	at = min(max(at, 0), lineMost/lineGrain)
	k := int(at)
	for len(*to) < k+2 {
		*to = append(*to, 0)
	}
	f := at - float64(k)
	(*to)[k] += share * (1 - f)
	(*to)[k+1] += share * f
}

// step lets people come by chance, in the mean join, and serves so many.
func (l *line) step(join, served float64) {
	out := l.spare[:0]
	come := poisson(join)
	for k, p := range l.share {
		if p == 0 {
			continue
		}
		for n, c := range come {
			l.put(&out, float64(k)+(float64(n)-served)/lineGrain, p*c)
		}
	}
	for n := len(out); n > 1 && out[n-1] < lineLeast; n-- {
		out[n-2] += out[n-1]
		out = out[:n-1]
	}
	l.spare, l.share = l.share, out
}

func (l *line) mean() float64 { return l.beyond(0) }

// beyond is how many people stand there beyond a number, in the mean.
func (l *line) beyond(people float64) float64 {
	sum := 0.0
	for k, p := range l.share {
		sum += p * max(0, float64(k)*lineGrain-people)
	}
	return sum
}

// poisson is how likely 0, 1, 2… come of whom so many do in the mean.
func poisson(mean float64) []float64 {
	mean = min(max(mean, 0), lineMost)
	p := math.Exp(-mean)
	all := []float64{p}
	sum := p
	for n := 1.0; sum < 1-lineLeast && n < 3*mean+20; n++ {
		p *= mean / n
		all, sum = append(all, p), sum+p
	}
	all[len(all)-1] += 1 - sum
	return all
}
