// SPDX-License-Identifier: Apache-2.0

package lexicon

import (
	_ "embed" // the compiled table
	"strings"
)

// A Relation says how two words of person names stand for each other. The zero
// Relation is none; a greater one is stronger.
type Relation uint8

// The relations. All are symmetric; none is transitive.
const (
	Unrelated  Relation = iota
	Translated          // one name in two languages: John, Ivan, Juan
	Nickname            // a name and its short form: Aleksandr, Sasha
	Variant             // two spellings of one name: Muhammad, Mohamed; Li, Lee
)

// String returns the word that reasons use.
func (r Relation) String() string {
	return [...]string{"unrelated", "translated", "nickname", "variant"}[min(int(r), 3)]
}

// relationsBin is the compiled form of the files of relations; see Compile. A
// payload is a sequence of three bytes: the number of a line, with the two top
// bits of the last byte for the side of a nickname line. The tail is the number
// of lines, the start of each line's text and of the end, then the texts: the
// relation in one byte, the folded words, joined by commas, ":" between the
// sides of a nickname line.
//
//go:embed relations.bin
var relationsBin string

// The sides of a line.
const (
	member = iota // any with any
	full          // full with short
	short
)

// Related returns the strongest relation of two folded words of person names.
// Equal words are not related: the caller has seen that. A name of two words
// ("abdul rahman") is asked with one blank.
func Related(a, b string) (Relation, bool) {
	s := store(relationsBin)
	pa := s.findFolded(a)
	if pa == "" || a == b {
		return Unrelated, false
	}
	pb := s.findFolded(b)
	if pa == pb && sameKey(a, b) {
		return Unrelated, false
	}
	best := Unrelated
	for i := 0; i < len(pa); i += 3 {
		lineA, sideA := ref(pa, i)
		for j := 0; j < len(pb); j += 3 {
			lineB, sideB := ref(pb, j)
			if lineA != lineB || sideA != member && sideA == sideB {
				continue
			}
			best = max(best, s.tail().relation(lineA))
		}
	}
	return best, best != Unrelated
}

// sameKey says whether two words are one word once they are folded.
func sameKey(a, b string) bool {
	var bufA, bufB [maxKey]byte
	return string(fold(&bufA, a)) == string(fold(&bufB, b))
}

func ref(payload store, i int) (line, side int) {
	return payload.u16(i) | int(payload[i+2]&0x3f)<<16, int(payload[i+2] >> 6)
}

// relation returns the relation of a line; s is the tail.
func (s store) relation(line int) Relation { return Relation(s[s.u32(4+4*line)]) }

// text returns the words of a line; s is the tail.
func (s store) text(line int) string {
	return string(s[s.u32(4+4*line)+1 : s.u32(8+4*line)])
}

// A RelatedWord is a word with its relation to the one that was asked for.
type RelatedWord struct {
	Word     string
	Relation Relation
}

// Variants returns every word that is related to w, each once with its
// strongest relation, in the order of the files: for an index that expands a
// query. It allocates.
func Variants(w string) []RelatedWord {
	var buf [maxKey]byte
	s := store(relationsBin)
	self := string(fold(&buf, w))
	payload := s.find([]byte(self))
	var out []RelatedWord
	at := map[string]int{}
	for i := 0; i < len(payload); i += 3 {
		line, side := ref(payload, i)
		rel, text := s.tail().relation(line), s.tail().text(line)
		fulls, shorts, _ := strings.Cut(text, ":")
		switch side {
		case full:
			text = shorts
		case short:
			text = fulls
		}
		for v := range strings.SplitSeq(text, ",") {
			if j, ok := at[v]; ok {
				out[j].Relation = max(out[j].Relation, rel)
			} else if v != self {
				at[v] = len(out)
				out = append(out, RelatedWord{v, rel})
			}
		}
	}
	return out
}

// A Kin is what the tables hold of the relations of one word; "" is none. It is
// found once for a word that is compared with many.
type Kin string

// KinOf returns the kin of a folded word.
func KinOf(w string) Kin { return Kin(store(relationsBin).findFolded(w)) }

