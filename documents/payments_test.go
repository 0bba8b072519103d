// SPDX-License-Identifier: Apache-2.0

package documents

import (
	"bytes"
	"errors"
	"strings"
	"testing"
)

// Written by hand after the message definition of pacs.008.001.08.
const pacs008 = `<?xml version="1.0" encoding="UTF-8"?>
<Document xmlns="urn:iso:std:iso:20022:tech:xsd:pacs.008.001.08"><FIToFICstmrCdtTrf>
<GrpHdr><MsgId>M1</MsgId><InstgAgt><FinInstnId><BICFI>DEUTDEFF</BICFI></FinInstnId></InstgAgt></GrpHdr>
<CdtTrfTxInf><PmtId><EndToEndId>E1</EndToEndId></PmtId>
<Dbtr><Nm>Müller &amp; Söhne</Nm><PstlAdr><StrtNm>Domstr.</StrtNm><BldgNb>1</BldgNb><TwnNm>Köln</TwnNm><Ctry>DE</Ctry></PstlAdr><Id><OrgId><LEI>5493001KJTIIGC8Y1R12</LEI><Othr><Id>77</Id><SchmeNm><Cd>TXID</Cd></SchmeNm></Othr></OrgId></Id></Dbtr>
<DbtrAcct><Id><IBAN>DE89370400440532013000</IBAN></Id></DbtrAcct>
<CdtrAgt><FinInstnId><BICFI>BKCHCNBJ</BICFI><Nm>Bank of China</Nm></FinInstnId></CdtrAgt>
<Cdtr><Nm>Integrity Technology Group</Nm><CtryOfRes>CN</CtryOfRes></Cdtr>
<RmtInf><Ustrd>Invoice 7 for servers</Ustrd><Strd><Invcr><Nm>Other Ltd</Nm></Invcr></Strd></RmtInf></CdtTrfTxInf>
<CdtTrfTxInf><PmtId><EndToEndId>E2</EndToEndId></PmtId><UltmtCdtr><Nm>Ivan Petrov</Nm><Id><PrvtId><DtAndPlcOfBirth><BirthDt>1962-03-14</BirthDt><CityOfBirth>Omsk</CityOfBirth><CtryOfBirth>RU</CtryOfBirth></DtAndPlcOfBirth><Othr><Id>71123</Id><SchmeNm><Cd>CCPT</Cd></SchmeNm></Othr></PrvtId></Id></UltmtCdtr></CdtTrfTxInf>
</FIToFICstmrCdtTrf></Document>`

func TestISO20022(t *testing.T) {
	got, _, c := readAll(t, "pay.xml", []byte(pacs008), Options{})
	const tx = "/Document/FIToFICstmrCdtTrf/CdtTrfTxInf"
	check(t, got,
		"1 /Document/FIToFICstmrCdtTrf/GrpHdr/InstgAgt/FinInstnId role=instructing agent | kind=organization | number=bic:DEUTDEFF",
		"1 "+tx+"[1]/Dbtr/Nm role=debtor | id=E1 | kind=organization | primary=Müller & Söhne | country=de | address=Domstr. 1, Köln, de | number=lei:5493001KJTIIGC8Y1R12 | number=tax:77@de",
		"1 "+tx+"[1]/DbtrAcct role=debtor account | id=E1 | number=iban:DE89370400440532013000",
		"1 "+tx+"[1]/CdtrAgt/FinInstnId/Nm role=creditor agent | id=E1 | kind=organization | primary=Bank of China | number=bic:BKCHCNBJ",
		"1 "+tx+"[1]/Cdtr/Nm role=creditor | id=E1 | primary=Integrity Technology Group | country=cn",
		"1 "+tx+"[1]/RmtInf/Ustrd role=payment text | id=E1 | primary=Invoice 7 for servers",
		"1 "+tx+"[1]/RmtInf/Strd/Invcr/Nm role=invoicer | id=E1 | primary=Other Ltd",
		"2 "+tx+"[2]/UltmtCdtr/Nm role=ultimate creditor | id=E2 | kind=person | primary=Ivan Petrov | born=1962-03-14 | place=Omsk, RU | number=passport:71123",
	)
	if c.Kind != "iso20022" || c.Rows != 2 {
		t.Errorf("coverage %+v", c)
	}
	for name, data := range map[string]string{
		"cut":   pacs008[:len(pacs008)*2/3],
		"bomb":  strings.Replace(pacs008, "<Document", `<!DOCTYPE a [<!ENTITY b "b">]><Document`, 1),
		"empty": `<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053"><A/></Document>`,
		"text":  strings.Replace(pacs008, "Invoice 7", strings.Repeat("x", 2<<20), 1),
	} {
		d, err := Open("pay.xml", strings.NewReader(data), Options{})
		must(t, err)
		var last error
		for _, err := range d.Subjects() {
			last = err
		}
		if re := (*RowError)(nil); last == nil || errors.As(last, &re) {
			t.Errorf("%s: ended with %v, want an error about the file", name, last)
		}
	}
}

