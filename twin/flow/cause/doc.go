// Package cause tells why people crowd in a zone: which fixture stands too far into
// it, which attraction draws too many there, which habit of people fills it, and
// which single change would relieve it most. Each possible cause is a player that
// is taken back to what is usual in this store; the crowd with every set of
// players is simulated with the same dice, and shared among them by Shapley's
// value. It must never know a catalogue, a file or a picture. Start reading at
// Explain.
package cause
