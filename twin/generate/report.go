package generate

import (
	"fmt"
	"slices"
	"strings"

	"github.com/glasstwin/glasstwin/scene/geom"
)

// Report tells what was understood of the sources, and what was not.
type Report struct {
	ElementsTotal      int            // of the building
	ElementsUnderstood int            // of these, drawn
	Assets             int            // things placed
	ByClass            map[string]int // of these
	Signals            int            // of all assets
	Bound              int            // of these, tied to a node of the plant
	Zones              int
	Notes              []Note // what was not understood, guessed or left out
	Merged             int    // things that a second source told again
	Conflicts          []Conflict
	Blocked            int        // doors, drawers and lids that something stands in the way of
	Questions          []Question // guesses that a person may confirm or correct
}

// Question is a guess that shaped the site. Answered by Input.Answers, it is
// settled.
type Question struct {
	Source     string // file
	ID         string
	Text       string
	Guess      string
	Confidence float64       // 0..1
	Choices    []string      // empty: free text
	Preview    [][]geom.Vec2 // lines in plan that it is about, x and z
}

// Note is one thing that was not understood, with why and what to do.
type Note struct {
	Source string // file or plant
	Place  string // line, entity or node
	Text   string
}

// String is one line for a person.
func (n Note) String() string {
	return strings.TrimPrefix(strings.TrimSpace(n.Source+" "+n.Place)+": "+n.Text, ": ")
}

func (r *Report) note(source, place, format string, args ...any) {
	r.Notes = append(r.Notes, Note{source, place, fmt.Sprintf(format, args...)})
}

// Classes lists the classes that occur, by name.
func (r *Report) Classes() []string {
	out := make([]string, 0, len(r.ByClass))
	for name := range r.ByClass {
		out = append(out, name)
	}
	slices.Sort(out)
	return out
}

// String is one line for a person.
func (q Question) String() string {
	line := fmt.Sprintf("%s:%s: %s %s (%.0f %% sure)", q.Source, q.ID, q.Text, q.Guess, 100*q.Confidence)
	if len(q.Choices) > 0 {
		line += "; choices: " + strings.Join(q.Choices, ", ")
	}
	return line
}
