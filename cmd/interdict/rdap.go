// SPDX-License-Identifier: Apache-2.0

package main

import (
	"errors"
	"fmt"
	"net/netip"
	"net/url"
	"os"
	"strings"
	"time"

	"github.com/interdict-dev/interdict/infra"
	"github.com/interdict-dev/interdict/intel"
	"github.com/interdict-dev/interdict/intel/rdap"
	"github.com/interdict-dev/interdict/internal/fetch"
	"github.com/interdict-dev/interdict/party"
)

type intelRDAPCmd struct {
	Of   string `arg:"" help:"An address, a prefix, an AS number or a domain."`
	Base string `required:"" placeholder:"URL" help:"The registry's RDAP service, as in https://rdap.apnic.net; there is no default."`
	Yes  bool   `name:"yes-ask-the-network" required:"" help:"Ask. The registry learns what you ask about, and from where."`
	Out  string `short:"o" required:"" placeholder:"FILE" help:"Keep the answer here, as it came."`
}

// Help gives an example.
func (intelRDAPCmd) Help() string {
	return `Example:
  interdict intel rdap 192.0.2.1 --base https://rdap.apnic.net --yes-ask-the-network --out answer.json
  interdict intel add answer.json --source APNIC --class D

This asks the registry that --base names, never the host, and nobody else unless that registry
sends on to another. No other command asks one. What is asked about must be public.`
}

// Run asks a registry one question.
func (c *intelRDAPCmd) Run(a *app) error {
	if !c.Yes {
		return errors.New("nothing was asked: --yes-ask-the-network is required")
	}
	i, err := infra.Parse(c.Of)
	if err != nil {
		return err
	}
	address, err := rdapAddress(c.Base, i)
	if err != nil {
		return err
	}
	if _, err := os.Stat(c.Out); err == nil {
		return fmt.Errorf("%s is there already: answers are kept", c.Out)
	}
	agent := "interdict/" + strings.TrimPrefix(version, "v") + " (+https://github.com/interdict-dev/interdict)"
	client := fetch.New(fetch.Transport(a.proxy()), agent, func() time.Time { return a.now }, fetch.Limits{MaxSize: 64 << 20, Tries: 2})
	if _, err := client.Get(a.ctx, fetch.Request{Address: address, File: c.Out}); err != nil {
		return fmt.Errorf("ask %s: %w", fetch.Show(address), err)
	}
	return c.say(a, address)
}

// say reads the answer and prints what it claims.
func (c *intelRDAPCmd) say(a *app, address string) error {
	f, err := os.Open(c.Out)
	if err != nil {
		return err
	}
	defer f.Close() // only read
	r, err := intel.Collect(rdap.Source{}, c.Out, f, intel.Brief{Published: party.DateOf(a.now.UTC())})
	if err != nil {
		return fmt.Errorf("what came is kept in %s and is no answer of RDAP: %w", c.Out, err)
	}
	fmt.Fprintf(a.out, "%s answered; kept in %s\n", fetch.Show(address), c.Out)
	for _, k := range r.Claims {
		to := k.To.String()
		for _, e := range r.Parties {
			if e.Ref == k.To.Party {
				to = e.Name() + " (a name in this answer, joined with nobody)"
			}
		}
		fmt.Fprintf(a.out, "  %s %s %s; %s\n", k.From, k.Relation.Words(), to, k.Window)
	}
	for _, o := range r.Others {
		if o.Why != "" {
			fmt.Fprintf(a.out, "  kept, not claimed: %s %s: %s\n", o.Kind, o.ID, o.Why)
		}
	}
	for _, x := range r.Rejects {
		fmt.Fprintf(a.out, "  not read: %s\n", x.Error())
		a.code = exitIncomplete
	}
	return nil
}

// rdapAddress is the address of a question (RFC 9082, section 3.1). The host
// itself is never asked, and of what is not public nobody is.
func rdapAddress(base string, i infra.Indicator) (string, error) {
	u, err := url.Parse(base)
	if err != nil || u.Hostname() == "" || u.RawQuery != "" || u.Fragment != "" {
		return "", fmt.Errorf("--base %q: want the address of a registry's RDAP service", base)
	}
	if host, ok := i.Host(); ok && (u.Hostname() == host.Value || strings.HasSuffix(u.Hostname(), "."+host.Value)) {
		return "", fmt.Errorf("--base is the host that is asked about: a registry is asked, never the host")
	}
	var path []string
	switch i.Type {
	case infra.IPv4, infra.IPv6, infra.Prefix:
		p, _ := i.Prefix()
		if !isPublic(p.Addr()) {
			return "", fmt.Errorf("%s is no public address: no registry knows it, and none should learn it", i.Value)
		}
		path = append([]string{"ip"}, strings.Split(i.Value, "/")...)
	case infra.ASN:
		path = []string{"autnum", strings.TrimPrefix(i.Value, "AS")}
	case infra.Domain:
		d := infra.RegistrableDomain(i.Value)
		if d == "" {
			return "", fmt.Errorf("%s is a public suffix: nobody registered it", i.Value)
		}
		path = []string{"domain", d}
	default:
		return "", fmt.Errorf("%s is no address, prefix, AS number or domain", i)
	}
	return u.JoinPath(path...).String(), nil
}

func isPublic(a netip.Addr) bool {
	return a.IsGlobalUnicast() && !a.IsPrivate()
}
