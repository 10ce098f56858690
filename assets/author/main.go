// Command author writes the building of the demo store, building.ifc: what an
// architect's program would export, from a plan in metres. It is run by go
// generate and gives the same bytes each time. It must never be imported. Start
// reading at store in plan.go; parts.go says how a wall or a door is made,
// step.go how a file is written.
package main

import (
	"fmt"
	"os"
)

func main() {
	if len(os.Args) != 2 {
		fmt.Fprintln(os.Stderr, "usage: author FILE")
		os.Exit(2)
	}
	if err := os.WriteFile(os.Args[1], store(), 0o644); err != nil {
		fmt.Fprintln(os.Stderr, "author:", err)
		os.Exit(1)
	}
}
