// Command build leaves the house's FMU in a folder: go run ./testdata/fmu/build DIR
package main

import (
	"fmt"
	"os"

	"github.com/glasstwin/glasstwin/testdata/fmu"
)

func main() {
	if len(os.Args) != 2 {
		fmt.Fprintln(os.Stderr, "build: name the folder")
		os.Exit(2)
	}
	for _, kind := range []string{fmu.Exchange, fmu.Simulation} {
		path, err := fmu.Build(os.Args[1], fmu.Plan{Model: "house", Interfaces: kind})
		if err != nil {
			fmt.Fprintln(os.Stderr, "build:", err)
			os.Exit(1)
		}
		fmt.Println(path)
	}
}
