// Package shap attributes what a model says to its columns by Shapley values
// (Shapley 1953; Lundberg, Lee 2017): exactly for trees, path-dependent and
// interventional, with interactions (Lundberg, Erion, Chen et al. 2020), and by
// sampling for any model.
//
// A leaf of a tree is a game of its own, and a tree's values are the sums of its
// leaves' (linearity). In the game of a leaf with d different columns on its path
// a row counts by d bits only: which of the columns let it through. So what the
// leaf gives to each of its columns is tabulated for all 2^d patterns, once for
// each tree, and a row is a walk over the nodes and a look into each leaf's
// table. The background of the interventional game goes into that table too: its
// size costs nothing for each row. Leaves with more columns than tableBits are
// computed row by row.
//
// It reads trees of package tree and knows no data. Start reading at Explainer;
// Kernel is for any other model. Cost: 100 trees of depth 6 take about 90 µs a
// row; the tables of one tree, at most 0.2 MB, are all that is kept at a time.
package shap
