// SPDX-License-Identifier: Apache-2.0

package indicators

import (
	"fmt"
	"path"
	"regexp"
	"strings"
	"sync"

	"github.com/interdict-dev/interdict/claim"
	"github.com/interdict-dev/interdict/infra"
	"github.com/interdict-dev/interdict/intel"
	"github.com/interdict-dev/interdict/party"
)

// reader is what is known after some lines of a file.
type reader struct {
	file    string
	layout  *layout
	words   *vocabulary
	brief   intel.Brief
	yield   func(intel.Statement, error) bool
	stopped bool

	rowNo, lineNo int
	raw           string // the row as it stands

	cols    []field  // of the table we are in; nil outside of one
	names   []string // of the columns, in CSV
	heading []string // the lines of text above
	fresh   bool     // the next line of text begins a new heading
	next    infra.Type
	hasNext bool // a line said of which type the next indicator is

	pending []intel.Statement // claims that lines below may tell more of
	count   int               // claims of this row
	made    map[party.Ref]bool
}

func newReader(file string, l *layout, b intel.Brief, yield func(intel.Statement, error) bool) *reader {
	return &reader{file: file, layout: l, words: &mappings().vocabulary, brief: b, yield: yield, fresh: true, made: map[party.Ref]bool{}}
}

// at says where we are.
func (r *reader) at(row, line int, raw string) {
	if r.layout.name != Pairs {
		r.flush()
	}
	r.rowNo, r.lineNo, r.raw, r.count = row, line, raw, 0
}

func (r *reader) emit(s intel.Statement, err error) {
	if !r.stopped && !r.yield(s, err) {
		r.stopped = true
	}
}

func (r *reader) fail(err error) { r.emit(intel.Statement{}, err) }

// flush hands out the claims that no line below can change any more.
func (r *reader) flush() {
	for _, s := range r.pending {
		r.emit(s, nil)
	}
	r.pending = r.pending[:0]
}

func (r *reader) other(kind, why string) {
	s := intel.Statement{Row: r.rowNo, Line: r.lineNo, Other: &intel.Object{Kind: kind, Why: why, Raw: r.raw}}
	if len(r.pending) > 0 && r.layout.name == Pairs {
		r.pending = append(r.pending, s) // behind the claim that it may belong to
		return
	}
	r.emit(s, nil)
}

func (r *reader) reject(id, reason string) {
	r.emit(intel.Statement{}, intel.NewReject(r.file, r.rowNo, r.lineNo, id, reason, r.raw))
}

// blank is a line that holds nothing: the next text begins a heading.
func (r *reader) blank() { r.fresh = true }

// part reads one line, or a piece of a line that a word processor divided.
func (r *reader) part(s string) {
	switch {
	case r.layout.divide != "" && r.isHeader(s):
	case r.cols != nil && r.tableRow(s):
	case r.details(s):
	case r.typeAlone(s):
	case r.labelled(s):
	case r.alone(s, ""):
	case looksLikeOne(s):
		r.text(s)
		r.reject("", "an indicator stands inside the line and could not be read out of it: read it yourself")
	default:
		r.text(s)
		r.other("text", "")
	}
}

// text keeps a line of text as the heading of what follows.
func (r *reader) text(s string) {
	r.flush()
	r.cols = nil
	if r.fresh {
		r.heading = r.heading[:0]
	}
	r.fresh, r.hasNext = false, false
	if len(r.heading) < 8 {
		r.heading = append(r.heading, intel.Start(s, 200))
	}
}

func (r *reader) isHeader(s string) bool {
	cols := r.layout.header(r.layout.split(s))
	if cols == nil {
		return false
	}
	r.cols = cols
	r.other("header", "")
	return true
}

// tableRow reads a row of the table that we are in. It reports false, and the
// table has ended, for a line that is none.
func (r *reader) tableRow(s string) bool {
	cells := r.layout.split(s)
	if _, ok := r.layout.parse(cells[0]); ok || len(cells) == len(r.cols) && r.cols[0] == indicator {
		r.row(r.spread(cells))
		return true
	}
	if words := strings.Fields(s); len(words) > len(cells) {
		if _, ok := r.layout.parse(words[0]); ok {
			r.row(r.spread(words))
			return true
		}
	}
	r.cols = nil
	return false
}

