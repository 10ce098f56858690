// Package baseline perceives a site as a careful engineer would without a model:
// by thresholds. It is what the trained perceiver is measured against. It must never
// know a model or a protocol. Start reading at Rules.
package baseline
