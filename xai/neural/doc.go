// Package neural fits a small convolutional network to windows of multivariate
// series, and tells which signal at which time made it say what it says: deep
// explanation, as a heatmap of time and signal.
//
// Flow: rows are windows, flattened step by step → signals in spreads from their
// mean → two convolutions along time, each halving it, with rectifiers → one dense
// layer → an output for each class. Explanations are integrated gradients
// (Sundararajan, Taly, Yan 2017), which add up to the output less that of a
// baseline window, and SmoothGrad (Smilkov et al. 2017), which does not.
//
// Gorgonia does the calculus, and nothing of it is seen outside. Its graphs have a
// fixed batch and may not be shared, so that each call builds or borrows its own;
// every operation that is used is checked against finite differences in a test.
// Cost: a window of 32 steps and 8 signals with 12 filters takes some 50 µs
// forward.
//
// The package must never know what the signals mean. Start reading at Fit and
// Model.
package neural
