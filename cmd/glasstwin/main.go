// Command glasstwin is the program: it turns flags into calls and is the only
// place where the parts are wired together. One file for each command; start
// reading at cli. No rule of the domain stands here.
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

// cli lists the commands. A command is a struct of flags with a method
// Run(ctx, *output) error in a file of its own.
type cli struct {
	Version  kong.VersionFlag `help:"Print the version and exit."`
	Demo     demo             `cmd:"" default:"withargs" help:"Open the demo store with its emulated plant (what happens without a command)."`
	Open     openCommand      `cmd:"" help:"Open a site folder in the window."`
	Watch    watch            `cmd:"" help:"Run a site without a window, and print what is journaled."`
	Generate generateCommand  `cmd:"" help:"Make a site folder from a building model, lists of fixtures and a plant."`
	Lighten  lightenCommand   `cmd:"" help:"Make the lightest file of a model within a stated error."`
	Export   exportCommand    `cmd:"" help:"Write a site for other programs: glTF, AutomationML, COLLADA, or a page."`
	Render   renderCommand    `cmd:"" help:"Draw a picture of a site, now or in its past, or of a model."`
	Explain  explain          `cmd:"" help:"Tell in words what was seen and why."`
	Autonomy autonomy         `cmd:"" help:"Tell what every class of actions has earned, from the journal."`
	Stop     stopCommand      `cmd:"" help:"Stop a site at once: nothing acts by itself, and what the twin holds is given back."`
	Release  releaseCommand   `cmd:"" help:"End an emergency stop."`
	Users    usersCommand     `cmd:"" help:"Tell who may do what at a site, and set passwords."`
	Journal  journal          `cmd:"" help:"Read and prove a site's journal."`
	Plant    plantCommand     `cmd:"" help:"Serve an FMU as a plant; look through plants, and trust or reject their certificates."`
	Train    train            `cmd:"" help:"Train a model on runs of the emulated store."`
	Eval     eval             `cmd:"" help:"Measure what the program claims."`
	Catalog  catalogCommand   `cmd:"" help:"List, check and draw the classes of things that twins are made of."`
	Bench    bench            `cmd:"" help:"Measure how fast the program is."`
	Flow     flowCommand      `cmd:"" help:"Look at the people on the floor, and simulate them."`
	Layout   layoutCommand    `cmd:"" help:"List, compare, check and adopt layouts of a site."`
	FMUChild fmuChild         `cmd:"" name:"fmu-child" hidden:""`
	Snapshot snapshotChild    `cmd:"" name:"snapshot-child" hidden:""`
}

// version is set by the linker when a release is built.
var version = "dev"

// usageError marks a mistake of the caller: exit status 2 instead of 1.
type usageError struct{ error }

func main() { os.Exit(run(os.Args[1:])) }

func run(args []string) int {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	parser, err := kong.New(&cli{},
		kong.Name("glasstwin"),
		kong.Description("The explainable digital twin for stores and homes."),
		kong.Vars{"version": version},
		kong.BindTo(ctx, (*context.Context)(nil)),
	)
	if err != nil {
		fmt.Fprintln(os.Stderr, "glasstwin:", err)
		return 2
	}
	call, err := parser.Parse(args)
	if err != nil {
		fmt.Fprintln(os.Stderr, "glasstwin:", err)
		return 2
	}
	err = call.Run(&output{out: os.Stdout, progress: os.Stderr})
	var usage usageError
	switch {
	case err == nil:
		return 0
	case errors.As(err, &usage):
		fmt.Fprintln(os.Stderr, "glasstwin:", err)
		return 2
	default:
		fmt.Fprintln(os.Stderr, "glasstwin:", err)
		return 1
	}
}
