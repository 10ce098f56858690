package page

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/glasstwin/glasstwin/app"
	"github.com/glasstwin/glasstwin/app/account"
	"github.com/glasstwin/glasstwin/app/phrase"
	"github.com/glasstwin/glasstwin/scene"
	"github.com/glasstwin/glasstwin/scene/geom"
	"github.com/glasstwin/glasstwin/scene/light"
	"github.com/glasstwin/glasstwin/twin"
	"github.com/glasstwin/glasstwin/twin/generate"
)

// corner is a room with two freezers.
func corner() *twin.Site {
	site := &twin.Site{ID: "corner", Name: "Corner", TimeZone: "Asia/Seoul", Zones: []twin.Zone{{ID: "floor", Name: "Floor", Kind: generate.Room, Height: 3,
		Outline: []geom.Vec2{{0, -6}, {8, -6}, {8, 0}, {0, 0}}}}}
	for i, id := range []twin.AssetID{"freezer-2", "freezer-5"} {
		site.Assets = append(site.Assets, twin.Asset{ID: id, Class: "upright-freezer", Name: fmt.Sprint("Freezer ", id[8:]), Zone: "floor", Size: geom.Vec3{1.5, 2, 0.8},
			Pose: twin.Pose{Position: geom.Vec3{2 + 4*float64(i), 0, -4}}})
	}
	return site
}

// ajar is a case as the demo store's journal had it: its proposal waits.
func ajar(t *testing.T) app.Case {
	t.Helper()
	data, err := os.ReadFile("../../account/testdata/door-ajar.json")
	if err != nil {
		t.Fatal(err)
	}
	var c app.Case
	if err := json.Unmarshal(data, &c); err != nil {
		t.Fatal(err)
	}
	return c
}

func everyone(t *testing.T) []*phrase.Speaker {
	t.Helper()
	var out []*phrase.Speaker
	for _, l := range phrase.Languages {
		s, err := phrase.New(l)
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, s)
	}
	return out
}

// TestThePageTellsWhatThePanelTells: sentence, bars, certainty and badge are
// those of the account, in every language.
func TestThePageTellsWhatThePanelTells(t *testing.T) {
	c, speakers := ajar(t), everyone(t)
	told := DescribeCases(corner(), c.Situation.Detected, []app.Case{c}, speakers...)
	if len(told.List) != 1 {
		t.Fatalf("%d cases are told", len(told.List))
	}
	for _, s := range speakers {
		want, got := account.Of(s, corner(), c), told.List[0].Told[s.Language()]
		if got.Sentence == "" || got.Sentence != want.Sentence || got.Standing != want.Standing || got.Sure != want.Sure.Text || got.Badge != want.Badge.Name || got.Faithful != want.Badge.Text {
			t.Errorf("%s: the page tells %+v", s.Language(), got)
		}
		if len(got.Bars) != account.BarsGlance || got.Bars[0].Name != want.Why.Bars[0].Name || got.Bars[0].Share != want.Why.Bars[0].Share || !strings.Contains(got.Legend, "29") {
			t.Errorf("%s: the bars are %+v, %q", s.Language(), got.Bars, got.Legend)
		}
	}
	if told.List[0].Grade != account.Faithful || told.List[0].Asset != "freezer-2" {
		t.Errorf("the case is %+v", told.List[0])
	}
}

func TestOnlyOpenCasesAreTold(t *testing.T) {
	over := time.Date(2026, 6, 3, 12, 0, 0, 0, time.UTC)
	p := &twin.Proposal{}
	for _, c := range []struct {
		name string
		c    app.Case
		open bool
	}{
		{"it lasts, nothing is proposed", app.Case{Stage: app.Diagnosed}, true},
		{"it is over, nothing is proposed", app.Case{Stage: app.Diagnosed, EndedAt: over}, false},
		{"it is over, its proposal waits", app.Case{Stage: app.Proposed, Proposal: p, EndedAt: over}, true},
		{"the action is watched", app.Case{Stage: app.Acting, Proposal: p, EndedAt: over}, true},
		{"it helped", app.Case{Stage: app.Closed, Proposal: p, Outcome: &twin.Outcome{Result: twin.Verified}}, false},
		{"it did not help", app.Case{Stage: app.Closed, Proposal: p, Outcome: &twin.Outcome{Result: "failed"}}, true},
		{"denied, but it lasts", app.Case{Stage: app.Abandoned, Proposal: p}, true},
		{"denied, and over", app.Case{Stage: app.Abandoned, Proposal: p, EndedAt: over}, false},
	} {
		if got := len(DescribeCases(corner(), over, []app.Case{c.c}).List) == 1; got != c.open {
			t.Errorf("%s: open is %v", c.name, got)
		}
	}
}

