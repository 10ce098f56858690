// Package perceive tells which situations stand at a site: once a minute it reads
// every signal, computes features for each of the site's things by what the site
// is made of (cabinets and the rack they hang on, air handlers, light zones, tills,
// aisles, rooms, a heat pump, gateways …), asks a model of boosted trees for each
// family of things, and raises a situation when a claim has stood for long enough.
// One cause is one situation: what a rack does to its cabinets, or a lost gateway
// to the devices behind it, is an effect. It must never know a protocol, a screen,
// or how a plant is emulated. Flow: memory (what was read, minute by minute) →
// family (features of one kind of thing) → Model (trees and rules) → Perceiver
// (what stands). Start reading at Perceiver.Perceive.
package perceive
