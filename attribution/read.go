// SPDX-License-Identifier: Apache-2.0

package attribution

import (
	"errors"
	"fmt"
	"io"
	"iter"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/interdict-dev/interdict/infra"
	"github.com/interdict-dev/interdict/internal/errkind"
	"github.com/interdict-dev/interdict/internal/table"
	"github.com/interdict-dev/interdict/party"
	"github.com/interdict-dev/interdict/rows"
)

// A RowError is a row that could not be read. The rows after it can.
type RowError = table.RowError

// ReadOptions say what is known about a file of hosts.
type ReadOptions struct {
	Columns map[string]string // "host" and "time" to a header or a letter; "" detects
	At      party.Date        // the moment of rows where the file has no column of times
}

// A Coverage says what was read of a file of hosts.
type Coverage struct {
	Name    string   `json:"name"`
	Hosts   []string `json:"host_columns,omitempty"` // headers or letters
	Time    string   `json:"time_column,omitempty"`
	Ignored []string `json:"ignored,omitempty"`
	Rows    int      `json:"rows"`
	Queries int      `json:"hosts"`
	Errors  int      `json:"errors"`
	Undated int      `json:"undated,omitempty"` // hosts of rows whose time is empty
	Skipped int      `json:"skipped,omitempty"` // comments, and rows whose host is empty
}

// Hosts is a file of hosts that is being read.
type Hosts struct {
	coverage Coverage
	opts     ReadOptions
	peeked   *table.Peeked
	header   int // its number; 0 for none
	hosts    []int
	time     int
	labels   []string
}

// hostWords and timeWords are headers, folded, as logs and exports print them:
// Zeek, Suricata, common firewalls and DNS servers, MISP and STIX tables.
const (
	hostWords = "|host|hostname|host name|indicator|ioc|value|address|ip|ip address|ipaddress|ipv4|ipv6|addr|domain|domain name|fqdn|dns|query|qname|query name|rrname|name server|" +
		"sni|server name|tls sni|url|uri|request url|destination|destination ip|destination address|destination host|dest|dest ip|dest host|dst|dst ip|dstip|dst host|daddr|" +
		"source|source ip|source address|src|src ip|srcip|saddr|id orig h|id resp h|remote|remote ip|remote address|remote host|client ip|server ip|peer|answer|answers|rdata|" +
		"certificate|cert|fingerprint|sha1|sha256|asn|as|as number|wallet|wallet address|btc address|crypto address|email|sender|"
	timeWords = "|time|timestamp|ts|date|datetime|date time|event time|eventtime|time generated|timegenerated|start time|starttime|start|first seen|seen|seen at|observed|observed at|at|when|flow start|creation time|utc time|log time|received|"
)

// ReadHosts finds out how a file of hosts is written: one to a line, or a table
// with columns of hosts and perhaps one of times. r may be compressed.
func ReadHosts(name string, r io.Reader, o ReadOptions) (*Hosts, error) {
	content, _, err := table.Decompress(r)
	if err != nil {
		return nil, fmt.Errorf("read %s: %w", name, err)
	}
	h := &Hosts{opts: o, coverage: Coverage{Name: filepath.Base(name)}, time: -1}
	csv, err := table.NewCSV(content, table.Options{File: h.coverage.Name})
	if err != nil {
		return nil, fmt.Errorf("read %s: %w", name, err)
	}
	h.peeked = csv.Peek()
	cells, numbers, err := h.peeked.Head()
	if errors.Is(err, io.EOF) {
		return nil, errkind.New(errkind.Invalid, name+" is empty")
	}
	if err != nil {
		return nil, fmt.Errorf("read %s: %w", name, err)
	}
	if err := h.findColumns(cells, numbers); err != nil {
		return nil, errkind.Wrap(errkind.Invalid, fmt.Errorf("%s: %w", name, err))
	}
	return h, nil
}

// IsHostList says that the start of a file is a list of hosts, one to a line; a
// header, comments and some broken lines may stand among them: three of four
// lines are hosts at least. cut says that the last line may go on.
func IsHostList(head []byte, cut bool) bool {
	lines := strings.Split(strings.TrimPrefix(string(head), "\ufeff"), "\n")
	if cut {
		lines = lines[:len(lines)-1]
	}
	hosts, broken := 0, 0
	for i, line := range lines {
		line = strings.TrimSpace(line)
		switch {
		case line == "" || strings.HasPrefix(line, "#") || strings.HasPrefix(line, "//"):
		case isMachine(line):
			hosts++
		case i == 0 && len(line) < 40 && isHeader(line):
		default:
			broken++
		}
	}
	return hosts > 0 && hosts >= 3*broken
}

func isHeader(line string) bool {
	found, _ := recognised([]string{line})
	return len(found) > 0
}

