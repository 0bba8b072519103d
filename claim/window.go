// SPDX-License-Identifier: Apache-2.0

package claim

import (
	"fmt"

	"github.com/interdict-dev/interdict/party"
)

// NearDays is how far outside its window a contact still counts as near:
// the grace g of signal R1 in the description of the case (THREATS.md,
// section 4), since observers miss first and last days.
const NearDays = 30

// A Window is the time of a claim. Its dates may be partial, and are then read
// in favour of the claim: from the first possible day to the last. The zero
// Window is undated. Windows are comparable and never age: only alerting does.
type Window struct {
	First party.Date // zero where the source does not say
	Last  party.Date // what it means is up to Kind
	Kind  WindowKind
	Text  string // as printed, where the dates do not say it all: "Feb. 7 – May 6 2022"
}

// A WindowKind says what the dates of a window are.
type WindowKind uint8

// The kinds. The zero kind has no dates.
const (
	Undated            WindowKind = iota
	Observed                      // first and last seen
	Fuzzy                         // first and last seen, as read out of prose
	RegistrationExpiry            // Last is when the domain's registration runs out, not when it was seen
	Publication                   // Last is when the source was published: "Present"
	Seizure                       // Last is the day on which control ended; later traffic reaches the authorities
	Validity                      // First and Last bound the use of the indicator, as its source set them; nobody was seen on them
	windowKindCount
)

var windowKinds = [windowKindCount]string{"undated", "observed", "fuzzy", "registration-expiry", "publication", "seizure", "validity"}

// String returns the kind as the API prints it.
func (k WindowKind) String() string {
	if k < windowKindCount {
		return windowKinds[k]
	}
	return fmt.Sprintf("window(%d)", k)
}

// MarshalText writes the kind as String does.
func (k WindowKind) MarshalText() ([]byte, error) { return []byte(k.String()), nil }

// UnmarshalText reads a kind by its name.
func (k *WindowKind) UnmarshalText(b []byte) error {
	for i, s := range windowKinds {
		if s == string(b) {
			*k = WindowKind(i)
			return nil
		}
	}
	return fmt.Errorf("unknown kind of window %q", b)
}

// A TimeClass says how a moment stands to a window.
type TimeClass uint8

// The classes. The zero class is the honest one for a claim without dates.
const (
	TimeUnknown TimeClass = iota
	InWindow
	Near    // at most NearDays before the first or after the last day
	Outside // further away
	AfterSeizure
)

var timeClasses = [...]string{"time unknown", "in window", "near", "outside", "after seizure"}

// String returns the class in words.
func (c TimeClass) String() string {
	if int(c) < len(timeClasses) {
		return timeClasses[c]
	}
	return fmt.Sprintf("class(%d)", c)
}

// MarshalText writes the class as String does.
func (c TimeClass) MarshalText() ([]byte, error) { return []byte(c.String()), nil }

// Class says how day at stands to the window. Where an end is missing, a day
// that the other end does not rule out is of unknown time, never in the
// window; so is every day for an undated window, and the zero at.
func (w Window) Class(at party.Date) TimeClass {
	if at.IsZero() || w.Kind == Undated || w.First.IsZero() && w.Last.IsZero() {
		return TimeUnknown
	}
	// An at that is a month or a year may fall on both sides of an end.
	first, last := w.First.First(), w.Last.Last()
	switch {
	case !last.IsZero() && at.First().Compare(last) > 0:
		if w.Kind == Seizure {
			return AfterSeizure
		}
		return farFrom(last, at.First())
	case !first.IsZero() && at.Last().Compare(first) < 0:
		return farFrom(at.Last(), first)
	case first.IsZero() || last.IsZero():
		return TimeUnknown
	case at.First().Compare(first) < 0 || at.Last().Compare(last) > 0:
		return TimeUnknown
	}
	return InWindow
}

func farFrom(earlier, later party.Date) TimeClass {
	if later.Time().Sub(earlier.Time()).Hours() <= NearDays*24 {
		return Near
	}
	return Outside
}

// String returns "2023-07-13 to 2024-09-04", "until 2026-10-08 (seizure)" or
// "undated".
func (w Window) String() string {
	if w.Kind == Undated || w.First.IsZero() && w.Last.IsZero() {
		return "undated"
	}
	var s string
	switch {
	case w.First.IsZero():
		s = "until " + w.Last.String()
	case w.Last.IsZero():
		s = "from " + w.First.String()
	case w.First == w.Last:
		s = w.First.String()
	default:
		s = w.First.String() + " to " + w.Last.String()
	}
	if w.Kind != Observed {
		s += " (" + w.Kind.String() + ")"
	}
	return s
}

// Overlaps says that the two windows share a day for certain. An undated or
// half-open window overlaps nothing.
func (w Window) Overlaps(v Window) bool {
	if w.First.IsZero() || w.Last.IsZero() || v.First.IsZero() || v.Last.IsZero() {
		return false
	}
	return w.First.Last().Compare(v.Last.First()) <= 0 && v.First.Last().Compare(w.Last.First()) <= 0
}
