// SPDX-License-Identifier: Apache-2.0

package main

import (
	"os"
	"time"

	"github.com/vbauerster/mpb/v8"
	"github.com/vbauerster/mpb/v8/decor"
	"golang.org/x/term"
)

// A progress is a bar on the terminal, or nothing where there is none.
type progress struct {
	end chan struct{}
	all *mpb.Progress
}

// progressDelay is how long work goes on before it gets a bar.
const progressDelay = 400 * time.Millisecond

// progress shows a bar on standard error while work goes on, where that is a
// terminal and the size of the work is known. State is asked five times a
// second; it may be called from another goroutine.
func (a *app) progress(title string, state func() (done, of int64)) *progress {
	f, ok := a.err.(*os.File)
	if !ok || !term.IsTerminal(int(f.Fd())) {
		return nil
	}
	p := &progress{end: make(chan struct{})}
	p.all = mpb.New(mpb.WithOutput(f), mpb.WithAutoRefresh())
	go p.draw(title, state)
	return p
}

func (p *progress) draw(title string, state func() (done, of int64)) {
	select {
	case <-p.end:
		p.all.Shutdown()
		p.end <- struct{}{}
		return
	case <-time.After(progressDelay):
	}
	_, of := state()
	bar := p.all.AddBar(of, mpb.PrependDecorators(decor.Name(title)), mpb.AppendDecorators(decor.Percentage(), decor.Elapsed(decor.ET_STYLE_GO)), mpb.BarRemoveOnComplete())
	tick := time.NewTicker(200 * time.Millisecond)
	defer tick.Stop()
	for {
		select {
		case <-p.end:
			bar.Abort(true)
			p.all.Shutdown()
			p.end <- struct{}{}
			return
		case <-tick.C:
			done, _ := state()
			bar.SetCurrent(done)
		}
	}
}

// stop removes the bar. A nil progress has none.
func (p *progress) stop() {
	if p == nil {
		return
	}
	p.end <- struct{}{}
	<-p.end
}
