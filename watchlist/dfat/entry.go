// SPDX-License-Identifier: Apache-2.0

package dfat

import (
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/interdict-dev/interdict/party"
	"github.com/interdict-dev/interdict/places"
	"github.com/interdict-dev/interdict/rows"
)

// A draft is an entry while its rows are read. Rows repeat what they share, so a
// thing counts once.
type draft struct {
	party.Entry
	listing party.Listing
	primary int // how many rows say that they have the primary name
}

func (d *draft) take(r record) error {
	if err := d.name(r.cells["Name of Individual or Entity"], r.cells["Name Type"]); err != nil {
		return err
	}
	if err := d.kind(r.cells["Type"]); err != nil {
		return err
	}
	for _, s := range variants(r.cells["Date of Birth"]) {
		for _, span := range births(s) {
			if !slices.Contains(d.Births, span) {
				d.Births = append(d.Births, span)
			}
		}
	}
	for _, s := range variants(r.cells["Place of Birth"]) {
		d.BirthPlaces = appendNew(d.BirthPlaces, s)
	}
	for _, c := range citizenships(r.cells["Citizenship"]) {
		d.Citizenships = appendNew(d.Citizenships, c)
	}
	for _, s := range variants(r.cells["Address"]) {
		if a := address(s); !slices.Contains(d.Addresses, a) {
			d.Addresses = append(d.Addresses, a)
		}
	}
	if s := r.cells["Additional Information"]; s != "" && !strings.Contains(d.Remarks, s) {
		d.Remarks = strings.TrimSpace(d.Remarks + "\n" + s)
	}
	for _, p := range r.rest {
		if !slices.Contains(d.Properties, p) {
			d.Properties = append(d.Properties, p)
		}
	}
	d.measures(r.rest)
	return d.act(r)
}

// measures takes the columns in which newer files say what a listing brings,
// yes or no; they are kept as properties too. No file that has them is at hand,
// and their names are written from memory: where none says whether assets are
// frozen, the others are not taken, since they would take the freeze away.
func (d *draft) measures(cells []party.Property) {
	said := func(p party.Property, words string) bool { return strings.Contains(strings.ToLower(p.Name), words) }
	if !slices.ContainsFunc(cells, func(p party.Property) bool { return said(p, "financial sanction") }) {
		return
	}
	for _, p := range cells {
		if isYes(p.Value) && slices.ContainsFunc([]string{"financial sanction", "travel ban", "arms embargo", "maritime restriction"}, func(w string) bool { return said(p, w) }) {
			d.listing.Measures = appendNew(d.listing.Measures, p.Name)
		}
	}
}

func isYes(cell string) bool {
	switch strings.ToLower(strings.TrimSpace(cell)) {
	case "yes", "y", "true", "1", "x":
		return true
	}
	return false
}

func (d *draft) finish() error {
	switch {
	case len(d.Names) == 0:
		return errors.New("it has no name")
	case d.primary != 1:
		return fmt.Errorf("%d of its rows have the primary name, want one", d.primary)
	}
	d.listing.List, d.listing.Authority = List, "DFAT"
	d.Listings = []party.Listing{d.listing}
	return nil
}

// name adds the row's name. The primary one comes first, wherever it stands.
func (d *draft) name(printed, kind string) error {
	full := clean(printed)
	if full == "" {
		return errors.New("a row without a name")
	}
	n := party.Name{Full: full, Kind: party.Alias}
	switch k := strings.ToLower(clean(kind)); k {
	case "primary name":
		n.Kind = party.Primary
		d.primary++
		d.Names = slices.Insert(d.Names, 0, n)
		return nil
	case "original script":
		n.Script = "original"
	case "formerly known as", "previously listed as", "fka":
		n.Kind = party.Former
	case "aka", "alias", "":
	default:
		return fmt.Errorf("a name of the type %q, which this program does not know", kind)
	}
	if !slices.ContainsFunc(d.Names, func(o party.Name) bool { return o.Full == n.Full }) {
		d.Names = append(d.Names, n)
	}
	return nil
}

func (d *draft) kind(printed string) error {
	k, err := party.ParseKind(clean(printed))
	if err != nil {
		return err
	}
	d.Kind = k
	return nil
}

var label = regexp.MustCompile(`(?:^|[\s;,.])[a-p]\)\s*`)

// variants parts a cell that counts its values: "a) 1970 b) 1967". Dates are also
// parted by semicolons, but addresses hold them, so that is left to the reader.
func variants(cell string) []string {
	if label.FindStringIndex(cell) == nil {
		if cell = clean(cell); cell == "" {
			return nil
		}
		return []string{cell}
	}
	var out []string
	for _, s := range label.Split(cell, -1) {
		if s = strings.Trim(clean(s), "; ,"); s != "" {
			out = append(out, s)
		}
	}
	return out
}

var (
	loose = regexp.MustCompile(`(\d{4})\s*[-–]\s*(\d{4})`)
	slash = regexp.MustCompile(`^(\d{1,2})/(\d{1,2})/(\d{4})$`)
)

// births reads dates as DFAT prints them; 7/05/1974 is the 7 May. What cannot be
// read is kept as text.
func births(s string) []party.Span {
	var out []party.Span
	for part := range strings.SplitSeq(s, ";") {
		part = strings.Trim(clean(part), ", ")
		if m := slash.FindStringSubmatch(part); m != nil {
			if day, err := dayMonthYear(m[1], m[2], m[3]); err == nil {
				out = append(out, party.On(day))
				continue
			}
		}
		out = append(out, rows.Dates(loose.ReplaceAllString(part, "$1-$2"))...)
	}
	return out
}

