// Package baseline perceives a site as a careful engineer would without a model:
// by thresholds, or by which known situation its residuals are nearest to. It is
// what the trained perceiver is measured against. It must never know a model or a
// protocol. Start reading at Rules and at Nearest.
package baseline
