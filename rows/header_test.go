// SPDX-License-Identifier: Apache-2.0

package rows

import (
	"slices"
	"strings"
	"testing"
)

func TestHeadersFile(t *testing.T) {
	owner := map[string]string{}
	n := 0
	for line := range strings.Lines(headersText) {
		left, right, ok := strings.Cut(line, " = ")
		if !ok || strings.HasPrefix(line, "#") {
			continue
		}
		role, isRole := strings.CutPrefix(left, "role:")
		if !isRole && !slices.Contains(fields[:], Field(left)) && !isScheme(left) {
			t.Errorf("%q is neither field nor scheme", left)
		}
		if isRole && role == "" {
			t.Errorf("line without a role: %q", line)
		}
		for phrase := range strings.SplitSeq(right, "|") {
			n++
			p := Fold(phrase)
			if other := owner[p]; other != "" && other != left {
				t.Errorf("%q is claimed by %s and by %s", p, other, left)
			}
			owner[p] = left
		}
	}
	if n < 1500 {
		t.Errorf("%d words, want the whole file", n)
	}
}

func TestRecognise(t *testing.T) {
	for in, want := range map[string]string{
		"Vendor":                         "vendor.name",
		"VendorName":                     "vendor.name",
		"vendor_name*":                   "vendor.name",
		"Name of the vendor":             "vendor.name",
		"Supplier Country":               "vendor.country",
		"Customer ID":                    "customer.key",
		"Kundennummer":                   "customer.key",
		"Lieferantenname":                "vendor.name",
		"Adresse du fournisseur":         "vendor.address",
		"Nombre del proveedor":           "vendor.name",
		"供应商名称":                          "vendor.name",
		"供应商名称 / Vendor Name":            "vendor.name",
		"客户国家":                           "customer.country",
		"仕入先名称":                          "vendor.name",
		"Bank":                           "bank.name",
		"Bank Country":                   "bank.country",
		"SWIFT/BIC":                      "bic",
		"Ultimate Beneficial Owner":      "owner.name",
		"UBO Nationality":                "owner.nationality",
		"Beneficial owner date of birth": "owner.birth-date",
		"Contact e-mail":                 "contact.email",
		"Ship-To Name":                   "ship-to.name",
		"Consignee address":              "ship-to.address",
		"Notify Party":                   "notify.name",
		"dateOfBirth":                    "birth-date",
		"birth_date":                     "birth-date",
		"Date of Birth (DD/MM/YYYY)":     "birth-date",
		"Address Line 1":                 "address",
		"Name 1":                         "name",
		"Name 2":                         "name-line",
		"Supplier Name 2":                "vendor.name-line",
		"Passport numbers":               "passport",
		"Vessel owner":                   "owner.name",
		"Country Group":                  "",
		"Name of Individual or Entity":   "name",
		"Company name (English)":         "name-variant",
		"Straße":                         "street",
		"Ülke":                           "country",
		"Страна":                         "country",
		"统一社会信用代码":                       "uscc",
		"الاسم الكامل":                   "name",
		"LEI":                            "lei",
		"IMO No.":                        "imo",
		"VAT no.":                        "vat",
		"BTC address":                    "wallet-xbt",
		"Amount":                         "",
		"Currency":                       "",
		"Invoice date":                   "",
		"Payment terms":                  "",
		"Due date":                       "",
		"Total":                          "",
		"Status":                         "",
		"":                               "",
		"123":                            "",
	} {
		m, ok := Recognise(in)
		if got := (Column{Meaning: m}).Use(); got != want || ok != (want != "") {
			t.Errorf("Recognise(%q) = %q, %v, want %q", in, got, ok, want)
		}
	}
}

func TestParseField(t *testing.T) {
	for in, want := range map[string]string{"name": "name", "id": "key", "lei": "lei", "bank.name": "bank.name", "wallet-xbt": "wallet-xbt", "tax": "tax", "nonsense": "", "": ""} {
		m, ok := ParseField(in)
		if got := (Column{Meaning: m}).Use(); got != want || ok != (want != "") {
			t.Errorf("ParseField(%q) = %q, %v, want %q", in, got, ok, want)
		}
	}
}

func FuzzRecognise(f *testing.F) {
	f.Add("供应商名称 / Vendor Name (2)")
	f.Fuzz(func(t *testing.T, s string) {
		if m, ok := Recognise(s); ok != (m.Field != "") {
			t.Errorf("Recognise(%q) = %+v, %v", s, m, ok)
		}
	})
}
