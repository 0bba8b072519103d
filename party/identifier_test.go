// SPDX-License-Identifier: Apache-2.0

package party

import (
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
)

func TestNewIdentifier(t *testing.T) {
	for _, c := range []struct {
		scheme Scheme
		value  string
		normal string
		check  Check
	}{
		{USCC, "91110108562135265P", "91110108562135265P", Valid}, // Integrity Technology Group, OFAC 50543
		{USCC, "9111 0108 5621 35265p", "91110108562135265P", Valid},
		{USCC, "91510105332025597A (Sichuan branch)", "91510105332025597A", Valid},
		{USCC, "91110108562135265Q", "91110108562135265Q", Bad},
		{USCC, "91110108562135265O", "91110108562135265O", Bad}, // no letter O in the alphabet
		{CNOrgCode, "56213526-5", "562135265", Valid},           // characters 9 to 17 of the USCC above
		{CNOrgCode, "792470308", "792470308", Bad},
		{CNResident, "421003198511121539", "421003198511121539", Valid},
		{CNResident, "11010519491231002x", "11010519491231002X", Valid}, // the example of GB 11643-1999
		{CNResident, "110105194912310021", "110105194912310021", Bad},
		{CNResident, "110105194913310021", "110105194913310021", Bad}, // month 13
		{CNResident, "110105491231002", "110105491231002", Unchecked},
		{LEI, "529900T8BM49AURSDO55", "529900T8BM49AURSDO55", Valid}, // the example of ISO 17442 in wide use
		{LEI, "529900T8BM49AURSDO56", "529900T8BM49AURSDO56", Bad},
		{BIC, "HAVIGB2L", "HAVIGB2L", Unchecked},
		{BIC, "deutdeff xxx", "DEUTDEFF", Unchecked},
		{BIC, "DEUTDEFF500", "DEUTDEFF500", Unchecked},
		{BIC, "DEUTXXFF", "DEUTXXFF", Bad},
		{IBAN, "GB82 WEST 1234 5698 7654 32", "GB82WEST12345698765432", Valid}, // the example of ISO 13616
		{IBAN, "GB82 WEST 1234 5698 7654 33", "GB82WEST12345698765433", Bad},
		{ISIN, "US0378331005", "US0378331005", Valid},
		{ISIN, "RU0007796926", "RU0007796926", Valid},
		{ISIN, "US0378331006", "US0378331006", Bad},
		{FIGI, "BBG000BLNNH6", "BBG000BLNNH6", Valid},
		{IMO, "IMO 9074729", "9074729", Valid}, // the example of the IMO numbering scheme
		{IMO, "IMO9074729", "9074729", Valid},
		{IMO, "9074728", "9074728", Bad},
		{IMOCompany, "IMO 5342883", "5342883", Valid},
		{MMSI, "572469210", "572469210", Unchecked},
		{MMSI, "3708590000", "3708590000", Bad}, // as OFAC prints it
		{INN, "7707083893", "7707083893", Valid},
		{INN, "500100732259", "500100732259", Valid},
		{INN, "7707083894", "7707083894", Bad},
		{OGRN, "1027700132195", "1027700132195", Valid},
		{OGRN, "1217800095248 - OGRN", "1217800095248", Valid},
		{OGRN, "1027700132196", "1027700132196", Bad},
		{OGRNIP, "304500116000157", "304500116000157", Valid},
		{OKPO, "07515747", "07515747", Valid},
		{BIK, "044525187", "044525187", Unchecked},
		{BIK, "136001", "136001", Bad},
		{DUNS, "52-024-2307", "520242307", Unchecked},
		{GIIN, "6FCAP1.99999.SL.643", "6FCAP199999SL643", Unchecked},
		{ModeS, "140AE7", "140AE7", Unchecked},
		{Passport, "е 82979246", "Е82979246", Unchecked},
		{Passport, "Ｅ８２９７９２４６", "E82979246", Unchecked},
		{Ticker, "688244 CH", "688244 CN", Unchecked},
		{Ticker, "688244.SS", "688244 CN", Unchecked},
		{Ticker, "SSE: 688244", "688244 CN", Unchecked},
		{Ticker, "688244", "688244", Unchecked},
		{Ticker, "0700.HK", "700 HK", Unchecked},
		{Wallet("XBT"), " 12QtD5BFwRsdNsAZY76UVE1xyCGNTojH9h ", "12QtD5BFwRsdNsAZY76UVE1xyCGNTojH9h", Valid},
		{Wallet("XBT"), "12QtD5BFwRsdNsAZY76UVE1xyCGNTojH9i", "12QtD5BFwRsdNsAZY76UVE1xyCGNTojH9i", Bad},
		{Wallet("XBT"), "BC1QW508D6QEJXTDG4Y5R3ZARVARY0C5XW7KV8F3T4", "bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4", Valid}, // BIP-173
		{Wallet("XBT"), "bc1p0xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7vqzk5jj0", "bc1p0xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7vqzk5jj0", Valid}, // BIP-350
		{Wallet("XBT"), "bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t5", "bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t5", Bad},
		{Wallet("ETH"), "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed", "0x5aaeb6053f3e94c9b9a09f33669435e7ef1beaed", Valid}, // EIP-55
		{Wallet("ETH"), "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAeD", "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAeD", Bad},
		{Wallet("ETH"), "0x5AAEB6053F3E94C9B9A09F33669435E7EF1BEAED", "0x5aaeb6053f3e94c9b9a09f33669435e7ef1beaed", Unchecked},
		{Wallet("USDT"), "TA3941uFAvmVibSkQ6fMJXxmaSNovX86mz", "TA3941uFAvmVibSkQ6fMJXxmaSNovX86mz", Valid},
		{Wallet("BCH"), "bitcoincash:qpf2cphc5dkuclkqur7lhj2yuqq9pk3hmukle77vhq", "qpf2cphc5dkuclkqur7lhj2yuqq9pk3hmukle77vhq", Valid},
		{Wallet("XRP"), "rnXyVQzgxZe7TR1EPzTkGj2jxH4LMJYh66", "rnXyVQzgxZe7TR1EPzTkGj2jxH4LMJYh66", Valid},
		{Wallet("BNB"), "bnb136ns6lfw4zs5hg4n85vdthaad7hq5m4gtkgf23", "bnb136ns6lfw4zs5hg4n85vdthaad7hq5m4gtkgf23", Valid},
		{Wallet("SOL"), "42RLPACwZPx3vYYmxSueqsogfynBDqXK298EDsNoyoHi", "42RLPACwZPx3vYYmxSueqsogfynBDqXK298EDsNoyoHi", Unchecked},
	} {
		id := NewIdentifier(c.scheme, "", c.value)
		if id.Normal != c.normal || id.Check != c.check {
			t.Errorf("NewIdentifier(%s, %q) = %q, %v, want %q, %v", c.scheme, c.value, id.Normal, id.Check, c.normal, c.check)
		}
		if id.Value != c.value {
			t.Errorf("NewIdentifier(%s, %q) changed the value to %q", c.scheme, c.value, id.Value)
		}
	}
}

