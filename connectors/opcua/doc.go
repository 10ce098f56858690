// Package opcua is the live link to a plant that speaks OPC UA. It browses an
// address space, subscribes to the nodes that signals are bound to, delivers
// their values as samples with the plant's time and a quality, and carries out
// writes that come with a warrant. It must never know a screen, a model or the
// reason of a write.
//
// Nothing here waits forever. A subscription that is silent for three
// keep-alives counts as lost: connection, session and subscriptions are torn
// down and built anew, because a session that comes back after a cut can look
// connected and deliver nothing. A server is talked to only after a person, or
// the caller, said that its certificate is the right one (Trust), and only
// signed and encrypted.
//
// While a link is up it looks through the plant's address space about every half
// second and tells when that has changed; what is bound can be replaced then
// without a gap (remodel.go). Property values other than DeviceClass, as ranges,
// are read anew only with such a change.
//
// Network and memory: 300 signals at 10 Hz are 3000 values/s, some 60 bytes each
// on the wire, 0.2 MB/s; a value lives here for one batch. Start reading at
// Link (link.go), then session.go.
package opcua
