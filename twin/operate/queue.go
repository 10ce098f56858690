package operate

import (
	"math"
	"slices"
	"time"

	"github.com/glasstwin/glasstwin/twin"
)

// queue is what is known of the people of a shop and its tills, to roll forward.
type queue struct {
	inside, waiting, tills float64
	usual                  float64 // people inside, of as many as come without a party
	behind                 float64 // people still to come in, of a party that is coming in
	coming                 float64 // people an hour, without a party
	stay                   float64 // hours that one is inside before he stands at a till
	serves                 float64 // people an hour that an open till serves
	filling                bool    // more come in than chance brings: how large the party is cannot be told yet

	unsure  float64       // standard deviation of coming, as a share of it; 0: it is taken for sure
	next    float64       // tills that the roster has open once it changes
	changes time.Duration // until then; 0: that is not known

	decided bool          // before: to open more must be worth twice what it takes, as the forecast errs
	opened  float64       // tills of these that the twin opened, and can shut
	worth   float64       // hours of a till that sending somebody to shut it costs
	again   time.Duration // between two looks at whether they are needed; 0: they stay open
}

const (
	queueStep     = time.Minute / 2
	together      = 9 * time.Minute // in which a party that is in comes to the tills
	comingIn      = 2 * time.Minute // of those of it who came in so lately
	followShare   = 0.5             // as many follow: a door lets a party in by and by
	easily        = 0.85            // of what the shop's own tills serve: of as many who come no queue grows by chance
	chanceSpread  = 2.0             // standard deviations of who comes by chance (Poisson)
	partyIn       = 6 * time.Minute // after which a party is in: fifty people, one in five seconds, and comingIn to see that nobody follows
	queuePast     = time.Hour       // in which what is usual is seen
	queueFine     = 3.0             // people at an open till that nobody minds
	stayUsual     = 0.15            // h, where nothing was seen
	stayLeast     = 0.05
	stayMost      = 0.5
	servesUsual   = 85.0 // people an hour, where too few were seen served
	servesLeast   = 40.0
	servesMost    = 200.0
	changeShare   = 0.15             // by which what comes in the next hours is another than what came
	halfForgotten = 20 * time.Minute // after which a minute tells half as much of who comes now
	arrivalsLeast = 5 * time.Minute  // of those, to tell it of
	servedEnough  = 20.0             // person·min·till of queue that a rate is learnt of
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
	before, came, seen := 0.0, 0.0, 0.0
	for _, id := range o.signalsOf("", "people-counter:in") {
		w := o.state.Window(id, from, onset)
		if n := len(w); n > 1 && w[n-1].At.After(w[0].At) {
			before += max(0, w[n-1].Value-w[0].Value) / w[n-1].At.Sub(w[0].At).Hours()
		}
		rate, n := arrivals(o.state.Window(id, from, now), onset, now)
		came, seen = came+rate, seen+n
		if w := o.state.Window(id, now.Add(-comingIn-time.Minute), now.Add(-comingIn)); len(w) > 0 {
			q.behind += o.state.Latest(id).Value - w[len(w)-1].Value
		}
	}
	for _, id := range o.signalsOf("", "people-counter:occupancy") {
		if mean, cover := average(o.state, id, from, onset, o.hold(id)); cover >= coverMin {
			q.usual = max(q.usual, mean)
		}
	}
	if before > 1 && q.usual > 0 {
		q.stay = min(max(q.usual/before, stayLeast), stayMost) // Little's law
	}
	q.coming = before
	if seen > 0 {
		q.coming, q.unsure = came, math.Sqrt(1/seen+changeShare*changeShare)
	}
	if before > 1 {
		q.usual *= q.coming / before
	}
	q.next, q.changes = o.roster()
	chance := q.coming * comingIn.Hours()
	q.filling = q.behind-chance > chanceSpread*math.Sqrt(max(chance, 1)) && now.Sub(onset) < partyIn
	q.behind = followShare * max(0, q.behind-chance)
	q.serves = o.served(from, now)
	if planned, fewer := o.shrunk(); fewer {
		q.coming = min(q.coming, easily*planned*q.serves) // as many came before, and who wrote the roster knew that fewer would
	}
	return q
}

// arrivals is how many people an hour a counter tells, the latest counting most, and of
// how many that is known. Who came in with a party tells nothing of who comes after.
func arrivals(w []twin.Sample, onset, now time.Time) (rate, of float64) {
	came, hours, square := 0.0, 0.0, 0.0
	for i := 1; i < len(w); i++ {
		a, b := w[i-1], w[i]
		if b.At.After(onset.Add(-time.Minute)) && a.At.Before(onset.Add(partyIn)) || !b.At.After(a.At) {
			continue
		}
		share := math.Exp2(-float64(now.Sub(b.At)) / float64(halfForgotten))
		n := max(0, b.Value-a.Value) // it begins anew at midnight
		came, hours, square = came+share*n, hours+share*b.At.Sub(a.At).Hours(), square+share*share*n
	}
	if hours < arrivalsLeast.Hours() || came <= 0 {
		return 0, 0
	}
	return came / hours, came * came / square
}

