// SPDX-License-Identifier: Apache-2.0

package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"github.com/interdict-dev/interdict/bench"
	"github.com/interdict-dev/interdict/book"
	"github.com/interdict-dev/interdict/engine"
	"github.com/interdict-dev/interdict/names"
	"github.com/interdict-dev/interdict/party"
)

type namesCmd struct {
	Fit namesFitCmd `cmd:"" help:"Fit the model of name comparison on decks."`
}

type namesFitCmd struct {
	Decks    []string `arg:"" optional:"" name:"deck" help:"Decks with known answers over the lists of --from; one is made from the lists otherwise."`
	From     []string `required:"" placeholder:"FILE" help:"The files of the list that the decks are about; give it once for each file."`
	N        int      `default:"3000" help:"How many listed names to alter for a made deck."`
	Seed     uint64   `default:"1" help:"Seed of a made deck."`
	Innocent string   `placeholder:"FILE" help:"Innocent names for a made deck, as for bench names."`
	Invent   int      `default:"2000" help:"How many invented innocent names of persons, and of firms, a made deck has besides."`
	Rounds   int      `default:"3" help:"How often to compare with the fitted weights and fit again."`
	Pull     float64  `default:"0.0002" help:"How strongly weights are held to where they start."`
	Version  string   `required:"" help:"Version of the fitted model."`
	Out      string   `short:"o" required:"" placeholder:"FILE" help:"Where to write the model."`
}

// Help says how a fitted model gets into the program.
func (namesFitCmd) Help() string {
	return `Example:
  interdict names fit --from SDN_ADVANCED.ZIP --version 7 --out names/model.txt

The model is data: compile the program with the new file, and the books with the
program. doc/names.md says what the built-in model was fitted on.`
}

// Run fits.
func (c *namesFitCmd) Run(a *app) (err error) {
	dir, err := os.MkdirTemp("", "interdict-fit-")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	m := names.Default()
	for round := range c.Rounds {
		m, err = c.round(a, m, filepath.Join(dir, fmt.Sprint(round)))
		if err != nil {
			return err
		}
	}
	return os.WriteFile(c.Out, []byte(m.Text()), 0o644)
}

// round compiles the lists with the model, compares, and fits.
func (c *namesFitCmd) round(a *app, m *names.Model, path string) (*names.Model, error) {
	editions, err := detectAll(c.From)
	if err != nil {
		return nil, err
	}
	defer closeAll(editions)
	if _, err := engine.Build(a.ctx, path, editions, engine.Options{Model: m}); err != nil {
		return nil, err
	}
	b, err := book.Open(path)
	if err != nil {
		return nil, err
	}
	defer b.Close() // only read
	deck, err := c.deck(b)
	if err != nil {
		return nil, err
	}
	examples, err := bench.Examples(b, deck)
	if err != nil {
		return nil, err
	}
	fitted := m.Fit(examples, bench.Asked(deck), c.Pull, c.Version)
	fmt.Fprintf(a.err, "fitted on %d comparisons of %d cases\n", len(examples), len(deck))
	return fitted, nil
}

func (c *namesFitCmd) deck(b *book.Book) ([]bench.Case, error) {
	if len(c.Decks) == 0 {
		n := benchNamesCmd{N: c.N, Seed: c.Seed, Innocent: c.Innocent, Invent: c.Invent}
		deck, _, err := n.deck(&opened{Book: b}, party.Date{})
		return deck, err
	}
	var all []bench.Case
	for _, path := range c.Decks {
		n := benchNamesCmd{Deck: path}
		deck, _, err := n.deck(&opened{Book: b}, party.Date{})
		if err != nil {
			return nil, err
		}
		all = append(all, deck...)
	}
	return all, nil
}