// May says whether the words of a and b can be related: if not, they are not.
func (a Kin) May(b Kin) bool {
	for i := 0; i+2 < len(a); i += 3 {
		for j := 0; j+2 < len(b); j += 3 {
			if a[i] == b[j] && a[i+1] == b[j+1] && (a[i+2]^b[j+2])&0x3f == 0 {
				return true
			}
		}
	}
	return false
}

// A Patronymic is what a word says about the father of its bearer.
type Patronymic uint8

// The patronymics. NotPatronymic is the zero value.
const (
	NotPatronymic Patronymic = iota
	SonOf                    // Ivanovich, Иванович
	DaughterOf               // Ivanovna, Ивановна
	ChildOf                  // Mammadzade: son or daughter
)

// patronymicEndings, the longer first. Russian and Ukrainian middle names, and
// the glued Turkic and Persian ones. -ov and -ian are endings of family names
// and not here. Source: the rules of Russian grammar (Russkaya grammatika,
// AN SSSR 1980, §§ 598-600), in the romanisations people use.
var patronymicEndings = []struct {
	ending string
	kind   Patronymic
}{
	{"yevich", SonOf}, {"ievich", SonOf}, {"evich", SonOf}, {"ovich", SonOf}, {"evych", SonOf}, {"ovych", SonOf},
	{"yovych", SonOf}, {"avich", SonOf}, {"ewitsch", SonOf}, {"owitsch", SonOf}, {"evitch", SonOf}, {"ovitch", SonOf},
	{"yevna", DaughterOf}, {"ievna", DaughterOf}, {"evna", DaughterOf}, {"ovna", DaughterOf}, {"ivna", DaughterOf},
	{"yivna", DaughterOf}, {"auna", DaughterOf}, {"inichna", DaughterOf}, {"ichna", DaughterOf}, {"ewna", DaughterOf}, {"owna", DaughterOf},
	{"ogly", SonOf}, {"oglu", SonOf}, {"oghlu", SonOf}, {"ugli", SonOf}, {"uulu", SonOf},
	{"kyzy", DaughterOf}, {"kizi", DaughterOf}, {"qizi", DaughterOf}, {"gyzy", DaughterOf},
	{"zadeh", ChildOf}, {"zada", ChildOf}, {"zade", ChildOf}, {"zoda", ChildOf}, {"zod", ChildOf},
	{"йович", SonOf}, {"евич", SonOf}, {"ович", SonOf}, {"ёвич", SonOf}, {"авич", SonOf}, {"авіч", SonOf}, {"овіч", SonOf}, {"евіч", SonOf}, {"ьич", SonOf},
	{"иевна", DaughterOf}, {"евна", DaughterOf}, {"овна", DaughterOf}, {"ёвна", DaughterOf}, {"івна", DaughterOf}, {"ївна", DaughterOf}, {"аўна", DaughterOf}, {"инична", DaughterOf}, {"ична", DaughterOf},
	{"оглы", SonOf}, {"оглу", SonOf}, {"огли", SonOf}, {"уулу", SonOf},
	{"кызы", DaughterOf}, {"кизи", DaughterOf}, {"гызы", DaughterOf},
	{"زاده", ChildOf},
	{"ovic", SonOf}, {"ilyich", SonOf}, {"illich", SonOf}, {"kuzmich", SonOf}, {"lukich", SonOf}, {"fomich", SonOf}, {"nikitich", SonOf},
	{"ильич", SonOf}, {"кузьмич", SonOf}, {"лукич", SonOf}, {"фомич", SonOf}, {"никитич", SonOf},
}

// PatronymicOf says whether a folded word has the form of a patronymic, and
// what is left without the ending: "ivan" of "ivanovna". The stem is where
// patronymics are compared, so that Petrovich and Petrovna are one father. It
// is no proof: Abramovich is a family name too, and only the place in the name
// tells.
func PatronymicOf(word string) (stem string, kind Patronymic) {
	for _, e := range patronymicEndings {
		if rest, ok := strings.CutSuffix(word, e.ending); ok && (len(rest) > 2 || rest == "") {
			if rest == "" {
				if len(e.ending) < 6 {
					continue
				}
				rest = word
			}
			return rest, e.kind
		}
	}
	return "", NotPatronymic
}
