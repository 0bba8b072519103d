// SPDX-License-Identifier: Apache-2.0

package documents

import (
	"bytes"
	"fmt"
	"strings"

	"github.com/interdict-dev/interdict/internal/errkind"
	"github.com/interdict-dev/interdict/internal/xmlscan"
	"github.com/interdict-dev/interdict/party"
	"github.com/interdict-dev/interdict/rows"
	"github.com/interdict-dev/interdict/subject"
)

// isISO20022 knows a message by its namespace.
func isISO20022(_ string, head []byte) bool {
	return bytes.HasPrefix(bytes.TrimSpace(bytes.TrimPrefix(head, []byte("\xEF\xBB\xBF"))), []byte("<")) && bytes.Contains(head, []byte("urn:iso:std:iso:20022:"))
}

// openISO20022 reads payment messages: pacs.008 and pain.001, and others whose
// parties have the same element names. A row is a transaction; parties of the
// whole message or of a batch come with the transaction after them. The pointer
// is an XPath.
func openISO20022(d *Document, src *source) error {
	d.coverage.Encoding = "utf-8"
	d.read = func(yield func(subject.Subject, error) bool) {
		p := payment{d: d, x: xmlscan.New(src, maxElement), yield: yield}
		if err := p.read(); err != nil && !p.ended {
			yield(subject.Subject{}, fmt.Errorf("%s: %w", d.name, err))
		}
	}
	return nil
}

// maxElement bounds one tag or text of a message; the longest that the standard
// allows is the 9,000 characters of a signed document's reference.
const maxElement = 1 << 20

// A payment walks one message.
type payment struct {
	d     *Document
	x     *xmlscan.Scanner
	yield func(subject.Subject, error) bool
	path  []step
	row   int    // transactions begun
	inTx  bool   // within one
	id    string // EndToEndId of the transaction
	ended bool
}

// A step is one element of the path, with its number among those of its name.
type step struct {
	name   string
	number int
	counts map[string]int // of its children so far
}

// transactions are the elements that are one payment each.
func isTransaction(name string) bool {
	return name == "CdtTrfTxInf" || name == "DrctDbtTxInf" || name == "TxInf"
}

func (p *payment) read() error {
	p.path = []step{{counts: map[string]int{}}}
	for !p.ended {
		k, err := p.x.Next()
		if err != nil {
			return err
		}
		switch k {
		case xmlscan.EOF:
			if p.d.coverage.Subjects == 0 {
				return errkind.New(errkind.Invalid, "the message names no party that is known: want a pacs.008 or pain.001")
			}
			return nil
		case xmlscan.Start:
			if err := p.start(string(p.x.Name())); err != nil {
				return err
			}
		case xmlscan.End:
			p.leave()
		}
	}
	return nil
}

func (p *payment) enter(name string) {
	top := &p.path[len(p.path)-1]
	top.counts[name]++
	p.path = append(p.path, step{name, top.counts[name], map[string]int{}})
}

func (p *payment) leave() {
	if isTransaction(p.path[len(p.path)-1].name) {
		p.inTx, p.id = false, ""
	}
	p.path = p.path[:len(p.path)-1]
}

func (p *payment) start(name string) error {
	p.enter(name)
	switch {
	case isTransaction(name):
		p.row++
		p.inTx, p.id = true, ""
		p.d.coverage.Rows++
		return nil
	case name == "EndToEndId":
		n, err := p.element(name)
		p.id = n.text
		p.leave()
		return err
	case paymentRole(name) != "":
		n, err := p.element(name)
		if err == nil {
			p.party(paymentRole(name), n)
		}
		p.leave()
		return err
	case isFreeText(name):
		n, err := p.element(name)
		if err == nil {
			p.freeText(n)
		}
		p.leave()
		return err
	}
	return nil
}