// TestCasesAreBounded: neither many cases nor long names make the file larger
// than it says, and none is left out unsaid.
func TestCasesAreBounded(t *testing.T) {
	site := corner()
	site.Assets[0].Name = strings.Repeat("<\u2028", 50_000) // as JSON six bytes each
	c := ajar(t)
	many := make([]app.Case, 0, 300)
	for i := range 300 {
		x := c
		x.Situation.Case = twin.CaseID(fmt.Sprint("case-", i))
		many = append(many, x)
	}
	told := DescribeCases(site, c.Situation.Detected, many, everyone(t)...)
	data, err := told.encode()
	if err != nil {
		t.Fatal(err)
	}
	var back Cases
	if err := json.Unmarshal(data, &back); err != nil {
		t.Fatal(err)
	}
	if len(data) > CasesSize || len(back.List) == 0 || len(back.List)+back.More != len(many) || back.List[0].ID != "case-0" {
		t.Errorf("%d bytes hold %d cases and leave out %d of %d", len(data), len(back.List), back.More, len(many))
	}
	t.Logf("%d bytes, %d cases", len(data), len(back.List))
}

// TestCasesAreRenewedWhole: whoever fetches the cases over HTTP while they are
// renewed gets all of the old or all of the new.
func TestCasesAreRenewedWhole(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "web")
	if err := WriteCases(dir, Cases{}); err == nil || !strings.Contains(err.Error(), dir) {
		t.Errorf("cases are written where no page is: %v", err)
	}
	if _, err := Write(dir, Describe(Source{Site: corner(), Scene: &scene.Scene{}}), Cases{List: []Case{}}, nil, nil); err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(http.FileServer(http.Dir(dir)))
	defer server.Close()
	c := ajar(t)
	told := DescribeCases(corner(), c.Situation.Detected, []app.Case{c, c, c}, everyone(t)...)
	var work sync.WaitGroup
	work.Go(func() {
		for i := range 40 {
			now := told
			now.List = now.List[:i%4]
			if err := WriteCases(dir, now); err != nil {
				t.Error(err)
			}
		}
	})
	for range 100 {
		if got := fetchCases(t, server.URL); len(got.List) > 3 {
			t.Errorf("%d cases", len(got.List))
		}
	}
	work.Wait()
	if got := fetchCases(t, server.URL); len(got.List) != 3 || got.List[0].Told["ko"].Sentence != told.List[0].Told["ko"].Sentence {
		t.Errorf("in the end it tells %+v", got)
	}
	if err := os.WriteFile(filepath.Join(dir, casesTemporary+"1"), nil, 0o600); err != nil { // left by a program that was killed
		t.Fatal(err)
	}
	if err := Free(dir); err != nil {
		t.Error(err)
	}
	if id, err := SiteOf(dir); id != "corner" || err != nil {
		t.Errorf("the page is of %q: %v", id, err)
	}
}

func fetchCases(t *testing.T, url string) Cases {
	t.Helper()
	answer, err := http.Get(url + "/" + CasesFile)
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	var got Cases
	if err := json.NewDecoder(io.LimitReader(answer.Body, CasesSize)).Decode(&got); err != nil {
		t.Fatal(err)
	}
	return got
}

// TestCasesInChromium: the page lists a case with what the account tells; a click
// flies to its thing and selects it; a case that closes goes by itself.
func TestCasesInChromium(t *testing.T) {
	root, peers := chromium(t)
	cat, err := generate.Catalogue()
	if err != nil {
		t.Fatal(err)
	}
	site := corner()
	sc, index, err := generate.Scene(t.Context(), site, nil, cat)
	if err != nil {
		t.Fatal(err)
	}
	file, err := light.File(t.Context(), sc, light.Options{MaxError: 0.002})
	if err != nil {
		t.Fatal(err)
	}
	c := ajar(t)
	told := DescribeCases(site, c.Situation.Detected, []app.Case{c}, everyone(t)...)
	told.Live, told.Written = true, time.Now()
	dir := filepath.Join(t.TempDir(), "web")
	if _, err := Write(dir, Describe(Source{Site: site, Scene: sc, Index: index, Classes: cat}), told, file.Data, nil); err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(http.FileServer(http.Dir(dir)))
	defer server.Close()
	cmd := exec.CommandContext(t.Context(), "node", "cases.mjs", server.URL+"/", filepath.Join(root, "out", "web"))
	cmd.Dir = peers
	var trouble bytes.Buffer
	cmd.Stderr = &trouble
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	steps := 0
	for lines := bufio.NewScanner(out); lines.Scan(); steps++ { // the first when the case was seen: it closes then
		now := told
		now.List, now.Written = []Case{}, time.Now()
		if err := WriteCases(dir, now); err != nil {
			t.Error(err)
		}
	}
	if err := cmd.Wait(); err != nil || steps != 2 {
		t.Fatalf("%d steps: %v: %s", steps, err, trouble.String())
	}
}
