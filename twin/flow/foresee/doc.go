// Package foresee tells from the beginning of somebody's walk which zones they
// will still come to and how long they will stay, and judges that on walks held
// back, against two that know less: the mean of all walks, and a Markov chain of
// zones. What it foretells is explained by the recorded walks that began most
// alike. It must never know a site, a file or a format. Start reading at Judge;
// model.go foretells, chain.go is the Markov chain.
//
// The beginning is the same time for everybody, a quarter of the median walk that
// is learnt from, not a quarter of the walk itself: that would give away how long
// it will be.
package foresee
