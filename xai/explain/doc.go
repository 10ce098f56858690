// Package explain puts an explanation together: for a model of trees it asks the
// methods (shares, rule, counterfactual, similar rows) and the figures whether
// the answer may be shown. It computes nothing itself and must never know what
// the columns mean. Start reading at Trees.
package explain