// Check digits are there to catch one wrong digit: they do, in every place.
func TestCheckDigitsCatchOneWrongDigit(t *testing.T) {
	rnd := rand.New(rand.NewPCG(1, 2))
	for _, id := range []Identifier{
		NewIdentifier(USCC, "cn", "91110108562135265P"),
		NewIdentifier(CNResident, "cn", "421003198511121539"),
		NewIdentifier(LEI, "", "529900T8BM49AURSDO55"),
		NewIdentifier(IBAN, "", "GB82WEST12345698765432"),
		NewIdentifier(ISIN, "", "US0378331005"),
		NewIdentifier(IMO, "", "9074729"),
		NewIdentifier(Wallet("XBT"), "", "12QtD5BFwRsdNsAZY76UVE1xyCGNTojH9h"),
		NewIdentifier(Wallet("XBT"), "", "bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4"),
	} {
		if id.Check != Valid {
			t.Fatalf("%v is not valid", id)
		}
		for i, old := range []byte(id.Normal) {
			wrong := []byte(id.Normal)
			for wrong[i] == old {
				wrong[i] = "0123456789"[rnd.IntN(10)]
			}
			if old < '0' || old > '9' {
				continue // a digit for a letter is a matter of form
			}
			if got := NewIdentifier(id.Scheme, "", string(wrong)); got.Check == Valid && got.Normal == string(wrong) {
				t.Errorf("%s: %s is valid, and so is %s", id.Scheme, id.Normal, wrong)
			}
		}
	}
}

