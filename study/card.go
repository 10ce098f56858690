package study

import (
	"fmt"
	"strings"

	"github.com/glasstwin/glasstwin/xai/faith"
)

// Card is what a model card says beside the figures, in the study's own words.
type Card struct {
	What    string   // the model is, in one sentence
	Columns []string // that it reads
	Inside  string   // what it looks at, in Markdown: tables, a small tree
	Limits  string
}

// Markdown writes the model card of a file.
func (s Study) Markdown(f *File) (string, error) {
	c, err := s.Card(f)
	if err != nil {
		return "", err
	}
	var b strings.Builder
	say := func(format string, args ...any) { fmt.Fprintf(&b, format+"\n", args...) }
	say("# Model card: %s\n", s.Name)
	say("Version `%s`. Made by `%s`. Task: %s. Strategy: %s.\n", f.Version, f.Made, s.Task, s.Strategy)
	say("%s\n", c.What)
	say("## Data and split\n\n%s\n\n%s\n\n%s\n", f.Data, f.Split, s.Credit)
	say("## What it is worth\n\n| test | metric | value | 95 %% interval | of |\n| --- | --- | --- | --- | --- |")
	for _, t := range f.Judgement.Tests {
		say("| %s | %s | %.4f | %.4f to %.4f | %d |", t.Name, t.Metric, t.Value, t.Low95, t.High95, t.N)
	}
	for _, n := range f.Judgement.Notes {
		say("\n%s", n)
	}
	say("\n## Faithfulness of its explanations\n\n| figure | value |\n| --- | --- |")
	for _, x := range f.Judgement.Faithfulness {
		say("| %s | %.4g |", x.Name, x.Value)
	}
	if why := faith.Verdict(f.Judgement.Faithfulness); why != "" {
		say("\nThe model abstains: %s.", why)
	}
	say("\n## What it reads\n\n%s\n", strings.Join(c.Columns, " · "))
	say("## What it looks at\n\n%s\n", strings.TrimSpace(c.Inside))
	if f.Inside != "" {
		say("%s\n", strings.TrimSpace(f.Inside))
	}
	say("## Limits\n\n%s", c.Limits)
	return b.String(), nil
}
