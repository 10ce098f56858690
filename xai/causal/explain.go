package causal

import (
	"fmt"
	"math"

	"github.com/glasstwin/glasstwin/xai"
)

// Explain tells an anomaly as an explanation: the root as the claim, the shares of
// all nodes that have one, and the arrows on the way, each with strength and delay. How
// sure that is must be calibrated by who knows true roots: Confidence is left 0.
func (m *Model) Explain(a *Anomaly) xai.Explanation {
	e := xai.Explanation{Claim: m.Nodes[a.Roots[0].Node], Score: a.Surprise, Additive: true, Causes: a.Arrows,
		Method: "Shapley values of disturbances in a causal graph"}
	for _, r := range a.Roots {
		if r.Share != 0 {
			e.Attributions = append(e.Attributions, xai.Attribution{Feature: m.Nodes[r.Node], Source: m.Nodes[r.Node], Value: r.Disturbance,
				Typical: math.NaN(), Unit: "spreads", Share: r.Share})
		}
	}
	e.Limits = append(e.Limits, fmt.Sprintf("linear effects within %d steps; causes that are no node of the graph are not seen", m.Lags))
	return e
}
