// Package fmi runs functional mock-up units, models of plants that other tools
// exported (FMI 2.0.4, co-simulation and model exchange, linux64). Open reads an
// FMU's archive and description, within bounds; FMU.Start makes a Run of it in a
// child process, since an FMU is somebody else's machine code: it may crash,
// never return, or need a library that is not there. The child is this program
// itself, in which package inside loads the FMU; the two talk over pipes in
// frames of bounded length. Whatever happens to the child, the parent gets an
// error and can start anew.
//
// It must never know a site, a screen or a protocol of plants. Start reading at
// Description (description.go), then Run (run.go).
package fmi
