// Package tree fits gradient-boosted decision trees: additive models of trees,
// each fitted to first and second derivatives of the loss (Friedman 2001; Chen,
// Guestrin 2016) on binned features, whose histograms of a node are had by
// subtracting those of one child from those of the parent (Ke et al. 2017).
//
// Flow: cut each column into at most 255 bins, one more for what is missing → for
// each round and score: derivatives of the loss → grow a tree level by level,
// each node split where the loss falls most, missing values sent to the side
// where it falls more → add it, shrunk by the learning rate → stop when the loss
// on a validation table that was handed in has not fallen for a while.
//
// It works on plain tables and must never know what they mean, nor how its trees
// are explained: that is package shap's. Start reading at Fit and Model. Cost: a
// level of a tree is one pass over the rows for each column, about 2 ns a value.
package tree
