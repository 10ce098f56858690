// Package sales forecasts what a chain of shops sells in a day, a week and four
// weeks, and how many baskets come by, with intervals and reasons.
//
// Data: basket lines as those of the Complete Journey (84.51°): a table
// transactions*.csv[.gz] with basket_id, sales_value and transaction_timestamp,
// summed up by day over all shops. It knows no shop. Start reading at Study.
package sales
