// Package ebm fits explainable boosting machines: generalized additive models
// with pairwise terms, g(E[y]) = b + Σ f_i(x_i) + Σ f_ij(x_i, x_j), learned by
// cyclic gradient boosting on binned features (Lou, Caruana, Gehrke 2012; Lou,
// Caruana, Gehrke, Hooker 2013, "GA2M" and FAST; Nori, Jenkins, Koch, Caruana
// 2019). The score of a row is the sum of what stands in the model's tables, so
// its explanation is the model itself and not an estimate of it.
//
// Flow: bin (quantile cuts, a bin of its own for what is missing) → for each
// outer bag, which holds whole groups out: boost the single features in turn
// until the held-out loss stops falling (by trees of two or three leaves, monotone
// where that is asked; by penalised steps where a shape is to be smooth) → rank pairs by FAST on the residuals,
// boost and prune them → average the bags → purify pairs and centre every term
// → set the temperature on held-out groups.
//
// It works on plain tables and must never know a site, an asset or a signal.
// Start reading at Fit, then Model.Explain. Cost: one visit of a feature is one
// pass over the rows (about 4 ns a row, 5 ns for each of several classes); memory
// is 2 bytes a value and 3 numbers a row and class, for each bag at work.
package ebm