func TestNormals(t *testing.T) {
	for _, c := range []struct {
		id   Identifier
		want []string
	}{
		{NewIdentifier(Ticker, "", "688244 CH"), []string{"688244 CN", "688244"}},
		{NewIdentifier(Ticker, "", "688244"), []string{"688244"}},
		{NewIdentifier(BIC, "", "DEUTDEFF500"), []string{"DEUTDEFF500", "DEUTDEFF"}},
		{NewIdentifier(BIC, "", "DEUTDEFFXXX"), []string{"DEUTDEFF"}},
		{NewIdentifier(USCC, "cn", "91110108562135265P"), []string{"91110108562135265P", "562135265"}},
		{NewIdentifier(CNResident, "cn", "110105491231002"), []string{"110105491231002", "11010519491231002X"}},
		{NewIdentifier(Registration, "gb", "02696754"), []string{"02696754", "2696754"}},
		{NewIdentifier(VAT, "be", "BE 454,419,759"), []string{"BE454419759", "454419759"}},
		{NewIdentifier(VAT, "tr", "Goztepe V.D. 823 026 0248"), []string{"GOZTEPEVD8230260248", "ZTEPEVD8230260248", "8230260248"}},
		{NewIdentifier(Registration, "us", "7136946 (Delaware)"), []string{"7136946DELAWARE", "7136946"}},
		{NewIdentifier(Passport, "", ""), nil},
	} {
		got := Normals(c.id)
		if c.id.Scheme == VAT && strings.HasPrefix(c.id.Value, "Goz") {
			if !slices.Contains(got, "8230260248") {
				t.Errorf("Normals(%v) = %q, want the number among them", c.id, got)
			}
			continue
		}
		if !slices.Equal(got, c.want) {
			t.Errorf("Normals(%v) = %q, want %q", c.id, got, c.want)
		}
	}
}

func TestAgree(t *testing.T) {
	listed := NewIdentifier(USCC, "cn", "91110108562135265P")
	for _, c := range []struct {
		a, b Identifier
		want Agreement
	}{
		{listed, NewIdentifier(USCC, "", "911101085621 35265P"), Same},
		{listed, NewIdentifier(Registration, "cn", "91110108562135265P"), Same},
		{listed, NewIdentifier(Number, "", "91110108562135265P"), Same},
		{listed, NewIdentifier(CNOrgCode, "cn", "56213526-5"), Same},
		{listed, NewIdentifier(USCC, "cn", "915101007234134581"), Differ},
		{listed, NewIdentifier(USCC, "cn", "91110108562135265Q"), Silent}, // a typing error contradicts nobody
		{listed, NewIdentifier(Passport, "cn", "E82979246"), Silent},
		{NewIdentifier(Ticker, "", "688244 CH"), NewIdentifier(Ticker, "", "688244"), Same},
		{NewIdentifier(Ticker, "", "688244 CH"), NewIdentifier(Ticker, "", "688244.SH"), Same},
		{NewIdentifier(Ticker, "", "688244 CH"), NewIdentifier(Ticker, "", "688244 US"), Silent},
		{NewIdentifier(Ticker, "", "688244 CH"), NewIdentifier(Registration, "gb", "688244"), Silent},
		{NewIdentifier(Registration, "gb", "02696754"), NewIdentifier(Registration, "gb", "2696754"), Same},
		{NewIdentifier(Registration, "gb", "02696754"), NewIdentifier(Registration, "ie", "2696754"), Silent},
		{NewIdentifier(Registration, "ir", "453542"), NewIdentifier(TaxID, "ae", "453542"), Silent},
		{NewIdentifier(Registration, "ru", "1037825043200"), NewIdentifier(OGRN, "ru", "1037825043200"), Same},
		{NewIdentifier(License, "", "2377"), NewIdentifier(Number, "", "2377"), Silent}, // too short
		{NewIdentifier(Passport, "ru", "756311712"), NewIdentifier(Passport, "", "756311712"), Same},
		{NewIdentifier(Passport, "ru", "756311712"), NewIdentifier(Passport, "ru", "756311713"), Silent}, // people have several
		{NewIdentifier(MMSI, "", "572469210"), NewIdentifier(DUNS, "", "572469210"), Silent},
		{NewIdentifier(IMO, "", "IMO 9074729"), NewIdentifier(IMO, "", "9187629"), Differ},
		{NewIdentifier(BIC, "", "DEUTDEFF500"), NewIdentifier(BIC, "", "DEUTDEFF"), Same},
		{NewIdentifier(BIC, "", "DEUTDEFF"), NewIdentifier(BIC, "", "HAVIGB2L"), Silent},
		{NewIdentifier(Wallet("ETH"), "", "0x098B716B8Aaf21512996dC57EB0615e2383E2f96"), NewIdentifier(Wallet("USDT"), "", "0x098b716b8aaf21512996dc57eb0615e2383e2f96"), Same},
		{NewIdentifier(TelegraphCode, "", "3769 0948"), NewIdentifier(TelegraphCode, "", "3769 0948"), Silent},
		{Identifier{}, Identifier{}, Silent},
	} {
		for _, got := range []Agreement{Agree(c.a, c.b), Agree(c.b, c.a)} {
			if got != c.want {
				t.Errorf("Agree(%s %q, %s %q) = %d, want %d", c.a.Scheme, c.a.Value, c.b.Scheme, c.b.Value, got, c.want)
			}
		}
	}
}

