// Package forecast tells what a series will be over a horizon, with an interval for
// each step and for totals of steps, and why.
//
// Flow: the level lies between the mean of the last periods and the lasting one, as
// far as it told earlier totals best → the season is what the same
// phase of the last periods was, as a ratio to the level of its time → boosted
// stumps on lags, ratios and what is known ahead (holidays, promotions) correct
// the product → intervals are conformal: quantiles of the errors that the same
// model, fitted on the past only, made on steps that it had not seen (Vovk et al.
// 2005; Barber et al. 2022 for what drifts: the latest errors), of totals told wider
// after they missed (Gibbs and Candès 2021).
//
// Stumps look at one column each, so that a forecast is a sum: level, season and
// one term for each column. The package must never know what is forecast.
//
// Start reading at Fit, Model.Forecast and Backtest.
package forecast