// findColumns takes for the header the first row, above every row that holds a
// host, with a column that is known to hold hosts or that the user named. A
// table without one is read by what its columns hold.
func (h *Hosts) findColumns(cells [][]string, numbers []int) error {
	named := h.opts.Columns["host"]
	for i, row := range cells {
		if len(row) > 1 && row[0] == "#fields" { // Zeek's logs
			row = row[1:]
		} else if isComment(row) {
			continue
		}
		if slices.ContainsFunc(row, isHost) {
			break
		}
		hosts, at := recognised(row)
		if named != "" && column(row, named) >= 0 || named == "" && len(hosts) > 0 {
			return h.take(row, numbers[i], hosts, at)
		}
	}
	if i := table.ColumnIndex(named); i >= 0 && i < len(cells[0]) {
		return h.take(make([]string, len(cells[0])), 0, nil, table.ColumnIndex(h.opts.Columns["time"]))
	} else if named != "" {
		return fmt.Errorf("no column %q in the first rows", named)
	}
	return h.takeBare(cells)
}

func (h *Hosts) take(header []string, number int, hosts []int, at int) error {
	h.header, h.hosts, h.time = number, hosts, at
	for i, c := range header {
		h.labels = append(h.labels, fmt.Sprintf("%s (%s)", strings.TrimSpace(c), table.Column(i)))
	}
	if name := h.opts.Columns["host"]; name != "" {
		i := column(header, name)
		if i < 0 {
			return fmt.Errorf("no column %q: the columns are %s", name, strings.Join(h.labels, ", "))
		}
		h.hosts = []int{i}
	}
	if name := h.opts.Columns["time"]; name != "" && h.header > 0 {
		if h.time = column(header, name); h.time < 0 {
			return fmt.Errorf("no column %q: the columns are %s", name, strings.Join(h.labels, ", "))
		}
	}
	if len(h.hosts) == 0 {
		return fmt.Errorf("no column is known to hold hosts: name it with --column host=HEADER; the columns are %s", strings.Join(h.labels, ", "))
	}
	for i, l := range h.labels {
		switch {
		case slices.Contains(h.hosts, i):
			h.coverage.Hosts = append(h.coverage.Hosts, l)
		case i == h.time:
			h.coverage.Time = l
		default:
			h.coverage.Ignored = append(h.coverage.Ignored, l)
		}
	}
	return nil
}

// takeBare reads a table without a header: the columns that hold hosts in its
// first rows, and the one that holds times.
func (h *Hosts) takeBare(cells [][]string) error {
	width := 0
	for _, row := range cells {
		width = max(width, len(row))
	}
	for c := range width {
		hosts, times, full := 0, 0, 0
		for _, row := range cells {
			if c >= len(row) || strings.TrimSpace(row[c]) == "" || isComment(row) {
				continue
			}
			full++
			if isHost(row[c]) {
				hosts++
			} else if _, err := moment(row[c]); err == nil {
				times++
			}
		}
		switch {
		case width == 1 || 2*hosts > full:
			h.hosts = append(h.hosts, c)
			h.coverage.Hosts = append(h.coverage.Hosts, table.Column(c))
		case h.time < 0 && times == full && full > 0:
			h.time, h.coverage.Time = c, table.Column(c)
		default:
			h.coverage.Ignored = append(h.coverage.Ignored, table.Column(c))
		}
	}
	if len(h.hosts) == 0 {
		return errors.New("no column holds hosts: name it with --column host=HEADER")
	}
	return nil
}

// recognised returns the columns of a header that hold hosts, and the first
// that holds times; -1 for none.
func recognised(header []string) (hosts []int, at int) {
	at = -1
	for i, c := range header {
		word := "|" + rows.Fold(c) + "|"
		switch {
		case word == "||":
		case strings.Contains(hostWords, word):
			hosts = append(hosts, i)
		case at < 0 && strings.Contains(timeWords, word):
			at = i
		}
	}
	return hosts, at
}

func column(header []string, name string) int {
	i := slices.IndexFunc(header, func(c string) bool { return rows.Fold(c) == rows.Fold(name) })
	if i < 0 {
		if i = table.ColumnIndex(name); i >= len(header) {
			i = -1
		}
	}
	return i
}

func isHost(s string) bool {
	_, err := infra.Parse(s)
	return err == nil
}

// isMachine says that a line is a place on the network and nothing else: an
// e-mail address or a long number may be meant for a party's.
func isMachine(s string) bool {
	i, err := infra.Parse(s)
	if err != nil {
		return false
	}
	switch i.Type {
	case infra.IPv4, infra.IPv6, infra.Prefix, infra.ASN, infra.Domain, infra.URL:
		return true
	}
	return false
}

func isComment(row []string) bool {
	return len(row) > 0 && strings.HasPrefix(strings.TrimSpace(row[0]), "#")
}

