// SPDX-License-Identifier: Apache-2.0

package fetch

import (
	"bytes"
	"context"
	"crypto/md5" // #nosec: checks a transfer, not an author
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"hash"
	"io"
	"io/fs"
	"net/http"
	"os"
	"strconv"
	"strings"
	"sync/atomic"
	"time"

	"github.com/interdict-dev/interdict/internal/errkind"
)

// A part is a download that did not end. Its note is written before its first
// byte, and only where the server says that it can continue: without a note the
// bytes are worth nothing.
type part struct {
	path string // of the bytes
	size int64  // that are there
	note note
}

// A note says what a part is of.
type note struct {
	Address  string `json:"address"` // without secrets
	ETag     string `json:"etag,omitempty"`
	Modified string `json:"modified,omitempty"`
	Size     int64  `json:"size"` // of the whole file
}

func (r Request) partPath() string { return r.File + ".part" }
func (r Request) notePath() string { return r.File + ".part.json" }

// readPart returns what is there from an attempt before; nothing where the note
// is missing, damaged or about another address.
func (r Request) readPart() part {
	p := part{path: r.partPath()}
	b, err := os.ReadFile(r.notePath())
	if err != nil || json.Unmarshal(b, &p.note) != nil || p.note.Address != Show(r.Address) {
		return part{path: p.path}
	}
	info, err := os.Stat(p.path)
	if err != nil || info.Size() == 0 || info.Size() >= p.note.Size {
		return part{path: p.path}
	}
	p.size = info.Size()
	return p
}

// header asks for the rest of the file, if it is still the same (RFC 9110, 13.1.5).
func (p part) header() http.Header {
	h := http.Header{}
	h.Set("Range", fmt.Sprintf("bytes=%d-", p.size))
	h.Set("If-Range", p.note.Modified)
	if p.note.ETag != "" {
		h.Set("If-Range", p.note.ETag)
	}
	return h
}

// drop forgets a part.
func (r Request) drop() error {
	var errs []error
	for _, p := range []string{r.partPath(), r.notePath()} {
		if err := os.Remove(p); err != nil && !errors.Is(err, fs.ErrNotExist) {
			errs = append(errs, err)
		}
	}
	return errors.Join(errs...)
}

// get is one attempt.
func (c *Client) get(ctx context.Context, r Request) (Result, error) {
	p := r.readPart()
	header := conditions(r.Have)
	if p.size > 0 {
		header = p.header()
	}
	resp, err := c.follow(ctx, r, header)
	if err != nil {
		return Result{}, err
	}
	defer resp.Body.Close() // read to its end, or given up
	at := c.now()
	if enc := resp.Header.Get("Content-Encoding"); enc != "" && enc != "identity" {
		return Result{}, errkind.Wrap(errkind.Invalid, fmt.Errorf("the server packed the file with %q although it was asked not to", enc))
	}
	switch {
	case resp.StatusCode == http.StatusNotModified && p.size == 0 && r.Have.asks():
		return Result{State: r.Have, Unchanged: true, At: at}, nil
	case resp.StatusCode == http.StatusPartialContent && p.size > 0:
		if err := p.continues(resp); err != nil {
			return Result{}, errors.Join(again(err), r.drop())
		}
	case resp.StatusCode == http.StatusRequestedRangeNotSatisfiable && p.size > 0:
		return Result{}, errors.Join(again(errors.New("the server cannot continue where the download stopped")), r.drop())
	case resp.StatusCode == http.StatusOK:
		p.size = 0
		if err := r.begin(resp); err != nil {
			return Result{}, err
		}
	default:
		return Result{}, statusError(resp)
	}
	if err := c.write(r, resp, p.size); err != nil {
		return Result{}, err
	}
	res := Result{State: stateOf(resp), At: at, Resumed: p.size}
	return res, r.finish(resp, &res)
}