func TestGuess(t *testing.T) {
	for bare, want := range map[string][]Scheme{
		"91110108562135265P":                 {USCC, Number},
		"421003198511121539":                 {CNResident, Number},
		"688244":                             {Ticker, Number},
		"688244 CH":                          {Ticker},
		"688244.SH":                          {Ticker},
		"0700.HK":                            {Ticker},
		"ROSB":                               {Ticker},
		"IMO 9074729":                        {IMO},
		"9074729":                            {IMO, Number},
		"DEUTDEFF":                           {BIC},
		"HAVIGB2LXXX":                        {BIC},
		"GB82 WEST 1234 5698 7654 32":        {IBAN},
		"RU0007796926":                       {ISIN, Number},
		"1027700132195":                      {OGRN, Number},
		"529900T8BM49AURSDO55":               {LEI, Number},
		"52-024-2307":                        {DUNS, MMSI, Number},
		"12QtD5BFwRsdNsAZY76UVE1xyCGNTojH9h": {Wallet("XBT")},
		"TA3941uFAvmVibSkQ6fMJXxmaSNovX86mz": {Wallet("TRX")},
		"0x098B716B8Aaf21512996dC57EB0615e2383E2f96":   {Wallet("ETH")},
		"42RLPACwZPx3vYYmxSueqsogfynBDqXK298EDsNoyoHi": {Wallet("SOL")},
		"AM5421692":         {Number},
		"Integrity":         nil,
		"computer":          nil,
		"Integrity Tech":    nil,
		"INTEGRITY TECH":    nil,
		"Lei He":            nil,
		"integritytech.com": nil,
		"163.com":           nil,
		"45.77.12.3":        nil,
		"2001:db8::1":       nil,
		"info@example.com":  nil,
		"永信至诚":              nil,
		"":                  nil,
	} {
		var got []Scheme
		for _, id := range Guess(bare) {
			got = append(got, id.Scheme)
		}
		if !slices.Equal(got, want) {
			t.Errorf("Guess(%q) = %q, want %q", bare, got, want)
		}
	}
}

func TestLabelled(t *testing.T) {
	for _, c := range []struct {
		label, country, value string
		scheme                Scheme
		normal                string
	}{
		{"Unified Social Credit Code (USCC)", "cn", "91110108562135265P", USCC, "91110108562135265P"},
		{"United Social Credit Code Certificate (USCCC)", "cn", "91420112711981060J", USCC, "91420112711981060J"},
		{"registration", "", "91510105332025597A (Sichuan branch)", USCC, "91510105332025597A"},
		{"Organization Code", "cn", "91440300MA5FLU8M7X", USCC, "91440300MA5FLU8M7X"},
		{"Organization Code", "cn", "79247030-8", Registration, "792470308"},
		{"National ID No.", "cn", "421003198511121539", CNResident, "421003198511121539"},
		{"Registration Number", "ru", "1037825043200", OGRN, "1037825043200"},
		{"business_registration_numbers", "", "1217800095248 - OGRN", OGRN, "1217800095248"},
		{"Tax ID No.", "ru", "7707083893", INN, "7707083893"},
		{"Tax ID No.", "pk", "7707083893", TaxID, "7707083893"},
		{"Vessel Registration Identification", "", "IMO 9187629", IMO, "9187629"},
		{"Vessel Registration Identification", "", "IMO 5878589", IMO, "5878589"},
		{"Vessel Registration Identification", "", "RS 150443", Registration, "RS150443"},
		{"Identification Number", "", "IMO 5342883", IMOCompany, "5342883"},
		{"Identification Number", "iq", "159014", Number, "159014"},
		{"Legal Entity Number", "nl", "851683897", Registration, "851683897"},
		{"Legal Entity Number", "cz", "5299007NTWCC3U23WM81", LEI, "5299007NTWCC3U23WM81"},
		{"Registration Number", "sg", "529900DDOTJZ269JMY62", LEI, "529900DDOTJZ269JMY62"},
		{"Government Gazette Number", "ru", "07515747", OKPO, "07515747"},
		{"Russian State Individual Business Registration Number Pattern (OGRNIP)", "ru", "315183100004295", OGRNIP, "315183100004295"},
		{"Digital Currency Address - XBT", "", "12QtD5BFwRsdNsAZY76UVE1xyCGNTojH9h", "wallet-xbt", "12QtD5BFwRsdNsAZY76UVE1xyCGNTojH9h"},
		{"SWIFT/BIC", "", "HAVIGB2L", BIC, "HAVIGB2L"},
		{"D-U-N-S Number", "", "52-024-2307", DUNS, "520242307"},
		{"Global Intermediary Identification Number", "", "6FCAP1.99999.SL.643", GIIN, "6FCAP199999SL643"},
		{"Equity Ticker", "", "688244 CH", Ticker, "688244 CN"},
		{"Chinese Commercial Code", "", "3769 0948 5391", TelegraphCode, "376909485391"},
		{"Diplomatic Passport", "ir", "008827", Passport, "008827"},
		{"R.F.C.", "mx", "DIB-771110-HQ1", TaxID, "DIB771110HQ1"},
		{"C.U.R.P.", "mx", "AIMM67125HCHRRG06", NationalID, "AIMM67125HCHRRG06"},
		{"Trade License No.", "ae", "683633", License, "683633"},
		{"Aircraft Mode S Transponder Code", "", "140AE7", ModeS, "140AE7"},
		{"a label of the year 2031", "", "12345", Number, "12345"},
	} {
		got := Labelled(c.label, c.country, c.value)
		if got.Scheme != c.scheme || got.Normal != c.normal || got.Label != c.label || got.Value != c.value {
			t.Errorf("Labelled(%q, %q, %q) = %s %q, want %s %q", c.label, c.country, c.value, got.Scheme, got.Normal, c.scheme, c.normal)
		}
	}
}

