// SPDX-License-Identifier: Apache-2.0

package documents

import (
	"strings"
	"testing"
)

// Written by hand after the CycloneDX 1.6 schema.
const cycloneDX = `{
  "bomFormat": "CycloneDX", "specVersion": "1.6", "serialNumber": "urn:uuid:1",
  "metadata": {
    "supplier": {"name": "Acme Ltd", "url": ["https://acme.example"], "address": {"country": "GB", "locality": "Leeds"}, "contact": [{"name": "Jo Doe", "email": "jo@acme.example"}]},
    "authors": [{"name": "Ann Author", "email": "ann@gmail.com"}],
    "tools": {"components": [{"name": "scanner", "manufacturer": {"name": "Tool Maker"}}], "services": [{"name": "scan", "endpoints": ["scan.example"]}]},
    "component": {"bom-ref": "root", "name": "app", "manufacturer": {"name": "Acme Works"}}
  },
  "components": [
    {"bom-ref": "a", "name": "lib", "publisher": "Integrity Technology Group", "purl": "pkg:maven/cn.com.integritytech/lib@1",
     "externalReferences": [{"type": "vcs", "url": "https://git.example/lib"}, {"type": "bom", "url": "urn:cdx:x/1"}],
     "components": [{"name": "inner", "purl": "pkg:npm/%40scope/inner@2", "author": "Inner Author"}]},
    {"name": "nobody"}
  ],
  "services": [{"bom-ref": "s", "provider": {"name": "Hoster"}, "endpoints": ["https://api.host.example/v1"]}]
}`

func TestCycloneDX(t *testing.T) {
	got, bad, c := readAll(t, "sbom.json", []byte(cycloneDX), Options{})
	if len(bad) > 0 {
		t.Error(bad)
	}
	check(t, got,
		"1 /metadata/supplier/name role=supplier | id=urn:uuid:1 | kind=organization | primary=Acme Ltd | country=gb | address=Leeds, gb | web=https://acme.example,acme.example | mail=jo@acme.example",
		"1 /metadata/supplier/contact/0/name role=supplier contact | id=urn:uuid:1 | kind=person | primary=Jo Doe",
		"1 /metadata/authors/0/name role=author | id=urn:uuid:1 | primary=Ann Author | mail=ann@gmail.com",
		"2 /metadata/tools/components/0/manufacturer/name role=manufacturer | kind=organization | primary=Tool Maker",
		"3 /metadata/tools/services/0/endpoints/0 role=service endpoint | web=https://scan.example",
		"4 /metadata/component/manufacturer/name role=manufacturer | id=root | kind=organization | primary=Acme Works",
		"5 /components/0/publisher role=publisher | id=a | primary=Integrity Technology Group",
		"5 /components/0/externalReferences/0/url role=download location | id=a | web=https://git.example/lib",
		"5 /components/0/purl role=namespace | id=a | web=integritytech.com.cn",
		"6 /components/0/components/0/author role=author | id=pkg:npm/%40scope/inner@2 | primary=Inner Author",
		"6 /components/0/components/0/purl role=namespace | id=pkg:npm/%40scope/inner@2 | primary=scope",
		"8 /services/0/provider/name role=service provider | id=s | kind=organization | primary=Hoster",
		"8 /services/0/endpoints/0 role=service endpoint | id=s | web=https://api.host.example/v1",
	)
	if c.Kind != "cyclonedx" || c.Rows != 8 || c.Skipped != 1 {
		t.Errorf("coverage %+v", c)
	}
	if _, err := Open("sbom.json", strings.NewReader(cycloneDX[:900]), Options{}); err == nil {
		t.Error("a cut document was accepted")
	}
}

// Written by hand after the SPDX 2.3 and 3.0 documentation.
func TestSPDX(t *testing.T) {
	got, _, c := readAll(t, "spdx.json", []byte(`{"spdxVersion":"SPDX-2.3","documentNamespace":"n","creationInfo":{"creators":["Tool: t-1","Organization: Maker Inc (info@maker.example)"]},
"packages":[{"SPDXID":"SPDXRef-1","supplier":"Organization: Acme (Ltd)","originator":"Person: Jo Doe","downloadLocation":"git+https://git.example/x.git","homepage":"https://x.example","externalRefs":[{"referenceType":"advisory","referenceLocator":"https://advisories.example/1"},{"referenceType":"cpe23Type","referenceLocator":"cpe:2.3:a:x"}]},{"SPDXID":"SPDXRef-2","supplier":"NOASSERTION","downloadLocation":"NOASSERTION"}]}`), Options{})
	check(t, got,
		"1 /creationInfo/creators/1 role=creator | id=n | kind=organization | primary=Maker Inc | web=maker.example | mail=info@maker.example",
		"2 /packages/0/supplier role=supplier | id=SPDXRef-1 | kind=organization | primary=Acme (Ltd)",
		"2 /packages/0/originator role=originator | id=SPDXRef-1 | kind=person | primary=Jo Doe",
		"2 /packages/0/downloadLocation role=download location | id=SPDXRef-1 | web=https://git.example/x.git",
		"2 /packages/0/homepage role=reference | id=SPDXRef-1 | web=https://x.example",
		"2 /packages/0/externalRefs/0/referenceLocator role=reference | id=SPDXRef-1 | web=https://advisories.example/1",
	)
	if c.Kind != "spdx" || c.Rows != 3 || c.Skipped != 1 {
		t.Errorf("coverage %+v", c)
	}
	got, _, _ = readAll(t, "spdx3.json", []byte(`{"@context":"https://spdx.org/rdf/3.0.1/spdx-context.jsonld","@graph":[{"type":"Organization","spdxId":"o1","name":"Acme","externalIdentifier":[{"externalIdentifierType":"email","identifier":"a@acme.example"}]},
{"type":"software_Package","spdxId":"p1","suppliedBy":"o1","originatedBy":["o1"],"software_downloadLocation":"https://dl.example/p","software_packageUrl":"pkg:golang/github.com/acme/p@v1"}]}`), Options{})
	check(t, got,
		"1 /@graph/0/name role=supplier | id=p1 | kind=organization | primary=Acme | web=acme.example | mail=a@acme.example",
		"1 /@graph/0/name role=originator | id=p1 | kind=organization | primary=Acme | web=acme.example | mail=a@acme.example",
		"1 /@graph/1/software_downloadLocation role=download location | id=p1 | web=https://dl.example/p",
		"1 /@graph/1/software_packageUrl role=namespace | id=p1 | primary=acme | web=github.com",
	)
}
