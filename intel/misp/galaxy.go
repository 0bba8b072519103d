// SPDX-License-Identifier: Apache-2.0

package misp

import (
	"encoding/json"
	"fmt"
	"io"
	"iter"
	"maps"
	"slices"
	"strings"

	"github.com/interdict-dev/interdict/claim"
	"github.com/interdict-dev/interdict/intel"
	"github.com/interdict-dev/interdict/party"
)

// A Galaxy is a source of parties: each cluster is one, with its synonyms as
// aliases and its relations as claims. A row is a cluster.
type Galaxy struct{}

// Format returns "misp-galaxy".
func (Galaxy) Format() string { return "misp-galaxy" }

// Detect looks for the keys of a galaxy.
func (Galaxy) Detect(_ string, head []byte) bool {
	return hasKeys(head, "values", "type") && (hasKeys(head, "category") || hasKeys(head, "authors"))
}

// Read reads one galaxy.
func (g Galaxy) Read(name string, r io.Reader, b intel.Brief) iter.Seq2[intel.Statement, error] {
	return func(yield func(intel.Statement, error) bool) {
		s := newSink(name, b, yield)
		s.end(g.read(s, r))
	}
}

func (Galaxy) read(s *sink, r io.Reader) error {
	var head struct {
		Name, Type, Source string
		Values             json.RawMessage
	}
	b, err := load(s.file, r, &head)
	if err != nil {
		return err
	}
	if head.Values == nil || head.Type == "" {
		return fmt.Errorf("a galaxy has a type and values: %w", intel.ErrFormat)
	}
	says := "MISP galaxy: " + head.Name
	if s.brief.Source.Name != "" {
		says = s.brief.Source.Name
	}
	src := s.brief.SourceFor(s.file, says)
	d := intel.NewDoc(b)
	err = d.Object(func(key string) error {
		if !strings.EqualFold(key, "values") {
			_, err := d.Value()
			return err
		}
		return d.Array(func(e intel.Element) error {
			s.next(e.Line)
			return s.cluster(head.Type, e.Raw, src)
		})
	})
	if err != nil {
		return err
	}
	return d.End()
}

// cluster is one value of a galaxy, or a cluster within an event.
type cluster struct {
	Value       string
	UUID        string
	Description string
	Meta        map[string]json.RawMessage
	Related     []struct {
		Dest string `json:"dest-uuid"`
		Type string
		Tags []string
	}
}

func (s *sink) cluster(galaxy string, raw []byte, src claim.Source) error {
	var c cluster
	if err := json.Unmarshal(raw, &c); err != nil {
		return s.reject("", "no cluster: "+err.Error(), raw)
	}
	switch {
	case c.UUID == "":
		return s.reject(c.Value, "the cluster has no uuid", raw)
	case strings.TrimSpace(c.Value) == "":
		return s.reject(c.UUID, "the cluster has no name", raw)
	case s.parties[ref(c.UUID)]:
		return s.reject(c.UUID, "the cluster stands twice", raw)
	}
	e, claims := c.party(galaxy, src)
	if err := s.make(e); err != nil {
		return err
	}
	for _, k := range claims {
		k.ID = s.id(k.ID)
		if err := s.say(intel.Statement{Claim: &k}); err != nil {
			return err
		}
	}
	return nil
}

// kindOf says what the clusters of a galaxy are; [party.Unknown] for galaxies
// that hold no parties.
func kindOf(galaxy string) party.Kind {
	switch {
	case galaxy == "botnet":
		return party.Botnet
	case strings.Contains(galaxy, "actor"), strings.Contains(galaxy, "intrusion-set"), strings.Contains(galaxy, "activity-group"):
		return party.ThreatGroup
	case strings.Contains(galaxy, "campaign"):
		return party.Campaign
	case strings.Contains(galaxy, "malware"), strings.Contains(galaxy, "malpedia"), galaxy == "ransomware", galaxy == "tool",
		galaxy == "backdoor", galaxy == "rat", galaxy == "stealer", galaxy == "banker", galaxy == "exploit-kit", galaxy == "mitre-tool":
		return party.Malware
	}
	return party.Unknown
}

// party makes the entry of a cluster and the claims of its relations.
func (c *cluster) party(galaxy string, src claim.Source) (*party.Entry, []claim.Claim) {
	e := &party.Entry{Ref: ref(c.UUID), Kind: kindOf(galaxy), Names: []party.Name{{Full: c.Value}}, Remarks: c.Description}
	e.Properties = append(e.Properties, party.Property{Name: "galaxy", Value: galaxy})
	for _, key := range slices.Sorted(maps.Keys(c.Meta)) {
		for _, v := range values(c.Meta[key]) {
			switch {
			case v == "":
			case key == "synonyms":
				e.Names = appendName(e.Names, v)
			case key == "country" && len(v) == 2:
				e.Countries = append(e.Countries, strings.ToLower(v))
			default:
				e.Properties = append(e.Properties, party.Property{Name: key, Value: v})
			}
		}
	}
	var claims []claim.Claim
	for _, r := range c.Related {
		rel, known := relations(r.Type)
		if !known || r.Dest == "" {
			e.Properties = append(e.Properties, party.Property{Name: "related: " + r.Type, Value: r.Dest})
			continue
		}
		k := claim.Claim{
			ID: "misp/" + strings.ToLower(c.UUID) + "/" + r.Type + "/" + strings.ToLower(r.Dest), From: claim.OfParty(e.Ref), Relation: rel,
			To: claim.OfParty(ref(r.Dest)), Source: src, Note: strings.Join(r.Tags, "; "),
		}
		if rel == claim.RelatedTo {
			k.Role = r.Type
		}
		claims = append(claims, k)
	}
	return e, claims
}

// relations returns our word for a relation of MISP. What a group targets is no
// party of ours, and never a claim.
func relations(typ string) (claim.Relation, bool) {
	switch typ {
	case "uses", "deploys":
		return claim.Uses, true
	case "used-by":
		return claim.UsedBy, true
	case "part-of":
		return claim.PartOf, true
	case "attributed-to":
		return claim.AttributedTo, true
	case "similar", "similar-to", "same-as", "variant-of", "overlaps", "linked-to", "related-to", "associated-with", "delivers", "dropped", "successor-of", "parent-of", "child-of", "derived-from":
		return claim.RelatedTo, true
	}
	return claim.RelatedTo, false
}

// values returns the strings of a detail: one, several, or the JSON of what is
// none.
func values(raw json.RawMessage) []string {
	var one string
	if json.Unmarshal(raw, &one) == nil {
		return []string{one}
	}
	var many []string
	if json.Unmarshal(raw, &many) == nil {
		return many
	}
	return []string{string(raw)}
}

func appendName(names []party.Name, full string) []party.Name {
	if slices.ContainsFunc(names, func(n party.Name) bool { return n.Full == full }) {
		return names
	}
	return append(names, party.Name{Full: full, Kind: party.Alias})
}
