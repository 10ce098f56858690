package xai

// Predict returns the outputs of each row, as many for every row: one for each
// class, or a single one for a regression. It must not keep or change the rows,
// and must be safe for concurrent use.
type Predict func(rows [][]float64) [][]float64

// Shares is what an explanation says of one output: Base and all of Of make up
// the output, where the method is additive.
type Shares struct {
	Base float64
	Of   []float64 // one for each column
}
