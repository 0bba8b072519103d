// SPDX-License-Identifier: Apache-2.0

// Command interdict answers whether a name, a company or a machine belongs to a
// sanctioned cyber actor, with proof. This package wires: it reads flags and the
// environment, calls the packages that do the work, and prints what they
// return. One file holds one subcommand.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"reflect"
	"runtime"
	"runtime/debug"
	"runtime/metrics"
	"strings"
	"syscall"
	"time"

	"github.com/alecthomas/kong"
)

// version is set by the linker for releases.
var version = "v0.1.0-dev"

// Exit codes; doc/cli.md has the table.
const (
	exitClear      = 0
	exitFailure    = 1
	exitFindings   = 10
	exitIncomplete = 11
	exitBoth       = 12
)

func main() {
	collectLater()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	code, err := run(ctx, os.Args[1:], streams{os.Stdin, os.Stdout, os.Stderr}, os.Getenv, time.Now)
	if err != nil {
		fmt.Fprintln(os.Stderr, "interdict:", err)
		code = exitFailure
	}
	stop()
	os.Exit(code)
}

// collectLater spares a program whose heap is small the collection of garbage, a
// quarter of the instructions of a short run and a twelfth of those of a long one:
// a collection comes when the heap is five times what lives, as long as that is
// little. Who sets GOGC is left alone.
func collectLater() {
	const percent, usual = 400, 100
	if asked := debug.SetGCPercent(percent); asked != usual {
		debug.SetGCPercent(asked)
		return
	}
	watchHeap(usual)
}

// littleHeap is how many bytes may live while garbage is collected late: at most
// five times as many are in use.
const littleHeap = 64 << 20

// watchHeap looks at the heap after each collection and goes back to the usual
// percentage for good once more lives.
func watchHeap(usual int) {
	runtime.AddCleanup(new([16]byte), func(usual int) {
		live := []metrics.Sample{{Name: "/gc/heap/live:bytes"}}
		metrics.Read(live)
		if live[0].Value.Kind() != metrics.KindUint64 || live[0].Value.Uint64() > littleHeap {
			debug.SetGCPercent(usual)
			return
		}
		watchHeap(usual)
	}, usual)
}

// streams are the three streams of a program.
type streams struct {
	in       io.Reader
	out, err io.Writer
}

// An app is what every subcommand is given.
type app struct {
	ctx context.Context
	streams
	getenv func(string) string
	now    time.Time
	code   int // exit code beside errors
}

// commands are the subcommands and their flags.
type commands struct {
	Screen  screenCmd  `cmd:"" help:"Screen a name, or the parties of a file."`
	Replay  replayCmd  `cmd:"" help:"Ask the questions of past answers again: are the answers the same?"`
	Own     ownCmd     `cmd:"" help:"Is a company owned by a listed party? Under which law, with which proof."`
	Compare compareCmd `cmd:"" help:"How alike are two names or parties, and why."`
	Host    hostCmd    `cmd:"" help:"Whose is this host: address, domain, certificate, AS, wallet, or a file of them."`
	Trace   traceCmd   `cmd:"" help:"By which chain of evidence does this lead to a listed party, and what is not known."`
	Map     mapCmd     `cmd:"" help:"Draw the structure behind a party or botnet."`
	Export  exportCmd  `cmd:"" help:"Write attributed infrastructure for defences: rpz, edl, nft, suricata, zeek, stix, csv."`
	Intel   intelCmd   `cmd:"" help:"Keep threat intelligence and warning lists: add, status, rejects, drop."`
	Lists   listsCmd   `cmd:"" help:"Keep the official lists: add, status, rejects, diff, accept."`
	Book    bookCmd    `cmd:"" help:"Build, describe and verify books."`
	Bench   benchCmd   `cmd:"" help:"Measure accuracy and speed on this machine."`
	Names   namesCmd   `cmd:"" help:"Fit the model of name comparison."`
	Version versionCmd `cmd:"" help:"Print the version."`
}

// grammar returns the commands as kong takes them: the one that is named first
// alone, since to describe the flags of all of them takes a quarter of the time
// of a short run; all of them where none is.
func grammar(args []string) any {
	all := reflect.TypeFor[commands]()
	for i := range all.NumField() {
		if f := all.Field(i); len(args) > 0 && args[0] == strings.ToLower(f.Name) {
			return reflect.New(reflect.StructOf([]reflect.StructField{f})).Interface()
		}
	}
	return new(commands)
}

// run is the whole program: arguments in, exit code out.
func run(ctx context.Context, args []string, s streams, getenv func(string) string, now func() time.Time) (int, error) {
	a := &app{ctx: ctx, streams: s, getenv: getenv, now: now()}
	var exited *int
	parser, err := kong.New(grammar(args),
		kong.Name("interdict"),
		kong.Description("Are we dealing with a sanctioned cyber actor, with a company it owns, or with the machines it runs?\n\n"+
			"Without any list downloaded, every command works on the built-in starter book, which is no full list.\n\n"+
			"Exit codes: 0 nothing found and everything was answered, 10 findings, 11 incomplete, 12 both, 1 failure."),
		kong.Writers(s.out, s.err),
		kong.Exit(func(code int) { exited = &code }),
		kong.UsageOnError(),
		kong.ConfigureHelp(kong.HelpOptions{Compact: true}),
	)
	if err != nil {
		return exitFailure, err
	}
	if len(args) == 0 {
		args = []string{"--help"}
	}
	c, err := parser.Parse(args)
	if exited != nil {
		return *exited, nil
	}
	if err != nil {
		var p *kong.ParseError
		if errors.As(err, &p) {
			return exitFailure, fmt.Errorf("%w; see interdict %s--help", err, commandOf(p.Context))
		}
		return exitFailure, err
	}
	if err := c.Run(a); err != nil {
		return exitFailure, err
	}
	return a.code, nil
}

// commandOf returns the subcommand that was meant, with a blank, or "".
func commandOf(c *kong.Context) string {
	if c == nil || c.Selected() == nil {
		return ""
	}
	return strings.TrimPrefix(c.Selected().FullPath(), "interdict ") + " "
}

type versionCmd struct{}

// Run prints the version.
func (versionCmd) Run(a *app) error {
	_, err := fmt.Fprintln(a.out, "interdict", version)
	return err
}
