package diagnose

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/glasstwin/glasstwin/twin"
	"github.com/glasstwin/glasstwin/twin/codec/recording"
	"github.com/glasstwin/glasstwin/xai"
)

// None is the class of a healthy cabinet.
const None = "none"

// Classes in the order of the model.
var Classes = []string{None, "door-ajar", "compressor-degradation", "sensor-bias", "fan-failure", "blocked-condenser"}

// PartOf is the component that a fault sits in.
func PartOf(fault string) string {
	switch fault {
	case "door-ajar":
		return partDoor
	case "compressor-degradation":
		return partCompressor
	case "sensor-bias":
		return partSensor
	case "fan-failure":
		return partFan
	case "blocked-condenser":
		return partCondenser
	}
	return ""
}

// Moment is one diagnosis that could be made of a recording.
type Moment struct {
	Asset twin.AssetID
	At    time.Time
	Row   []float64
	Why   string // set when the diagnosis has to abstain
	// Short is the row of a twin that was switched on a little while ago and
	// knows nothing of before; ShortWhy as Why.
	Short    []float64
	ShortWhy string
	Truth    string
	// Since is how long the fault has been there, or was over, at At; negative:
	// nothing ever was.
	Since time.Duration
	Past  bool // a fault was there in the evidence or its baseline but is over
	Onset time.Time
}

// shortHistory is what twins that were switched on lately know, in turn.
var shortHistory = [...]time.Duration{6 * time.Minute, 9 * time.Minute, 14 * time.Minute, 20 * time.Minute, 28 * time.Minute, 40 * time.Minute, 60 * time.Minute}

// shows is how long a fault that does not grow slowly takes to be seen; other
// faults take Settle. Younger ones train nothing.
var shows = map[string]time.Duration{"door-ajar": 5 * time.Minute, "fan-failure": 10 * time.Minute, "sensor-bias": 10 * time.Minute}

// Every is how often a recording is looked at for training and evaluation.
const Every = 10 * time.Minute

// Settle is the time from which on a fault counts in the evaluation: the class
// of a window in which it has just begun is neither. Younger ones count for the
// delay of detection only.
const Settle = 20 * time.Minute

// Replay applies a recording to a fresh state and returns what can be seen of
// every cabinet at each step.
func Replay(rec *recording.Recording, truth []recording.Episode, every time.Duration) ([]Moment, error) {
	site := SiteOf(rec)
	cabinets := Cabinets(site)
	if len(cabinets) == 0 {
		return nil, fmt.Errorf("the recording has no refrigerated cabinet: none has air-temperature and compressor-running")
	}
	for _, e := range truth {
		if PartOf(e.Fault) == "" {
			return nil, fmt.Errorf("the truth names fault %q of %s, which is none of %s", e.Fault, e.Device, strings.Join(Classes[1:], ", "))
		}
	}
	st := twin.NewState(site)
	var out []Moment
	turn := 0
	next := rec.From.Add(Window + 10*time.Minute)
	for _, s := range rec.Samples {
		for s.At.After(next) {
			for _, c := range cabinets {
				m := Moment{Asset: c, At: next}
				m.Row, m.Why = Row(st, c, next)
				m.Short, m.ShortWhy = history{st, next.Add(-shortHistory[turn%len(shortHistory)])}.row(c, next)
				turn++
				m.label(truth)
				out = append(out, m)
			}
			next = next.Add(every)
		}
		st.Apply(s)
	}
	return out, nil
}

func (m *Moment) label(truth []recording.Episode) {
	m.Truth, m.Since = None, -1
	for _, e := range truth {
		if e.Device != m.Asset || e.Onset.After(m.At) {
			continue
		}
		if e.End.After(m.At) {
			m.Truth, m.Since, m.Onset, m.Past = e.Fault, m.At.Sub(e.Onset), e.Onset, false
			return
		}
		m.Past, m.Since, m.Onset = true, m.At.Sub(e.End), e.Onset
	}
}

// Settled tells whether the moment's class is beyond doubt: a fault has been
// there for a while, or the last one has been over for longer than evidence
// and baseline reach back.
func (m Moment) Settled() bool {
	if m.Why != "" {
		return false
	}
	if m.Truth != None {
		return m.Since >= Settle
	}
	return !m.Past || m.Since >= Window+Baseline
}

// teaches tells whether a model should learn from the moment.
func (m Moment) teaches() bool {
	if m.Truth != None && Shows(m.Truth, m.Since) {
		return m.Why == ""
	}
	return m.Settled()
}

// Shows tells whether a fault that has been there for so long can be seen.
func Shows(fault string, since time.Duration) bool {
	if at, ok := shows[fault]; ok {
		return since >= at
	}
	return since >= Settle
}

// Cools tells whether a class of devices measures the air that cools a condenser.
func Cools(class string) bool { return class == classRoom || class == classWeather }

// shortEvery is which share of moments teaches with a short history too.
const shortEvery = 3

// Add appends moments that teach to a table, as one group.
func Add(t *xai.Table, moments []Moment, group string) {
	if t.Columns == nil {
		t.Columns, t.Classes = Columns(), Classes
	}
	add := func(row []float64, truth string) {
		t.Rows, t.Labels, t.Groups = append(t.Rows, row), append(t.Labels, slices.Index(Classes, truth)), append(t.Groups, group)
	}
	for i, m := range moments {
		if !m.teaches() {
			continue
		}
		add(m.Row, m.Truth)
		if i%shortEvery == 0 && m.ShortWhy == "" {
			add(m.Short, m.Truth)
		}
	}
}

// Cabinets are the assets that have what a refrigerated cabinet has.
func Cabinets(site *twin.Site) []twin.AssetID {
	names := make(map[twin.AssetID]int)
	for _, g := range site.Signals {
		if g.Name == "air-temperature" || g.Name == "compressor-running" {
			names[g.Asset]++
		}
	}
	var out []twin.AssetID
	for _, a := range site.Assets {
		if names[a.ID] == 2 {
			out = append(out, a.ID)
		}
	}
	return out
}

// classOf a device, by the first word of its name in a recording.
var classOf = map[string]string{"freezer": "upright-freezer", "chest": "chest-freezer", "multideck": "refrigerated-multideck",
	"climate": classRoom, "weather": classWeather}

// SiteOf is the least site that a recording tells of: its devices, their classes
// by their names, and their signals.
func SiteOf(rec *recording.Recording) *twin.Site {
	site := &twin.Site{ID: "recording"}
	seen := make(map[string]bool)
	for _, id := range rec.Signals {
		asset, name, _ := strings.Cut(string(id), "/")
		if !seen[asset] {
			seen[asset] = true
			kind, _, _ := strings.Cut(asset, "-")
			site.Assets = append(site.Assets, twin.Asset{ID: twin.AssetID(asset), Class: classOf[kind]})
		}
		site.Signals = append(site.Signals, twin.Signal{ID: id, Asset: twin.AssetID(asset), Name: name})
	}
	return site
}
