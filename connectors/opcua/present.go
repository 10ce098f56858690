package opcua

import (
	"slices"
	"time"

	"github.com/glasstwin/glasstwin/twin"
)

// present is the plant's time as most of its assets tell it: each gateway stamps
// values by a clock of its own, and one of them may be wrong.
type present struct {
	heard map[twin.AssetID]stamp
}

// stamp is the newest time that an asset's values bore, and when they arrived.
type stamp struct{ source, arrived time.Time }

const (
	presentSpan  = 2 * time.Second // of this machine's time: who was heard within it is asked
	presentLeast = 5               // assets, to outvote one
	agreeWithin  = time.Minute     // of the median: they tell the same time
)

func (p *present) hear(a twin.AssetID, source, arrived time.Time) {
	if p.heard == nil {
		p.heard = map[twin.AssetID]stamp{}
	}
	if s := p.heard[a]; !s.arrived.Equal(arrived) || source.After(s.source) {
		p.heard[a] = stamp{source, arrived}
	}
}

// now is what time it is, while more than half of the assets that are heard agree;
// false when they do not, or too few are heard.
func (p *present) now(arrived time.Time) (time.Time, bool) {
	var all []time.Time
	for _, s := range p.heard {
		if arrived.Sub(s.arrived) <= presentSpan {
			all = append(all, s.source)
		}
	}
	if len(all) < presentLeast {
		return time.Time{}, false
	}
	slices.SortFunc(all, time.Time.Compare)
	mid, agree := all[len(all)/2], 0
	for _, at := range all {
		if d := mid.Sub(at); d < agreeWithin && d > -agreeWithin {
			agree++
		}
	}
	return mid, 2*agree > len(all)
}
