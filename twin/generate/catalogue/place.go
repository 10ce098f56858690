package catalogue

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"gopkg.in/yaml.v3"
)

var (
	lineForm  = regexp.MustCompile(`\bline (\d+)\b`)
	thingForm = regexp.MustCompile(`\b(class|part|signal|failure|remedy|parameter|let) "([^"]*)"`)
)

// placed puts the file, and the line that the message speaks of, before an
// error, as compilers do. A message that names no line names a thing of the
// file: then it is the line of that thing.
func placed(file string, data []byte, err error) error {
	text := err.Error()
	if m := lineForm.FindStringSubmatch(text); m != nil {
		return fmt.Errorf("%s:%s: %w", file, m[1], err)
	}
	var doc yaml.Node
	if yaml.Unmarshal(data, &doc) == nil && len(doc.Content) == 1 {
		if line := lineOf(doc.Content[0], text); line > 0 {
			return fmt.Errorf("%s:%d: %w", file, line, err)
		}
	}
	return fmt.Errorf("%s: %w", file, err)
}

// lineOf finds the line of what a message is about: the first thing that it
// names, of a class and its part the part, else the key that it begins with; 0
// when the file has neither.
func lineOf(class *yaml.Node, text string) int {
	things := thingForm.FindAllStringSubmatch(text, -1)
	if len(things) > 1 && things[0][1] == "class" {
		things = things[1:]
	}
	if len(things) > 0 {
		if line := lineOfName(class, things[0][1], things[0][2]); line > 0 {
			return line
		}
	}
	word, _, _ := strings.Cut(text, " ")
	word, _, _ = strings.Cut(strings.TrimSuffix(word, ":"), ".")
	for k := 0; k+1 < len(class.Content); k += 2 {
		if class.Content[k].Value == word {
			return class.Content[k].Line
		}
	}
	return 0
}

// lineOfName finds the thing of a kind and a name.
func lineOfName(n *yaml.Node, kind, name string) int {
	for k, child := range n.Content {
		if n.Kind == yaml.MappingNode && k%2 == 1 && child.Kind == yaml.ScalarNode && child.Value == name && slices.Contains([]string{kind, "name"}, n.Content[k-1].Value) {
			return child.Line
		}
		if line := lineOfName(child, kind, name); line > 0 {
			return line
		}
	}
	return 0
}