// paymentRole says in words who an element is; "" for one that is no party.
func paymentRole(name string) string {
	switch name {
	case "InitgPty":
		return "initiating party"
	case "Dbtr", "Cdtr", "UltmtDbtr", "UltmtCdtr", "DbtrAgt", "CdtrAgt", "DbtrAcct", "CdtrAcct":
		r := strings.NewReplacer("Ultmt", "ultimate ", "Dbtr", "debtor", "Cdtr", "creditor", "Agt", " agent", "Acct", " account")
		return r.Replace(name)
	case "InstgAgt":
		return "instructing agent"
	case "InstdAgt":
		return "instructed agent"
	case "FwdgAgt":
		return "forwarding agent"
	case "InstgRmbrsmntAgt", "InstdRmbrsmntAgt", "ThrdRmbrsmntAgt":
		return "reimbursement agent"
	case "Invcr":
		return "invoicer"
	case "Invcee":
		return "invoicee"
	}
	switch {
	case strings.HasPrefix(name, "IntrmyAgt") && !strings.HasSuffix(name, "Acct"):
		return "intermediary agent"
	case strings.HasPrefix(name, "PrvsInstgAgt") && !strings.HasSuffix(name, "Acct"):
		return "previous instructing agent"
	}
	return ""
}

// paymentText is the role of what people wrote into a payment.
const paymentText = "payment text"

// isFreeText names the elements in which people write what they like.
func isFreeText(name string) bool {
	switch name {
	case "Ustrd", "AddtlRmtInf", "InstrForCdtrAgt", "InstrForNxtAgt", "Purp", "RgltryRptg":
		return true
	}
	return false
}

// A node is one element with all that is in it.
type node struct {
	name     string
	text     string
	children []node
}

// get returns the first element at a path of names.
func (n *node) get(path ...string) *node {
	for _, name := range path {
		found := false
		for i := range n.children {
			if n.children[i].name == name {
				n, found = &n.children[i], true
				break
			}
		}
		if !found {
			return &node{}
		}
	}
	return n
}

func (n *node) all(name string) []node {
	var out []node
	for _, c := range n.children {
		if c.name == name {
			out = append(out, c)
		}
	}
	return out
}

// element reads the element that has just begun, to its end.
func (p *payment) element(name string) (node, error) {
	n := node{name: name}
	for {
		k, err := p.x.Next()
		switch {
		case err != nil:
			return n, err
		case k == xmlscan.Start:
			c, err := p.element(string(p.x.Name()))
			if err != nil {
				return n, err
			}
			n.children = append(n.children, c)
		case k == xmlscan.Text:
			n.text += strings.TrimSpace(string(p.x.Text()))
		case k == xmlscan.End:
			return n, nil
		case k == xmlscan.EOF:
			return n, errkind.New(errkind.Invalid, "the message is cut short")
		}
	}
}

func (p *payment) xpath() string {
	var b strings.Builder
	for _, s := range p.path[1:] {
		b.WriteByte('/')
		b.WriteString(s.name)
		if s.number > 1 || isTransaction(s.name) || s.name == "PmtInf" {
			fmt.Fprintf(&b, "[%d]", s.number)
		}
	}
	return b.String()
}

func (p *payment) emit(role, below string, e party.Entry) {
	if p.ended || len(e.Names)+len(e.Identifiers)+len(e.Websites) == 0 {
		return
	}
	s := subject.Subject{ID: p.id, Row: p.row, Role: role, Pointer: p.d.name + "#" + p.xpath() + below, Party: e, Prose: role == paymentText}
	if !p.inTx {
		s.Row++
	}
	if !p.yield(s, nil) {
		p.ended = true
	}
}

// party yields a party, a bank or an account.
func (p *payment) party(role string, n node) {
	below := ""
	for _, wrap := range []string{"Pty", "Agt", "FinInstnId"} {
		if len(n.all(wrap)) > 0 {
			below += "/" + wrap
			n = *n.get(wrap)
		}
	}
	e := named(party.Unknown, n.get("Nm").text)
	bank := strings.HasSuffix(below, "FinInstnId")
	switch {
	case bank || len(n.all("Id")) > 0 && len(n.get("Id").all("OrgId")) > 0:
		e.Kind = party.Organization
	case len(n.get("Id").all("PrvtId")) > 0:
		e.Kind = party.Person
	}
	country := p.places(&e, &n)
	paymentIdentifiers(&e, &n, country)
	privateDetails(&e, n.get("Id", "PrvtId", "DtAndPlcOfBirth"))
	contact := n.get("CtctDtls")
	if contact.get("EmailAdr").text != "" {
		addMail(&e, contact.get("EmailAdr").text)
	}
	if len(e.Names) > 0 {
		below += "/Nm"
	}
	p.emit(role, below, e)
	p.emit(role+" contact", strings.TrimSuffix(below, "/Nm")+"/CtctDtls/Nm", named(party.Person, contact.get("Nm").text))
}

