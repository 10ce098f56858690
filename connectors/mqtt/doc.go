// Package mqtt is the live link to devices that publish through an MQTT broker:
// people sensors, meters, thermostats. It subscribes to the topics that signals
// are bound to, reads numbers, truths and places of people out of their payloads
// (JSON, plain, or metrics of Sparkplug B), delivers them as samples with the device's time and a quality,
// and carries out writes that come with a warrant. It must never know a screen, a
// model or the reason of a write.
//
// A binding's address is TOPIC, or TOPIC#POINTER for a value inside a JSON
// document (RFC 6901), and then ?name=value&… for the rest (address.go). Nothing
// here waits forever: a broker that answers no ping is lost, connection and
// subscriptions are built anew, and what a broker sends is bounded in length
// before it is taken in (bounded.go).
//
// MQTT cannot be asked: what is read is what was heard last, and a write counts
// as done when the device's own topic tells the value; of a command that resets
// itself, when the broker took it. Start reading at Link (link.go).
package mqtt
