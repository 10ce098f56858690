// Package calibrate makes confidences mean what they say: that what is claimed
// with 90 % comes true nine times in ten. It knows probabilities and outcomes
// only, never a model.
//
// Start reading at Error, which measures it; Temperature and Fit mend it, and
// Threshold says below which confidence a model should rather abstain. All of
// them must be given rows of groups that the model was not fitted on.
package calibrate
