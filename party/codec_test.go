// SPDX-License-Identifier: Apache-2.0

package party

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"reflect"
	"runtime"
	"slices"
	"strings"
	"testing"
)

// filler gives every field of a value a value of its own, whatever fields there
// are, so that a field that the encoding forgets is missed.
type filler struct{ n int }

func (f *filler) fill(t testing.TB, v reflect.Value) {
	f.n++
	switch v.Kind() {
	case reflect.String:
		v.SetString(fmt.Sprintf("текст %d", f.n))
	case reflect.Bool:
		v.SetBool(true)
	case reflect.Uint8:
		v.SetUint(uint64(f.n%200 + 1))
	case reflect.Int16:
		v.SetInt(int64(f.n%2000 + 100))
	case reflect.Struct:
		for i := range v.NumField() {
			f.fill(t, v.Field(i))
		}
	case reflect.Slice:
		v.Set(reflect.MakeSlice(v.Type(), 2+f.n%2, 4))
		for i := range v.Len() {
			f.fill(t, v.Index(i))
		}
	case reflect.Pointer:
		v.Set(reflect.New(v.Type().Elem()))
		f.fill(t, v.Elem())
	default:
		t.Fatalf("the encoding and its test know no %v", v.Type())
	}
}

func filled(t testing.TB, seed int) Entry {
	t.Helper()
	var e Entry
	(&filler{seed}).fill(t, reflect.ValueOf(&e).Elem())
	return e
}

// integrity is a typical entry: the facts of us-ofac-sdn/50543.
func integrity() Entry {
	date := Date{2025, 1, 3}
	ref := func(id string) Ref { return Ref{"us-ofac-sdn", id} }
	return Entry{
		Ref: ref("50543"), Kind: Organization,
		Names: []Name{
			{Full: "INTEGRITY TECHNOLOGY GROUP, INCORPORATED", Script: "Latin", Parts: []NamePart{{PartWhole, "INTEGRITY TECHNOLOGY GROUP, INCORPORATED"}}},
			{Full: "永信至成科技集团股份有限公司", Kind: Alias, Script: "Chinese Simplified", Parts: []NamePart{{PartWhole, "永信至成科技集团股份有限公司"}}},
			{Full: "YONGXIN ZHICHENG TECHNOLOGY GROUP CO., LTD.", Kind: Alias, Weak: true, Script: "Latin", Parts: []NamePart{{PartWhole, "YONGXIN ZHICHENG TECHNOLOGY GROUP CO., LTD."}}},
		},
		Countries:   []string{"cn"},
		Founded:     []Span{On(Date{2010, 9, 2})},
		Addresses:   []Address{{City: "Beijing", Country: "cn"}, {Street: "6 Fenghao East Road, Haidian District", City: "Beijing", Postal: "100094", Country: "cn"}},
		Identifiers: []Identifier{{Scheme: "uscc", Country: "cn", Value: "91110108562135265P", Normal: "91110108562135265P", Check: Valid, Label: "Unified Social Credit Code (USCC)"}, {Scheme: "ticker", Value: "688244", Normal: "688244"}},
		Websites:    []string{"www.integritytech.com.cn"},
		Relations:   []Relation{{Kind: RelatedTo, Label: "Associate Of", To: ref("1")}},
		Listings: []Listing{{
			List: "us-ofac-sdn", Programs: []string{"CYBER2"}, LegalBasis: []string{"Executive Order 13694 (Cyber)"}, Measures: []string{"Program", "Block"},
			Listed: date, Events: []Event{{Type: "Created", Date: date, LegalBasis: "Executive Order 13694 (Cyber)"}},
		}},
		Properties: []Property{{"Secondary sanctions risk:", "none"}},
	}
}

func TestEncodingKeepsEveryField(t *testing.T) {
	for seed := range 5 {
		e := filled(t, seed*1000)
		b := Append(nil, &e)
		got, err := Decode(b)
		if err != nil {
			t.Fatal(err)
		}
		if !reflect.DeepEqual(got, e) {
			t.Fatalf("seed %d: a field is lost or changed:\n%+v\nwant\n%+v", seed, got, e)
		}
		h, err := DecodeHead(b)
		if want := (Head{e.Ref, e.Kind, e.Name(), e.Listings}); err != nil || !reflect.DeepEqual(h, want) {
			t.Errorf("DecodeHead = %+v, %v, want %+v", h, err, want)
		}
		if ref, err := DecodeRef(b); err != nil || ref != e.Ref {
			t.Errorf("DecodeRef = %v, %v, want %v", ref, err, e.Ref)
		}
		for n := range 12 {
			if ref, err := DecodeRef(b[:n]); err == nil {
				t.Errorf("DecodeRef of %d bytes = %v without an error", n, ref)
			}
		}
	}
}

// TestEveryFieldChangesTheDigest walks over each field of a full entry, clears
// it, and wants another digest.
func TestEveryFieldChangesTheDigest(t *testing.T) {
	e := filled(t, 0)
	seen := map[[32]byte]string{Digest(&e): "the whole"}
	var walk func(path string, v reflect.Value)
	walk = func(path string, v reflect.Value) {
		old := reflect.New(v.Type()).Elem()
		old.Set(v)
		v.SetZero()
		if e.Craft != nil { // clearing the pointer hides what is below it
			d := Digest(&e)
			if other, ok := seen[d]; ok && other != path {
				t.Errorf("clearing %s gives the digest of %s", path, other)
			}
			seen[d] = path
		}
		v.Set(old)
		switch v.Kind() {
		case reflect.Struct:
			for i := range v.NumField() {
				p := path + "." + v.Type().Field(i).Name
				if v.Kind() == reflect.Struct && v.NumField() == 1 {
					p = path
				}
				walk(p, v.Field(i))
			}
		case reflect.Slice:
			for i := range v.Len() {
				walk(fmt.Sprintf("%s[%d]", path, i), v.Index(i))
			}
		case reflect.Pointer:
			walk(path, v.Elem())
		}
	}
	walk("", reflect.ValueOf(&e).Elem())
	if len(seen) < 150 {
		t.Fatalf("only %d fields were tried", len(seen))
	}
}

