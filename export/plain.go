// SPDX-License-Identifier: Apache-2.0

package export

import (
	"bytes"
	"fmt"
	"net/netip"
	"slices"
	"strings"

	"github.com/interdict-dev/interdict/claim"
	"github.com/interdict-dev/interdict/infra"
	"github.com/interdict-dev/interdict/internal/table"
)

var csvHeader = []string{"indicator", "type", "match_below", "answer", "attributed_to", "attributed_name", "listed_party", "listed_name", "roles", "class", "source", "url", "first_seen", "last_seen", "expires", "shared", "claims", "reason"}

// csv writes every field of every item.
func (w *writer) csv() {
	w.table("interdict.csv", slices.Values(indexes(w.sel.Items)))
	w.written = len(w.sel.Items)
}

func indexes(items []Item) []*Item {
	out := make([]*Item, len(items))
	for i := range items {
		out[i] = &items[i]
	}
	return out
}

// table writes items as a CSV file.
func (w *writer) table(name string, items func(func(*Item) bool)) {
	var b bytes.Buffer
	t := table.NewCSVWriter(&b)
	keep := func(err error) {
		if w.err == nil {
			w.err = err
		}
	}
	keep(t.Write(csvHeader))
	for i := range items {
		listed, listedName := "", ""
		if i.Listed != nil {
			listed, listedName = i.Listed.Ref.String(), i.Listed.Name
		}
		keep(t.Write([]string{
			i.Indicator.Value, i.Indicator.Type.String(), below(i), i.Answer, i.Behind.Ref.String(), i.Behind.Name, listed, listedName,
			strings.Join(i.Roles, "; "), i.Class.String(), strings.Join(i.Sources, "; "), i.URL, i.First.String(), i.Last.String(), i.Expiry(), i.Shared,
			ids(i.Claims), i.Reason(),
		}))
	}
	keep(t.Flush())
	w.file(name, &b)
}

func ids(claims []claim.Claim) string {
	var out []string
	for i := range claims {
		out = append(out, claims[i].ID)
	}
	return strings.Join(out, " ")
}

// edl writes a list of addresses, as Palo Alto's external dynamic lists and
// other firewalls read it: a comment may stand behind a blank ("Formatting
// Guidelines for an External Dynamic List", docs.paloaltonetworks.com).
func (w *writer) edl() {
	var b bytes.Buffer
	for k := range w.sel.Items {
		i := &w.sel.Items[k]
		if !isNet(i) {
			w.skip(i)
			continue
		}
		fmt.Fprintf(&b, "%s #%s\n", i.Indicator.Value, ascii(i.Comment()))
		w.written++
	}
	w.file("edl-ip.txt", &b)
}

// edlDomain writes a list of domains. Lines of such lists hold no comment, so
// the reasons stand in a file beside it.
func (w *writer) edlDomain() {
	w.bare("edl-domain.txt", infra.Domain, func(b *bytes.Buffer, i *Item) {
		if !i.NotItself {
			fmt.Fprintln(b, i.Indicator.Value)
		}
		if i.Below {
			fmt.Fprintln(b, "*."+i.Indicator.Value)
		}
	})
}

// edlURL writes a list of URLs, which such lists hold without their scheme.
func (w *writer) edlURL() {
	w.bare("edl-url.txt", infra.URL, func(b *bytes.Buffer, i *Item) {
		_, rest, _ := strings.Cut(i.Indicator.Value, "://")
		fmt.Fprintln(b, rest)
	})
}

// bare writes items of one type on lines without comments.
func (w *writer) bare(name string, t infra.Type, line func(*bytes.Buffer, *Item)) {
	var b bytes.Buffer
	var used []*Item
	for k := range w.sel.Items {
		i := &w.sel.Items[k]
		if i.Indicator.Type != t {
			w.skip(i)
			continue
		}
		line(&b, i)
		used = append(used, i)
	}
	w.file(name, &b)
	w.table("reasons.csv", slices.Values(used))
	w.written = len(used)
}

// nftComment is the longest comment that nft takes, without its final zero byte
// (NFTNL_UDATA_COMMENT_MAXLEN of libnftnl).
const nftComment = 127

