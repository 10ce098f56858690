// Package anchor finds rules that hold a model's claim fast (Ribeiro, Singh,
// Guestrin 2018): a few conditions on columns such that the model claims the
// same, with at least the precision asked for, for rows that meet them whatever
// their other columns are.
//
// Conditions are cut at quantiles of the background. Rules grow by one condition
// at a time; which of the many candidates are worth sampling is decided by
// KL-LUCB (Kaufmann, Kalyanakrishnan 2013), and the precision of what is returned
// was measured on draws that were not used to choose it. It works on any model
// and must never know which. Start reading at Find; Hold asks the same of whole groups of
// columns, as models need whose many columns are made of few signals.
package anchor
