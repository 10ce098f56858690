package main

import (
	"context"
	"fmt"
	"reflect"
	"time"

	"github.com/glasstwin/glasstwin/app/phrase"
	"github.com/glasstwin/glasstwin/app/web/page"
	"github.com/glasstwin/glasstwin/twin"
)

// pageLook is how often it is looked whether the open cases of a page changed.
const pageLook = time.Second

// everyLanguage are the speakers of all languages, who know a site's own words:
// a page is read by anyone.
func everyLanguage(site string) ([]*phrase.Speaker, error) {
	var out []*phrase.Speaker
	for _, l := range phrase.Languages {
		s, err := phrase.New(l, wordsOf(site)...)
		if err != nil {
			return nil, err
		}
		out = append(out, s)
	}
	return out, nil
}

// livePage renews the open cases of the page in dir.
type livePage struct {
	dir      string
	speakers []*phrase.Speaker
	note     func(string, ...any)

	told   page.Cases // last written
	failed string     // what was noted last
}

// newLivePage takes the page of a site; one of another site is refused.
func newLivePage(dir, siteDir string, site *twin.Site, note func(string, ...any)) (*livePage, error) {
	shows, err := page.SiteOf(dir)
	if err != nil {
		return nil, err
	}
	if shows != site.ID {
		return nil, fmt.Errorf("the page %s shows the site %q, not %q: name another, or make it anew with glasstwin export %s --web %s", dir, shows, site.ID, siteDir, dir)
	}
	speakers, err := everyLanguage(siteDir)
	if err != nil {
		return nil, err
	}
	return &livePage{dir: dir, speakers: speakers, note: note}, nil
}

// run renews the cases until ctx ends, and then tells that they are no longer
// live. What goes wrong is noted once and tried again: a page is never a reason
// to stop running a site.
func (l *livePage) run(ctx context.Context, r *runningSite) {
	look := time.NewTicker(pageLook)
	defer look.Stop()
	for {
		if v, err := r.session.View(ctx, time.Time{}); err == nil {
			l.renew(page.DescribeCases(v.Site, v.At, v.Cases, l.speakers...), time.Now())
		} else if ctx.Err() == nil {
			l.trouble(err)
		}
		select {
		case <-ctx.Done():
			if !l.told.Written.IsZero() {
				l.told.Live, l.told.Written = false, time.Now()
				l.trouble(page.WriteCases(l.dir, l.told))
			}
			return
		case <-look.C:
		}
	}
}

// renew writes what changed, and what did not when a beat is due.
func (l *livePage) renew(now page.Cases, at time.Time) {
	if reflect.DeepEqual(now.List, l.told.List) && now.More == l.told.More && at.Sub(l.told.Written) < page.CasesBeat-pageLook {
		return
	}
	now.Live, now.Written = true, at
	err := page.WriteCases(l.dir, now)
	if err == nil {
		l.told = now
	}
	l.trouble(err)
}

func (l *livePage) trouble(err error) {
	if err == nil {
		l.failed = ""
		return
	}
	if said := err.Error(); said != l.failed {
		l.failed = said
		l.note("%v", err)
	}
}
