// SPDX-License-Identifier: Apache-2.0

package documents

import (
	"bytes"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/interdict-dev/interdict/internal/errkind"
	"github.com/interdict-dev/interdict/party"
	"github.com/interdict-dev/interdict/rows"
	"github.com/interdict-dev/interdict/subject"
)

// isMT knows SWIFT messages by their first block.
func isMT(_ string, head []byte) bool {
	return bytes.HasPrefix(bytes.TrimLeft(head, "\x01\r\n \xEF\xBB\xBF"), []byte("{1:F"))
}

// openMT reads a file of one or more SWIFT MT103 messages, separated by "$" or
// by nothing. A row is a message. The pointer is the message and the field:
// "pay.fin#2/50K".
func openMT(d *Document, src *source) error {
	d.coverage.Encoding = "swift x"
	data, err := io.ReadAll(io.LimitReader(src, maxMessage+1))
	if err != nil {
		return err
	}
	if len(data) > maxMessage {
		return errkind.New(errkind.Invalid, fmt.Sprintf("the file is longer than %d bytes", maxMessage))
	}
	d.read = func(yield func(subject.Subject, error) bool) {
		parts := strings.Split(strings.ReplaceAll(string(data), "\r\n", "\n"), "{1:")
		for i, text := range parts[1:] {
			m := message{d: d, row: i + 1, yield: yield}
			d.coverage.Rows++
			if !m.read(text) {
				return
			}
		}
	}
	return nil
}

// A message is one MT103.
type message struct {
	d     *Document
	row   int
	yield func(subject.Subject, error) bool
	id    string // field 20
	ended bool
}

// A mtField is one field of the text block: "50K" and its lines.
type mtField struct {
	tag   string
	lines []string
}

// read yields the parties of one message, whose text begins after "{1:". It
// reports false when the caller has seen enough.
func (m *message) read(text string) bool {
	_, block, ok := strings.Cut(text, "{4:")
	block, _, closed := strings.Cut(block, "\n-}")
	fields := mtFields(block)
	if !ok || !closed || len(fields) == 0 {
		return m.d.rowError(&RowError{Row: m.row, Reason: "the message has no text block {4: ... -}, or it is cut short", Raw: start([]byte("{1:" + text))}, m.yield)
	}
	for _, f := range fields {
		if f.tag == "20" {
			m.id = strings.Join(f.lines, "")
		}
	}
	m.header("sender", "1", bicOfHeader(text, 3))
	if _, b2, ok := strings.Cut(text, "{2:"); ok && strings.HasPrefix(b2, "I") {
		m.header("receiver", "2", bicOfHeader(b2, 4))
	} else if ok && strings.HasPrefix(b2, "O") {
		m.header("sender", "2", bicOfHeader(b2, 14))
	}
	for _, f := range fields {
		if role := mtRole(f.tag); role != "" {
			m.field(role, f)
		} else if slices.Contains([]string{"70", "72", "77B"}, f.tag) {
			m.emit(paymentText, f.tag, named(party.Unknown, strings.Join(f.lines, " ")))
		}
	}
	return !m.ended
}

// bicOfHeader cuts the BIC out of a logical terminal address of twelve
// characters, the ninth being the terminal.
func bicOfHeader(s string, at int) string {
	if len(s) < at+12 {
		return ""
	}
	return s[at:at+8] + s[at+9:at+12]
}

func mtFields(block string) []mtField {
	var fields []mtField
	for line := range strings.SplitSeq(block, "\n") {
		line = strings.TrimRight(line, " \r")
		if tag, rest, ok := strings.Cut(strings.TrimPrefix(line, ":"), ":"); ok && strings.HasPrefix(line, ":") && len(tag) >= 2 && len(tag) <= 3 {
			fields = append(fields, mtField{tag, []string{rest}})
		} else if len(fields) > 0 && line != "" {
			f := &fields[len(fields)-1]
			f.lines = append(f.lines, line)
		}
	}
	return fields
}

func mtRole(tag string) string {
	if len(tag) < 2 {
		return ""
	}
	switch tag[:2] {
	case "50":
		return "ordering customer"
	case "51":
		return "sending institution"
	case "52":
		return "ordering institution"
	case "53", "54", "55":
		return "correspondent"
	case "56":
		return "intermediary"
	case "57":
		return "account with institution"
	case "59":
		return "beneficiary"
	}
	return ""
}

