// SPDX-License-Identifier: Apache-2.0

// Package rows tells what one row of somebody's table, one object of their
// JSON or one FollowTheMoney entity says about a party.
//
// Columns are recognised by the words of their headers, in thirteen languages
// (headers.txt), or named by the user. Nothing is guessed in silence: a date
// that can be read two ways is both, a column that is not understood is listed
// as ignored, a cell without a field of its own is kept as a property.
//
// The package reads no files and knows no lists. Packages documents (what users
// ask about) and watchlist/local (a list of their own) stand on it.
package rows

import (
	_ "embed"
	"slices"
	"strings"
	"sync"
	"unicode"

	"golang.org/x/text/unicode/norm"

	"github.com/interdict-dev/interdict/party"
)

// A Field is what a column holds. The zero Field is a column that is not used.
type Field string

// The fields, by the names that --column takes. Every scheme of an identifier
// ("lei", "passport") is a name as well, and gives [Identifier] with that
// scheme.
const (
	Name        Field = "name"
	NameVariant Field = "name-variant" // the name once more, in another script or form
	NameLine    Field = "name-line"    // a further line of the name: "Name 2" of an ERP system
	Company     Field = "company"      // the name of an organisation
	Individual  Field = "person"       // the name of a person
	FirstName   Field = "first-name"
	MiddleName  Field = "middle-name"
	LastName    Field = "last-name"
	Patronymic  Field = "patronymic"
	SecondName  Field = "second-family-name"
	Alias       Field = "alias"
	WeakAlias   Field = "weak-alias"
	Trading     Field = "trading-name"
	Former      Field = "former-name"
	Type        Field = "type"
	Country     Field = "country"
	AddrCountry Field = "address-country"
	Nationality Field = "nationality"
	BirthLand   Field = "birth-country"
	BirthDate   Field = "birth-date"
	BirthPlace  Field = "birth-place"
	DeathDate   Field = "death-date"
	Gender      Field = "gender"
	Title       Field = "title"
	Founded     Field = "founded"
	LegalForm   Field = "legal-form"
	Remarks     Field = "remarks"
	Address     Field = "address"
	Street      Field = "street"
	City        Field = "city"
	Region      Field = "region"
	Postal      Field = "postal"
	Website     Field = "website"
	Email       Field = "email"
	Phone       Field = "phone"
	Key         Field = "key" // the row's own key
	Identifier  Field = "identifier"
	Flag        Field = "flag"
	Vessel      Field = "vessel" // the name of a ship
	VesselType  Field = "vessel-type"
	Aircraft    Field = "aircraft"

	Served Field = "served" // these date a dealing with the party
	Paid   Field = "paid"
	Owed   Field = "owed"

	Program    Field = "program" // these describe a listing, for a list of one's own
	Measure    Field = "measure"
	Authority  Field = "authority"
	LegalBasis Field = "legal-basis"
	Listed     Field = "listed"
	Delisted   Field = "delisted"
	Reason     Field = "reason"
	SourceURL  Field = "source-url"
	Weak       Field = "weak"
)

var fields = [...]Field{Name, NameVariant, NameLine, Company, Individual, FirstName, MiddleName, LastName, Patronymic, SecondName, Alias, WeakAlias, Trading, Former, Type, Country, AddrCountry, Nationality, BirthLand, BirthDate, BirthPlace, DeathDate, Gender, Title, Founded, LegalForm, Remarks, Address, Street, City, Region, Postal, Website, Email, Phone, Key, Identifier, Flag, Vessel, VesselType, Aircraft, Served, Paid, Owed, Program, Measure, Authority, LegalBasis, Listed, Delisted, Reason, SourceURL, Weak}

var schemes = [...]party.Scheme{party.USCC, party.CNOrgCode, party.CNResident, party.LEI, party.BIC, party.IBAN, party.ISIN, party.IMO, party.IMOCompany, party.MMSI, party.CallSign, party.INN, party.KPP, party.OGRN, party.OGRNIP, party.OKPO, party.BIK, party.DUNS, party.EIN, party.SSN, party.GIIN, party.FIGI, party.Number, party.Registration, party.TaxID, party.VAT, party.NationalID, party.Passport, party.License, party.Account, party.Ticker, party.TailNumber, party.AircraftSerial, party.ModeS, party.CAGE, party.CIK, party.UEI, party.PermID, party.Wikidata}

// A Meaning is what a header says about its column.
type Meaning struct {
	Field  Field
	Scheme party.Scheme // of an [Identifier]; "" where the header does not say
	Role   string       // whose it is: "bank"; "" for the party that the row is about
	Main   bool         // the role is one of that party itself: "vendor"
}

