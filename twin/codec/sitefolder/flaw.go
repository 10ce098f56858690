package sitefolder

import (
	"errors"
	"fmt"
	"regexp"
	"strings"

	"gopkg.in/yaml.v3"
)

// flaw is something in a file that does not make sense, and how to mend it.
// Its place is found in the text only when it is told.
type flaw struct {
	file string
	path []any // keys and indices from the top: "assets", 3, "zone"
	text string
}

func wrong(file string, path []any, format string, args ...any) error {
	return &flaw{file, path, fmt.Sprintf(format, args...)}
}

// Error names the file and the key.
func (f *flaw) Error() string { return fmt.Sprintf("%s: %s: %s", f.file, f.key(), f.text) }

func (f *flaw) key() string {
	var b strings.Builder
	for _, step := range f.path {
		switch step := step.(type) {
		case int:
			fmt.Fprintf(&b, "[%d]", step+1)
		default:
			if b.Len() > 0 {
				b.WriteByte('.')
			}
			fmt.Fprintf(&b, "%.60v", step)
		}
	}
	return b.String()
}

// located adds line and column to a flaw. Other errors stay as they are.
func located(err error, texts map[string][]byte) error {
	var f *flaw
	if !errors.As(err, &f) {
		return err
	}
	var n yaml.Node
	if yaml.Unmarshal(texts[f.file], &n) != nil || len(n.Content) == 0 {
		return err
	}
	at := n.Content[0]
	for _, step := range f.path {
		next := child(at, step)
		if next == nil {
			break // a key that is missing: the line of what should hold it
		}
		at = next
	}
	return fmt.Errorf("%s:%d:%d: %s: %s", f.file, at.Line, at.Column, f.key(), f.text)
}

func child(n *yaml.Node, step any) *yaml.Node {
	if i, ok := step.(int); ok {
		if n.Kind != yaml.SequenceNode || i >= len(n.Content) {
			return nil
		}
		return n.Content[i]
	}
	if n.Kind != yaml.MappingNode {
		return nil
	}
	for i := 0; i+1 < len(n.Content); i += 2 {
		if n.Content[i].Value == fmt.Sprint(step) {
			return n.Content[i+1]
		}
	}
	return nil
}

var (
	lineForm  = regexp.MustCompile(`^(?:yaml: )?line (\d+): `)
	fieldForm = regexp.MustCompile(`field (\S+) not found in type sitefolder\.\S+`)
	typeForm  = regexp.MustCompile(`cannot unmarshal !!(\w+)( .*)? into (\S+)$`)
)

// wanted says in words what a field of a Go type takes.
var wanted = map[string]string{
	"string": "text", "float64": "a number", "int": "a whole number", "bool": "true or false",
}

// malformed tells in which file and line the text is no YAML, or not of the form.
func malformed(file string, err error) error {
	text := strings.TrimPrefix(err.Error(), "yaml: ")
	var t *yaml.TypeError
	if errors.As(err, &t) && len(t.Errors) > 0 {
		text = t.Errors[0] // the first: those after it mostly follow from it
	}
	place := file
	if m := lineForm.FindStringSubmatch(text); m != nil {
		place, text = file+":"+m[1], text[len(m[0]):]
	}
	if m := fieldForm.FindStringSubmatch(text); m != nil {
		return fmt.Errorf("%s: the key %.60q is not known here; correct or remove it", place, m[1])
	}
	if m := typeForm.FindStringSubmatch(text); m != nil {
		want, ok := wanted[m[3]]
		if !ok {
			want = "something else"
			if strings.HasPrefix(m[3], "[]") {
				want = "a list"
			} else if strings.HasPrefix(m[3], "map[") || strings.HasPrefix(m[3], "sitefolder.") {
				want = "keys with values"
			}
		}
		return fmt.Errorf("%s: %.60s does not fit here, %s is expected", place, strings.Trim(m[2]+" (!!"+m[1]+")", " "), want)
	}
	return fmt.Errorf("%s: %.200s; correct the text, or restore the file", place, text)
}