// Written by hand after the SWIFT user handbook's layout of MT103.
const mt103 = "{1:F01BANKBEBBAXXX2222123456}{2:I103BANKDEFFXXXXN}{4:\r\n:20:REF1\r\n:32A:260101EUR100,\r\n:50K:/BE71096123456769\r\nIVAN PETROV\r\nLENIN STREET 1\r\nOMSK\r\n:52A:BKCHCNBJ\r\n:59:/DE89370400440532013000\r\nACME BAD LTD\r\nLONDON\r\n:70:INVOICE 7\r\n-}$" +
	"{1:F01BANKBEBBAXXX2222123457}{2:I103BANKDEFFXXXXN}{4:\n:20:REF2\n:50F:/12345678\n1/SMITH JOHN\n2/299 PARK AVENUE\n3/US/NEW YORK\n4/19720830\n5/GB/BATH\n7/US/123\n:59A:BKCHCNBJXXX\n-}" +
	"{1:F01BANKBEBBAXXX2222123457}{4:\n:20:CUT"

func TestMT103(t *testing.T) {
	got, bad, c := readAll(t, "pay.fin", []byte(mt103), Options{})
	check(t, got,
		"1 1/1 role=sender | id=REF1 | kind=organization | number=bic:BANKBEBB",
		"1 1/2 role=receiver | id=REF1 | kind=organization | number=bic:BANKDEFF",
		"1 1/50K role=ordering customer | id=REF1 | primary=IVAN PETROV | address=LENIN STREET 1, OMSK | number=iban:BE71096123456769",
		"1 1/52A role=ordering institution | id=REF1 | kind=organization | number=bic:BKCHCNBJ",
		"1 1/59 role=beneficiary | id=REF1 | primary=ACME BAD LTD | address=LONDON | number=iban:DE89370400440532013000",
		"1 1/70 role=payment text | id=REF1 | primary=INVOICE 7",
		"2 2/1 role=sender | id=REF2 | kind=organization | number=bic:BANKBEBB",
		"2 2/2 role=receiver | id=REF2 | kind=organization | number=bic:BANKDEFF",
		"2 2/50F role=ordering customer | id=REF2 | kind=person | primary=SMITH JOHN | born=1972-08-30 | place=BATH, GB | country=us | address=299 PARK AVENUE, NEW YORK, us | number=account:12345678 | number=national-id:123@us",
		"2 2/59A role=beneficiary | id=REF2 | kind=organization | number=bic:BKCHCNBJ",
	)
	if len(bad) != 1 || bad[0].Row != 3 || c.Rows != 3 || c.Kind != "mt103" {
		t.Errorf("errors %v, coverage %+v", bad, c)
	}
}

func FuzzPayments(f *testing.F) {
	f.Add([]byte(pacs008))
	f.Add([]byte(mt103))
	f.Add([]byte(cycloneDX))
	f.Fuzz(func(t *testing.T, data []byte) {
		d, err := Open("x", bytes.NewReader(data), Options{})
		if err != nil {
			return
		}
		for s, err := range d.Subjects() {
			if err == nil && (s.Row == 0 || s.Pointer == "") {
				t.Errorf("subject %+v has no place", s)
			}
		}
	})
}
