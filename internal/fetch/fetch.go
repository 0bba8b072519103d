// SPDX-License-Identifier: Apache-2.0

// Package fetch brings one file from an HTTP server to a path, politely and
// whole, or says why not.
//
// Its promise: what stands at the path afterwards is a whole answer with status
// 200 that passed every checksum that was published with it; anything less stays
// beside it as a partial file, which the next attempt continues where the server
// says that it can. Every wait, size and number of steps has a limit. Plain HTTP
// is spoken with the machine itself alone. Secrets in the query of an address are
// in no error and in nothing that is stored, and neither is the address at the
// end of a redirect: OFAC's is good for an hour.
//
// It does not know what is in the file. A page that says "down for maintenance"
// with status 200 is told apart by who reads the format; [Result.Page] says what
// such a page calls itself.
package fetch

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/interdict-dev/interdict/internal/errkind"
)

// Limits bound one fetch. A zero field has the value that its comment gives.
type Limits struct {
	MaxSize    int64         // bytes of the file; 4 GiB, forty times OFAC's largest
	Redirects  int           // steps from the address to the file; 5. Publishers need one or two
	Tries      int           // attempts at one file; 4
	Backoff    time.Duration // wait before the second attempt, doubled before each further one; 2 s
	MaxBackoff time.Duration // the longest wait, also where the server asks for more; 1 min
	Header     time.Duration // from asking to the head of the answer; 60 s
	Stall      time.Duration // in each such span the body must bring StallBytes; 30 s
	StallBytes int64         // 32 KiB: one kilobyte a second
	Total      time.Duration // of all attempts at one file; 1 h
}

func (l Limits) withDefaults() Limits {
	set(&l.MaxSize, 4<<30)
	set(&l.Redirects, 5)
	set(&l.Tries, 4)
	set(&l.Backoff, 2*time.Second)
	set(&l.MaxBackoff, time.Minute)
	set(&l.Header, time.Minute)
	set(&l.Stall, 30*time.Second)
	set(&l.StallBytes, 32<<10)
	set(&l.Total, time.Hour)
	return l
}

func set[T int | int64 | time.Duration](field *T, value T) {
	if *field <= 0 {
		*field = value
	}
}

// A Client fetches files. It keeps nothing between calls and serves any number
// of goroutines, each with a path of its own.
type Client struct {
	transport http.RoundTripper
	agent     string
	now       func() time.Time
	limits    Limits
}

// New returns a client. Agent is the User-Agent of every request: some
// publishers, OFAC among them, answer 403 to none. Now is the clock of the times
// that results carry; limits are measured in the real time that passes.
func New(transport http.RoundTripper, agent string, now func() time.Time, l Limits) *Client {
	return &Client{transport, agent, now, l.withDefaults()}
}

// Transport returns a transport that sends requests through the proxy that a
// function names, as [http.Transport] has it; nil is no proxy.
func Transport(proxy func(*http.Request) (*url.URL, error)) *http.Transport {
	return &http.Transport{
		Proxy:               proxy,
		DialContext:         (&net.Dialer{Timeout: 30 * time.Second, KeepAlive: 30 * time.Second}).DialContext,
		TLSHandshakeTimeout: 20 * time.Second,
		IdleConnTimeout:     30 * time.Second,
		MaxIdleConnsPerHost: 1,
		ForceAttemptHTTP2:   true,
		DisableCompression:  true, // lengths and ranges are those of the file
	}
}

// A State is what is kept of a whole file, to ask the next time whether there is
// another. The zero State asks for the file in any case.
type State struct {
	ETag     string `json:"etag,omitempty"`
	Modified string `json:"modified,omitempty"` // Last-Modified, as the server wrote it
	Size     int64  `json:"size,omitempty"`
	SHA256   string `json:"sha256,omitempty"`
}

// asks says that the state holds something to ask with.
func (s State) asks() bool { return s.ETag != "" || s.Modified != "" }

// A Request says what to fetch.
type Request struct {
	Address string // may hold secrets in its query or as user and password
	// Header is sent to the host of Address, and to no other that it leads to.
	Header http.Header
	File   string // where the file goes; its partial download stands beside it
	Have   State  // of the file that one has, from this address
	SHA256 string // published beside the file, in hexadecimal; "" where nothing is
	// Progress is told how many bytes are there, and how many there will be; -1
	// where the server does not say. It may be nil.
	Progress func(done, of int64)
}

// A Result is what came of a fetch.
type Result struct {
	State
	Unchanged bool      // the server has nothing newer than [Request.Have]; nothing was written
	At        time.Time // when the server answered
	Resumed   int64     // bytes that were there from an attempt before
	Page      string    // the title of a web page that came instead of a file; "" for a file
	Attempts  int
}

// Get fetches a file. Errors that will happen again are [errkind.Invalid], those
// of the network and of servers in trouble [errkind.Unavailable] after the last
// attempt.
func (c *Client) Get(ctx context.Context, r Request) (Result, error) {
	var res Result
	err := c.repeat(ctx, r, func(ctx context.Context) (err error) {
		n := res.Attempts
		res, err = c.get(ctx, r)
		res.Attempts = n + 1
		return err
	})
	return res, err
}

