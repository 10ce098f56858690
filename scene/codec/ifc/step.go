package ifc

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"
)

// Limits on a file. The largest models of one building that are exchanged hold
// some ten million instances.
const (
	fileMax      = 1 << 30 // bytes
	instancesMax = 20_000_000
	idMax        = 1 << 53
	nestingMax   = 32      // of lists within arguments
	elementsMax  = 1 << 22 // of one list
	brokenMax    = 1_000   // statements that are told to be broken
)

// instance is one line of the data section, its arguments not read yet.
type instance struct {
	id       int
	from, to uint32 // of the arguments within the text, without the outer brackets
	kind     uint16 // of step.kinds
}

// step is a STEP physical file whose instances are known by place only.
type step struct {
	name      string
	text      string
	schema    string
	kinds     []string // upper case: "IFCWALL"
	instances []instance
	dense     []int32       // id to its place in instances, plus one, when ids leave few gaps
	index     map[int]int32 // the same when they do
	doubled   []int         // ids that stand twice
	broken    []flaw
	breaks    []int // where lines end, found when somebody asks
	once      sync.Once
}

// flaw is something wrong with the text of a file that reading gets over.
type flaw struct {
	at  int
	why string
}

// scan finds the instances of a file. What is broken is left out where the next
// statement can be found.
func scan(ctx context.Context, name, text string) (*step, error) {
	s := &step{name: name, text: text}
	c := cursor{file: s}
	c.space()
	if err := s.header(&c); err != nil {
		return nil, err
	}
	if err := s.data(ctx, &c); err != nil {
		return nil, err
	}
	s.sort()
	return s, nil
}

// flawed remembers what is wrong.
func (s *step) flawed(at int, format string, args ...any) {
	if len(s.broken) < brokenMax {
		s.broken = append(s.broken, flaw{at, fmt.Sprintf(format, args...)})
	}
}

// header reads up to the beginning of the data section.
func (s *step) header(c *cursor) error {
	t := s.text
	begins := strings.HasPrefix(t[c.at:], "ISO-10303-21")
	if !begins && !strings.HasPrefix(t[c.at:], "HEADER") && !strings.HasPrefix(t[c.at:], "DATA") && !strings.HasPrefix(t[c.at:], "FILE_") && !c.begins() {
		return fmt.Errorf("%s:1: not a STEP file: it does not begin with ISO-10303-21; export the model as IFC (not ifcXML)", s.name)
	}
	if !begins {
		s.flawed(c.at, "the file does not begin with ISO-10303-21")
	}
	for {
		start := c.at
		if c.begins() {
			s.flawed(start, "the DATA section has no beginning")
			break
		}
		if !c.statement() {
			next := strings.Index(t[min(start+1, len(t)):], "\nFILE_SCHEMA")
			if next < 0 {
				next = strings.Index(t[min(start+1, len(t)):], "\nDATA;")
			}
			if next < 0 {
				return s.cut(start, "no DATA section")
			}
			s.flawed(start, "the header is broken: a quote is not closed")
			c.at = start + 1 + next + 1
			continue
		}
		words := strings.TrimSpace(t[start:c.at])
		if rest, ok := strings.CutPrefix(words, "FILE_SCHEMA"); ok {
			if _, rest, ok = strings.Cut(rest, "'"); ok {
				rest, _, _ = strings.Cut(rest, "'")
				s.schema = strings.Clone(strings.ToUpper(strings.TrimSpace(rest)))
			}
		}
		c.at++ // the semicolon
		if isData(words) {
			break
		}
		c.space()
	}
	if s.schema == "" {
		s.flawed(0, "the header names no schema")
	} else if !strings.HasPrefix(s.schema, "IFC2X") && !strings.HasPrefix(s.schema, "IFC4") {
		return fmt.Errorf("%s: its schema is %.40q, not IFC2X3, IFC4 or IFC4X3; export the model as one of these", s.name, s.schema)
	}
	return nil
}

func isData(words string) bool {
	rest, ok := strings.CutPrefix(words, "DATA")
	return ok && (rest == "" || rest[0] == '(' || rest[0] <= ' ')
}

// data reads the instances up to the end of the last section.
func (s *step) data(ctx context.Context, c *cursor) error {
	s.instances = make([]instance, 0, min(strings.Count(s.text, "="), len(s.text)/8, instancesMax))
	known := map[string]uint16{}
	for n := 0; ; n++ {
		if n&0xffff == 0 && ctx.Err() != nil {
			return fmt.Errorf("read %s: %w", s.name, ctx.Err())
		}
		c.space()
		start := c.at
		if c.end() {
			if len(s.instances) == 0 {
				return s.cut(start, "no end of the DATA section")
			}
			s.flawed(start, "the DATA section has no end: the file was cut off; copy or export it again")
			return nil
		}
		if c.text()[start] != '#' && strings.HasPrefix(s.text[start:], "ENDSEC") {
			if !s.another(c) {
				return nil
			}
			continue
		}
		if len(s.instances) == instancesMax {
			return fmt.Errorf("%s:%d: more than %d instances; export one building at a time", s.name, s.line(start), instancesMax)
		}
		in, wrong := c.instance(known)
		if wrong == "" {
			s.instances = append(s.instances, in)
			continue
		}
		end := min(len(s.text), start+40)
		s.flawed(start, "%s in %.40q; it is left out", wrong, s.text[start:end])
		c.resume(start)
	}
}

// another moves behind the head of a further data section, which files of
// edition 3 may have.
func (s *step) another(c *cursor) bool {
	for {
		start := c.at
		if !c.statement() {
			return false
		}
		words := strings.TrimSpace(s.text[start:c.at])
		c.at++
		if isData(words) {
			return true
		}
		c.space()
	}
}

// sort makes instances findable by id. Most programs number them without large
// gaps.
func (s *step) sort() {
	s.instances = slices.Clip(s.instances)
	highest := 0
	for _, in := range s.instances {
		highest = max(highest, in.id)
	}
	if highest <= 8*len(s.instances) {
		s.dense = make([]int32, highest+1)
	} else {
		s.index = make(map[int]int32, len(s.instances))
	}
	for i, in := range s.instances {
		if _, twice := s.find(in.id); twice {
			s.doubled = append(s.doubled, in.id)
			continue
		}
		if s.dense != nil {
			s.dense[in.id] = int32(i) + 1
		} else {
			s.index[in.id] = int32(i)
		}
	}
}

// find gives the place of an instance.
func (s *step) find(id int) (int32, bool) {
	if s.dense == nil {
		at, ok := s.index[id]
		return at, ok
	}
	if id < 0 || id >= len(s.dense) || s.dense[id] == 0 {
		return 0, false
	}
	return s.dense[id] - 1, true
}

// kind is the type of an instance, upper case; empty when there is none.
func (s *step) kind(id int) string {
	if at, ok := s.find(id); ok {
		return s.kinds[s.instances[at].kind]
	}
	return ""
}

// line is the number of the line that holds a place of the text.
func (s *step) line(at int) int {
	s.once.Do(func() {
		for i := 0; i < len(s.text); i++ {
			if b := s.text[i]; b == '\n' || b == '\r' && (i+1 == len(s.text) || s.text[i+1] != '\n') {
				s.breaks = append(s.breaks, i)
			}
		}
	})
	before, _ := slices.BinarySearch(s.breaks, at)
	return 1 + before
}

func (s *step) cut(at int, what string) error {
	return fmt.Errorf("%s:%d: %s: the file was cut off; copy or export it again", s.name, s.line(at), what)
}
