package phrase

import (
	"fmt"
	"io/fs"
	"path"
	"unicode"
	"unicode/utf8"

	"gopkg.in/yaml.v3"
)

// words are what of a class file is for people to read.
type words struct {
	Signals, Failures, Remedies []struct {
		Name  string
		Title map[string]string
	}
}

// learn takes in the titles that class files give their signals, faults and
// remedies, so that a class is added without touching the texts. A text of the
// catalogues goes before a title.
func (s *Speaker) learn(classes fs.FS) error {
	files, err := fs.Glob(classes, "*.yaml")
	if err != nil {
		return fmt.Errorf("learn the words of classes: %w", err)
	}
	for _, name := range files {
		data, err := fs.ReadFile(classes, name)
		if err != nil {
			return fmt.Errorf("learn the words of classes: %w", err)
		}
		var w words
		if err := yaml.Unmarshal(data, &w); err != nil {
			return fmt.Errorf("learn the words of %s: %w", path.Base(name), err)
		}
		for _, x := range w.Signals {
			s.teach("signal."+x.Name, x.Title)
		}
		for _, x := range w.Failures {
			s.teach("fault."+x.Name, x.Title)
		}
		for _, x := range w.Remedies {
			s.teach("action."+x.Name, x.Title)
			s.teach("doing."+x.Name, x.Title)
		}
	}
	return nil
}

// teach adds a title as it stands within a sentence.
func (s *Speaker) teach(key string, title map[string]string) {
	if _, known := s.texts[key]; known || title[string(s.lang)] == "" {
		return
	}
	text := title[string(s.lang)]
	first, size := utf8.DecodeRuneInString(text)
	second, _ := utf8.DecodeRuneInString(text[size:])
	if unicode.IsUpper(first) && !unicode.IsUpper(second) { // not an abbreviation
		if group := key[:6]; group != "action" {
			text = string(unicode.ToLower(first)) + text[size:]
		}
	}
	s.texts[key] = text
}
