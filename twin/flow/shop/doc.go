// Package shop lets shoppers live a day on a ground: they come as the hour has it,
// alone or together, with a list; choose what to go to next by how far it is and
// how much it draws them, stop before shelves, take something that was not on
// the list, choose a till, queue, pay and leave. It must never know a twin's
// signals, a catalogue or a picture; how people walk is package walk's.
//
// The same ground, options and seed give the same day, on any number of cores.
// Lengths are metres, times seconds. Start reading at Run, then shopper.go.
package shop