// spread puts cells into the columns of the table by what they are, where a row
// has too few or too many: padded by hand, an empty cell is invisible.
func (r *reader) spread(cells []string) []string {
	if len(cells) == len(r.cols) {
		return cells
	}
	out := make([]string, len(r.cols))
	for _, c := range cells {
		_, isDate := readDate(c)
		if !isDate {
			_, isDate = readSpan(c)
		}
		_, isIndicator := r.layout.parse(c)
		for i, f := range r.cols {
			wantsDate := f == first || f == last || f == span
			wantsIndicator := f == indicator || f == second
			if out[i] == "" && isDate == wantsDate && isIndicator == wantsIndicator {
				out[i], c = c, ""
				break
			}
		}
		if n := len(out) - 1; c != "" {
			out[n] = strings.TrimSpace(out[n] + " " + c)
		}
	}
	return out
}

// facts is what a row says of its indicators.
type facts struct {
	window      claim.Window
	first, last string
	role        string
	party       string
	note        []string
	source      claim.Source
	scope       infra.Scope
	hasScope    bool
	victim      bool
}

// row reads the cells of a table.
func (r *reader) row(cells []string) {
	r.flush()
	var f facts
	f.source = r.brief.SourceFor(r.file, "")
	var values []string
	typ, typed := infra.None, false
	for i, c := range cells {
		c = strings.TrimSpace(clean(c))
		if c == "" {
			continue
		}
		col := none
		if i < len(r.cols) {
			col = r.cols[i]
		}
		switch col {
		case indicator, second:
			values = append(values, c)
		case kind:
			if typ, typed = r.typeOf(c); !typed {
				r.reject("", fmt.Sprintf("%q is no type of indicator that is known", c))
				return
			}
		case first:
			f.first = c
		case last:
			f.last = c
		case span:
			w, ok := readSpan(c)
			if !ok {
				r.reject("", fmt.Sprintf("%q is no span of time", c))
				return
			}
			f.window = w
		case role:
			f.role = c
		case named:
			f.party = c
		case source:
			f.source.Name = c
		case class:
			var err error
			if f.source.Class, err = claim.ParseClass(strings.ToUpper(c)); err != nil {
				r.reject("", err.Error())
				return
			}
		case scope:
			if err := f.scope.UnmarshalText([]byte(strings.ToLower(c))); err != nil {
				r.reject("", err.Error())
				return
			}
			f.hasScope = true
		case note:
			f.note = append(f.note, c)
		default:
			if i < len(r.names) {
				c = r.names[i] + ": " + c
			}
			f.note = append(f.note, c)
		}
	}
	if f.first != "" || f.last != "" {
		w, err := r.seen(f.first, f.last)
		if err != nil {
			r.reject("", err.Error())
			return
		}
		f.window = w
	}
	if len(values) == 0 {
		r.reject("", "the row has no indicator")
		return
	}
	for _, v := range values {
		f := f
		if rest, ok := strings.CutPrefix(v, "*."); ok && !f.hasScope { // the hosts below it alone
			v, f.scope, f.hasScope = rest, infra.Below, true
		}
		i, err := r.parseAs(typ, v)
		if err != nil {
			r.reject("", err.Error())
			continue
		}
		r.claim(i, v, f)
	}
	r.flush()
}

// typeOf returns the type that a word means; infra.None where it leaves open
// which.
func (r *reader) typeOf(s string) (infra.Type, bool) {
	s = strings.ToLower(s)
	if t, ok := r.words.types[s]; ok {
		return t, true
	}
	t, err := infra.ParseType(s)
	return t, err == nil
}

func (r *reader) parseAs(t infra.Type, s string) (infra.Indicator, error) {
	if t != infra.None {
		return infra.ParseAs(t, s)
	}
	if i, ok := r.layout.parse(s); ok {
		return i, nil
	}
	_, err := infra.Parse(s)
	if err == nil {
		err = fmt.Errorf("%q is no indicator in this layout", s)
	}
	return infra.Indicator{}, err
}

