// SPDX-License-Identifier: Apache-2.0

package documents

import (
	"bytes"
	"strings"
	"testing"
)

// Written by hand after bom.xsd of CycloneDX 1.6; it says what cycloneDX says.
const cycloneDXML = `<?xml version="1.0" encoding="UTF-8"?>
<bom xmlns="http://cyclonedx.org/schema/bom/1.6" serialNumber="urn:uuid:1" version="1">
  <metadata>
    <timestamp>2024-03-01T10:00:00Z</timestamp>
    <tools>
      <components><component type="application"><manufacturer><name>Tool Maker</name></manufacturer><name>scanner</name></component></components>
      <services><service><name>scan</name><endpoints><endpoint>scan.example</endpoint></endpoints></service></services>
    </tools>
    <authors><author><name>Ann Author</name><email>ann@gmail.com</email></author></authors>
    <component type="application" bom-ref="root"><manufacturer><name>Acme Works</name></manufacturer><name>app</name></component>
    <supplier>
      <name>Acme &amp; Sons Ltd</name>
      <address><country>GB</country><locality>Leeds</locality></address>
      <url>https://acme.example</url><url>https://acme.example/two</url>
      <contact><name>Jo Doe</name><email>jo@acme.example</email></contact>
      <contact><name>Al Doe</name></contact>
    </supplier>
  </metadata>
  <components>
    <component type="library" bom-ref="a">
      <publisher>Integrity Technology Group</publisher><name>lib</name><purl>pkg:maven/cn.com.integritytech/lib@1</purl>
      <externalReferences>
        <reference type="website"><url>https://lib.example</url></reference>
        <reference type="vcs"><url>https://git.example/lib</url></reference>
      </externalReferences>
      <components><component type="library"><author>Inner Author</author><name>inner</name><purl>pkg:npm/%40scope/inner@2</purl></component></components>
    </component>
    <component type="library"><name>nobody</name></component>
  </components>
  <services><service bom-ref="s"><provider><name>Hoster</name></provider><endpoints><endpoint>https://api.host.example/v1</endpoint></endpoints></service></services>
</bom>`

func TestCycloneDXML(t *testing.T) {
	got, bad, c := readAll(t, "bom.xml", []byte(cycloneDXML), Options{})
	if len(bad) > 0 {
		t.Error(bad)
	}
	check(t, got,
		"1 /bom/metadata/supplier/name role=supplier | id=urn:uuid:1 | kind=organization | primary=Acme & Sons Ltd | country=gb | address=Leeds, gb | web=https://acme.example,https://acme.example/two,acme.example | mail=jo@acme.example",
		"1 /bom/metadata/supplier/contact[1]/name role=supplier contact | id=urn:uuid:1 | kind=person | primary=Jo Doe",
		"1 /bom/metadata/supplier/contact[2]/name role=supplier contact | id=urn:uuid:1 | kind=person | primary=Al Doe",
		"1 /bom/metadata/authors/author[1]/name role=author | id=urn:uuid:1 | primary=Ann Author | mail=ann@gmail.com",
		"2 /bom/metadata/tools/components/component[1]/manufacturer/name role=manufacturer | kind=organization | primary=Tool Maker",
		"3 /bom/metadata/tools/services/service[1]/endpoints/endpoint[1] role=service endpoint | web=https://scan.example",
		"4 /bom/metadata/component/manufacturer/name role=manufacturer | id=root | kind=organization | primary=Acme Works",
		"5 /bom/components/component[1]/publisher role=publisher | id=a | primary=Integrity Technology Group",
		"5 /bom/components/component[1]/externalReferences/reference[1]/url role=reference | id=a | web=https://lib.example",
		"5 /bom/components/component[1]/externalReferences/reference[2]/url role=download location | id=a | web=https://git.example/lib",
		"5 /bom/components/component[1]/purl role=namespace | id=a | web=integritytech.com.cn",
		"6 /bom/components/component[1]/components/component[1]/author role=author | id=pkg:npm/%40scope/inner@2 | primary=Inner Author",
		"6 /bom/components/component[1]/components/component[1]/purl role=namespace | id=pkg:npm/%40scope/inner@2 | primary=scope",
		"8 /bom/services/service[1]/provider/name role=service provider | id=s | kind=organization | primary=Hoster",
		"8 /bom/services/service[1]/endpoints/endpoint[1] role=service endpoint | id=s | web=https://api.host.example/v1",
	)
	if c.Kind != "cyclonedx-xml" || c.Rows != 8 || c.Skipped != 1 {
		t.Errorf("coverage %+v", c)
	}
	for _, broken := range []string{cycloneDXML[:900], strings.Replace(cycloneDXML, "<bom ", "<mob ", 1), strings.Replace(cycloneDXML, "</bom>", "</bom>x", 1)} {
		if _, err := Open("bom.xml", strings.NewReader(broken), Options{}); err == nil {
			t.Errorf("a broken document was accepted: %.40q", broken[len(broken)-40:])
		}
	}
}

func TestDayOfBOM(t *testing.T) {
	for name, text := range map[string]string{"bom.xml": cycloneDXML, "x.spdx": spdxTags} {
		d, err := Open(name, strings.NewReader(text), Options{})
		if err != nil {
			t.Fatal(err)
		}
		for s, err := range d.Subjects() {
			if err == nil && s.At.String() != "2024-03-01" {
				t.Errorf("%s: %s is judged on %v, want the day of the document", name, s.Pointer, s.At)
			}
		}
	}
}