// Queries yields the hosts in the order of the file, each at its row's own
// time, once. A row that could not be read is a [*RowError] beside a Query that
// has its number; any other error ends the sequence.
func (h *Hosts) Queries() iter.Seq2[Query, error] {
	return func(yield func(Query, error) bool) {
		for r, err := range h.peeked.Rows() {
			var bad *RowError
			if err != nil && !errors.As(err, &bad) {
				yield(Query{}, err)
				return
			}
			if bad == nil && r.Number <= h.header {
				continue
			}
			if bad != nil && bad.Row <= h.header {
				continue
			}
			if bad == nil && (r.Blank() || isComment(r.Cells)) || bad != nil && strings.HasPrefix(bad.Raw, "#") {
				h.coverage.Skipped++
				continue
			}
			h.coverage.Rows++
			if !h.row(r, bad, yield) {
				return
			}
		}
	}
}

func (h *Hosts) fail(r table.Row, col int, reason string, yield func(Query, error) bool) bool {
	h.coverage.Errors++
	q := Query{Row: r.Number, Pointer: h.coverage.Name + "#" + table.Cell(col, r.Number)}
	if col < len(r.Cells) {
		q.Text = r.Cells[col]
	}
	return yield(q, &RowError{File: h.coverage.Name, Row: r.Number, Line: r.Line, Reason: reason})
}

func (h *Hosts) row(r table.Row, bad *RowError, yield func(Query, error) bool) bool {
	if bad != nil {
		h.coverage.Errors++
		return yield(Query{Row: bad.Row, Pointer: fmt.Sprintf("%s#%d", h.coverage.Name, bad.Row)}, bad)
	}
	at := h.opts.At
	if h.time >= 0 {
		at = party.Date{}
		if h.time < len(r.Cells) && strings.TrimSpace(r.Cells[h.time]) != "" {
			var err error
			if at, err = moment(r.Cells[h.time]); err != nil {
				return h.fail(r, h.time, err.Error(), yield)
			}
		}
	}
	asked := 0
	for _, c := range h.hosts {
		if c >= len(r.Cells) {
			continue
		}
		for _, text := range split(r.Cells[c]) {
			asked++
			i, err := infra.Parse(text)
			if err != nil {
				if !h.fail(r, c, err.Error(), yield) {
					return false
				}
				continue
			}
			h.coverage.Queries++
			if at.IsZero() {
				h.coverage.Undated++
			}
			if !yield(Query{Text: text, Seen: i, At: at, Row: r.Number, Pointer: h.coverage.Name + "#" + table.Cell(c, r.Number)}, nil) {
				return false
			}
		}
	}
	if asked == 0 {
		h.coverage.Skipped++
	}
	return true
}

// split divides a cell with several answers of a DNS server; a cell without any
// host stays whole. "-" is Zeek's and the proxies' word for an empty cell.
func split(cell string) []string {
	var out []string
	for s := range strings.FieldsFuncSeq(cell, func(r rune) bool { return strings.ContainsRune(" \t,;|", r) }) {
		if s != "-" && s != "(empty)" {
			out = append(out, s)
		}
	}
	if len(out) > 1 && !slices.ContainsFunc(out, isHost) {
		return []string{strings.TrimSpace(cell)}
	}
	return out
}

// Coverage says what was read so far.
func (h *Hosts) Coverage() Coverage { return h.coverage }

// layouts are the times of day that logs print, all of which begin with or hold
// their full date.
var layouts = [...]string{
	time.RFC3339Nano, "2006-01-02 15:04:05.999999999Z07:00", "2006-01-02T15:04:05", "2006-01-02 15:04:05", "2006-01-02 15:04",
	"02/Jan/2006:15:04:05 -0700", "Jan _2 2006 15:04:05", "2006/01/02 15:04:05", time.RFC1123Z, time.RFC1123, time.RFC850, time.ANSIC,
}

// moment reads the day of a moment as logs print it, in UTC: a date and time,
// or seconds, milliseconds or nanoseconds since 1970. A date that can be read
// two ways is an error.
func moment(s string) (party.Date, error) {
	s = strings.TrimSpace(s)
	if n, err := strconv.ParseFloat(s, 64); err == nil && len(s) > 8 {
		for n > 1e11 { // later than the year 5138 in seconds
			n /= 1000
		}
		return party.DateOf(time.Unix(int64(n), 0).UTC()), nil
	}
	for _, l := range layouts {
		if t, err := time.Parse(l, s); err == nil {
			return party.DateOf(t.UTC()), nil
		}
	}
	spans := rows.Dates(s)
	switch {
	case len(spans) == 1 && !spans[0].From.IsZero() && spans[0].From == spans[0].To:
		return spans[0].From, nil
	case len(spans) > 1 && !spans[0].From.IsZero():
		return party.Date{}, fmt.Errorf("the time %q can be read as %v and as %v: write it as 2006-01-02", s, spans[0].From, spans[1].From)
	}
	return party.Date{}, fmt.Errorf("%.60q is no time", s)
}

// ParseMoment reads the moment of a question: a day, a month, a year, or a time
// as logs print it.
func ParseMoment(s string) (party.Date, error) { return moment(s) }