// continues checks that an answer 206 is the rest of the part: servers are known
// that send a rest of another file.
func (p part) continues(resp *http.Response) error {
	var from, to int64
	var of string
	_, err := fmt.Sscanf(resp.Header.Get("Content-Range"), "bytes %d-%d/%s", &from, &to, &of)
	switch s := stateOf(resp); {
	case err != nil || from != p.size || to != p.note.Size-1 || of != strconv.FormatInt(p.note.Size, 10) && of != "*":
		return fmt.Errorf("the server sent %q, want what follows %d bytes of %d", resp.Header.Get("Content-Range"), p.size, p.note.Size)
	case p.note.ETag != "" && s.ETag != "" && s.ETag != p.note.ETag, p.note.ETag == "" && s.Modified != p.note.Modified:
		return errors.New("the server sent the rest of another file")
	}
	return nil
}

// begin prepares for a whole file.
func (r Request) begin(resp *http.Response) error {
	if err := r.drop(); err != nil {
		return err
	}
	n := note{Show(r.Address), resp.Header.Get("ETag"), resp.Header.Get("Last-Modified"), resp.ContentLength}
	if strings.HasPrefix(n.ETag, "W/") {
		n.ETag = "" // a weak one does not vouch for bytes (RFC 9110, 8.8.1)
	}
	if resp.Header.Get("Accept-Ranges") != "bytes" || n.ETag == "" && n.Modified == "" || n.Size <= 0 {
		return nil
	}
	b, err := json.Marshal(n)
	if err != nil {
		return err
	}
	return os.WriteFile(r.notePath(), b, 0o644)
}

// write appends the body to the part, within all limits.
func (c *Client) write(r Request, resp *http.Response, have int64) (err error) {
	of := resp.ContentLength
	if of >= 0 {
		of += have
	}
	tooLarge := errkind.Wrap(errkind.Invalid, fmt.Errorf("the file is larger than %d bytes: refused", c.limits.MaxSize))
	if of > c.limits.MaxSize {
		return tooLarge
	}
	f, err := os.OpenFile(r.partPath(), os.O_WRONLY|os.O_CREATE|os.O_APPEND, 0o644)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	m := &meter{done: have, of: of, report: r.Progress}
	stalled, stop := c.watch(m, resp.Body)
	_, err = io.Copy(f, io.TeeReader(io.LimitReader(resp.Body, c.limits.MaxSize-have+1), m))
	stop()
	switch size := atomic.LoadInt64(&m.done); {
	case stalled.Load():
		return again(fmt.Errorf("less than %d bytes came in %s, %d in all", c.limits.StallBytes, c.limits.Stall, size))
	case isLocal(err):
		return err
	case err != nil:
		return again(fmt.Errorf("the answer stopped after %d bytes: %w", size, withoutAddress(err)))
	case size > c.limits.MaxSize:
		return errors.Join(tooLarge, r.drop())
	}
	return f.Sync()
}

// isLocal says that an error is one of our own file, like a full disk.
func isLocal(err error) bool {
	var p *fs.PathError
	return errors.As(err, &p)
}

// A meter counts bytes.
type meter struct {
	done   int64 // read and written atomically
	of     int64
	report func(done, of int64)
}

func (m *meter) Write(b []byte) (int, error) {
	done := atomic.AddInt64(&m.done, int64(len(b)))
	if m.report != nil {
		m.report(done, m.of)
	}
	return len(b), nil
}

// watch ends a body that drips. Stop must be called once.
func (c *Client) watch(m *meter, body io.Closer) (stalled *atomic.Bool, stop func()) {
	stalled = &atomic.Bool{}
	end, ended := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(ended)
		tick := time.NewTicker(c.limits.Stall)
		defer tick.Stop()
		before := atomic.LoadInt64(&m.done)
		for {
			select {
			case <-end:
				return
			case <-tick.C:
			}
			now := atomic.LoadInt64(&m.done)
			if now-before < c.limits.StallBytes {
				stalled.Store(true)
				_ = body.Close() // the reader gets an error, which says less than this
				return
			}
			before = now
		}
	}()
	return stalled, func() { close(end); <-ended }
}