// An Answer is what a server says of a file without giving it.
type Answer struct {
	State
	Unchanged bool // it is the file that one has
	Known     bool // false where the server gives nothing to tell by
}

// Ask asks whether there is another file than the one that one has, and fetches
// nothing. It is a GET whose answer is left at its head: the addresses that
// redirects lead to are often signed for GET alone.
func (c *Client) Ask(ctx context.Context, r Request) (Answer, error) {
	var a Answer
	err := c.repeat(ctx, r, func(ctx context.Context) error {
		resp, err := c.follow(ctx, r, conditions(r.Have))
		if err != nil {
			return err
		}
		defer resp.Body.Close() // nothing of it is wanted
		switch {
		case resp.StatusCode == http.StatusNotModified && r.Have.asks():
			a = Answer{State: r.Have, Unchanged: true, Known: true}
		case resp.StatusCode == http.StatusOK:
			a = compare(r.Have, stateOf(resp))
		default:
			return statusError(resp)
		}
		return nil
	})
	return a, err
}

func compare(have, is State) Answer {
	a := Answer{State: is, Known: have.asks() && is.asks()}
	switch {
	case have.ETag != "" && is.ETag != "":
		a.Unchanged = strings.TrimPrefix(have.ETag, "W/") == strings.TrimPrefix(is.ETag, "W/")
	case have.Modified != "" && is.Modified != "":
		a.Unchanged = have.Modified == is.Modified
	default:
		a.Known = false
	}
	return a
}

func stateOf(resp *http.Response) State {
	return State{ETag: resp.Header.Get("ETag"), Modified: resp.Header.Get("Last-Modified"), Size: max(resp.ContentLength, 0)}
}

// A retryError is one that may not happen again.
type retryError struct {
	err   error
	after time.Duration // the server asks to wait so long; 0 where it does not
}

func (e *retryError) Error() string { return e.err.Error() }
func (e *retryError) Unwrap() error { return e.err }

func again(err error) error {
	return &retryError{err: errkind.Wrap(errkind.Unavailable, err)}
}

// repeat tries until it works, fails for good, or the tries or the time are up.
func (c *Client) repeat(ctx context.Context, r Request, try func(context.Context) error) error {
	ctx, cancel := context.WithTimeoutCause(ctx, c.limits.Total, errkind.Wrap(errkind.Unavailable, fmt.Errorf("not done after %s", c.limits.Total)))
	defer cancel()
	wait := c.limits.Backoff
	for n := 1; ; n++ {
		err := try(ctx)
		if err == nil {
			return nil
		}
		if ctx.Err() != nil {
			return fmt.Errorf("fetch %s: %w", Show(r.Address), context.Cause(ctx))
		}
		var again *retryError
		if !errors.As(err, &again) {
			return fmt.Errorf("fetch %s: %w", Show(r.Address), err)
		}
		if n >= c.limits.Tries {
			return fmt.Errorf("fetch %s, %d attempts: %w", Show(r.Address), n, err)
		}
		pause(ctx, min(max(wait, again.after), c.limits.MaxBackoff))
		wait *= 2
	}
}

// pause waits, or less where the context ends.
func pause(ctx context.Context, d time.Duration) {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-ctx.Done():
	case <-t.C:
	}
}

// Show returns an address without what may be secret in it: user, password,
// query and fragment.
func Show(address string) string {
	u, err := url.Parse(address)
	if err != nil {
		return "an address that cannot be read"
	}
	return (&url.URL{Scheme: u.Scheme, Host: u.Host, Path: u.Path}).String()
}

// follow asks an address and follows redirects, up to the limit.
func (c *Client) follow(ctx context.Context, r Request, header http.Header) (*http.Response, error) {
	at, err := url.Parse(r.Address)
	if err != nil {
		return nil, errkind.New(errkind.Invalid, "the address cannot be read")
	}
	first := at
	var way []string
	for {
		if err := allowed(first, at); err != nil {
			return nil, err
		}
		if slices.Contains(way, at.String()) {
			return nil, errkind.Wrap(errkind.Invalid, fmt.Errorf("the address leads in a circle, back to %s after %d redirects", Show(at.String()), len(way)))
		}
		if way = append(way, at.String()); len(way) > c.limits.Redirects+1 {
			return nil, errkind.Wrap(errkind.Invalid, fmt.Errorf("more than %d redirects, the last to %s", c.limits.Redirects, Show(at.String())))
		}
		resp, err := c.ask(ctx, r, first, at, header)
		if err != nil {
			return nil, err
		}
		if !isRedirect(resp.StatusCode) {
			return resp, nil
		}
		next, err := at.Parse(resp.Header.Get("Location"))
		if err = errors.Join(err, resp.Body.Close()); err != nil || resp.Header.Get("Location") == "" {
			return nil, errkind.Wrap(errkind.Invalid, fmt.Errorf("the server answered %s without an address to go to", resp.Status))
		}
		at = next
	}
}

