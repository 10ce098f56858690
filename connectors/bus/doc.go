// Package bus is the journal and the telemetry store of one site, on NATS
// JetStream: a server inside this process that listens on no port, with its
// files in the site folder's journal/, or a cluster elsewhere by address.
//
// Events are hash-chained, written through to the disk before Append returns,
// and can never be purged; their sequence number in the stream is the event's
// own. Telemetry is kept as compressed chunks of one signal each, filed by
// signal and day, so that reading one signal touches nothing of the others.
// What does not yet fill a chunk is held in memory and, once a second, made
// durable as one message of a short log (the tail), which is dropped as chunks
// take its place. A crash loses at most the telemetry of the last flush
// interval and never an event; nothing is stored twice, because a sample not
// later than the last one of its signal is dropped on the way in.
//
// A sample with a vector tells where people are. Such samples have streams of their
// own, so that they can be erased when they are older than the site keeps them
// (Options.Retention): on opening, and whenever Forget is called. Nothing else is
// ever deleted, and the journal tells of every deletion.
//
// It knows no protocol, no model and no screen. Start reading at Store, then
// Append (journal.go), Record (record.go), History (history.go) and Forget (forget.go).
//
// Costs: 300 signals at 5 Hz are 1,500 samples/s, about 4 kB/s on disk, one
// fsync a second for the tail; an event is one fsync. Of one sensor that tells of 20
// people each second, an hour is erased in 0.2 s: each chunk of 500 samples has the
// file that holds it, 8 MB at most, written anew.
package bus