// finish checks the whole file and gives it its name.
func (r Request) finish(resp *http.Response, res *Result) error {
	sums, err := r.check(resp)
	if err != nil {
		return errors.Join(again(err), r.drop())
	}
	res.Size, res.SHA256, res.Page = sums.size, sums.sha256, sums.page
	if err := os.Rename(r.partPath(), r.File); err != nil {
		return err
	}
	return r.drop()
}

type sums struct {
	size   int64
	sha256 string
	page   string
}

// check reads the file once more and compares it with what was published.
func (r Request) check(resp *http.Response) (sums, error) {
	f, err := os.Open(r.partPath())
	if err != nil {
		return sums{}, err
	}
	defer f.Close() // only read
	head := make([]byte, 4096)
	n, err := io.ReadFull(f, head)
	if err != nil && !errors.Is(err, io.ErrUnexpectedEOF) && err != io.EOF {
		return sums{}, err
	}
	head = head[:n]
	strong, quick := sha256.New(), md5.New()
	both := io.MultiWriter(strong, quick)
	size, err := io.Copy(both, io.MultiReader(bytes.NewReader(head), f))
	if err != nil {
		return sums{}, err
	}
	s := sums{size, hex.EncodeToString(strong.Sum(nil)), pageTitle(head)}
	if r.SHA256 != "" && !strings.EqualFold(r.SHA256, s.sha256) {
		return s, fmt.Errorf("the file has the SHA-256 %s, published is %s", s.sha256, r.SHA256)
	}
	return s, checkHeader(resp, strong, quick)
}

// checkHeader compares a file with the checksums in the head of its answer:
// Repr-Digest (RFC 9530), its forerunner Digest, that of S3, and for whole
// answers Content-MD5, which Azure sends.
func checkHeader(resp *http.Response, strong, quick hash.Hash) error {
	for _, name := range []string{"Repr-Digest", "Digest"} {
		for v := range strings.SplitSeq(resp.Header.Get(name), ",") {
			algorithm, value, _ := strings.Cut(strings.TrimSpace(v), "=")
			if !strings.EqualFold(algorithm, "sha-256") {
				continue
			}
			if err := same(name, strings.Trim(value, ":"), strong); err != nil {
				return err
			}
		}
	}
	if resp.StatusCode != http.StatusOK {
		return nil
	}
	return errors.Join(
		same("x-amz-checksum-sha256", resp.Header.Get("X-Amz-Checksum-Sha256"), strong),
		same("Content-MD5", resp.Header.Get("Content-Md5"), quick),
	)
}

// same compares a published checksum in base64. What is none, as S3's of files
// in several pieces, says nothing.
func same(name, published string, h hash.Hash) error {
	want, err := base64.StdEncoding.DecodeString(published)
	if err != nil || len(want) != h.Size() {
		return nil
	}
	if got := h.Sum(nil); !bytes.Equal(got, want) {
		return fmt.Errorf("the file is not what the server's %s says: %x, published is %x", name, got, want)
	}
	return nil
}

// pageTitle returns the title of a web page, "untitled" for one without, and ""
// for what is none.
func pageTitle(head []byte) string {
	s := strings.ToValidUTF8(strings.TrimPrefix(string(head), "\ufeff"), "�")
	low := strings.ToLower(strings.TrimSpace(s))
	if !strings.HasPrefix(low, "<!doctype html") && !strings.HasPrefix(low, "<html") {
		return ""
	}
	_, rest, ok := strings.Cut(s, "<title>")
	title, _, closed := strings.Cut(rest, "</title>")
	if title = strings.Join(strings.Fields(title), " "); !ok || !closed || title == "" || len(title) > 200 {
		return "untitled"
	}
	return title
}