// places reads the address and the country of residence, and returns the first
// country.
func (p *payment) places(e *party.Entry, n *node) string {
	if a := n.get("PstlAdr"); len(a.children) > 0 {
		street := strings.TrimSpace(a.get("StrtNm").text + " " + a.get("BldgNb").text)
		addr := party.Address{Street: street, City: a.get("TwnNm").text, Region: a.get("CtrySubDvsn").text, Postal: a.get("PstCd").text}
		if c := a.get("Ctry").text; c != "" {
			addr.Country = rows.CountryOf(c)
			e.Countries = append(e.Countries, addr.Country)
		}
		for _, l := range a.all("AdrLine") {
			addr.Full = strings.TrimPrefix(addr.Full+", "+l.text, ", ")
		}
		e.Addresses = []party.Address{addr}
	}
	if c := n.get("CtryOfRes").text; c != "" && (len(e.Countries) == 0 || e.Countries[0] != rows.CountryOf(c)) {
		e.Countries = append(e.Countries, rows.CountryOf(c))
	}
	if len(e.Countries) == 0 {
		return ""
	}
	return e.Countries[0]
}

func paymentIdentifiers(e *party.Entry, n *node, country string) {
	add := func(s party.Scheme, value, label string) {
		if value != "" {
			e.Identifiers = append(e.Identifiers, rows.NewIdentifier(s, country, value, label))
		}
	}
	for _, at := range []*node{n, n.get("Id", "OrgId")} {
		for _, k := range []string{"BICFI", "BIC", "AnyBIC", "BICOrBEI"} {
			add(party.BIC, at.get(k).text, k)
		}
		add(party.LEI, at.get("LEI").text, "LEI")
	}
	add(party.IBAN, n.get("Id", "IBAN").text, "IBAN")
	add(party.Account, n.get("Id", "Othr", "Id").text, "account")
	add(party.Number, n.get("ClrSysMmbId", "MmbId").text, "ClrSysMmbId")
	add(party.Number, n.get("Othr", "Id").text, "Othr")
	add(party.TaxID, n.get("TaxId").text, "TaxId")
	add(party.Registration, n.get("RegnId").text, "RegnId")
	for _, id := range []string{"OrgId", "PrvtId"} {
		for _, o := range n.get("Id", id).all("Othr") {
			code := o.get("SchmeNm", "Cd").text
			add(otherScheme(code), o.get("Id").text, strings.TrimSpace(id+" "+code))
		}
	}
}

// otherScheme reads the external code of an identification (ISO 20022 external
// code sets, organisation and person identification).
func otherScheme(code string) party.Scheme {
	switch code {
	case "TXID":
		return party.TaxID
	case "CCPT":
		return party.Passport
	case "NIDN", "ARNU":
		return party.NationalID
	case "SOSE":
		return party.NationalID
	case "DUNS":
		return party.DUNS
	case "COID", "SREN", "SRET":
		return party.Registration
	case "DRLC":
		return party.License
	case "EMPL":
		return party.EIN
	case "BANK":
		return party.Account
	}
	return party.Number
}

func privateDetails(e *party.Entry, b *node) {
	if day := b.get("BirthDt").text; day != "" {
		e.Births = rows.Dates(day)
	}
	place := b.get("CityOfBirth").text
	if c := b.get("CtryOfBirth").text; c != "" {
		place = strings.TrimPrefix(place+", "+c, ", ")
	}
	if place != "" {
		e.BirthPlaces = []string{place}
	}
}

// freeText yields what people wrote, as a name: a party is named in it or not.
func (p *payment) freeText(n node) {
	var texts []string
	var walk func(n node)
	walk = func(n node) {
		// Codes, dates and amounts are no text of a person.
		if n.text != "" && n.name != "Cd" && n.name != "Dt" && n.name != "Amt" && n.name != "Tp" {
			texts = append(texts, n.text)
		}
		for _, c := range n.children {
			walk(c)
		}
	}
	walk(n)
	p.emit(paymentText, "", named(party.Unknown, strings.Join(texts, " ")))
}