// seen makes a window of the two dates of a row.
func (r *reader) seen(from, to string) (claim.Window, error) {
	w := claim.Window{Kind: claim.Observed}
	var ok bool
	if from != "" {
		if w.First, ok = readDate(from); !ok {
			return w, fmt.Errorf("%q is no date", from)
		}
	}
	switch {
	case r.words.present[strings.ToLower(to)]:
		w.Kind, w.Last, w.Text = claim.Publication, r.brief.Published, "last seen: "+to
	case to != "":
		if w.Last, ok = readDate(to); !ok {
			return w, fmt.Errorf("%q is no date", to)
		}
	}
	switch {
	case w.First.IsZero() && w.Last.IsZero():
		return claim.Window{}, nil
	case !w.First.IsZero() && !w.Last.IsZero() && w.Last.Last().Compare(w.First) < 0:
		return w, fmt.Errorf("it was last seen on %q, before it was first seen on %q", to, from)
	case w.Kind == claim.Observed && (w.First.Day == 0 && from != "" || w.Last.Day == 0 && to != ""):
		w.Kind, w.Text = claim.Fuzzy, strings.Trim(from+" – "+to, " –")
	}
	return w, nil
}

// details reads "First Seen: 2025-04-11; Last Seen: Present; Description: C2",
// which tells more of the indicators above it.
func (r *reader) details(s string) bool {
	if r.layout.name != Pairs || len(r.pending) == 0 {
		return false
	}
	var f facts
	for piece := range strings.SplitSeq(s, ";") {
		label, value, ok := cutLabel(piece)
		if !ok {
			return false
		}
		switch r.words.labels[strings.ToLower(label)] {
		case first:
			f.first = value
		case last:
			f.last = value
		case role:
			f.role = value
		default:
			return false
		}
	}
	if err := r.amend(f); err != nil {
		r.reject("", err.Error())
	} else {
		r.other("detail", "")
	}
	return true
}

// amend adds what a line tells to the claims above it. First and last seen may
// stand on lines of their own.
func (r *reader) amend(f facts) error {
	for _, s := range r.pending {
		c := s.Claim
		if c == nil {
			continue
		}
		from, to := f.first, f.last
		if from == "" && to != "" {
			from = c.Window.First.String()
		}
		if from != "" || to != "" {
			w, err := r.seen(from, to)
			if err != nil {
				return err
			}
			c.Window = w
		}
		if f.role != "" {
			c.Role = intel.RoleOf(c.To.Party, f.role)
			if r.isCertificate(f.role) {
				c.From.Indicator = asCertificate(c.From.Indicator)
			}
		}
	}
	return nil
}

// typeAlone reads a line that says only of which type the next indicator is:
// "Sha256".
func (r *reader) typeAlone(s string) bool {
	t, ok := r.words.types[strings.ToLower(strings.TrimSuffix(s, ":"))]
	if !ok || t == infra.None {
		return false
	}
	r.next, r.hasNext, r.cols = t, true, nil
	r.other("text", "")
	return true
}

// labelled reads "sha256: 3d43…" and "C2: hxxp://…".
func (r *reader) labelled(s string) bool {
	label, value, ok := cutLabel(s)
	if !ok || value == "" {
		return false
	}
	t, typed := r.words.types[strings.ToLower(label)]
	if !typed || t == infra.None {
		return r.alone(value, label)
	}
	i, err := infra.ParseAs(t, value)
	if err != nil {
		r.reject("", err.Error()+", as which it is labelled")
		return true
	}
	if r.hasNext && (r.next == infra.CertSHA1 || r.next == infra.CertSHA256) {
		i = asCertificate(i)
	}
	r.flush()
	r.listed(i, value, "", nil)
	return true
}

// cutLabel divides "label: value". An address with a port, a URL and a domain
// have a colon and no label.
func cutLabel(s string) (label, value string, ok bool) {
	label, value, ok = strings.Cut(s, ":")
	label, value = strings.TrimSpace(label), strings.TrimSpace(value)
	if !ok || strings.HasPrefix(value, "//") || strings.ContainsAny(label, "[]\\/") || !strings.ContainsFunc(label, isLetter) {
		return "", "", false
	}
	if strings.Contains(label, ".") && !strings.Contains(label, " ") {
		return "", "", false
	}
	return label, value, true
}