func (m *message) header(role, block, bic string) {
	if bic != "" {
		e := party.Entry{Kind: party.Organization, Identifiers: []party.Identifier{rows.NewIdentifier(party.BIC, "", bic, "BIC")}}
		m.emit(role, block, e)
	}
}

func (m *message) emit(role, tag string, e party.Entry) {
	if m.ended || len(e.Names)+len(e.Identifiers) == 0 {
		return
	}
	if !m.yield(subject.Subject{ID: m.id, Row: m.row, Role: role, Pointer: fmt.Sprintf("%s#%d/%s", m.d.name, m.row, tag), Party: e, Prose: role == paymentText}, nil) {
		m.ended = true
	}
}

// field reads the party of a field: option A and C are a BIC, option F has
// numbered lines, the others name and address.
func (m *message) field(role string, f mtField) {
	var e party.Entry
	lines := f.lines
	if len(lines) > 0 && strings.HasPrefix(lines[0], "/") {
		// "/12345", "/C/12345" for a side of the account, "//SC123456" for a
		// national clearing code.
		account := lines[0][1:]
		for _, side := range []string{"C/", "D/", "/"} {
			account = strings.TrimPrefix(account, side)
		}
		if account != "" {
			e.Identifiers = append(e.Identifiers, accountOf(account))
		}
		lines = lines[1:]
	}
	switch {
	case strings.HasSuffix(f.tag, "A"):
		e.Kind = party.Organization
		if len(lines) > 0 {
			e.Identifiers = append(e.Identifiers, rows.NewIdentifier(party.BIC, "", lines[0], "BIC"))
		}
	case strings.HasSuffix(f.tag, "F"):
		numberedLines(&e, lines)
	case len(lines) > 0:
		e.Names = named(party.Unknown, lines[0]).Names
		if len(lines) > 1 {
			e.Addresses = []party.Address{{Full: strings.Join(lines[1:], ", ")}}
		}
	}
	m.emit(role, f.tag, e)
}

func accountOf(s string) party.Identifier {
	if id := rows.NewIdentifier(party.IBAN, "", s, "IBAN"); id.Check == party.Valid {
		return id
	}
	return rows.NewIdentifier(party.Account, "", s, "account")
}

// numberedLines reads option F: 1 name, 2 address, 3 country and town, 4 date of
// birth, 5 place of birth, 6 customer number, 7 national identity, 8 more of it.
func numberedLines(e *party.Entry, lines []string) {
	var name, address []string
	for _, l := range lines {
		code, v, ok := strings.Cut(l, "/")
		if !ok {
			// The first line of the other form: "CCPT/DE/C01X00T47".
			continue
		}
		switch code {
		case "1":
			name = append(name, v)
		case "2":
			address = append(address, v)
		case "3":
			country, town, _ := strings.Cut(v, "/")
			e.Countries = append(e.Countries, rows.CountryOf(country))
			address = append(address, town)
		case "4":
			e.Births = append(e.Births, rows.Dates(v)...)
			e.Kind = party.Person
		case "5":
			country, town, _ := strings.Cut(v, "/")
			e.BirthPlaces = append(e.BirthPlaces, strings.TrimSuffix(town+", "+country, ", "))
		case "6", "7":
			country, number, _ := strings.Cut(v, "/")
			scheme := party.NationalID
			if code == "6" {
				scheme = party.Number
				_, number, _ = strings.Cut(number, "/")
			}
			if number != "" {
				e.Identifiers = append(e.Identifiers, rows.NewIdentifier(scheme, rows.CountryOf(country), number, code))
			}
		default:
			if parts := strings.Split(l, "/"); len(parts) >= 3 && len(parts[0]) == 4 {
				e.Identifiers = append(e.Identifiers, rows.NewIdentifier(otherScheme(parts[0]), rows.CountryOf(parts[1]), parts[len(parts)-1], parts[0]))
			}
		}
	}
	if len(name) > 0 {
		e.Names = named(party.Unknown, strings.Join(name, " ")).Names
	}
	if full := strings.Trim(strings.Join(address, ", "), ", "); full != "" {
		e.Addresses = []party.Address{{Full: full}}
		if len(e.Countries) > 0 {
			e.Addresses[0].Country = e.Countries[0]
		}
	}
}
