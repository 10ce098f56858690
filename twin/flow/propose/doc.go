// Package propose searches for layouts that are better by goals which a user
// chooses: it swaps, shifts and turns fixtures within the rules of the site, and
// returns those of which none is beaten by another in every goal (a Pareto set),
// each with what it changes, how surely, and which of its steps does what. It must
// never know a catalogue, a file or a picture.
//
// A layout's worth takes seconds to simulate, so that few can be: a Gaussian
// process for each goal, on cheap figures of a layout, stands for the simulation
// (few points, and it knows how unsure it is, which trees do not), and NSGA-II
// (Deb et al. 2002) searches on its lower confidence bound which layouts to
// simulate next. Only what was simulated, and kept by the rules, is returned.
// Start reading at Search.
package propose