// ParseField reads the name of a field or of an identifier's scheme, with a
// role before a full stop where it is another party's: "name", "lei",
// "bank.name".
func ParseField(s string) (Meaning, bool) {
	role, name, ok := strings.Cut(strings.ToLower(strings.TrimSpace(s)), ".")
	if !ok {
		role, name = "", role
	}
	m := Meaning{Role: role}
	if i := slices.Index(vocabulary().roles, role+"*"); i >= 0 {
		m.Main = true
	}
	switch {
	case name == "id":
		m.Field = Key
	case slices.Contains(fields[:], Field(name)):
		m.Field = Field(name)
	case isScheme(name):
		m.Field, m.Scheme = Identifier, party.Scheme(name)
	default:
		return Meaning{}, false
	}
	return m, true
}

func isScheme(s string) bool {
	_, wallet := party.Scheme(s).Currency()
	return wallet || slices.Contains(schemes[:], party.Scheme(s))
}

// FieldNames lists what ParseField reads, for messages.
func FieldNames() []string {
	var out []string
	for _, f := range fields {
		out = append(out, string(f))
	}
	for _, s := range schemes {
		out = append(out, string(s))
	}
	return out
}

//go:embed headers.txt
var headersText string

// A words holds headers.txt, parsed when it is first needed.
type words struct {
	fields    map[string]Meaning
	roleWords []roleWord // the longest first
	roles     []string   // with their stars
}

type roleWord struct {
	text string
	role string
	main bool
}

var vocabulary = sync.OnceValue(func() *words { return parseHeaders(headersText) })

// parseHeaders reads headers.txt. The first line that claims a word has it; a
// test keeps lines from claiming the same.
func parseHeaders(text string) *words {
	w := &words{fields: map[string]Meaning{}}
	for line := range strings.Lines(text) {
		left, right, ok := strings.Cut(line, " = ")
		if !ok || strings.HasPrefix(line, "#") {
			continue
		}
		role, isRole := strings.CutPrefix(left, "role:")
		m := Meaning{Field: Field(left)}
		if isRole {
			w.roles = append(w.roles, role)
		} else if isScheme(left) {
			m = Meaning{Field: Identifier, Scheme: party.Scheme(left)}
		}
		for phrase := range strings.SplitSeq(right, "|") {
			phrase = Fold(phrase)
			if isRole {
				name, main := strings.CutSuffix(role, "*")
				w.roleWords = append(w.roleWords, roleWord{phrase, name, main})
			} else if _, taken := w.fields[phrase]; !taken {
				w.fields[phrase] = m
			}
		}
	}
	slices.SortStableFunc(w.roleWords, func(a, b roleWord) int { return len(b.text) - len(a.text) })
	return w
}

// Fold returns the words of a header between single blanks, in lower case and
// without marks. "VENDOR_NAME" and "Vendor-Name*" are the same.
func Fold(s string) string {
	var b strings.Builder
	prev := ' '
	for _, r := range norm.NFKD.String(s) {
		switch {
		case unicode.Is(unicode.Mn, r), r == 'ـ': // marks, and the Arabic stretching line
			continue
		case unicode.IsLetter(r) || unicode.IsDigit(r):
			r = unicode.ToLower(r)
		default:
			r = ' '
		}
		if r == ' ' && prev == ' ' {
			continue
		}
		prev = r
		switch r {
		case 'ß':
			b.WriteString("ss")
		case 'ł':
			b.WriteByte('l')
		case 'ø':
			b.WriteByte('o')
		case 'æ':
			b.WriteString("ae")
		case 'ı':
			b.WriteByte('i')
		case 'ة':
			b.WriteRune('ه')
		case 'ى':
			b.WriteRune('ي')
		default:
			b.WriteRune(r)
		}
	}
	return strings.TrimSpace(b.String())
}

// splitCamel puts blanks into "birthDate" and "VendorName", not into "IBAN".
func splitCamel(s string) string {
	var b strings.Builder
	lower := false
	for _, r := range s {
		if unicode.IsUpper(r) && lower {
			b.WriteByte(' ')
		}
		lower = unicode.IsLower(r)
		b.WriteRune(r)
	}
	return b.String()
}

// Recognise tells what a column holds by its header. It is not ok for a header
// that says nothing known.
func Recognise(header string) (Meaning, bool) {
	if m, ok := recognise(Fold(header)); ok {
		return m, true
	}
	if split := splitCamel(header); split != header {
		if m, ok := recognise(Fold(split)); ok {
			return m, true
		}
	}
	// Bilingual and annotated headers: "名称 / Name", "Name (required)".
	parts := strings.FieldsFunc(header, func(r rune) bool { return strings.ContainsRune("/|()（）[]【】:：;\n", r) })
	if len(parts) > 1 {
		for _, p := range parts {
			if m, ok := recognise(Fold(p)); ok {
				return m, true
			}
		}
	}
	// "供应商名称 Vendor Name": a script each.
	latin := strings.Map(func(r rune) rune {
		if r > unicode.MaxLatin1 && !unicode.Is(unicode.Latin, r) {
			return ' '
		}
		return r
	}, header)
	if latin != header && strings.TrimSpace(latin) != "" {
		return recognise(Fold(latin))
	}
	return Meaning{}, false
}