func dayMonthYear(day, month, year string) (party.Date, error) {
	two := func(s string) string { return strings.Repeat("0", max(0, 2-len(s))) + s }
	return party.ParseDate(year + "-" + two(month) + "-" + two(day))
}

var between = regexp.MustCompile(`;|,| and |/|\n`)

// citizenships reads countries and the names of their people.
func citizenships(cell string) []string {
	var out []string
	for _, s := range variants(cell) {
		if c, ok := places.Country(s); ok { // "Bosnia and Herzegovina"
			out = append(out, c)
			continue
		}
		for _, p := range between.Split(s, -1) {
			if p = clean(p); p != "" {
				out = append(out, people(p))
			}
		}
	}
	return out
}

// address takes the country off the end of an address.
func address(s string) party.Address {
	if c, ok := places.Country(s); ok {
		return party.Address{Country: c}
	}
	i := strings.LastIndexByte(s, ',')
	if i > 0 {
		if c, ok := places.Country(strings.Trim(s[i+1:], " .")); ok {
			return party.Address{Full: strings.TrimSpace(s[:i]), Country: c}
		}
	}
	return party.Address{Full: s}
}

// listedOn finds the day of the first listing in the prose of "Listing
// Information". "Relisted" and "amended" are later acts.
var listedOn = regexp.MustCompile(`(?i)^\s*(?:first |originally )?(?:listed|designated)\b[^()]{0,90}?(?:\bon:?\s+|\blisted\s+)(\d{1,2})[ /]([A-Za-z]+\.?|\d{1,2})[ /](\d{4})`)

func (d *draft) act(r record) error {
	l := &d.listing
	for c := range strings.SplitSeq(r.cells["Committees"], "\n") {
		l.Programs = appendNew(l.Programs, clean(c))
	}
	if s := clean(r.cells["Listing Information"]); s != "" && !slices.Contains(l.LegalBasis, s) {
		l.LegalBasis = append(l.LegalBasis, s)
		if day, ok := firstListed(s); ok && (l.Listed.IsZero() || day.Compare(l.Listed) < 0) {
			l.Listed = day
			l.Events = append(l.Events, party.Event{Type: "Listed", Date: day})
		}
	}
	s := r.cells["Control Date"]
	if s == "" {
		return nil
	}
	ev := party.Event{Type: "Control Date"}
	switch days := births(s); {
	case len(days) == 1 && !days[0].IsZero():
		ev.Date = days[0].From
	default:
		ev.Comment = s
	}
	if !slices.Contains(l.Events, ev) {
		l.Events = append(l.Events, ev)
	}
	return nil
}

func firstListed(s string) (party.Date, bool) {
	m := listedOn.FindStringSubmatch(s)
	if m == nil {
		return party.Date{}, false
	}
	if day, err := dayMonthYear(m[1], m[2], m[3]); err == nil {
		return day, true
	}
	days := rows.Dates(m[1] + " " + strings.TrimSuffix(m[2], ".") + " " + m[3])
	if len(days) != 1 {
		return party.Date{}, false
	}
	return days[0].From, !days[0].IsZero()
}

func appendNew(list []string, s string) []string {
	if s == "" || slices.Contains(list, s) {
		return list
	}
	return append(list, s)
}

// people returns the country of a people, or of its name, and the text itself
// where neither is known. The words are those of the list.
func people(s string) string {
	if c, ok := places.Country(s); ok {
		return c
	}
	switch strings.ToLower(s) {
	case "afghan", "afghani":
		return "af"
	case "algerian":
		return "dz"
	case "australian":
		return "au"
	case "azerbaijani":
		return "az"
	case "belarusian", "belarussian":
		return "by"
	case "british", "united kingdom of great britain":
		return "gb"
	case "bulgarian":
		return "bg"
	case "chinese":
		return "cn"
	case "congolese": // of the Democratic Republic: the 1533 committee
		return "cd"
	case "egyptian":
		return "eg"
	case "filipino":
		return "ph"
	case "french":
		return "fr"
	case "georgian":
		return "ge"
	case "german":
		return "de"
	case "indonesian":
		return "id"
	case "iranian":
		return "ir"
	case "iraqi":
		return "iq"
	case "israeli":
		return "il"
	case "jordanian":
		return "jo"
	case "kazakhstani":
		return "kz"
	case "kuwaiti":
		return "kw"
	case "lebanese":
		return "lb"
	case "libyan":
		return "ly"
	case "malian":
		return "ml"
	case "mauritanian":
		return "mr"
	case "mauritian":
		return "mu"
	case "moldovan":
		return "md"
	case "moroccan":
		return "ma"
	case "nigerian":
		return "ng"
	case "north korean":
		return "kp"
	case "norwegian":
		return "no"
	case "pakistani":
		return "pk"
	case "qatari":
		return "qa"
	case "russian":
		return "ru"
	case "rwandan":
		return "rw"
	case "saudi arabian":
		return "sa"
	case "senegalese":
		return "sn"
	case "slovak":
		return "sk"
	case "somali":
		return "so"
	case "sudanese":
		return "sd"
	case "syrian":
		return "sy"
	case "tunisian":
		return "tn"
	case "turkish", "türkiyish":
		return "tr"
	case "ugandan":
		return "ug"
	case "ukrainian", "ukranian":
		return "ua"
	case "uzbek", "uzbekistani":
		return "uz"
	case "yemeni":
		return "ye"
	}
	return s
}
