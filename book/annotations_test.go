// SPDX-License-Identifier: Apache-2.0

package book

import (
	"path/filepath"
	"slices"
	"testing"

	"github.com/interdict-dev/interdict/infra"
	"github.com/interdict-dev/interdict/intel"
)

// TestAnnotationsReadBack compiles warning lists into a book and reads them.
func TestAnnotationsReadBack(t *testing.T) {
	want := []intel.Annotation{
		{List: "vpn-ipv4", Version: "7", Indicator: infra.Indicator{Type: infra.Prefix, Value: "202.182.96.0/19"}},
		{List: "vpn-ipv4", Version: "7", Indicator: infra.Indicator{Type: infra.IPv6, Value: "2001:db8::1"}},
		{List: "dynamic dns", Indicator: infra.Indicator{Type: infra.Domain, Value: "softether.net"}, Scope: infra.WithSubdomains},
	}
	path := filepath.Join(t.TempDir(), "b.book")
	if _, err := Assemble(path, nil, Input{Notes: want}); err != nil {
		t.Fatal(err)
	}
	b, err := Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer b.Close()
	if got, err := b.Annotations(); err != nil || !slices.Equal(got, want) {
		t.Errorf("Annotations() = %v, %v, want %v", got, err, want)
	}
	if _, err := Assemble(path, nil, Input{}); err != nil {
		t.Fatal(err)
	}
	none, err := Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer none.Close()
	if got, err := none.Annotations(); err != nil || len(got) > 0 {
		t.Errorf("a book without warning lists: Annotations() = %v, %v", got, err)
	}
}

func FuzzAnnotations(f *testing.F) {
	f.Add([]byte("\x03vpn\x011\x01\x00\x0cipv4:1.2.3.4"))
	f.Add([]byte("\x03vpn\x011\xff\xff\xff\xff\x0f"))
	f.Fuzz(func(t *testing.T, data []byte) {
		all, err := readAnnotations(data)
		if err == nil && len(data) > 0 && len(all) > len(data) {
			t.Errorf("%d annotations of %d bytes", len(all), len(data))
		}
	})
}
