package phrase

import (
	"encoding/json"
	"fmt"
	"math"
	"regexp"
	"sort"
	"strconv"
	"strings"

	"github.com/glasstwin/glasstwin/twin"
)

// The twin writes its reasons into the journal in words of its own. They are
// recognized by the patterns of told.json, named as the texts in which a
// Speaker tells them again.

// pattern recognizes one sentence of the twin.
type pattern struct {
	key   string
	match *regexp.Regexp
}

// placeForm is what may stand at a place of a pattern; at others, anything.
var placeForm = map[string]string{
	"action": `[a-z0-9-]+`, "address": `\S+`, "asset": `[^\s/]+`, "error": `[^;]+`, "fault": `[a-z0-9-]+`, "guard": `[^\s:]+`, "key": `[^:;]+`, "id": `[^\s:]+`, "mode": `[a-z]+`,
	"high": `[^;()]+`, "limit": `[^;()]+`, "low": `[^;()]+`, "quality": `[a-z]+`, "signal": `[^\s/]+/[a-z0-9-]+`, "stage": `[a-z]+`, "unit": `[^,]*`,
}

var place = regexp.MustCompile(`\\\{([a-z]+)\\\}`) // as QuoteMeta leaves it

// Bounds on what is recognized: a sentence of the twin is far shorter.
const (
	toldMax    = 2000 // bytes
	clausesMax = 6    // parted by semicolons, or told within each other
)

func readPatterns() ([]pattern, error) {
	raw, err := catalogues.ReadFile("told.json")
	if err != nil {
		return nil, fmt.Errorf("read the twin's own sentences: %w", err)
	}
	var forms map[string]string
	if err := json.Unmarshal(raw, &forms); err != nil {
		return nil, fmt.Errorf("read the twin's own sentences: %w", err)
	}
	out := make([]pattern, 0, len(forms))
	for key, form := range forms {
		expr := place.ReplaceAllStringFunc(regexp.QuoteMeta(form), func(p string) string {
			name := place.FindStringSubmatch(p)[1]
			inside, ok := placeForm[name]
			if !ok {
				inside = `.+`
			}
			return "(?P<" + name + ">" + inside + ")"
		})
		match, err := regexp.Compile("^" + expr + "$")
		if err != nil {
			return nil, fmt.Errorf("read the twin's sentence %s: %w", key, err)
		}
		out = append(out, pattern{key, match})
	}
	sort.Slice(out, func(i, k int) bool { // the longest says most
		a, b := len(forms[out[i].key]), len(forms[out[k].key])
		return a > b || a == b && out[i].key < out[k].key
	})
	return out, nil
}

// Told tells a reason that the twin wrote down in the speaker's language. What
// it does not recognize is returned as it stands.
func (s *Speaker) Told(text string) string {
	if len(text) > toldMax {
		return text
	}
	return s.retold(text, clausesMax)
}

func (s *Speaker) retold(text string, clauses int) string {
	if clauses == 0 {
		return text
	}
	for _, p := range s.told {
		if found := p.match.FindStringSubmatch(text); found != nil {
			var pairs []string
			for i, name := range p.match.SubexpNames() {
				if name != "" {
					pairs = append(pairs, name, s.retell(name, found[i], clauses-1))
				}
			}
			return s.Say(p.key, pairs...)
		}
	}
	if first, rest, several := strings.Cut(text, "; "); several {
		return s.retold(first, clauses-1) + s.Say("list.clause") + s.retold(rest, clauses-1)
	}
	return text
}

// retell is what stood at a place, as a person reads it.
func (s *Speaker) retell(name, value string, clauses int) string {
	switch name {
	case "action":
		return s.within(s.Action(twin.ActionClass(value)))
	case "asset":
		return s.AssetName(twin.Asset{ID: twin.AssetID(value)})
	case "fault":
		return s.Fault(value)
	case "feature":
		return s.Feature(value)
	case "features":
		names := strings.Split(value, " / ")
		for i, n := range names {
			names[i] = s.Feature(n)
		}
		return strings.Join(names, s.Say("list.and"))
	case "figure": // "deletion_gain -0.012"
		name, number, _ := strings.Cut(value, " ")
		if v, err := strconv.ParseFloat(number, 64); err != nil || math.IsNaN(v) || math.IsInf(v, 0) {
			number = s.Say("value.unknown")
		}
		return s.named("figure", name) + " " + strings.Replace(number, "-", "−", 1)
	case "guard":
		return s.named("guard", value)
	case "key":
		return s.Feature(strings.ReplaceAll(value, " ", "-"))
	case "mode":
		return s.ModeName(twin.Mode(value))
	case "quality":
		return s.Quality(twin.Quality(value))
	case "signal":
		return s.signalWord(twin.SignalID(value))
	case "stage":
		return s.within(s.named("stage", value))
	case "why":
		return s.retold(value, clauses)
	}
	return value
}
