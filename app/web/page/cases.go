package page

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strconv"
	"time"
	"unicode/utf8"

	"github.com/glasstwin/glasstwin/app"
	"github.com/glasstwin/glasstwin/app/account"
	"github.com/glasstwin/glasstwin/app/phrase"
	"github.com/glasstwin/glasstwin/twin"
)

// CasesFile is the file of the open cases. The page fetches it again and again,
// so that whoever renews it in place shows them live.
const CasesFile = "cases.json"

// How much a page is told at most, whatever the journal holds.
const (
	casesMost = 40      // cases
	textMost  = 400     // characters of one text
	CasesSize = 1 << 19 // bytes of the file
)

// CasesBeat is how long a live file stands unrenewed at most; the page tells
// that it is no longer live when it has missed a few.
const CasesBeat = 5 * time.Second

// Cases are the open cases of a site. A page tells of them and decides nothing:
// it cannot know who looks at it.
type Cases struct {
	At      time.Time `json:"at"`      // plant's time of what is told; zero: nothing was ever recorded
	Live    bool      `json:"live"`    // a program renews the file at least each CasesBeat
	Written time.Time `json:"written"` // this machine's time
	List    []Case    `json:"cases"`   // newest first
	More    int       `json:"more"`    // open cases that the list leaves out
}

// Case is one open case.
type Case struct {
	ID    twin.CaseID              `json:"id"`
	Asset twin.AssetID             `json:"asset"`
	Grade account.Grade            `json:"grade,omitempty"` // of the explanation; "": there is none yet
	Told  map[phrase.Language]Told `json:"told"`
}

// Told is what the window's panel tells a manager, in one language.
type Told struct {
	Asset    string `json:"asset"`
	Sentence string `json:"sentence"`
	Standing string `json:"standing"`
	Bars     []Bar  `json:"bars,omitempty"`
	Legend   string `json:"legend,omitempty"` // of the bars, with what those left out add up to
	Sure     string `json:"sure,omitempty"`
	Meaning  string `json:"meaning,omitempty"`
	Badge    string `json:"badge,omitempty"`
	Faithful string `json:"faithful,omitempty"` // what the badge means
}

// Bar is the share of one reading in the verdict.
type Bar struct {
	Name  string  `json:"name"`
	Note  string  `json:"note,omitempty"`
	Share float64 `json:"share"`
}

// DescribeCases tells those of a site's cases that are open, the newest first as
// they come, in the language of each speaker. It does not say when it was
// written, nor whether it is live.
func DescribeCases(site *twin.Site, at time.Time, cases []app.Case, speakers ...*phrase.Speaker) Cases {
	out := Cases{At: at, List: []Case{}}
	for _, c := range cases {
		switch {
		case !open(c):
		case len(out.List) == casesMost:
			out.More++
		default:
			out.List = append(out.List, describeCase(site, c, speakers))
		}
	}
	return out
}

// open tells whether a case still asks for attention: its proposal waits or is
// being watched, or the situation lasts and nothing has been shown to help.
func open(c app.Case) bool {
	if c.Proposal != nil && (c.Stage == app.Proposed || c.Stage == app.Acting) {
		return true
	}
	return c.EndedAt.IsZero() && (c.Outcome == nil || c.Outcome.Result != twin.Verified)
}

func describeCase(site *twin.Site, c app.Case, speakers []*phrase.Speaker) Case {
	out := Case{ID: c.Situation.Case, Asset: c.Situation.Asset, Told: map[phrase.Language]Told{}}
	for _, s := range speakers {
		a := account.Of(s, site, c)
		t := Told{
			Asset: clip(a.Asset), Sentence: clip(a.Sentence), Standing: clip(a.Standing), Sure: clip(a.Sure.Text), Meaning: clip(a.Sure.Meaning),
			Badge: clip(a.Badge.Name), Faithful: clip(a.Badge.Text),
		}
		for _, b := range a.Why.Together[:min(len(a.Why.Together), account.BarsGlance)] {
			t.Bars = append(t.Bars, Bar{clip(b.Name), clip(b.Note), b.Share})
		}
		if len(t.Bars) > 0 {
			legend := a.Why.Legend
			if count, share := account.Rest(a.Why.Together, len(t.Bars)); count > 0 {
				legend += " · " + s.Say("account.rest", "count", strconv.Itoa(count), "share", fmt.Sprintf("%+.2f", share))
			}
			t.Legend = clip(legend)
		}
		out.Grade, out.Told[s.Language()] = a.Badge.Grade, t
	}
	return out
}

// clip bounds a text that holds what others wrote: names and reasons.
func clip(text string) string {
	if utf8.RuneCountInString(text) <= textMost {
		return text
	}
	return string([]rune(text)[:textMost-1]) + "…"
}

// encode writes cases in at most CasesSize bytes; those that find no room are
// counted.
func (c Cases) encode() ([]byte, error) {
	if c.List == nil {
		c.List = []Case{} // the page reads a list
	}
	for {
		data, err := json.Marshal(c)
		if err != nil || len(data) <= CasesSize || len(c.List) == 0 {
			return data, err
		}
		keep := len(c.List) * 3 / 4
		c.More += len(c.List) - keep
		c.List = c.List[:keep]
	}
}

// casesTemporary begins the name of a file that is being written.
const casesTemporary = ".cases-"

// WriteCases renews the cases of the page in dir as a whole: who reads meanwhile
// gets the cases of before.
func WriteCases(dir string, c Cases) error {
	if _, err := os.Lstat(filepath.Join(dir, TwinFile)); err != nil {
		return fmt.Errorf("renew the cases of the page %s: %w", dir, err)
	}
	data, err := c.encode()
	if err != nil {
		return fmt.Errorf("renew the cases of the page %s: %w", dir, err)
	}
	f, err := os.CreateTemp(dir, casesTemporary)
	if err != nil {
		return fmt.Errorf("renew the cases of the page: %w", err)
	}
	defer os.Remove(f.Name()) // gone already when all went well
	_, err = f.Write(data)
	if err = errors.Join(err, f.Chmod(0o644), f.Sync(), f.Close()); err == nil {
		err = os.Rename(f.Name(), filepath.Join(dir, CasesFile))
	}
	if err != nil {
		return fmt.Errorf("renew the cases of the page: %w", err)
	}
	return nil
}

// twinMost bounds what SiteOf reads, bytes: many times the largest page's.
const twinMost = 256 << 20

// SiteOf is the id of the site that the page in dir shows.
func SiteOf(dir string) (string, error) {
	f, err := os.Open(filepath.Join(dir, TwinFile))
	if err != nil {
		return "", fmt.Errorf("%s is no page; make one with glasstwin export SITE --web %s: %w", dir, dir, err)
	}
	defer f.Close()
	var told struct {
		Site Site `json:"site"`
	}
	if err := json.NewDecoder(io.LimitReader(f, twinMost)).Decode(&told); err != nil {
		return "", fmt.Errorf("read the page %s: %s: %w", dir, TwinFile, err)
	}
	return told.Site.ID, nil
}
