package sitefolder

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/glasstwin/glasstwin/twin"
)

// peopleForm is what the site keeps to with where people are.
type peopleForm struct {
	Retention string `yaml:"retention,omitempty"`
	K         *int   `yaml:"k,omitempty"`
}

const (
	dayLong      = 24 * time.Hour
	retentionMin = time.Hour      // a site that runs deletes what is older every sixth of it
	retentionMax = 3650 * dayLong // ten years
	kMax         = 1_000_000
	forever      = "forever"
)

func formOfPeople(p *twin.People) *peopleForm {
	if p == nil {
		return nil
	}
	out := &peopleForm{}
	if p.Retention > 0 {
		out.Retention = SpanText(p.Retention)
	}
	if p.K > 0 {
		out.K = &p.K
	}
	return out
}

// SpanText writes how long positions are kept as site.yaml does.
func SpanText(d time.Duration) string {
	switch {
	case d == twin.Forever:
		return forever
	case d%dayLong == 0:
		return fmt.Sprintf("%dd", d/dayLong)
	}
	return d.String()
}

// addPrivacy takes in how long positions of people are kept, and of how many at
// least a figure is told.
func (f *siteForm) addPrivacy(s *twin.Site) error {
	p := f.People
	if p == nil {
		return nil
	}
	out := &twin.People{}
	if p.Retention != "" {
		d, ok := retention(p.Retention)
		if !ok {
			return wrong(siteFile, path("people", "retention"), "%.40q is no span from 1h to 3650d; write it as 30d or 12h, or as %s when positions are never to be deleted", p.Retention, forever)
		}
		out.Retention = d
	}
	if p.K != nil {
		if *p.K < 1 || *p.K > kMax {
			return wrong(siteFile, path("people", "k"), "%d is no number of people; give the fewest that a told figure stands for, as 5, or 1 when every figure is told", *p.K)
		}
		out.K = *p.K
	}
	s.People = out
	return nil
}

// retention reads whole days, as 30d, or a span as Go writes it.
func retention(text string) (time.Duration, bool) {
	if text == forever {
		return twin.Forever, true
	}
	if days, ok := strings.CutSuffix(text, "d"); ok {
		n, err := strconv.Atoi(days)
		return time.Duration(n) * dayLong, err == nil && n >= 1 && n <= int(retentionMax/dayLong)
	}
	d, err := time.ParseDuration(text)
	return d, err == nil && d >= retentionMin && d <= retentionMax
}
