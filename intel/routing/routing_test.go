// SPDX-License-Identifier: Apache-2.0

package routing

import (
	"bytes"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/interdict-dev/interdict/intel"
	"github.com/interdict-dev/interdict/intel/inteltest"
	"github.com/interdict-dev/interdict/party"
)

// facts is written by hand; its numbers are those set aside for documentation.
const facts = "prefix,asn,organisation,from,to,status\n" +
	"192.0.2.0/24,AS64496,Example Hosting Ltd,2024-01-01,2025-06,allocated\n" +
	"198.51.100.0/24,64497,,2024,,\n" +
	",AS64496,Example Hosting Ltd,,,\n" +
	"2001:db8::/32,,Other Org,,,\n" +
	"192.0.2.1,,Other Org,2024-01-01,2024-01-02,\n" +
	"wolf,AS1,x,,,\n" +
	"192.0.2.0/24,ASx,x,,,\n" +
	"192.0.2.0/24,,,,,\n" +
	",AS1,,,,\n" +
	"192.0.2.0/24,AS1,x,2024-13,,\n" +
	"192.0.2.0/24,AS1,x,2024-02-01,2024-01-01,\n"

func countLines(data []byte) (n int) {
	for _, l := range bytes.Split(data, []byte("\n")) {
		if len(bytes.TrimSpace(l)) > 0 {
			n++
		}
	}
	return n
}

func TestContract(t *testing.T) {
	inteltest.Run(t, Source{}, inteltest.Case{File: "rdap.csv", Data: []byte(facts), Count: countLines, Claims: 6, Parties: 2, Others: 1, Rejects: 6, NoEnd: true})
}

func TestRead(t *testing.T) {
	b := intel.Brief{Named: map[string]party.Ref{"Other Org": {List: "us-ofac-sdn", ID: "1"}}}
	r, err := intel.Collect(Source{}, "rdap.csv", strings.NewReader(facts), b)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, c := range r.Claims {
		got = append(got, fmt.Sprint(c.ID, " ", c.From, " ", c.Relation, " ", c.To, " ", c.Window, " ", c.Note))
	}
	want := []string{
		"rdap-csv/rdap-csv#2/as prefix:192.0.2.0/24 within asn:AS64496 2024-01-01 to 2025-06 status: allocated",
		"rdap-csv/rdap-csv#2 prefix:192.0.2.0/24 registered-to intel/file/rdap/example-hosting-ltd 2024-01-01 to 2025-06 status: allocated",
		"rdap-csv/rdap-csv#3/as prefix:198.51.100.0/24 within asn:AS64497 from 2024 ",
		"rdap-csv/rdap-csv#4 asn:AS64496 registered-to intel/file/rdap/example-hosting-ltd undated ",
		"rdap-csv/rdap-csv#5 prefix:2001:db8::/32 registered-to us-ofac-sdn/1 undated ",
		"rdap-csv/rdap-csv#6 ipv4:192.0.2.1 registered-to us-ofac-sdn/1 2024-01-01 to 2024-01-02 ",
	}
	if !slices.Equal(got, want) {
		t.Errorf("claims\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
	if len(r.Parties) != 1 || r.Parties[0].Kind != party.Organization {
		t.Errorf("parties %v", r.Parties)
	}
	for i, x := range r.Rejects {
		if x.Line != 7+i {
			t.Errorf("reject %v, want line %d", x, 7+i)
		}
	}
}

func FuzzRead(f *testing.F) {
	f.Add([]byte(facts))
	inteltest.Fuzz(f, Source{}, "rdap.csv")
}
