package diagnose

import (
	"fmt"
	"sort"
	"strings"

	"github.com/glasstwin/glasstwin/xai"
	"github.com/glasstwin/glasstwin/xai/ebm"
)

// Card is the model card: what the model is, what it was made from, what it may
// be used for and what not. made is the command that makes it again.
func Card(m *ebm.Model, train, calibration *xai.Table, made string) string {
	var b strings.Builder
	say := func(format string, args ...any) { fmt.Fprintf(&b, format+"\n", args...) }
	say("# Model card: %s\n", m.Name)
	say("Version `%s`. Made by `%s`.\n", m.Version, made)
	say("An explainable boosting machine (additive shape functions and pairwise terms, softmax) that tells which of %d faults a refrigerated cabinet has, or none, from the past %v of its signals and, where there is one, its own past of %v before.\n", len(Classes)-1, Window, Baseline)
	say("## Data\n\nRuns of the emulated store, split by seed. Rows are moments at which a fault has been there for %v (door-ajar %v, fan-failure and sensor-bias %v, which do not grow slowly) or none is left in evidence and baseline; each third moment is there again as seen by a twin that was switched on 6 to 60 minutes before. It takes the condensers of multidecks to stand outdoors.\n", Settle, shows["door-ajar"], shows["fan-failure"])
	say("| class | training rows | calibration rows |\n| --- | --- | --- |")
	for k, name := range Classes {
		count := func(t *xai.Table) (n int) {
			for _, l := range t.Labels {
				if l == k {
					n++
				}
			}
			return n
		}
		say("| %s | %d | %d |", name, count(train), count(calibration))
	}
	say("\n## Faithfulness of its explanations, on the calibration rows\n\n| figure | value |\n| --- | --- |")
	for _, f := range m.Faithfulness {
		say("| %s | %.4g |", f.Name, f.Value)
	}
	say("\nTemperature %.3f. It abstains below a confidence of %.0f %%.\n", m.Temperature, 100*m.MinConfidence)
	say("## What it looks at, by mean magnitude of its share\n\n| term | magnitude |\n| --- | --- |")
	terms := append([]ebm.Term(nil), m.Terms...)
	sort.SliceStable(terms, func(i, j int) bool { return terms[i].Importance > terms[j].Importance })
	for _, t := range terms {
		say("| %s | %.3f |", m.TermName(t), t.Importance)
	}
	say("\n## Limits\n\nIt knows the emulated cabinets (upright freezers, chest freezers, multidecks) and one fault at a time. It has never seen a real plant. During a defrost, and when air, coil, compressor or set point are not known, it abstains. `glasstwin eval models` measures it on other seeds.")
	return b.String()
}
