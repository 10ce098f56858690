package main

import (
	"context"
	"os"

	"github.com/glasstwin/glasstwin/app"
	"github.com/glasstwin/glasstwin/app/casefile"
	"github.com/glasstwin/glasstwin/app/depict"
	"github.com/glasstwin/glasstwin/app/phrase"
	"github.com/glasstwin/glasstwin/twin"
)

// explain tells a case of the journal in words, and makes a file of it.
type explain struct {
	Site     string `arg:"" type:"existingdir" help:"Site folder."`
	Case     string `help:"Which case; the newest when not given."`
	PDF      string `type:"path" placeholder:"FILE.pdf" help:"Make a file to print and send: with the picture of then, the evidence, what was done, and the hash that proves it."`
	Language string `default:"" enum:",en,ko" help:"Language: en or ko; the system's when not given."`
	JSON     bool   `help:"Print one JSON object: the case, its evidence and its events with their hashes."`
}

// Run is called by kong.
func (x *explain) Run(ctx context.Context, out *output) error {
	o, err := openSite(ctx, x.Site)
	if err != nil {
		return err
	}
	if err := hasJournal(x.Site); err != nil {
		return err
	}
	p, err := recall(ctx, o, x.Language, depict.Choice{}, out)
	if err != nil {
		return err
	}
	defer p.Close(ctx)
	r, err := casefile.Find(ctx, p.store, twin.CaseID(x.Case))
	if err != nil {
		return err
	}
	if err := askSeconds(ctx, o.site, x.Site, p.store, r); err != nil {
		return err
	}
	if x.PDF != "" || x.JSON {
		page, err := p.caseFile(ctx, r, x.PDF != "", out.note)
		if err != nil {
			return err
		}
		if x.PDF != "" {
			if err := writeCaseFile(x.PDF, page); err != nil {
				return err
			}
			out.note("%s", x.PDF)
		}
	}
	if x.JSON {
		return out.json(caseReport(x.Site, r))
	}
	if x.PDF == "" {
		x.tell(o, p.speak, r.Case, out)
	}
	return nil
}

// caseReport is a case for other programs.
func caseReport(site string, r *casefile.Record) report {
	return report{Command: "explain", Inputs: map[string]any{"site": site, "case": r.Situation.Case},
		Metrics: map[string]float64{"events": float64(r.Events)}, Rows: []any{r}, Notes: []string{"hash of the newest of the events " + r.Hash}}
}

// tell tells the case in words.
func (x *explain) tell(o *openedSite, speak *phrase.Speaker, c app.Case, out *output) {
	asset, _ := o.site.Asset(c.Situation.Asset)
	out.printf("%s (case %s, since %s)\n%s\n", speak.CaseName(asset, c), c.Situation.Case, stamp(c.Situation.Onset), speak.CaseSentence(c))
	if c.Explanation == nil {
		return
	}
	if c.Explanation.Claim != "" {
		out.printf("%s\n\n", speak.Because(asset, c))
	}
	for _, a := range c.Explanation.Attributions[:min(8, len(c.Explanation.Attributions))] {
		out.printf("  %+6.2f  %s  %s\n", a.Share, speak.Feature(a.Feature), speak.Compared(a))
	}
	if cf := c.Explanation.Counterfactual; cf != nil {
		out.printf("\n%s\n", speak.WouldChange(cf))
	}
	if said := speak.Faithfulness(c.Explanation); said != "" {
		out.printf("%s\n", said)
	}
	tellSecond(o, speak, c, out)
	if c.Outcome != nil {
		var g twin.Signal
		if c.Proposal != nil {
			g, _ = o.site.Signal(c.Proposal.Predicted.Signal)
		}
		said, more := speak.Outcome(c, g)
		out.printf("%s\n", said)
		if more != "" {
			out.printf("%s\n", more)
		}
	}
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