// roster is how many tills the roster has open next, and in how long; 0: it is not
// known.
func (o *Operator) roster() (tills float64, in time.Duration) {
	for _, id := range o.signalsOf("", "staff-terminal:tills-change-in") {
		g, _ := o.site.Signal(id)
		left, next := o.state.Latest(id), o.state.Latest(twin.SignalOf(g.Asset, "tills-planned-next"))
		if left.Live() && next.Live() && left.Value > 0 && next.Value >= 1 {
			return next.Value, max(time.Second, time.Duration(left.Value*float64(time.Minute))-o.state.Now().Sub(left.At))
		}
	}
	return 0, 0
}

// shrunk tells that the roster has come to have fewer tills open lately, and how many.
func (o *Operator) shrunk() (planned float64, lately bool) {
	for _, id := range o.signalsOf("", "staff-terminal:tills-planned") {
		is := o.state.Latest(id)
		for _, was := range o.state.Window(id, o.state.Now().Add(-halfForgotten), o.state.Now()) {
			lately = lately || is.Live() && was.Live() && was.Value > is.Value
		}
		planned += is.Value
	}
	return planned, lately
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
// what nobody minds, the hours for which tills beyond the shop's own are paid for, and
// how likely somebody must be sent to shut them: once they are needed no more, that is
// a look later, unless the roster shuts them soon anyway. It is rolled for as many
// people as come now, and for fewer and more, as far as their number is unsure.
func (q queue) waits(more float64, span time.Duration) (waited, open, sent float64) {
	for _, x := range []struct{ by, share float64 }{{-q.unsure, 0.25}, {0, 0.5}, {q.unsure, 0.25}} {
		r := q
		r.coming *= max(0, 1+math.Sqrt2*x.by)
		w, o, s := r.rolled(more, span)
		waited, open, sent = waited+x.share*w, open+x.share*o, sent+x.share*s
		if q.unsure == 0 {
			return w, o, s
		}
	}
	return waited, open, sent
}

func (q queue) rolled(more float64, span time.Duration) (waited, open, sent float64) {
	inside, tills := max(0, q.inside-q.waiting), q.tills+more
	l := newLine(q.waiting)
	h := queueStep.Hours()
	party := min(inside, max(0, q.inside-q.usual)) // who came together stand at the tills together
	inside -= party
	party += q.behind
	pace := party * float64(queueStep) / float64(together)
	own := q.tills - q.opened
	over := time.Duration(0) // since nobody stands there who came for it
	for t := time.Duration(0); t < span; t += queueStep {
		if q.changes > 0 && t >= q.changes && t < q.changes+queueStep { // the roster opens and shuts tills
			tills, own = q.next, q.next
			q.coming = min(q.coming, easily*own*q.serves) // who wrote it knows when fewer come
		}
		open += max(0, tills-own) * h
		if over += queueStep; party > 0 || l.mean() > queueFine*own {
			over = 0
		}
		left := math.Inf(1) // hours of tills that are paid for if nobody shuts them
		if q.changes > t {
			left = (q.changes - t).Hours() * (tills - own)
		}
		idle := over >= q.again && q.coming < easily*own*q.serves
		if q.again > 0 && idle && tills > own && left > q.worth {
			tills, sent = own, 1
		}
		join := inside * min(1, h/q.stay)
		inside += q.coming*h - join
		if party > 0 {
			join += pace
			party -= pace
		}
		l.step(join, tills*q.serves*h)
		waited += l.beyond(queueFine*tills) * h
	}
	return waited, open, sent
}

// cheapest is how many more tills, up to most, or how many fewer of those that the
// twin opened, come to least: wage an hour of each for as long as it stays open, wait
// an hour of each person who waits, and change for each time that somebody is sent to
// open or to shut some. Of more tills that come to nearly the same it is
// the fewest: the forecast errs by more than that.
func (q queue) cheapest(most, wage, wait, change float64, span time.Duration) float64 {
	if wage > 0 {
		q.worth = change / wage
	}
	if q.decided && q.opened == 0 {
		q.unsure = 0 // if more come than now, the next look sees them; nothing is to be shut that would then be missed
	}
	best, least := 0.0, math.Inf(1)
	var opening []float64 // what each number of more tills, from none on, comes to
	for more := -q.opened; more <= min(most, tillsMost); more++ {
		waited, open, sent := q.waits(more, span)
		cost := wage*open + wait*waited
		if more != 0 {
			cost += change
		}
		if more > 0 && q.decided {
			cost += change
		}
		if q.opened+more > 0 {
			cost += change * sent // they are to be shut yet
		}
		if more >= 0 {
			opening = append(opening, cost)
		}
		if cost < least-1e-9 {
			best, least = more, cost
		}
	}
	if best > 0 {
		best = float64(slices.IndexFunc(opening, func(cost float64) bool { return cost <= least+change/2 }))
	}
	return best
}

const tillsMost = 100
