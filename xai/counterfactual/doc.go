// Package counterfactual finds the smallest feasible change of a row that makes
// a model claim something else (Wachter, Mittelstadt, Russell 2018): only columns
// that can be acted on are moved, within their bounds, as few as do, and nearest
// by L1 distance in units of each column's spread. What is returned was put
// through the model and flips it.
//
// It works on any model and must never know which; a model of trees should hand
// in its thresholds as Values, then steps are met exactly. Start reading at Find.
package counterfactual
