// SPDX-License-Identifier: Apache-2.0

package gleif

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/interdict-dev/interdict/claim"
	"github.com/interdict-dev/interdict/ownership"
	"github.com/interdict-dev/interdict/party"
)

func data(t testing.TB) string {
	t.Helper()
	dir := os.Getenv("INTERDICT_DATA")
	if dir == "" {
		dir = filepath.Join("..", "..", "..", "shared", "data")
	}
	dir = filepath.Join(dir, "ownership", "gleif")
	if _, err := os.Stat(dir); err != nil {
		if os.Getenv("INTERDICT_REQUIRE_DATA") == "1" {
			t.Fatalf("%s is required and not there", dir)
		}
		t.Skipf("%s is not there: GLEIF's files are not part of the repository", dir)
	}
	return dir
}

func TestPublishedFiles(t *testing.T) {
	dir := data(t)
	for _, c := range []struct {
		file                      string
		parties, stakes, silences int
	}{
		{"lei-data.xml", 13, 0, 0},
		{"lei-updates-data2.xml", 12, 0, 0},
		{"rr-data.xml", 0, 12, 0},
		{"repex-data.xml", 0, 0, 10},
	} {
		f, err := os.Open(filepath.Join(dir, c.file))
		if err != nil {
			t.Fatal(err)
		}
		b := ownership.NewBuilder()
		rep, err := b.Load(Read(f, c.file), func(r ownership.Record) {
			if len(r.Party.Names) == 0 || r.Party.Identifiers[0].Check != party.Valid {
				t.Errorf("%s: %+v", c.file, r.Party)
			}
		})
		if err := errors.Join(err, f.Close()); err != nil {
			t.Fatal(err)
		}
		if rep.Parties != c.parties || rep.Silences != c.silences || rep.Rejects != 0 {
			t.Errorf("%s: %+v, want %d parties and %d silences", c.file, rep, c.parties, c.silences)
		}
		if rep.Stakes != c.stakes {
			t.Errorf("%s: %d stakes, want %d", c.file, rep.Stakes, c.stakes)
		}
	}
}

func TestDeletedRecordsAreReported(t *testing.T) {
	f, err := os.Open(filepath.Join(data(t), "rr-updates-data2-new.xml"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	rep, err := ownership.NewBuilder().Load(Read(f, "rr.xml"), nil)
	if err != nil {
		t.Fatal(err)
	}
	withdrawn := 0
	for _, is := range rep.Issues {
		if is.Kind == ownership.Withdrawn && is.Line > 0 && is.Raw != "" {
			withdrawn++
		}
	}
	if withdrawn != 1 {
		t.Errorf("%d withdrawn records in %+v, want 1", withdrawn, rep.Issues)
	}
}

const two = `<?xml version="1.0"?><rr:RelationshipData xmlns:rr="http://www.gleif.org/data/schema/rr/2016"><rr:RelationshipRecords>
<rr:RelationshipRecord><rr:Relationship><rr:StartNode><rr:NodeID>5493001Z012YSB2A0K51</rr:NodeID></rr:StartNode><rr:EndNode><rr:NodeID>001GPB6A9XPE8XJICC14</rr:NodeID></rr:EndNode>
<rr:RelationshipType>IS_DIRECTLY_CONSOLIDATED_BY</rr:RelationshipType><rr:RelationshipPeriods><rr:RelationshipPeriod><rr:StartDate>2019-01-01T00:00:00Z</rr:StartDate><rr:EndDate>2019-12-31T00:00:00Z</rr:EndDate><rr:PeriodType>ACCOUNTING_PERIOD</rr:PeriodType></rr:RelationshipPeriod>
<rr:RelationshipPeriod><rr:StartDate>2012-11-29T00:00:00.000Z</rr:StartDate><rr:PeriodType>RELATIONSHIP_PERIOD</rr:PeriodType></rr:RelationshipPeriod></rr:RelationshipPeriods><rr:RelationshipStatus>ACTIVE</rr:RelationshipStatus>
<rr:RelationshipQuantifiers><rr:RelationshipQuantifier><rr:QuantifierAmount>1.00</rr:QuantifierAmount><rr:QuantifierUnits>PERCENTAGE</rr:QuantifierUnits></rr:RelationshipQuantifier></rr:RelationshipQuantifiers></rr:Relationship></rr:RelationshipRecord>
<rr:RelationshipRecord><rr:Relationship><rr:StartNode><rr:NodeID>NONSENSE</rr:NodeID></rr:StartNode></rr:Relationship></rr:RelationshipRecord>
</rr:RelationshipRecords></rr:RelationshipData>`

func TestConsolidationIsNoShare(t *testing.T) {
	var stakes []claim.Stake
	var issues []*ownership.Issue
	for r, err := range Read(strings.NewReader(two), "rr.xml") {
		var is *ownership.Issue
		if errors.As(err, &is) {
			issues = append(issues, is)
		} else if err != nil {
			t.Fatal(err)
		}
		if !r.Stake.Owner.IsZero() {
			stakes = append(stakes, r.Stake)
		}
	}
	if len(stakes) != 2 || stakes[0].Share != claim.UnknownShare() || stakes[0].Text != "1.00 PERCENTAGE" || stakes[0].From.String() != "2012-11-29" || !stakes[0].To.IsZero() || stakes[1].Kind != claim.Influence || stakes[0].Owner.ID != "001GPB6A9XPE8XJICC14" {
		t.Errorf("%+v", stakes)
	}
	if len(issues) != 1 || issues[0].Line != 6 || issues[0].Kind != ownership.Unreadable {
		t.Errorf("%+v", issues)
	}
}

func TestUnusableFiles(t *testing.T) {
	for _, text := range []string{"", "<a/>", two[:400], "not xml"} {
		var err error
		for _, e := range Read(strings.NewReader(text), "f") {
			err = e
		}
		var is *ownership.Issue
		if err == nil || errors.As(err, &is) {
			t.Errorf("%.40q: %v, want an error about the file", text, err)
		}
	}
}

func FuzzRead(f *testing.F) {
	f.Add([]byte(two))
	f.Fuzz(func(t *testing.T, text []byte) {
		for r := range Read(bytes.NewReader(text), "f") {
			if !r.Stake.Owner.IsZero() && r.Stake.Owned.IsZero() {
				t.Errorf("%+v", r.Stake)
			}
		}
	})
}
