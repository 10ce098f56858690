package main

import (
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/glasstwin/glasstwin/app"
	"github.com/glasstwin/glasstwin/app/web/page"
	"github.com/glasstwin/glasstwin/connectors/bus"
	"github.com/glasstwin/glasstwin/twin"
)

// TestAPageTellsTheOpenCases: a page that is exported has the case that the
// journal left open; a site that runs keeps it live for whoever fetches it over
// HTTP, and says when it ends that it no longer does.
func TestAPageTellsTheOpenCases(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	site, web := filepath.Join(dir, "shop"), filepath.Join(dir, "page")
	list := write(t, "planogram.csv", "id,class,x,y,heading\nfreezer-2,upright-freezer,4,4,90\n")
	if text, err := program(t, "generate", list, "-o", site).CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, text)
	}
	openAjar(t, site)
	if text, err := program(t, "export", site, "--web", web).CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, text)
	}
	server := httptest.NewServer(http.FileServer(http.Dir(web)))
	defer server.Close()
	first := casesAt(t, server.URL)
	if first.Live || len(first.List) != 1 || first.List[0].Asset != "freezer-2" || len(first.List[0].Told["en"].Bars) == 0 || !strings.Contains(first.List[0].Told["ko"].Sentence, "문") {
		t.Fatalf("the exported page tells %+v", first)
	}

	o, err := openSite(t.Context(), site)
	if err != nil {
		t.Fatal(err)
	}
	speakers, err := everyLanguage(site)
	if err != nil {
		t.Fatal(err)
	}
	r, err := runSite(t.Context(), o, plantAccess{}, speakers[0], t.Logf)
	if err != nil {
		t.Fatal(err)
	}
	live, err := newLivePage(web, site, o.site, t.Logf)
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(t.Context())
	var work sync.WaitGroup
	work.Go(func() { live.run(ctx, r) })
	until := func(what string, holds func(page.Cases) bool) {
		t.Helper()
		for end := time.Now().Add(time.Minute); !holds(casesAt(t, server.URL)); time.Sleep(50 * time.Millisecond) {
			if time.Now().After(end) {
				t.Fatalf("%s: the page tells %+v", what, casesAt(t, server.URL))
			}
		}
	}
	until("while it runs", func(c page.Cases) bool { return c.Live && len(c.List) == 1 && c.Written.After(first.Written) })
	over, err := twin.NewEvent(twin.SituationEnded, time.Now(), twin.Situation{Case: first.List[0].ID, Asset: "freezer-2"})
	if err != nil {
		t.Fatal(err)
	}
	over.Case, over.Asset = first.List[0].ID, "freezer-2"
	if _, err := r.recorder.Append(t.Context(), over); err != nil {
		t.Fatal(err)
	}
	until("when it is over", func(c page.Cases) bool { return c.Live && len(c.List) == 0 })
	stop()
	work.Wait()
	if err := r.Close(t.Context()); err != nil {
		t.Error(err)
	}
	if last := casesAt(t, server.URL); last.Live {
		t.Errorf("after the end it tells %+v", last)
	}

	other, err := newLivePage(web, site, &twin.Site{ID: "elsewhere"}, t.Logf)
	if other != nil || err == nil || !strings.Contains(err.Error(), "export") {
		t.Errorf("the page of another site is taken: %v", err)
	}
	if _, err := newLivePage(dir, site, &twin.Site{ID: "elsewhere"}, t.Logf); err == nil || !strings.Contains(err.Error(), "export") {
		t.Errorf("a folder without a page is taken: %v", err)
	}
}

// openAjar writes the beginning of a recorded case into a site's journal.
func openAjar(t *testing.T, dir string) {
	t.Helper()
	o, err := openSite(t.Context(), dir)
	if err != nil {
		t.Fatal(err)
	}
	data, err := os.ReadFile("../../app/account/testdata/door-ajar.json")
	if err != nil {
		t.Fatal(err)
	}
	var c app.Case
	if err := json.Unmarshal(data, &c); err != nil {
		t.Fatal(err)
	}
	store, err := bus.Open(t.Context(), bus.Options{Dir: journalDir(dir), Site: o.site.ID})
	if err != nil {
		t.Fatal(err)
	}
	for _, step := range []struct {
		kind twin.EventKind
		body any
	}{{twin.SituationRaised, c.Situation}, {twin.DiagnosisMade, c.Diagnosis}, {twin.Explained, c.Explanation}} {
		e, err := twin.NewEvent(step.kind, c.Situation.Detected, step.body)
		if err != nil {
			t.Fatal(err)
		}
		e.Case, e.Asset = c.Situation.Case, c.Situation.Asset
		if _, err := store.Append(t.Context(), e); err != nil {
			t.Fatal(err)
		}
	}
	if err := store.Close(t.Context()); err != nil {
		t.Fatal(err)
	}
}

func casesAt(t *testing.T, url string) page.Cases {
	t.Helper()
	answer, err := http.Get(url + "/" + page.CasesFile)
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	var got page.Cases
	if err := json.NewDecoder(io.LimitReader(answer.Body, page.CasesSize)).Decode(&got); err != nil {
		t.Fatal(err)
	}
	return got
}