func isLetter(c rune) bool { return 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' }

// alone reads a line that is one indicator, with or without a note behind it,
// or a list of them.
func (r *reader) alone(s, label string) bool {
	if r.hasNext {
		r.hasNext = false
		if i, err := infra.ParseAs(r.next, s); err == nil {
			r.flush()
			r.listed(i, s, label, nil)
			return true
		}
	}
	if i, ok := r.layout.free(s); ok {
		r.flush()
		r.listed(i, s, label, nil)
		return true
	}
	return r.list(s, label) || r.noted(s, label) || r.withPath(s, label)
}

// list reads indicators with commas between them, and an indicator with its
// time behind a comma.
func (r *reader) list(s, label string) bool {
	cells := splitCommas(strings.TrimSuffix(strings.TrimPrefix(s, "['"), "']"))
	if len(cells) < 2 {
		return false
	}
	var is []infra.Indicator
	for _, c := range cells {
		if i, ok := r.layout.free(c); ok {
			is = append(is, i)
		}
	}
	if len(is) == len(cells) {
		r.flush()
		for k, i := range is {
			r.listed(i, cells[k], label, nil)
		}
		return true
	}
	w, ok := readSpan(cells[1])
	if i, isOne := r.layout.free(cells[0]); ok && isOne {
		r.flush()
		r.listed(i, cells[0], label, func(f *facts) { f.window, f.note = w, append(f.note, cells[2:]...) })
		return true
	}
	return false
}

// noted reads an indicator with a note behind it: "(mips)", "- suspected", or
// whatever stands behind two blanks. Behind one blank stands a sentence.
func (r *reader) noted(s, label string) bool {
	n := strings.IndexAny(s, " \t")
	if n < 0 {
		return false
	}
	rest := s[n:]
	text := strings.TrimSpace(rest)
	if r.isEncoded(text) {
		host, ok := infra.CanonDomain(s[:n])
		return ok && r.encoded(host, text)
	}
	i, ok := r.layout.free(s[:n])
	if !ok {
		return false
	}
	if !strings.HasPrefix(rest, "  ") && !strings.HasPrefix(rest, "\t") && !strings.ContainsAny(text[:1], "(-./–") {
		return false
	}
	r.flush()
	r.listed(i, s[:n], label, func(f *facts) { f.note = append(f.note, strings.Trim(text, " -–()")) })
	return true
}

// isEncoded says that a word is base64 of some length.
func (r *reader) isEncoded(s string) bool { return encodedForm().MatchString(s) }

var encodedForm = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`^[A-Za-z0-9+/]{40,}={0,2}$`) })

// encoded reads a host and the piece of a URL that is seen when a device asks
// for it: the piece is what recognises the traffic.
func (r *reader) encoded(host, piece string) bool {
	i, err := infra.ParseAs(infra.URLPart, piece)
	if err != nil {
		return false
	}
	r.flush()
	r.listed(i, piece, "encoded URL", func(f *facts) { f.note = append(f.note, "for the host "+host) })
	return true
}

// withPath reads a host with a path and no scheme: the host is claimed, and the
// path kept beside it.
func (r *reader) withPath(s, label string) bool {
	host, path, ok := strings.Cut(s, "/")
	if !ok || strings.ContainsAny(s, " \t") || path == "" {
		return false
	}
	i, ok := r.layout.free(host)
	if !ok || i.Type != infra.IPv4 && i.Type != infra.IPv6 && i.Type != infra.Domain {
		return false
	}
	r.flush()
	r.listed(i, host, label, func(f *facts) { f.note = append(f.note, "printed as "+s) })
	return true
}

// listed makes a claim of an indicator below headings.
func (r *reader) listed(i infra.Indicator, printed, label string, more func(*facts)) {
	f := facts{source: r.brief.SourceFor(r.file, ""), role: label}
	above := r.heading
	for len(above) > 0 && r.saysNothing(above[0]) {
		above = above[1:]
	}
	for _, h := range above {
		f.victim = f.victim || r.isVictim(h)
	}
	if len(above) > 0 && f.role == "" {
		f.role, above = strings.TrimSuffix(above[0], ":"), above[1:]
	}
	f.note = append(f.note, above...)
	if r.isCertificate(strings.Join(r.heading, " ")) {
		i = asCertificate(i)
	}
	if more != nil {
		more(&f)
	}
	r.fresh, r.hasNext = true, false
	r.claim(i, printed, f)
}

func (r *reader) isVictim(words string) bool {
	words = strings.ToLower(words)
	for _, v := range r.words.victims {
		if rest, ok := strings.CutPrefix(words, v); ok && (rest == "" || !isLetter(rune(rest[0])) && (rest[0] < '0' || rest[0] > '9') || v == "victim" || v == "domains to ddos") {
			return true
		}
	}
	return false
}

