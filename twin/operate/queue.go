package operate

import (
	"math"
	"time"

	"github.com/glasstwin/glasstwin/twin"
)

// queue is what is known of the people of a shop and its tills, to roll forward.
type queue struct {
	inside, waiting, tills float64
	usual                  float64 // people inside, before it began
	behind                 float64 // people still to come in, of a party that is coming in
	coming                 float64 // people an hour, as before it began
	stay                   float64 // hours that one is inside before he stands at a till
	serves                 float64 // people an hour that an open till serves
	filling                bool    // more come in than chance brings: how large the party is cannot be told yet

	opened float64       // tills of these that the twin opened, and can shut
	again  time.Duration // between two looks at whether they are needed; 0: they stay open
}

const (
	queueStep    = time.Minute / 4
	together     = 6 * time.Minute // in which a party comes to the tills
	comingIn     = 2 * time.Minute // of those of it who came in so lately
	followShare  = 0.5             // as many follow: a door lets a party in by and by
	chanceSpread = 2.0             // standard deviations of who comes by chance (Poisson)
	partyIn      = 6 * time.Minute // after which a party is in: fifty people, one in five seconds, and comingIn to see that nobody follows
	queuePast    = time.Hour       // in which what is usual is seen
	queueFine    = 3.0             // people at an open till that nobody minds
	stayUsual    = 0.15            // h, where nothing was seen
	stayLeast    = 0.05
	stayMost     = 0.5
	servesUsual  = 85.0 // people an hour, where too few were seen served
	servesLeast  = 40.0
	servesMost   = 200.0
	servedEnough = 20.0 // person·min·till of queue that a rate is learnt of
)

// queueOf reads the people of a site: its counters, its tills, and what was usual
// before an onset.
func (o *Operator) queueOf(onset time.Time) queue {
	now := o.state.Now()
	from := onset.Add(-queuePast)
	sum := func(class, name string) float64 {
		s := 0.0
		for _, id := range o.signalsOf("", class+":"+name) {
			if x := o.state.Latest(id); x.Live() {
				s += x.Value
			}
		}
		return s
	}
	q := queue{waiting: sum("checkout", "queue-length"), tills: max(1, sum("checkout", "open")), stay: stayUsual, serves: servesUsual}
	for _, id := range o.signalsOf("", "people-counter:occupancy") {
		if x := o.state.Latest(id); x.Live() {
			q.inside = max(q.inside, x.Value) // each counter tells of the whole shop
		}
	}
	for _, id := range o.signalsOf("", "people-counter:in") {
		w := o.state.Window(id, from, onset)
		if n := len(w); n > 1 && w[n-1].At.After(w[0].At) {
			q.coming += max(0, w[n-1].Value-w[0].Value) / w[n-1].At.Sub(w[0].At).Hours()
		}
		if w := o.state.Window(id, now.Add(-comingIn-time.Minute), now.Add(-comingIn)); len(w) > 0 {
			q.behind += o.state.Latest(id).Value - w[len(w)-1].Value
		}
	}
	for _, id := range o.signalsOf("", "people-counter:occupancy") {
		if mean, cover := average(o.state, id, from, onset, o.hold(id)); cover >= coverMin {
			q.usual = max(q.usual, mean)
		}
	}
	if q.coming > 1 && q.usual > 0 {
		q.stay = min(max(q.usual/q.coming, stayLeast), stayMost) // Little's law
	}
	chance := q.coming * comingIn.Hours()
	q.filling = q.behind-chance > chanceSpread*math.Sqrt(max(chance, 1)) && now.Sub(onset) < partyIn
	q.behind = followShare * max(0, q.behind-chance)
	q.serves = o.served(from, now)
	return q
}

// served is how many people an hour an open till has served while somebody waited.
func (o *Operator) served(from, now time.Time) float64 {
	served, busy := 0.0, 0.0
	outs, lines, open := o.signalsOf("", "people-counter:out"), o.signalsOf("", "checkout:queue-length"), o.signalsOf("", "checkout:open")
	at := func(ids []twin.SignalID, t time.Time) (float64, bool) {
		sum := 0.0
		for _, id := range ids {
			w := o.state.Window(id, t.Add(-2*time.Minute), t)
			if len(w) == 0 {
				return 0, false
			}
			sum += w[len(w)-1].Value
		}
		return sum, len(ids) > 0
	}
	for t := from; t.Add(time.Minute).Before(now); t = t.Add(time.Minute) {
		before, a := at(outs, t)
		after, b := at(outs, t.Add(time.Minute))
		line, c := at(lines, t)
		tills, d := at(open, t)
		if a && b && c && d && tills >= 1 && line >= 2*tills && after >= before {
			served, busy = served+after-before, busy+tills
		}
	}
	return min(max((served+servesUsual*servedEnough/60)/((busy+servedEnough)/60), servesLeast), servesMost)
}

// waits rolls the queue forward with more tills open, or fewer: person-hours beyond
// what nobody minds, and the hours for which tills beyond the shop's own are paid for.
// Where they are shut again once they are needed no more, that is a look later.
func (q queue) waits(more float64, span time.Duration) (waited, open float64) {
	inside, line, tills := max(0, q.inside-q.waiting), q.waiting, q.tills+more
	h := queueStep.Hours()
	party := min(inside, max(0, q.inside-q.usual)) // who came together stand at the tills together
	inside -= party
	party += q.behind
	pace := party * float64(queueStep) / float64(together)
	own := q.tills - q.opened
	over := time.Duration(0) // since nobody stands there who came for it
	for t := time.Duration(0); t < span; t += queueStep {
		open += max(0, tills-own) * h
		if over += queueStep; party > 0 || line > queueFine*own {
			over = 0
		}
		if q.again > 0 && over >= q.again {
			tills = min(tills, own)
		}
		join := inside * min(1, h/q.stay)
		inside += q.coming*h - join
		if party > 0 {
			join += pace
			party -= pace
		}
		line = max(0, line+join-tills*q.serves*h)
		waited += max(0, line-queueFine*tills) * h
	}
	return waited, open
}

// cheapest is how many more tills, up to most, or how many fewer of those that the
// twin opened, come to least: wage an hour of each for as long as it stays open, wait
// an hour of each person who waits, and change for each time that somebody is sent to
// open or to shut some.
func (q queue) cheapest(most, wage, wait, change float64, span time.Duration) float64 {
	best, least := 0.0, math.Inf(1)
	for more := -q.opened; more <= min(most, tillsMost); more++ {
		waited, open := q.waits(more, span)
		cost := wage*open + wait*waited
		if more != 0 {
			cost += change
		}
		if q.again > 0 && q.opened+more > 0 {
			cost += change // they are to be shut yet
		}
		if cost < least-1e-9 {
			best, least = more, cost
		}
	}
	return best
}

const tillsMost = 100