func TestFollowTheMoney(t *testing.T) {
	for _, p := range ftmProperties {
		if p.scheme.FollowTheMoney() == "" {
			t.Errorf("%s has no property", p.scheme)
		}
		back, ok := FollowTheMoneyScheme(p.property)
		if !ok || back.FollowTheMoney() == "" {
			t.Errorf("FollowTheMoneyScheme(%q) = %q, which has no property", p.property, back)
		}
	}
	for s, want := range map[Scheme]string{LEI: "leiCode", USCC: "registrationNumber", OGRNIP: "ogrnCode", Wallet("XBT"): "publicKey", BIC: "swiftBic", TelegraphCode: ""} {
		if got := s.FollowTheMoney(); got != want {
			t.Errorf("%s.FollowTheMoney() = %q, want %q", s, got, want)
		}
	}
	if id, ok := FromFollowTheMoney("registrationNumber", "cn", "91110108562135265P"); !ok || id.Scheme != USCC {
		t.Errorf("a USCC under registrationNumber is read as %q", id.Scheme)
	}
	if _, ok := FromFollowTheMoney("birthDate", "", "1962"); ok {
		t.Error("birthDate holds no identifier")
	}
	for k := Unknown; k <= Aircraft; k++ {
		if back, err := ParseKind(k.FollowTheMoney()); err != nil || back != k {
			t.Errorf("ParseKind(%q) = %v, %v, want %v", k.FollowTheMoney(), back, err, k)
		}
	}
}

func FuzzIdentifier(f *testing.F) {
	f.Add("uscc", "cn", "91110108562135265P")
	f.Add("wallet-xmr", "", "884Bz8UH63aYsjVdkfWfScRYWZGGNbjFL7pztqvWNSrtYT4reFSwyvkCj9KEGUtheHhhMUj87ciTBFyzoesrMJ4L1FvSoxL")
	f.Add("wallet", "", "bc1")
	f.Add("ticker", "", "SSE:688244")
	f.Add("bic", "", "é€12DEFF")
	f.Fuzz(func(t *testing.T, scheme, country, value string) {
		for _, id := range append(Guess(value), NewIdentifier(Scheme(scheme), country, value), Labelled(scheme, country, value)) {
			if id.Value != value && strings.TrimSpace(id.Value) != strings.TrimSpace(value) {
				t.Errorf("value %q became %q", value, id.Value)
			}
			keys := Normals(id)
			if id.Normal != "" && !slices.Contains(keys, id.Normal) {
				t.Errorf("Normals(%+v) = %q lacks the normal form", id, keys)
			}
			if id.Normal != "" && Agree(id, id) == Differ {
				t.Errorf("%+v differs from itself", id)
			}
			again := NewIdentifier(id.Scheme, id.Country, id.Normal)
			if id.Check != Bad && again.Check == Bad {
				t.Errorf("the normal form of %+v is bad", id)
			}
		}
	})
}

func BenchmarkNewIdentifier(b *testing.B) {
	for b.Loop() {
		NewIdentifier(USCC, "cn", "91110108562135265P")
	}
}