// RecogniseLoosely takes any header for a name that has the word in it, as
// "Localized Name" and "WholeName" have. It is for tables in which no column is
// known to hold names.
func RecogniseLoosely(header string) (Meaning, bool) {
	if m, ok := Recognise(header); ok {
		return m, ok
	}
	for w := range strings.FieldsSeq(Fold(splitCamel(header))) {
		if m, ok := vocabulary().fields[w]; ok && m.Field == Name && w != "party" && w != "entity" && w != "label" && w != "query" {
			return m, true
		}
	}
	return Meaning{}, false
}

func recognise(h string) (Meaning, bool) {
	if h == "" {
		return Meaning{}, false
	}
	v := vocabulary()
	if m, ok := v.fields[h]; ok {
		return m, true
	}
	for _, r := range v.roleWords {
		if h == r.text {
			return Meaning{Field: Name, Role: r.role, Main: r.main}, true
		}
	}
	if one, plural := strings.CutSuffix(h, "s"); plural {
		if m, ok := v.fields[one]; ok {
			return m, true
		}
	}
	if short := trimQualifier(h); short != h {
		m, ok := recognise(short)
		return variant(m, h[len(short):]), ok
	}
	for _, r := range v.roleWords {
		rest, ok := around(h, r.text)
		if !ok {
			continue
		}
		if rest == "" {
			return Meaning{Field: Name, Role: r.role, Main: r.main}, true
		}
		if m, ok := v.fields[rest]; ok {
			if m.Field == Vessel || m.Field == Aircraft {
				m.Field = Name // the vessel's owner is no vessel
			}
			m.Role, m.Main = r.role, r.main
			return m, true
		}
		if short := trimQualifier(rest); short != rest {
			if m, ok := recognise(short); ok && m.Role == "" {
				m = variant(m, rest[len(short):])
				m.Role, m.Main = r.role, r.main
				return m, true
			}
		}
	}
	return Meaning{}, false
}

// variant makes a further name of one with a qualifier: "Name EN", "Name 2".
// Numbered names are the lines of one name; the first line is the name itself.
func variant(m Meaning, qualifier string) Meaning {
	if m.Field != Name && m.Field != Company {
		return m
	}
	switch n := strings.TrimSpace(qualifier); {
	case n == "1" || n == "01":
	case strings.Trim(n, "0123456789") == "":
		m.Field = NameLine
	default:
		m.Field = NameVariant
	}
	return m
}

// trimQualifier cuts a number, a language or a note at the end of a header:
// "address line 1", "name en", "country required".
func trimQualifier(h string) string {
	for _, q := range []string{" line", " required", " optional", " mandatory", " if any", " en", " english", " cn", " zh", " chinese", " ru", " russian", " ar", " arabic", " de", " fr", " es", " local", " native", " latin", " original", " text", " value", " field"} {
		if s, ok := strings.CutSuffix(h, q); ok {
			return s
		}
	}
	return strings.TrimRight(h, " 0123456789")
}

// around finds the words of a role at the start or the end of a header and
// returns the rest, without the small words that join them. Scripts without
// blanks, and German compounds, need none between.
func around(h, role string) (rest string, ok bool) {
	if s, ok := strings.CutPrefix(h, role); ok && (strings.HasPrefix(s, " ") || glued(role, s)) {
		return trimJoin(strings.TrimSpace(s)), true
	}
	if s, ok := strings.CutSuffix(h, role); ok && (strings.HasSuffix(s, " ") || !isLatin(role)) {
		return trimJoin(strings.TrimSpace(s)), true
	}
	return "", false
}

func glued(role, rest string) bool {
	if !isLatin(role) {
		return true
	}
	return len(role) >= 6 && len(rest) >= 3
}

func isLatin(s string) bool { return s[0] < 0x80 }

func trimJoin(s string) string {
	joins := []string{"of the", "of", "the", "de la", "de los", "del", "de l", "des", "du", "de", "der", "dello", "della", "dell", "di", "do", "da", "van de", "van", "s", "party", "的", "の"}
	for _, j := range joins {
		if t, ok := strings.CutPrefix(s, j+" "); ok {
			return t
		}
		if t, ok := strings.CutSuffix(s, " "+j); ok {
			return t
		}
		if !isLatin(j) && s != j {
			s = strings.TrimPrefix(s, j)
		}
	}
	return s
}