func (r *reader) isCertificate(words string) bool {
	words = strings.ToLower(words)
	for _, c := range r.words.certificates {
		if strings.Contains(words, c) {
			return true
		}
	}
	return false
}

// asCertificate returns the hash of a certificate that was read as the hash of
// a file; other indicators as they are.
func asCertificate(i infra.Indicator) infra.Indicator {
	switch i.Type {
	case infra.SHA1:
		i.Type = infra.CertSHA1
	case infra.SHA256:
		i.Type = infra.CertSHA256
	}
	return i
}

// claim makes the claim of one indicator of a row, or keeps a victim.
func (r *reader) claim(i infra.Indicator, printed string, f facts) {
	if f.victim || r.isVictim(f.role) {
		r.other("victim", "the file calls it a victim: "+f.role)
		return
	}
	to := r.partyOf(f.party)
	r.count++
	id := intel.Slug(f.source.Name) + "/" + intel.Slug(path.Base(r.file)) + "#" + fmt.Sprint(r.rowNo)
	if r.count > 1 {
		id += "." + fmt.Sprint(r.count)
	}
	if _, port, ok := strings.Cut(printed, ":"); ok && (i.Type == infra.IPv4 || i.Type == infra.Domain) {
		f.note = append(f.note, "port "+port)
	}
	if !f.hasScope {
		f.scope = r.brief.ScopeOf(i)
	}
	c := claim.Claim{
		ID: id, From: claim.OfIndicator(i), Relation: claim.AttributedTo, To: claim.OfParty(to), Role: intel.RoleOf(to, f.role),
		Window: f.window, Source: f.source, Scope: f.scope, Note: strings.Join(f.note, "; "),
	}
	if r.saysNothing(f.role) {
		c.Role = ""
	}
	r.pending = append(r.pending, intel.Statement{Row: r.rowNo, Line: r.lineNo, Claim: &c})
}

// saysNothing says that a heading is a word for indicators themselves.
func (r *reader) saysNothing(words string) bool {
	return r.words.noRole[strings.ToLower(strings.TrimSpace(strings.TrimSuffix(words, ":")))]
}

// partyOf returns whom a row is attributed to, and makes the party the first
// time.
func (r *reader) partyOf(name string) party.Ref {
	var to party.Ref
	var e *party.Entry
	if name != "" {
		to, e = r.brief.NamedParty(r.file, name)
	} else {
		to, e = r.brief.FileParty(r.file)
	}
	if e != nil && !r.made[to] {
		r.made[to] = true
		r.emit(intel.Statement{Row: r.rowNo, Line: r.lineNo, Party: e}, nil)
	}
	return to
}

// free recognises a line outside of a table as one indicator: there a domain
// has to be defanged, except in a list of nothing but indicators.
func (l *layout) free(s string) (infra.Indicator, bool) {
	i, ok := l.parse(s)
	if ok && i.Type == infra.URL && !strings.Contains(s, "//") {
		return infra.Indicator{}, false // text behind an address: what it stands in says more
	}
	if ok && l.name != Plain && (i.Type == infra.Wallet || i.Type == infra.Domain && !strings.ContainsAny(s, "[({")) {
		return infra.Indicator{}, false
	}
	return i, ok
}

// parse recognises a whole text as one indicator by the rules of the layout.
func (l *layout) parse(s string) (infra.Indicator, bool) {
	s = strings.TrimSpace(s)
	if l.name == Plain {
		s = strings.TrimSuffix(strings.TrimPrefix(s, "||"), "^")
	}
	if strings.ContainsAny(s, " \t") {
		return infra.Indicator{}, false
	}
	i, err := infra.Parse(strings.TrimSuffix(s, "."))
	switch {
	case err != nil:
		return infra.Indicator{}, false
	case l.plainDomains:
		return i, true
	case i.Type == infra.Wallet:
		return i, false // words of text have the shape of one
	case i.Type == infra.Domain && !strings.ContainsAny(s, "[({"):
		return i, false
	}
	return i, true
}

// looksLikeOne says that somewhere in a line stands what may be an indicator.
func looksLikeOne(s string) bool { return hidden().MatchString(s) }

var hidden = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`(?i)\[\.\]?|\[dot\]|hxxps?:|https?://[^\s"']|\b[0-9a-f]{32,}\b|\b[0-9]{1,3}(?:\.[0-9]{1,3}){3}\b`)
})
