package main

import (
	"context"
	"fmt"
	"os"

	"github.com/glasstwin/glasstwin/app"
	"github.com/glasstwin/glasstwin/app/phrase"
	"github.com/glasstwin/glasstwin/twin"
)

// explain tells a case of the journal in words.
type explain struct {
	Site     string `arg:"" type:"existingdir" help:"Site folder."`
	Case     string `help:"Which case; the newest when not given."`
	Language string `default:"" enum:",en,ko" help:"Language: en or ko; the system's when not given."`
	JSON     bool   `help:"Print one JSON object."`
}

// Run is called by kong.
func (x *explain) Run(ctx context.Context, out *output) error {
	o, err := openSite(ctx, x.Site)
	if err != nil {
		return err
	}
	store, err := openJournal(ctx, x.Site)
	if err != nil {
		return err
	}
	defer store.Close(context.WithoutCancel(ctx))
	var fold app.Fold
	if err := store.Events(ctx, 1, fold.Apply); err != nil {
		return fmt.Errorf("read the journal: %w", err)
	}
	c, err := caseOf(fold.Cases(), twin.CaseID(x.Case))
	if err != nil {
		return err
	}
	if x.JSON {
		return out.json(report{Command: "explain", Inputs: map[string]any{"site": x.Site, "case": c.Situation.Case}, Rows: []any{c}})
	}
	speak, err := phrase.New(languageOf(x.Language), wordsOf(x.Site)...)
	if err != nil {
		return err
	}
	asset, _ := o.site.Asset(c.Situation.Asset)
	out.printf("%s (case %s, since %s)\n%s\n", speak.AssetName(asset), c.Situation.Case, stamp(c.Situation.Onset), speak.CaseSentence(c))
	if c.Explanation == nil {
		return nil
	}
	out.printf("%s\n\n", speak.Because(asset, c))
	for _, a := range c.Explanation.Attributions[:min(8, len(c.Explanation.Attributions))] {
		out.printf("  %+6.2f  %s  %s\n", a.Share, speak.Feature(a.Feature), speak.Compared(a))
	}
	if cf := c.Explanation.Counterfactual; cf != nil {
		out.printf("\n%s\n", speak.WouldChange(cf))
	}
	out.printf("%s\n", speak.Faithfulness(c.Explanation))
	if c.Outcome != nil {
		var unit string
		if c.Proposal != nil {
			g, _ := o.site.Signal(c.Proposal.Predicted.Signal)
			unit = g.Unit
		}
		said, more := speak.Outcome(c, unit)
		out.printf("%s\n", said)
		if more != "" {
			out.printf("%s\n", more)
		}
	}
	return nil
}

func caseOf(cases []app.Case, id twin.CaseID) (app.Case, error) {
	for _, c := range cases { // newest first
		if id == "" || c.Situation.Case == id {
			return c, nil
		}
	}
	if id == "" {
		return app.Case{}, fmt.Errorf("the journal holds no case yet")
	}
	return app.Case{}, fmt.Errorf("the journal holds no case %q: `glasstwin journal show` lists them", id)
}

// languageOf is the language asked for, or the system's.
func languageOf(flag string) phrase.Language {
	if flag != "" {
		return phrase.Language(flag)
	}
	for _, name := range []string{"LC_ALL", "LC_MESSAGES", "LANG"} {
		if v := os.Getenv(name); v != "" {
			return phrase.Of(v)
		}
	}
	return phrase.English
}
