// Package drift tells when a model should not be trusted because what it is fed
// is not what it was trained on: values out of the training range, signals that
// are missing, a sensor that has died and repeats one value, and a regime that
// was never seen, each value in range but together as never before.
//
// A regime is told by its Mahalanobis distance to the training rows, and the
// distance is dealt out to the columns so that the shares add up to it (Garthwaite,
// Koch 2016): what is unusual is always said by name. Its threshold is set on
// groups that were held out, so that the rate of false alarms is what was asked
// for, and Alarms measures on others again whether it is.
//
// The package works on plain rows in the order of time and must never know what
// the columns mean, nor what is done about an alarm. Cost: a row of d columns
// takes d² multiplications.
//
// Start reading at Fit and Watch; Regime can be used alone, as a detector of
// faults that needs no labels.
package drift
