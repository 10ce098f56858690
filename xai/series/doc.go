// Package series holds multivariate series: rows of numbers in the order of time,
// with or without a label for each row. It reads them from delimited text, alone,
// in folders or in archives, and cuts them into windows for models that look at
// stretches of time.
//
// It must never know what the signals mean, nor which model is trained on them.
// Start reading at Series and Open.
package series