func isRedirect(status int) bool {
	switch status {
	case http.StatusMovedPermanently, http.StatusFound, http.StatusSeeOther, http.StatusTemporaryRedirect, http.StatusPermanentRedirect:
		return true
	}
	return false
}

// allowed says whether an address may be asked: HTTPS, or HTTP with the machine
// itself where the first address was there too.
func allowed(first, u *url.URL) error {
	switch {
	case u.Hostname() == "":
		return errkind.Wrap(errkind.Invalid, fmt.Errorf("%s is no address of a server", Show(u.String())))
	case u.Scheme == "https":
		return nil
	case u.Scheme == "http" && IsLoopback(u.Hostname()) && IsLoopback(first.Hostname()):
		return nil
	}
	return errkind.Wrap(errkind.Invalid, fmt.Errorf("%s is not asked: only https is, and http on this machine itself", Show(u.String())))
}

// IsLoopback says that a host is the machine itself.
func IsLoopback(host string) bool {
	ip := net.ParseIP(host)
	return host == "localhost" || ip != nil && ip.IsLoopback()
}

// ask sends one request and waits for the head of its answer. The body ends
// with the context.
func (c *Client) ask(ctx context.Context, r Request, first, at *url.URL, header http.Header) (*http.Response, error) {
	ctx, cancel := context.WithCancelCause(ctx)
	late := time.AfterFunc(c.limits.Header, func() { cancel(fmt.Errorf("no answer in %s", c.limits.Header)) })
	plain := *at
	plain.User, plain.Fragment = nil, ""
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, plain.String(), nil)
	if err != nil {
		cancel(nil)
		return nil, errkind.New(errkind.Invalid, "the address cannot be read")
	}
	c.dress(req, r, first, at, header)
	resp, err := c.transport.RoundTrip(req)
	if !late.Stop() && err == nil {
		err = errors.Join(context.Cause(ctx), resp.Body.Close())
	}
	if err != nil {
		if cause := context.Cause(ctx); cause != nil {
			err = cause
		}
		cancel(nil)
		return nil, again(withoutAddress(err))
	}
	resp.Body = &body{resp.Body, cancel}
	return resp, nil
}

// dress gives a request its header.
func (c *Client) dress(req *http.Request, r Request, first, at *url.URL, header http.Header) {
	if at.Host == first.Host && at.Scheme == first.Scheme {
		for name, values := range r.Header {
			req.Header[name] = values
		}
		if u := first.User; u != nil {
			password, _ := u.Password()
			req.SetBasicAuth(u.Username(), password)
		}
	}
	for name, values := range header {
		req.Header[name] = values
	}
	req.Header.Set("User-Agent", c.agent)
	req.Header.Set("Accept", "*/*")
	req.Header.Set("Accept-Encoding", "identity")
}

// A body lets go of its request when it is closed.
type body struct {
	io.ReadCloser
	cancel context.CancelCauseFunc
}

func (b *body) Close() error {
	b.cancel(nil)
	return b.ReadCloser.Close()
}

// withoutAddress takes the address, with its secrets, out of an error of net/http.
func withoutAddress(err error) error {
	var u *url.Error
	if errors.As(err, &u) {
		return u.Err
	}
	return err
}

// statusError says what a status means that is no answer. Servers in trouble,
// and those that ask for patience, are tried again.
func statusError(resp *http.Response) error {
	err := fmt.Errorf("the server answered %s", resp.Status)
	switch s := resp.StatusCode; {
	case s == http.StatusRequestTimeout || s == http.StatusTooManyRequests || s >= 500 && s != http.StatusNotImplemented:
		return &retryError{errkind.Wrap(errkind.Unavailable, err), retryAfter(resp)}
	case s == http.StatusUnauthorized || s == http.StatusForbidden:
		return errkind.Wrap(errkind.Invalid, fmt.Errorf("%w: it wants a token, or does not want programs", err))
	case s == http.StatusNotFound || s == http.StatusGone:
		return errkind.Wrap(errkind.NotFound, fmt.Errorf("%w: the publisher may have moved it", err))
	}
	return errkind.Wrap(errkind.Invalid, err)
}

// retryAfter reads how many seconds a server asks to wait. A date, which few
// send, is left to the usual wait.
func retryAfter(resp *http.Response) time.Duration {
	n, err := strconv.Atoi(resp.Header.Get("Retry-After"))
	if err != nil || n < 0 || n > 1<<20 {
		return 0
	}
	return time.Duration(n) * time.Second
}

// conditions asks for another file than the one that one has.
func conditions(have State) http.Header {
	h := http.Header{}
	if have.ETag != "" {
		h.Set("If-None-Match", have.ETag)
	}
	if have.Modified != "" {
		h.Set("If-Modified-Since", have.Modified)
	}
	return h
}
