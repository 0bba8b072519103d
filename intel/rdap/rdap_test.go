// SPDX-License-Identifier: Apache-2.0

package rdap

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/interdict-dev/interdict/intel"
	"github.com/interdict-dev/interdict/intel/inteltest"
	"github.com/interdict-dev/interdict/party"
)

// Written by hand after RFC 9083; numbers and names are those set aside for
// documentation.
const network = `{"rdapConformance":["rdap_level_0","cidr0"],"objectClassName":"ip network","handle":"NET-192-0-2-0-1","startAddress":"192.0.2.0","endAddress":"192.0.2.255",
"cidr0_cidrs":[{"v4prefix":"192.0.2.0","length":24}],"arin_originas0_originautnums":[64496],
"events":[{"eventAction":"registration","eventDate":"2025-07-10T00:00:00Z"},{"eventAction":"last update of RDAP database","eventDate":"2026-11-20T08:00:00Z"}],
"entities":[
 {"objectClassName":"entity","handle":"EX-1","roles":["registrant"],"vcardArray":["vcard",[["version",{},"text","4.0"],["fn",{},"text","Example Hosting Ltd"],["kind",{},"text","org"],["adr",{},"text",["","","1 Street","","","",""]]]]},
 {"objectClassName":"entity","handle":"JD-1","roles":["registrant"],"vcardArray":["vcard",[["fn",{},"text","Jane Doe"],["kind",{},"text","individual"]]]},
 {"objectClassName":"entity","handle":"AB-1","roles":["abuse","technical"],"vcardArray":["vcard",[["fn",{},"text","Abuse Desk"]]]}]}`

const domain = `{"rdapConformance":["rdap_level_0"],"objectClassName":"domain","ldhName":"W8510.com","events":[{"eventAction":"registration","eventDate":"2023-06-01T00:00:00Z"}],
"entities":[{"roles":["registrant"],"vcardArray":["vcard",[["fn",{},"text","Example Hosting Ltd"]]]},{"roles":["registrar"],"vcardArray":["vcard",[["fn",{},"text","A Registrar"]]]}]}`

const autnum = `{"rdapConformance":["rdap_level_0"],"objectClassName":"autnum","startAutnum":64496,"endAutnum":64497,"entities":[{"roles":["registrant"],"vcardArray":["vcard",[["org",{},"text","Example Hosting Ltd"]]]}]}`

func countObjects(b []byte) int {
	var m struct{ Entities []any }
	if json.Unmarshal(b, &m) != nil {
		return -1
	}
	return 1 + len(m.Entities)
}

func TestContract(t *testing.T) {
	inteltest.Run(t, Source{},
		inteltest.Case{File: "net.json", Data: []byte(network), Count: countObjects, Claims: 2, Parties: 1, Others: 3},
		inteltest.Case{File: "dom.json", Data: []byte(domain), Count: countObjects, Claims: 1, Parties: 1, Others: 2},
		inteltest.Case{File: "as.json", Data: []byte(autnum), Count: countObjects, Claims: 2, Parties: 1, Others: 1},
	)
}

func TestRead(t *testing.T) {
	var got []string
	for _, text := range []string{network, domain, autnum} {
		r, err := intel.Collect(Source{}, "a.json", strings.NewReader(text), intel.Brief{Published: party.Date{Year: 2026, Month: 11, Day: 23}})
		if err != nil {
			t.Fatal(err)
		}
		for _, c := range r.Claims {
			got = append(got, fmt.Sprint(c.From, " ", c.Relation, " ", c.To, " ", c.Scope, " ", c.Window))
		}
		for _, e := range r.Parties {
			if strings.Contains(e.Name(), "Jane") {
				t.Error("a natural person became a party")
			}
		}
	}
	want := []string{
		"prefix:192.0.2.0/24 within asn:AS64496 exact 2025-07-10 to 2026-11-20 (publication)",
		"prefix:192.0.2.0/24 registered-to intel/file/a/example-hosting-ltd exact 2025-07-10 to 2026-11-20 (publication)",
		"domain:w8510.com registered-to intel/file/a/example-hosting-ltd with-subdomains 2023-06-01 to 2026-11-23 (publication)",
		"asn:AS64496 registered-to intel/file/a/example-hosting-ltd exact until 2026-11-23 (publication)",
		"asn:AS64497 registered-to intel/file/a/example-hosting-ltd exact until 2026-11-23 (publication)",
	}
	if !slices.Equal(got, want) {
		t.Errorf("claims\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

func TestBlocksThatAreNoPrefix(t *testing.T) {
	for in, want := range map[string]string{
		"192.0.2.0 192.0.2.255":                          "prefix:192.0.2.0/24",
		"192.0.2.1 192.0.2.6":                            "ipv4:192.0.2.1 prefix:192.0.2.2/31 prefix:192.0.2.4/31 ipv4:192.0.2.6",
		"0.0.0.0 255.255.255.255":                        "prefix:0.0.0.0/0",
		"2001:db8:: 2001:db8:0:ffff:ffff:ffff:ffff:ffff": "prefix:2001:db8::/48",
		"192.0.2.9 192.0.2.1":                            "", "192.0.2.0 2001:db8::": "", "x y": "",
	} {
		start, end, _ := strings.Cut(in, " ")
		is, err := (&answer{Start: start, End: end}).prefixes()
		var got []string
		for _, i := range is {
			got = append(got, i.String())
		}
		if strings.Join(got, " ") != want || (err != nil) != (want == "") {
			t.Errorf("prefixes(%s) = %v, %v, want %s", in, got, err, want)
		}
	}
	if _, err := intel.Collect(Source{}, "x", bytes.NewReader([]byte(`{"rdapConformance":[],"objectClassName":"entity"}`)), intel.Brief{}); err != nil {
		t.Errorf("an answer about something else is no reject but an error: %v", err)
	}
}

func FuzzRead(f *testing.F) {
	f.Add([]byte(network))
	f.Add([]byte(autnum))
	inteltest.Fuzz(f, Source{}, "rdap.json")
}
