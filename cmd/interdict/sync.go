// SPDX-License-Identifier: Apache-2.0

package main

import (
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"os"
	"slices"
	"strings"
	"sync"
	"time"

	"golang.org/x/net/http/httpproxy"

	"github.com/interdict-dev/interdict/engine"
	"github.com/interdict-dev/interdict/internal/errkind"
	"github.com/interdict-dev/interdict/internal/fetch"
	"github.com/interdict-dev/interdict/party"
	"github.com/interdict-dev/interdict/watchlist"
)

type listsSyncCmd struct {
	Lists    []string          `arg:"" optional:"" name:"list" help:"Only these lists."`
	Check    bool              `help:"Only ask whether there is something new; fetch nothing."`
	Mirror   string            `placeholder:"DIR|URL" help:"Take the lists from here: a folder or base address with a folder for each list."`
	Parallel int               `default:"2" help:"How many lists to fetch at a time; never two from one host."`
	Token    map[string]string `placeholder:"LIST=TOKEN" help:"What a publisher wants to be told; @FILE reads it from a file."`
}

// Help gives examples.
func (listsSyncCmd) Help() string {
	return `Examples:
  interdict lists sync
  interdict lists sync us-ofac-sdn eu-fsf --token eu-fsf=@/run/secrets/eu
  interdict lists sync --check
  interdict lists sync --mirror /media/lists

The addresses stand in engine/publishers.txt of the source; a file publishers.txt in
the home adds to them. HTTPS_PROXY and NO_PROXY are obeyed. The code is 11 when a
list could not be had, or something waits for a person.`
}

// Run syncs and rebuilds the book once.
func (c *listsSyncCmd) Run(a *app) error {
	h, err := a.home()
	if err != nil {
		return err
	}
	all, err := h.Publishers()
	if err != nil {
		return err
	}
	chosen, err := engine.Choose(all, c.Lists)
	if err != nil {
		return err
	}
	s, err := c.sync(a, h)
	if err != nil {
		return err
	}
	bar := a.progressOf(s, len(chosen))
	synced, err := s.Run(a.ctx, chosen)
	bar.stop()
	if err != nil {
		return err
	}
	return c.conclude(a, h, synced)
}

// sync returns what does the work.
func (c *listsSyncCmd) sync(a *app, h *engine.Home) (*engine.Sync, error) {
	if c.Parallel < 1 {
		return nil, errors.New("--parallel: want at least 1")
	}
	tokens, err := c.tokens()
	if err != nil {
		return nil, err
	}
	agent := "interdict/" + strings.TrimPrefix(version, "v") + " (+https://github.com/interdict-dev/interdict)"
	start := func() time.Time { return a.now } // the earlier time is the careful one
	client := fetch.New(fetch.Transport(a.proxy()), agent, start, fetch.Limits{})
	return &engine.Sync{Home: h, Client: client, Now: start, Mirror: c.Mirror, Tokens: tokens, Parallel: c.Parallel, Check: c.Check}, nil
}

// tokens reads the flags, and the files that they name: what stands on a
// command line is seen by everybody on the machine.
func (c *listsSyncCmd) tokens() (map[party.ListID]string, error) {
	out := map[party.ListID]string{}
	for l, t := range c.Token {
		if name, ok := strings.CutPrefix(t, "@"); ok {
			b, err := os.ReadFile(name)
			if err != nil {
				return nil, fmt.Errorf("--token %s: %w", l, err)
			}
			t = strings.TrimSpace(string(b))
		}
		out[party.ListID(l)] = t
	}
	return out, nil
}

// proxy returns the proxy of the environment. The machine itself is asked
// without one.
func (a *app) proxy() func(*http.Request) (*url.URL, error) {
	either := func(name string) string {
		if v := a.getenv(name); v != "" {
			return v
		}
		return a.getenv(strings.ToLower(name))
	}
	of := (&httpproxy.Config{HTTPProxy: either("HTTP_PROXY"), HTTPSProxy: either("HTTPS_PROXY"), NoProxy: either("NO_PROXY")}).ProxyFunc()
	return func(r *http.Request) (*url.URL, error) { return of(r.URL) }
}

// progressOf shows how far all lists are together: a list counts as the share of
// it that is there.
func (a *app) progressOf(s *engine.Sync, lists int) *progress {
	const whole = 1000
	var mu sync.Mutex
	share := map[party.ListID]int64{}
	s.Progress = func(l party.ListID, done, of int64) {
		mu.Lock()
		defer mu.Unlock()
		if of > 0 {
			share[l] = whole * done / of
		}
	}
	return a.progress("lists", func() (done, of int64) {
		mu.Lock()
		defer mu.Unlock()
		for _, n := range share {
			done += n
		}
		return done, int64(lists) * whole
	})
}

// conclude prints what became of each list, rebuilds the book where something is
// new, and says what waits.
func (c *listsSyncCmd) conclude(a *app, h *engine.Home, synced []engine.Synced) error {
	isNew, bad := false, 0
	for _, s := range synced {
		isNew = isNew || s.Edition.ID != "" && s.Outcome == engine.Added
		if s.Err != nil {
			bad++
		}
		printSynced(a, s)
	}
	if bad > 0 {
		fmt.Fprintf(a.out, "%d of %d lists could not be had: what is kept of them answers, and grows old\n", bad, len(synced))
		a.code = exitIncomplete
	}
	if c.Check {
		return nil
	}
	archive, err := h.Archive()
	if err != nil {
		return err
	}
	kept, err := archive.AllSeries()
	if err != nil {
		return err
	}
	_, err = h.Current()
	if isNew || len(kept) > 0 && (errors.Is(err, errkind.NotFound) || errors.Is(err, errkind.Unavailable)) {
		return rebuild(a, h, archive)
	}
	return sayWaiting(a, archive, kept)
}

func printSynced(a *app, s engine.Synced) {
	fmt.Fprintf(a.out, "%s: %s", s.List, s.Outcome)
	if e := s.Edition; e.ID != "" && s.Err == nil {
		fmt.Fprintf(a.out, ", %d entries, %d rejects, %s (%s %.12s)", e.Counts.Entries, e.Counts.Rejects, sayPublished(e.Header.Published), e.Format, e.ID)
	}
	if s.Err != nil {
		fmt.Fprintf(a.out, ": %s", strings.ReplaceAll(s.Err.Error(), "\n", "; "))
	}
	if s.Note != "" {
		fmt.Fprintf(a.out, "; %s", strings.ReplaceAll(s.Note, "\n", "; "))
	}
	fmt.Fprintln(a.out)
}

// sayWaiting says what waits for a person.
func sayWaiting(a *app, archive *watchlist.Archive, series []watchlist.Series) error {
	for _, s := range slices.Sorted(slices.Values(series)) {
		live, err := archive.Live(s)
		if err != nil {
			return err
		}
		if live.IsWaiting() {
			printWaiting(a, s, live)
		}
	}
	return nil
}
