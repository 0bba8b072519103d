// SPDX-License-Identifier: Apache-2.0

package ofac

import (
	"slices"
	"strings"
	"testing"

	"github.com/interdict-dev/interdict/party"
)

func TestDocumentSchemesAreSorted(t *testing.T) {
	for i := 1; i < len(documentSchemes); i++ {
		if documentSchemes[i-1].label >= documentSchemes[i].label {
			t.Errorf("%q stands before %q", documentSchemes[i-1].label, documentSchemes[i].label)
		}
	}
	if s, ok := documentScheme("Passport"); !ok || s != party.Passport {
		t.Errorf("documentScheme(Passport) = %q, %v", s, ok)
	}
	if s, ok := documentScheme("Library Card"); ok || s != party.Number {
		t.Errorf("documentScheme(Library Card) = %q, %v", s, ok)
	}
}

func TestDocument(t *testing.T) {
	for _, c := range []struct {
		label   string
		kind    party.Kind
		country string
		value   string
		want    party.Scheme
	}{
		{"Tax ID No.", party.Organization, "ru", "7736581290", party.INN},
		{"Tax ID No.", party.Organization, "ru", "7736581291", party.TaxID},
		{"Tax ID No.", party.Organization, "cy", "7736581290", party.TaxID},
		{"Registration Number", party.Organization, "cn", "91110108562135265P", party.USCC},
		{"National Foreign ID Number", party.Person, "cn", "210603197112150023", party.CNResident},
		{"Identification Number", party.Organization, "", "IMO 5848165", party.IMOCompany},
		{"Vessel Registration Identification", party.Vessel, "", "IMO 9187629", party.IMO},
		{"Vessel Registration Identification", party.Vessel, "", "3245", party.Registration},
		{"Legal Entity Number", party.Organization, "", "253400V1H6ART1UQ0N98", party.LEI},
	} {
		if got := document(c.label, c.kind, c.country, c.value); got.Scheme != c.want || got.Label != c.label || got.Value != c.value {
			t.Errorf("document(%q, %v, %q, %q) = %+v, want the scheme %s", c.label, c.kind, c.country, c.value, got, c.want)
		}
	}
}

// The names on the right are those that OFAC prints in sdn.csv of 2021; the
// parts are those of the same entries in SDN_ADVANCED.XML.
func TestCompose(t *testing.T) {
	const f, g, m, p, mt, w = party.PartFamily, party.PartGiven, party.PartMiddle, party.PartPatronymic, party.PartMatronymic, party.PartWhole
	for _, c := range []struct {
		types  []party.PartType
		values string
		script string
		want   string
	}{
		{[]party.PartType{f, g}, "ABBAS|Abu", "Latin", "ABBAS, Abu"},
		{[]party.PartType{g, p, mt}, "Ismael|ZAMBADA|GARCIA", "Latin", "ZAMBADA GARCIA, Ismael"},
		{[]party.PartType{g, mt, p}, "Henry|GARZON|CASTELLANOS", "Latin", "CASTELLANOS GARZON, Henry"},
		{[]party.PartType{g, p, mt, m}, "Henry|RANGEL|SILVA|de Jesus", "Latin", "RANGEL SILVA, Henry de Jesus"},
		{[]party.PartType{f, g, p}, "Gaziyev|Tarkhan|Ismailovich", "Latin", "GAZIYEV, Tarkhan Ismailovich"},
		{[]party.PartType{f, g, m, mt}, "Juarez|Julio|Antonio|Ramirez", "Latin", "JUAREZ RAMIREZ, Julio Antonio"},
		{[]party.PartType{g, m, f}, "Sven|Anders|Olsson", "Latin", "OLSSON, Sven Anders"},
		{[]party.PartType{f, m, m}, "Zueva|Mariya|Evgenevna", "Latin", "ZUEVA, Mariya Evgenevna"},
		{[]party.PartType{f, g, m, f}, "CORADO|Jenny|Judith|PORTILLO", "Latin", "CORADO PORTILLO, Jenny Judith"},
		{[]party.PartType{w}, "Integrity Technology Group, Incorporated", "Latin", "Integrity Technology Group, Incorporated"},
		{[]party.PartType{f, g}, "Путин|Владимир", "Cyrillic", "ПУТИН, Владимир"},
		{[]party.PartType{f, g}, "周|帅", "Chinese Simplified", "周帅"},
		{[]party.PartType{f, g}, "الزمر|عبود", "Arabic", "عبود الزمر"},
		{[]party.PartType{f}, "El Mayo", "Latin", "EL MAYO"},
	} {
		values := strings.Split(c.values, "|")
		var parts []party.NamePart
		for i, t := range c.types {
			parts = append(parts, party.NamePart{Type: t, Value: values[i]})
		}
		if got := compose(parts, c.script); got != c.want {
			t.Errorf("compose(%v) = %q, want %q", parts, got, c.want)
		}
	}
}

func TestPrintedSpan(t *testing.T) {
	for in, want := range map[string]string{
		"02 Dec 1966": "1966-12-02", "Mar 1962": "1962-03", "1962": "1962", "circa 1962": "circa 1962", "1962 to 1964": "1962 to 1964",
		"circa 1962-1964": "circa 1962 to 1964", "01 Jan 1962 to 31 Dec 1964": "1962-01-01 to 1964-12-31", "Jan 1962 to Feb 1963": "1962-01 to 1963-02",
	} {
		if got, ok := printedSpan(in); !ok || got.String() != want {
			t.Errorf("printedSpan(%q) = %q, %v, want %q", in, got, ok, want)
		}
	}
	for _, in := range []string{"", "31 Feb 1962", "1962 or so", "12 anM 1962", "1962 to", "99999"} {
		if got, ok := printedSpan(in); ok {
			t.Errorf("printedSpan(%q) = %q, want none", in, got)
		}
	}
}

func TestSplitRow(t *testing.T) {
	for in, want := range map[string][]string{
		`1,"A, B",-0- ,-0-`:   {"1", "A, B", "", ""},
		`1,"say ""x""" ,""`:   {"1", `say "x"`, ""},
		`1,`:                  {"1", ""},
		`"a;b", c ,"d` + "\"": {"a;b", "c", "d"},
	} {
		if got, _, err := splitRow(in); err != nil || !slices.Equal(got, want) {
			t.Errorf("splitRow(%q) = %q, %v, want %q", in, got, err, want)
		}
	}
	for _, in := range []string{`1,"a`, `1,"a"b`, `1,a"b`} {
		if got, _, err := splitRow(in); err == nil {
			t.Errorf("splitRow(%q) = %q, want an error", in, got)
		}
	}
}

func TestListNamed(t *testing.T) {
	for in, want := range map[string]party.ListID{
		"SDN List": SDN, "Consolidated List": Consolidated, "Non-SDN Palestinian Legislative Council List": "us-ofac-plc",
		"Brand New List": "us-ofac-brand-new", "": "us-ofac-unnamed",
	} {
		if got := listNamed(in); got != want {
			t.Errorf("listNamed(%q) = %s, want %s", in, got, want)
		}
	}
}
