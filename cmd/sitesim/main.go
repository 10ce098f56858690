// Command sitesim is an emulated shop: a plant with a physics of its own behind
// a real OPC UA server, and a recorder of the same plant for training and
// judging models. It stands beside the house, shares no model with it and is
// reached only as a real plant would be. Start reading at cli; the physics is
// in plant, the floor and its people in store, the network in server.
package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"syscall"

	"github.com/alecthomas/kong"
)

type cli struct {
	Serve  serveCommand  `cmd:"" help:"Serve the plant over OPC UA on this machine."`
	Record recordCommand `cmd:"" help:"Write telemetry and the truth about faults to files, as fast as the processor goes."`
}

// usageError marks a mistake of the caller: exit status 2 instead of 1.
type usageError struct{ error }

func main() { os.Exit(run(os.Args[1:])) }

func run(args []string) int {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	parser, err := kong.New(&cli{},
		kong.Name("sitesim"),
		kong.Description("The emulated shop Corner Market."),
		kong.BindTo(ctx, (*context.Context)(nil)),
	)
	if err != nil {
		fmt.Fprintln(os.Stderr, "sitesim:", err)
		return 2
	}
	call, err := parser.Parse(args)
	if err != nil {
		fmt.Fprintln(os.Stderr, "sitesim:", err)
		return 2
	}
	err = call.Run()
	var usage usageError
	switch {
	case err == nil:
		return 0
	case errors.As(err, &usage):
		fmt.Fprintln(os.Stderr, "sitesim:", err)
		return 2
	default:
		fmt.Fprintln(os.Stderr, "sitesim:", err)
		return 1
	}
}
