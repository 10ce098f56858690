package sitefolder

import (
	"bytes"
	"errors"
	"reflect"

	"gopkg.in/yaml.v3"

	"github.com/glasstwin/glasstwin/twin"
)

// formatOver formats a site as Format does, with the comments that somebody
// wrote into what stood there before.
func formatOver(before map[string][]byte, s *twin.Site) (map[string][]byte, error) {
	site, layout, err := Format(s)
	if err != nil {
		return nil, err
	}
	plain := map[string][]byte{siteFile: site, layoutFile: layout}
	after := map[string][]byte{}
	for name, data := range plain {
		if after[name], err = withComments(before[name], data); err != nil {
			return nil, err
		}
	}
	if bytes.Equal(after[siteFile], site) && bytes.Equal(after[layoutFile], layout) {
		return after, nil
	}
	want, err := Parse(site, layout)
	if err != nil {
		return nil, err
	}
	if got, err := Parse(after[siteFile], after[layoutFile]); err != nil || !reflect.DeepEqual(got, want) {
		return nil, errors.Join(errors.New("its comments cannot be kept where they stand; write each on a line of its own"), err)
	}
	return after, nil
}

// withComments puts the comments of one text into another, each at what it
// stood at: the value of the same key, the item of the same name.
func withComments(from, into []byte) ([]byte, error) {
	if !commented(from) {
		return into, nil
	}
	var old, fresh yaml.Node
	if err := yaml.Unmarshal(from, &old); err != nil {
		return nil, err
	}
	if err := yaml.Unmarshal(into, &fresh); err != nil {
		return nil, err
	}
	carry(&old, &fresh)
	return encode("", &fresh)
}

// commented tells whether a text may hold comments besides the one that every
// file begins with.
func commented(text []byte) bool {
	_, rest, _ := bytes.Cut(text, []byte("\n"))
	return bytes.Contains(rest, []byte(" #")) || bytes.Contains(rest, []byte("\n#")) || bytes.HasPrefix(rest, []byte("#"))
}

// carry copies comments down two trees that were read from files of one form.
func carry(old, fresh *yaml.Node) {
	for _, c := range [][2]*string{{&old.HeadComment, &fresh.HeadComment}, {&old.LineComment, &fresh.LineComment}, {&old.FootComment, &fresh.FootComment}} {
		if *c[0] != "" {
			*c[1] = *c[0]
		}
	}
	if old.Kind != fresh.Kind {
		return
	}
	switch old.Kind {
	case yaml.DocumentNode:
		for i := range min(len(old.Content), len(fresh.Content)) {
			carry(old.Content[i], fresh.Content[i])
		}
	case yaml.MappingNode:
		at := map[string]int{}
		for i := 0; i+1 < len(old.Content); i += 2 {
			at[old.Content[i].Value] = i
		}
		for k := 0; k+1 < len(fresh.Content); k += 2 {
			if i, ok := at[fresh.Content[k].Value]; ok {
				carry(old.Content[i], fresh.Content[k])
				carry(old.Content[i+1], fresh.Content[k+1])
			}
		}
	case yaml.SequenceNode:
		at := map[string]*yaml.Node{}
		for _, n := range old.Content {
			at[called(n)] = n
		}
		for _, n := range fresh.Content {
			if o, ok := at[called(n)]; ok && called(n) != "" {
				carry(o, n)
			}
		}
	}
}

// called is what tells an item of a list from the others.
func called(n *yaml.Node) string {
	if n.Kind != yaml.MappingNode {
		return n.Value
	}
	for i := 0; i+1 < len(n.Content); i += 2 {
		switch n.Content[i].Value {
		case "id", "name", "asset", "path":
			return n.Content[i+1].Value
		}
	}
	return ""
}
