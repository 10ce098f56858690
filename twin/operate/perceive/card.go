package perceive

import (
	"fmt"
	"slices"
	"sort"
	"strings"

	"github.com/glasstwin/glasstwin/xai"
	"github.com/glasstwin/glasstwin/xai/faith"
)

// Card is the model card: what the model is, what it was made from, what it is
// worth, and what it must not be used for.
func Card(m *Model) string {
	var b strings.Builder
	say := func(format string, args ...any) { fmt.Fprintf(&b, format+"\n", args...) }
	say("# Model card: %s\n", ModelName)
	say("Version `%s`. Made by `%s`. Task: which situations stand at a store or a home, and at which root cause. Strategy: model induction (boosted trees, explained by interventional TreeSHAP).\n", m.Version, m.Made)
	say("Every minute, each thing of a site is looked at by a softmax of boosted trees for its family. A situation is raised when its calibrated probability has been high for long enough; what a standing one explains is told as its effect.\n")
	say("## Data and split\n\n%s\n", m.Data)
	if m.Judgement != nil {
		for _, name := range sorted(m.Judgement.Sites) {
			m.Judgement.Sites[name].card(name, say)
		}
	}
	say("## Families\n\n| family | tells | features | trees | temperature |\n| --- | --- | --- | --- | --- |")
	for _, f := range families() {
		if p := m.parts[f.name]; p != nil {
			say("| %s | %s | %d | %d | %.2f |", f.name, strings.Join(f.labels()[1:], ", "), len(p.trees.Columns), len(p.trees.Trees), p.trees.Temperature)
		}
	}
	say("\n## When a claim becomes a situation\n\n| family | situation | mean probability | over |\n| --- | --- | --- | --- |")
	for _, f := range families() {
		p := m.parts[f.name]
		if p == nil {
			continue
		}
		for _, l := range f.labels()[1:] {
			if r, ok := p.rules[l]; ok {
				say("| %s | %s | %.2f | %d min |", f.name, l, r.At, r.Minutes)
			}
		}
	}
	say("\n## Faithfulness of its explanations, on claims in runs that were held out\n")
	names := []string{faith.Correlation, faith.CorrelationRandom, faith.DeletionAUC, faith.DeletionAUCRandom, faith.InsertionAUC, faith.InsertionAUCRandom, faith.Infidelity, faith.MaxSensitivity, faith.CompletenessError, faith.ParameterRandomisation}
	var abstain []string
	say("| family | %s |\n| --- |%s", strings.Join(names, " | "), strings.Repeat(" --- |", len(names)))
	for _, f := range families() {
		p := m.parts[f.name]
		if p == nil {
			continue
		}
		line := "| " + f.name
		for _, n := range names {
			cell := ""
			for _, x := range p.trees.Faithfulness {
				if x.Name == n {
					cell = fmt.Sprintf("%.3g", x.Value)
				}
			}
			line += " | " + cell
		}
		say("%s |", line)
		if why := faith.Verdict(p.trees.Faithfulness); why != "" {
			abstain = append(abstain, fmt.Sprintf("The explanations of %s abstain: %s.", f.name, why))
		}
	}
	for _, a := range abstain {
		say("\n%s", a)
	}
	say("\n## What it looks at most, by what its splits gained\n\n| family | features |\n| --- | --- |")
	for _, f := range families() {
		p := m.parts[f.name]
		if p == nil {
			continue
		}
		gain, order := p.trees.Importance(), make([]int, len(p.trees.Columns))
		for i := range order {
			order[i] = i
		}
		sort.SliceStable(order, func(a, b int) bool { return gain[order[a]] > gain[order[b]] })
		var top []string
		for _, j := range order[:min(6, len(order))] {
			top = append(top, p.trees.Columns[j].Name)
		}
		say("| %s | %s |", f.name, strings.Join(top, " · "))
	}
	say("\n## Limits\n\nIt has learnt from emulated sites, one situation in each run, and has never seen a real plant. It needs about an hour to know what is usual. Things of a kind are told against each other: where there is one alone, those features are missing. It knows signals by the names that the catalogue gives them.")
	return b.String()
}

func (s *SiteJudgement) card(name string, say func(string, ...any)) {
	say("## What it is worth at a %s it has never seen\n", name)
	say("%d runs. Right is a run when what befell it is the first and only thing that is told up to its deadline, at its root cause; or when nothing is told of a normal day. %d were right; balanced over the classes %.1f %%, lower 95 %% bound %.1f %% (Wilson). False situations a normal day: %.2f. Median delay %.0f min.\n",
		s.Runs, s.Right, 100*s.Balanced, 100*s.BalancedLow95, s.FalsePerDay, s.DelayMedian)
	say("| situation | right | of | recall | median delay | what was told else |\n| --- | --- | --- | --- | --- | --- |")
	for _, c := range s.Classes {
		var other []string
		for _, k := range sorted(s.Confusion[c]) {
			if k != c {
				other = append(other, fmt.Sprintf("%s %d", k, s.Confusion[c][k]))
			}
		}
		delay := ""
		if d, ok := s.DelayOf[c]; ok {
			delay = fmt.Sprintf("%.0f min", d)
		}
		say("| %s | %d | %d | %.0f %% | %s | %s |", c, s.Hits[c], s.Of[c], 100*float64(s.Hits[c])/float64(max(1, s.Of[c])), delay, strings.Join(other, ", "))
	}
	if len(s.Agreement) > 0 {
		say("\nAgreement with the known cause: of what was told rightly, how often the signal with the largest share, summed over all that is computed from it, is one in which the part at fault is itself seen; how often one of the largest three is; how often they speak for the claim.\n")
		say("| situation | top 1 | top 3 | sign | top 1 by chance | of |\n| --- | --- | --- | --- | --- | --- |")
		agreed("all", s.Agreement, say)
		for _, c := range sorted(s.AgreementOf) {
			agreed(c, s.AgreementOf[c], say)
		}
	}
	say("")
}

func agreed(name string, figures []xai.Figure, say func(string, ...any)) {
	of := map[string]float64{}
	for _, f := range figures {
		of[f.Name] = f.Value
	}
	say("| %s | %.0f %% | %.0f %% | %.0f %% | %.0f %% | %.0f |", name, 100*of[faith.AgreementTop1], 100*of[faith.AgreementTop3], 100*of[faith.AgreementSign], 100*of[faith.AgreementRandom], of[faith.AgreementRows])
}

func sorted[T any](m map[string]T) []string {
	var out []string
	for k := range m {
		out = append(out, k)
	}
	slices.Sort(out)
	return out
}