// Written by hand after the tag-value examples of SPDX 2.3.
const spdxTags = `# a comment
SPDXVersion: SPDX-2.3
DataLicense: CC0-1.0
SPDXID: SPDXRef-DOCUMENT
DocumentName: test
DocumentNamespace: https://n.example/1
Creator: Tool: t-1
Creator: Organization: Maker Inc (info@maker.example)
Created: 2024-03-01T10:00:00Z
CreatorComment: <text>several
PackageName: not one
lines</text>

PackageName: one
SPDXID: SPDXRef-1
PackageSupplier: Organization: Acme (Ltd)
PackageOriginator: Person: Jo Doe
PackageDownloadLocation: git+https://git.example/x.git
PackageHomePage: <text>https://x.example</text>
this line is broken
ExternalRef: SECURITY advisory https://advisories.example/1
ExternalRef: PACKAGE-MANAGER purl pkg:npm/%40scope/one@2
ExternalRef: SECURITY cpe23Type

FileName: ./a.c
SPDXID: SPDXRef-File
FileContributor: Some Body

PackageName: two
SPDXID: SPDXRef-2
PackageSupplier: NOASSERTION
PackageDownloadLocation: NOASSERTION
Relationship: SPDXRef-1 CONTAINS SPDXRef-2
`

func TestSPDXTags(t *testing.T) {
	got, bad, c := readAll(t, "x.spdx", []byte(spdxTags), Options{})
	check(t, got,
		"1 L8 role=creator | id=https://n.example/1 | kind=organization | primary=Maker Inc | web=maker.example | mail=info@maker.example",
		"2 L16 role=supplier | id=SPDXRef-1 | kind=organization | primary=Acme (Ltd)",
		"2 L17 role=originator | id=SPDXRef-1 | kind=person | primary=Jo Doe",
		"2 L18 role=download location | id=SPDXRef-1 | web=https://git.example/x.git",
		"2 L19 role=reference | id=SPDXRef-1 | web=https://x.example",
		"2 L21 role=reference | id=SPDXRef-1 | web=https://advisories.example/1",
		"2 L22 role=namespace | id=SPDXRef-1 | primary=scope",
	)
	if len(bad) != 2 || bad[0].Row != 20 || bad[1].Row != 23 {
		t.Errorf("errors %v, want lines 20 and 23", bad)
	}
	if c.Kind != "spdx-tag" || c.Rows != 5 || c.Skipped != 1 || c.Errors != 2 {
		t.Errorf("coverage %+v", c)
	}
	if _, err := Open("x.spdx", strings.NewReader(strings.Replace(spdxTags, "lines</text>", "lines", 1)), Options{}); err == nil {
		t.Error("a text that does not end was accepted")
	}
}

func FuzzBOM(f *testing.F) {
	f.Add([]byte(cycloneDXML))
	f.Add([]byte(spdxTags))
	f.Add([]byte(`<bom xmlns="http://cyclonedx.org/schema/bom/1.4"><components><component><components/></component></components></bom>`))
	f.Add([]byte("SPDXVersion: SPDX-2.2\nPackageName: a\nExternalRef: a purl pkg:x/y/z\n"))
	f.Fuzz(func(t *testing.T, data []byte) {
		for _, kind := range []string{"cyclonedx-xml", "spdx-tag"} {
			d, err := Open("x", bytes.NewReader(data), Options{Kind: kind})
			if err != nil {
				continue
			}
			for s, err := range d.Subjects() {
				if err == nil && (s.Row == 0 || s.Pointer == "" || strings.HasSuffix(s.Pointer, "#L0")) {
					t.Errorf("subject %+v has no place", s)
				}
			}
		}
	})
}

func TestDealingsOfObjects(t *testing.T) {
	const text = `{"name":"Acme","delivery_date":"2024-12-20","payment_date":"2025-01-10"}
{"name":"Acme","served":"2024-12-20","owed":true}
{"name":"Acme","served":"2024-12","owed":0}
{"name":"Acme","dealing":{"served":"2025-01-06","paid":"2025-02-01","owed":false}}
{"name":"Acme","owed":"1.200,50"}
{"name":"Acme","served":"03/04/2025"}
{"name":"Acme","bank":{"name":"Bank"}}
`
	want := []string{"2024-12-20 2025-01-10 false", "2024-12-20  true", "2024-12  false", "2025-01-06 2025-02-01 false", "  true", "2025  false", "  false", "  false"}
	for name, content := range map[string]string{"d.jsonl": text, "d.json": "[" + strings.ReplaceAll(strings.TrimSpace(text), "\n", ",\n") + "]"} {
		got, bad, c := readAll(t, name, []byte(content), Options{})
		if len(bad) > 0 || len(got) != len(want) {
			t.Fatalf("%s: %d subjects, errors %v", name, len(got), bad)
		}
		for i, s := range got {
			if d := s.Dealing; strings.Join([]string{d.Served.String(), d.Paid.String(), map[bool]string{true: "true", false: "false"}[d.Owed]}, " ") != want[i] {
				t.Errorf("%s: subject %d: dealing %+v, want %q", name, i, d, want[i])
			}
		}
		for _, k := range c.Ignored {
			t.Errorf("%s: %q is said to be ignored", name, k)
		}
	}
}
