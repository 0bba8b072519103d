// SPDX-License-Identifier: Apache-2.0

package claim

import (
	"fmt"
	"strings"

	"github.com/interdict-dev/interdict/infra"
	"github.com/interdict-dev/interdict/party"
)

// Own returns the claims that an entry itself makes: its websites and wallets,
// each [OwnOf] the entry, with source src. They are undated, since a list says
// that a site is its party's and not since when.
//
// A website without a path reaches every host below it, for "www." the domain
// below that; a page with a path is that URL alone, so that a listed party's
// page on a shared site never claims the site. The errors are websites and
// wallets that are no indicator.
func Own(e *party.Entry, src Source) (claims []Claim, errs []error) {
	add := func(i infra.Indicator, role string) {
		claims = append(claims, Claim{
			ID: fmt.Sprintf("own/%v/%d", e.Ref, len(claims)+1), From: OfIndicator(i), Relation: OwnOf, To: OfParty(e.Ref),
			Role: role, Source: src, Scope: ownScope(i),
		})
	}
	for _, w := range e.Websites {
		i, err := parseSite(w)
		if err != nil {
			errs = append(errs, fmt.Errorf("website of %v: %w", e.Ref, err))
			continue
		}
		add(i, "website")
	}
	for _, id := range e.Identifiers {
		currency, ok := id.Scheme.Currency()
		if !ok {
			continue
		}
		i, err := infra.ParseAs(infra.Wallet, id.Normal)
		if err != nil {
			errs = append(errs, fmt.Errorf("wallet of %v: %w", e.Ref, err))
			continue
		}
		add(i, strings.TrimSpace("wallet "+strings.ToUpper(currency)))
	}
	return claims, errs
}

func ownScope(i infra.Indicator) infra.Scope {
	if i.Type != infra.Domain {
		return infra.Exact
	}
	return infra.ScopeFor(i.Value, infra.WithSubdomains)
}

// parseSite reads a website as lists print it, with or without a scheme.
func parseSite(s string) (infra.Indicator, error) {
	u := strings.TrimSpace(s)
	if !strings.Contains(u, "://") {
		u = "http://" + u
	}
	i, err := infra.ParseAs(infra.URL, u)
	if err != nil {
		return infra.Indicator{}, fmt.Errorf("%q is no website", s)
	}
	host, ok := i.Host()
	_, rest, _ := strings.Cut(i.Value, "://")
	if _, path, _ := strings.Cut(rest, "/"); !ok || path != "" {
		return i, nil
	}
	if bare, cut := strings.CutPrefix(host.Value, "www."); cut && host.Type == infra.Domain && strings.Contains(bare, ".") {
		host.Value = bare
	}
	return host, nil
}
