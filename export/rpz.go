// SPDX-License-Identifier: Apache-2.0

package export

import (
	"bytes"
	"fmt"
	"net/netip"
	"strconv"
	"strings"

	"github.com/interdict-dev/interdict/infra"
)

// defaultZone is the name of a response policy zone that nobody named.
const defaultZone = "rpz.interdict.local"

// maxName is the longest name of the DNS in text, without its final dot
// (RFC 1035, 2.3.4: 255 octets on the wire).
const maxName = 253

// rpz writes a zone file after draft-vixie-dnsop-dns-rpz: the answer to a
// query for a name of the zone, or to one that resolves to an address of it,
// becomes NXDOMAIN. Its serial is the day, so one export a day is a new zone.
func (w *writer) rpz() {
	zone := strings.TrimSuffix(w.origin.Zone, ".")
	if zone == "" {
		zone = defaultZone
	}
	if d, ok := infra.CanonDomain(zone); !ok || d != zone {
		w.err = fmt.Errorf("%q is no name of a zone", zone)
		return
	}
	var b bytes.Buffer
	b.WriteString(ascii2(w.head(";")))
	d := w.sel.Day.First()
	fmt.Fprintf(&b, "$ORIGIN %s.\n$TTL 3600\n@ SOA localhost. hostmaster.localhost. %04d%02d%02d00 3600 600 604800 3600\n@ NS localhost.\n", zone, d.Year, d.Month, d.Day)
	for k := range w.sel.Items {
		i := &w.sel.Items[k]
		owners := rpzOwners(i, zone)
		if len(owners) == 0 {
			w.skip(i)
			continue
		}
		fmt.Fprintf(&b, "; %s\n", ascii(i.Comment()))
		for _, o := range owners {
			fmt.Fprintf(&b, "%s CNAME .\n", o)
		}
		w.written++
	}
	w.file("rpz.zone", &b)
}

// ascii2 is ascii for several lines.
func ascii2(s string) string {
	lines := strings.Split(s, "\n")
	for i := range lines {
		lines[i] = ascii(lines[i])
	}
	return strings.Join(lines, "\n")
}

// rpzOwners returns the names under which an item stands in the zone; none
// where the zone cannot say it.
func rpzOwners(i *Item, zone string) []string {
	var owners []string
	switch p, isNet := i.Indicator.Prefix(); {
	case isNet:
		owners = []string{rpzAddress(p)}
	case i.Indicator.Type == infra.Domain:
		owners = []string{i.Indicator.Value}
		if i.Below {
			owners = append(owners, "*."+i.Indicator.Value)
		}
		if i.NotItself {
			owners = owners[1:]
		}
	}
	for _, o := range owners {
		if len(o)+1+len(zone) > maxName {
			return nil
		}
	}
	return owners
}

// rpzAddress returns the owner of a response IP trigger: the length of the
// prefix and its octets or groups, the last one first, with "zz" for the
// longest run of zero groups.
func rpzAddress(p netip.Prefix) string {
	parts := []string{strconv.Itoa(p.Bits())}
	if a := p.Addr(); a.Is4() {
		o := a.As4()
		for k := 3; k >= 0; k-- {
			parts = append(parts, strconv.Itoa(int(o[k])))
		}
		return strings.Join(parts, ".") + ".rpz-ip"
	}
	b := p.Addr().As16()
	var groups [8]uint64
	for k := range groups {
		groups[k] = uint64(b[2*k])<<8 | uint64(b[2*k+1])
	}
	from, n := zeros(groups)
	for k := 7; k >= 0; k-- {
		switch {
		case n > 1 && k == from+n-1:
			parts = append(parts, "zz")
		case n > 1 && k >= from && k < from+n:
		default:
			parts = append(parts, strconv.FormatUint(groups[k], 16))
		}
	}
	return strings.Join(parts, ".") + ".rpz-ip"
}

// zeros returns the first of the longest runs of zero groups.
func zeros(groups [8]uint64) (from, n int) {
	for k := 0; k < 8; k++ {
		run := 0
		for k+run < 8 && groups[k+run] == 0 {
			run++
		}
		if run > n {
			from, n = k, run
		}
	}
	return from, n
}