// nft writes two sets that nft -f loads again and again: it empties them
// first. An address inside a prefix of the export needs no line of its own, and
// nft would refuse it.
func (w *writer) nft() {
	var b bytes.Buffer
	b.WriteString(w.head("#"))
	b.WriteString("# use: nft add rule inet filter forward ip daddr @attributed4 log prefix '\"attributed \"' counter, in table inet interdict\n")
	b.WriteString("add table inet interdict\n")
	for _, family := range []struct {
		set, typ string
		is4      bool
	}{{"attributed4", "ipv4_addr", true}, {"attributed6", "ipv6_addr", false}} {
		fmt.Fprintf(&b, "add set inet interdict %s { type %s; flags interval; comment \"attributed infrastructure as of %v\"; }\n", family.set, family.typ, w.sel.Day)
		fmt.Fprintf(&b, "flush set inet interdict %s\n", family.set)
		items := w.disjoint(family.is4)
		if len(items) == 0 {
			continue
		}
		fmt.Fprintf(&b, "add element inet interdict %s {\n", family.set)
		for _, i := range items {
			comment := strings.ReplaceAll(ascii(i.Comment()), `"`, "'")
			fmt.Fprintf(&b, "\t# %s\n\t%s comment \"%s\",\n", ascii(i.Comment()), i.Indicator.Value, cutAt(comment, nftComment))
		}
		b.WriteString("}\n")
		w.written += len(items)
	}
	for k := range w.sel.Items {
		if i := &w.sel.Items[k]; !isNet(i) {
			w.skip(i)
		}
	}
	w.file("interdict.nft", &b)
}

// disjoint returns the addresses and prefixes of a family that lie in no other
// one, in order; those that do are counted as written with it.
func (w *writer) disjoint(is4 bool) []*Item {
	type place struct {
		prefix netip.Prefix
		item   *Item
	}
	var all []place
	for k := range w.sel.Items {
		if p, ok := w.sel.Items[k].Indicator.Prefix(); ok && p.Addr().Is4() == is4 {
			all = append(all, place{p, &w.sel.Items[k]})
		}
	}
	slices.SortFunc(all, func(a, b place) int { return a.prefix.Compare(b.prefix) }) // the wider first
	var out []*Item
	var last netip.Prefix
	for _, p := range all {
		if last.IsValid() && last.Contains(p.prefix.Addr()) {
			w.written++ // the wider one holds it
			continue
		}
		last = p.prefix
		out = append(out, p.item)
	}
	return out
}

func cutAt(s string, n int) string {
	if len(s) <= n {
		return s
	}
	return s[:n]
}

// zeekType returns the type of the Intel framework, "" where it has none
// (https://docs.zeek.org/en/current/scripts/base/frameworks/intel/main.zeek.html).
func zeekType(t infra.Type) string {
	switch t {
	case infra.IPv4, infra.IPv6:
		return "Intel::ADDR"
	case infra.Prefix:
		return "Intel::SUBNET"
	case infra.Domain:
		return "Intel::DOMAIN"
	case infra.URL:
		return "Intel::URL"
	case infra.Email:
		return "Intel::EMAIL"
	case infra.CertSHA1:
		return "Intel::CERT_HASH"
	case infra.MD5, infra.SHA1, infra.SHA256:
		return "Intel::FILE_HASH"
	}
	return ""
}

// zeek writes an intelligence file: columns divided by tabs, none of them
// empty. Zeek matches a domain itself and no host below it.
func (w *writer) zeek() {
	var b bytes.Buffer
	b.WriteString("#fields\tindicator\tindicator_type\tmeta.source\tmeta.desc\tmeta.url\n")
	for k := range w.sel.Items {
		i := &w.sel.Items[k]
		typ := zeekType(i.Indicator.Type)
		if typ == "" || i.NotItself { // the framework matches whole names
			w.skip(i)
			continue
		}
		value := i.Indicator.Value
		if i.Indicator.Type == infra.URL {
			_, value, _ = strings.Cut(value, "://") // the framework's URLs have no scheme
		}
		url := i.URL
		if url == "" {
			url = "-"
		}
		fmt.Fprintf(&b, "%s\t%s\t%s\t%s\t%s\n", oneLine(value), typ, oneLine(i.Source), oneLine(i.Comment()), oneLine(url))
		w.written++
	}
	w.file("interdict.intel", &b)
}

// below says how far a domain reaches: "only" is the hosts below it alone.
func below(i *Item) string {
	if i.NotItself {
		return "only"
	}
	return fmt.Sprint(i.Below)
}
