// Package phrase turns what the twin tells into sentences, labels and numbers
// in the user's language. Every text that a person sees comes from its
// catalogues (en.json, ko.json), which hold the same keys, or from the titles in
// class files. It must never decide
// anything, know a widget, or hold a text of one language in code. Start
// reading at Speaker.
package phrase

import (
	"embed"
	"encoding/json"
	"fmt"
	"io/fs"
	"strings"

	"github.com/glasstwin/glasstwin/assets"
	"github.com/glasstwin/glasstwin/twin"
)

// Language names a catalogue.
type Language string

const (
	English Language = "en"
	Korean  Language = "ko"
)

// Languages lists every language that there is a catalogue for.
var Languages = [...]Language{English, Korean}

//go:embed en.json ko.json told.json clauses.json
var catalogues embed.FS

// Speaker says things in one language. It is safe for concurrent use.
type Speaker struct {
	lang  Language
	texts map[string]string
	told  []pattern

	clauses map[string]string // of features, by their English; nil in English
}

// New returns a speaker of a language, who knows the words of the class files in
// own besides those that the program carries.
func New(lang Language, own ...fs.FS) (*Speaker, error) {
	raw, err := catalogues.ReadFile(string(lang) + ".json")
	if err != nil {
		return nil, fmt.Errorf("no texts in the language %q: choose one of %v", lang, Languages)
	}
	s := &Speaker{lang: lang}
	if err := json.Unmarshal(raw, &s.texts); err != nil {
		return nil, fmt.Errorf("read the texts of %s: %w", lang, err)
	}
	for _, classes := range append([]fs.FS{assets.Catalogue()}, own...) {
		if err := s.learn(classes); err != nil {
			return nil, err
		}
	}
	if s.told, err = readPatterns(); err != nil {
		return nil, err
	}
	if lang == Korean {
		s.clauses, err = readClauses()
	}
	return s, err
}

// Of returns the language that a locale of the system ("ko_KR.UTF-8") asks
// for, English when there is no catalogue for it.
func Of(locale string) Language {
	code, _, _ := strings.Cut(strings.ReplaceAll(locale, "-", "_"), "_")
	for _, l := range Languages {
		if strings.EqualFold(code, string(l)) {
			return l
		}
	}
	return English
}

// Language is the language spoken.
func (s *Speaker) Language() Language { return s.lang }

// Say returns the text of a key, with each {name} replaced by the value that
// follows it in pairs. An unknown key is returned as it is.
func (s *Speaker) Say(key string, pairs ...string) string {
	text, ok := s.texts[key]
	if !ok {
		return key
	}
	if len(pairs) > 0 {
		old := make([]string, len(pairs)&^1)
		for i := 0; i+1 < len(pairs); i += 2 {
			old[i], old[i+1] = "{"+pairs[i]+"}", pairs[i+1]
		}
		text = strings.NewReplacer(old...).Replace(text)
	}
	if s.lang == Korean {
		text = particles(text)
	}
	return text
}

// named says a key made of a group and an id, and falls back to the id's own
// words, so that a class added to a catalogue of things is still readable.
func (s *Speaker) named(group, id string) string {
	if text, ok := s.texts[group+"."+id]; ok {
		return text
	}
	return strings.NewReplacer("-", " ", "_", " ").Replace(id)
}

// Fault names a fault class.
func (s *Speaker) Fault(class string) string { return s.named("fault", class) }

// Action names what an action class does, in the imperative.
func (s *Speaker) Action(class twin.ActionClass) string { return s.named("action", string(class)) }

// Deed names what a proposal does: its class of actions, or that what was done of it
// is taken back.
func (s *Speaker) Deed(p *twin.Proposal) string {
	if p.Back {
		return s.Say("action.back", "action", s.within(s.Action(p.Class)))
	}
	return s.Action(p.Class)
}

// Doing names what an action class does as it stands inside of a sentence.
func (s *Speaker) Doing(class twin.ActionClass) string { return s.within(s.Action(class)) }

// Within is a text as it stands inside of a sentence.
func (s *Speaker) Within(text string) string { return s.within(text) }

// Upper is a text as it begins a sentence.
func (s *Speaker) Upper(text string) string { return capital(text) }

// ModeName names a mode.
func (s *Speaker) ModeName(m twin.Mode) string { return s.named("mode", string(m)) }

// Quality names a quality.
func (s *Speaker) Quality(q twin.Quality) string { return s.named("quality", string(q)) }

// SignalName names a signal within its asset.
func (s *Speaker) SignalName(id twin.SignalID) string { return capital(s.signalWord(id)) }

// signalWord names a signal as it stands inside of a sentence.
func (s *Speaker) signalWord(id twin.SignalID) string {
	name := string(id)
	if i := strings.LastIndexByte(name, '/'); i >= 0 {
		name = name[i+1:]
	}
	return s.named("signal", name)
}

// GuardName tells what a guard wants.
func (s *Speaker) GuardName(id string) string { return s.named("guard", id) }

// pairSign stands between the two features of a pair.
const pairSign = " × "

func pair(feature string) bool { return strings.Contains(feature, pairSign) }

// Feature names a feature of a model: a known one by its text, one that is a
// signal by the signal's name, a pair by both of its parts, and what is made of
// clauses by each of them.
func (s *Speaker) Feature(name string) string {
	if a, b, ok := strings.Cut(name, pairSign); ok {
		return s.Feature(a) + " × " + s.Feature(b)
	}
	if text, ok := s.texts["feature."+name]; ok {
		return text
	}
	if _, ok := s.texts["signal."+name]; ok {
		return s.named("signal", name)
	}
	return s.inClauses(name)
}

// EventName names a kind of journal event, as a mark of the time line.
func (s *Speaker) EventName(k twin.EventKind) string { return s.named("event", string(k)) }

func capital(text string) string {
	for i, r := range text {
		return strings.ToUpper(text[:i+len(string(r))]) + text[i+len(string(r)):]
	}
	return text
}

// within is a text as it stands inside of a sentence.
func (s *Speaker) within(text string) string {
	for i, r := range text {
		return strings.ToLower(text[:i+len(string(r))]) + text[i+len(string(r)):]
	}
	return text
}
