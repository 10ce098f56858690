// Package causal tells what caused what in multivariate series: a graph of arrows
// with a delay, a strength and an interval each, and the nodes in which an anomaly
// began.
//
// Blind discovery from data is too weak to draw arrows by. The caller hands in
// which node may act on which (the topology of a plant, say), and data decides
// which of these links are there: a link stays when its two ends depend on each
// other given the parents of both (momentary conditional independence, Runge et al.
// 2019, with partial correlation). So a decoy that merely shares a cause with a
// node is no cause of it, as long as the shared cause is among the nodes.
//
// An anomaly is dealt out to the nodes whose own disturbance made it (Budhathoki et
// al. 2022): each node is what its parents make of it and a disturbance of its own;
// the Shapley value of a disturbance is how much it makes the anomaly less of a
// surprise. What is merely passed on gets no share.
//
// The model is linear with disturbances that are near normal; strong curvature,
// feedback within one step and causes that are no node are beyond it. It must never
// know what the nodes are. Start reading at Fit and Model.Roots.
package causal
