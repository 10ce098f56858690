// Package faith measures how well an explanation tells what a model does. It
// works on any model: what it needs is a function that scores rows and one that
// attributes the scores to the columns. It must never know how either is made.
//
// Every figure is there twice, once for the shares as they were given and once
// for the same shares dealt out at random among the columns: a figure alone says
// little, since it depends on the data. Figures cost calls of the model only, a
// few hundred thousand for the defaults.
//
// Start reading at Subject and Measure; Verdict says whether the figures allow
// to show an explanation at all.
package faith