func TestEncodingOfSmallEntries(t *testing.T) {
	for name, e := range map[string]Entry{
		"zero":                   {},
		"a name without text":    {Names: []Name{{}}},
		"an unlisted kind":       {Kind: 200},
		"a year before our time": {Births: []Span{{From: Date{Year: -44}}}},
		"an empty craft":         {Craft: &Craft{}},
		"integrity":              integrity(),
		"a long name":            {Names: []Name{{Full: strings.Repeat("x", 1<<20)}}},
	} {
		b := Append(nil, &e)
		got, err := Decode(b)
		if err != nil || !reflect.DeepEqual(got, e) {
			t.Errorf("%s: Decode = %+v, %v", name, got, err)
		}
	}
	a, b := Entry{Names: []Name{}, Titles: []string{}}, Entry{}
	if Digest(&a) != Digest(&b) {
		t.Error("an empty and a nil slice have two digests")
	}
}

func TestAppendAppends(t *testing.T) {
	e := integrity()
	if got := Append([]byte("before"), &e); !bytes.Equal(got, append([]byte("before"), Append(nil, &e)...)) {
		t.Error("Append changed with what stood before it")
	}
}

// TestDigestStays holds the digest of a fixed entry: suppressions of users rest
// on it, so it may change only with EncodingVersion and a reason.
func TestDigestStays(t *testing.T) {
	e := integrity()
	d := Digest(&e)
	if got := hex.EncodeToString(d[:]); got != goldenDigest {
		t.Errorf("digest of version %d = %s, want %s", EncodingVersion, got, goldenDigest)
	}
	if d != sha256.Sum256(Append(nil, &e)) {
		t.Error("Digest is not the SHA-256 of the encoding")
	}
}

const goldenDigest = "35f30aca9a55ab965650c5dd7865f674f8c2ce40c7db3791756457b0373deb6c"

func TestDecodeRefuses(t *testing.T) {
	e := filled(t, 0)
	good := Append(nil, &e)
	for n := range good {
		if _, err := Decode(good[:n]); err == nil {
			t.Fatalf("Decode took %d of %d bytes", n, len(good))
		}
	}
	for name, b := range map[string][]byte{
		"nothing":          nil,
		"one byte more":    append(slices.Clone(good), 0),
		"another version":  append([]byte{EncodingVersion + 1}, good[1:]...),
		"a long head":      append([]byte{EncodingVersion, 255, 255, 255, 255}, good[5:]...),
		"a long varint":    append([]byte{EncodingVersion, 3, 0, 0, 0}, 0x80, 0x00, 0x00),
		"a huge count":     append([]byte{EncodingVersion, 8, 0, 0, 0}, 0, 0, 0, 0, 0xff, 0xff, 0xff, 0xff, 0x0f),
		"a name elsewhere": func() []byte { b := Append(nil, &Entry{}); b[8] = 1; return append(b, 'x') }(),
	} {
		if e, err := Decode(b); err == nil {
			t.Errorf("%s: Decode = %+v", name, e)
		}
	}
}

// FuzzDecode holds that Decode takes only what Append writes, never panics, and
// allocates in proportion to what it reads.
func FuzzDecode(f *testing.F) {
	e, g := filled(f, 0), integrity()
	f.Add(Append(nil, &Entry{}))
	f.Add(Append(nil, &e))
	f.Add(Append(nil, &g))
	f.Fuzz(func(t *testing.T, b []byte) {
		if _, err := DecodeHead(b); err != nil && len(b) > 5 {
			if _, err := Decode(b); err == nil {
				t.Fatal("Decode took what DecodeHead refuses")
			}
		}
		e, err := Decode(b)
		if err == nil && !bytes.Equal(Append(nil, &e), b) {
			t.Fatalf("Decode took %x, which Append does not write", b)
		}
	})
}

// TestDecodeIsBounded gives counts as large as the reader believes.
func TestDecodeIsBounded(t *testing.T) {
	b := append([]byte{EncodingVersion, 0, 0, 0, 0}, 0, 0, 0, 0, 0xa0, 0x8d, 0x06) // 100,000 listings
	b = append(b, make([]byte, 1_000_000)...)
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	if _, err := Decode(b); err == nil {
		t.Fatal("no error")
	}
	runtime.ReadMemStats(&after)
	if n := after.TotalAlloc - before.TotalAlloc; n > 40<<20 {
		t.Errorf("%d bytes allocated for %d bytes of input", n, len(b))
	}
}

func BenchmarkAppend(b *testing.B) {
	e := integrity()
	dst := Append(nil, &e)
	b.SetBytes(int64(len(dst)))
	for b.Loop() {
		dst = Append(dst[:0], &e)
	}
}

func BenchmarkDecode(b *testing.B) {
	e := integrity()
	enc := Append(nil, &e)
	b.ReportAllocs()
	for b.Loop() {
		if _, err := Decode(enc); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkDecodeHead(b *testing.B) {
	e := integrity()
	enc := Append(nil, &e)
	b.ReportAllocs()
	for b.Loop() {
		if _, err := DecodeHead(enc); err != nil {
			b.Fatal(err)
		}
	}
}
