// SPDX-License-Identifier: Apache-2.0

package lexicon

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io/fs"
	"iter"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"
)

// meaningFiles are the files of meanings below data, in the order of their
// weight: the first meaning of a word is the one that stands in the first file.
var meaningFiles = []string{"forms.txt", "trade.txt", "general.txt", "places.txt", "numbers.txt", "person.txt"}

// Compile reads the data files and returns the compiled tables by file name.
// It joins the errors of all lines that cannot be read. The command lexgen
// writes what it returns; a test holds that what lies in the folder is that.
func Compile(data fs.FS) (map[string][]byte, error) {
	han, err := compileHan(data)
	if err != nil {
		return nil, err
	}
	words, err := compileWords(data, readHan(store(han)))
	if err != nil {
		return nil, err
	}
	relations, err := compileRelations(data, readHan(store(han)))
	if err != nil {
		return nil, err
	}
	background, err := compileBackground(data)
	if err != nil {
		return nil, err
	}
	phrases, err := compilePhrases(store(words))
	if err != nil {
		return nil, err
	}
	return map[string][]byte{"han.bin": han, "words.bin": words, "phrases.bin": phrases, "relations.bin": relations, "background.bin": background}, nil
}

// dataLines yields the lines of a data file with their numbers from 1, without
// comments and the blanks at the end, and without the lines that are empty then.
func dataLines(text string) iter.Seq2[int, string] {
	return func(yield func(int, string) bool) {
		n := 0
		for line := range strings.Lines(text) {
			n++
			if i := strings.IndexByte(line, '#'); i >= 0 {
				line = line[:i]
			}
			if line = strings.TrimSpace(line); line != "" && !yield(n, line) {
				return
			}
		}
	}
}

// compileHan writes the pairs of han.txt as two characters of two bytes each,
// in the order of the file.
func compileHan(data fs.FS) ([]byte, error) {
	text, err := fs.ReadFile(data, "han.txt")
	if err != nil {
		return nil, err
	}
	var out []byte
	for n, line := range dataLines(string(text)) {
		for _, pair := range strings.Fields(line) {
			rs := []rune(pair)
			if len(rs) != 2 || !isHan(rs[0]) || !isHan(rs[1]) || rs[0] == rs[1] {
				return nil, fmt.Errorf("han.txt:%d: %q: want two different characters", n, pair)
			}
			out = binary.LittleEndian.AppendUint16(out, uint16(rs[0]))
			out = binary.LittleEndian.AppendUint16(out, uint16(rs[1]))
		}
	}
	return out, nil
}

func compileWords(data fs.FS, han *hanMap) ([]byte, error) {
	b := &builder{han: han, meanings: map[string][]int{}, most: map[string]int{}}
	for _, name := range meaningFiles {
		text, err := fs.ReadFile(data, name)
		if err != nil {
			return nil, err
		}
		b.load(name, string(text))
	}
	if len(b.bad) > 0 {
		return nil, errors.Join(b.bad...)
	}
	return b.compile()
}

// A builder collects the lines of the files of meanings.
type builder struct {
	han      *hanMap
	lines    []Meaning        // one a data line, and one for each word with several legal forms
	meanings map[string][]int // folded key to lines
	most     map[string]int   // first word of a key of several to the most words of such a key
	bad      []error
}

// load reads one file. A line "@trade" sets the class of those that follow
// ("@form limited" the kinds of legal person too); any other line is
// "concept: word, word", for a legal form "countries: word, word".
func (b *builder) load(name, text string) {
	var class Class
	var form Form
	var formName string
	for n, line := range dataLines(text) {
		if line[0] == '@' {
			head, rest, _ := strings.Cut(line[1:], " ")
			class, form, formName = classOf(head), formOf(rest), rest
			if class == None || (class == LegalForm) != (form != 0) {
				b.fail(name, n, "%q: no such class or kind", line)
			}
			continue
		}
		head, list, ok := strings.Cut(line, ":")
		if !ok || class == None {
			b.fail(name, n, "%q: want a class above and a colon", line)
			continue
		}
		m := Meaning{Class: class, Concept: head, Form: form}
		if class == LegalForm {
			m.Concept, m.Countries = formName, strings.Trim(head, "*")
		}
		b.lines = append(b.lines, m)
		number := len(b.lines) - 1 // add appends lines of its own
		for w := range strings.SplitSeq(list, ",") {
			for _, form := range spellings(strings.TrimSpace(w)) {
				if err := b.add(form, number); err != nil {
					b.fail(name, n, "%v", err)
				}
			}
		}
	}
}

func (b *builder) fail(name string, n int, format string, args ...any) {
	b.bad = append(b.bad, fmt.Errorf("%s:%d: %s", name, n, fmt.Sprintf(format, args...)))
}

// spellings returns what one word of a data file stands for. A word with dots,
// "g.m.b.h", is itself glued and spread: "gmbh" and "g m b h"; one that ends
// with ~ is the stem of a Slavic adjective and stands for its endings;
// "(oe|oye)" stands for each of its parts.
func spellings(w string) []string {
	if before, rest, ok := strings.Cut(w, "("); ok {
		if choice, after, ok := strings.Cut(rest, ")"); ok && strings.Contains(choice, "|") {
			var out []string
			for c := range strings.SplitSeq(choice, "|") {
				out = append(out, spellings(before+c+after)...)
			}
			return out
		}
	}
	if stem, ok := strings.CutSuffix(w, "~"); ok {
		var out []string
		for _, e := range endings(stem) {
			out = append(out, stem+e)
		}
		return out
	}
	if stem, rest, ok := strings.Cut(w, "~ "); ok { // железн~ дорога
		var out []string
		for _, e := range endings(stem) {
			out = append(out, stem+e+" "+rest)
		}
		return out
	}
	if !strings.Contains(w, ".") {
		return []string{w}
	}
	return []string{
		strings.ReplaceAll(w, ".", ""),
		strings.Join(strings.Fields(strings.ReplaceAll(w, ".", " ")), " "),
	}
}

// The endings of Slavic adjectives, as folded; the Latin ones as passports,
// scholars and the lists write them.
var (
	cyrillicEndings = []string{"ыи", "ии", "ои", "ая", "яя", "ое", "ее", "ые", "ие", "ого", "их", "ых", "а", "е"}
	latinEndings    = []string{"y", "yi", "yy", "iy", "ii", "i", "aya", "aia", "oe", "oye", "oi", "oy", "ye", "ie", "ogo"}
)

func endings(stem string) []string {
	if stem != "" && stem[0] < utf8.RuneSelf {
		return latinEndings
	}
	return cyrillicEndings
}

// add gives the word the meaning of a line. A second legal form of a word, as
// of "sas", makes one meaning that is both.
func (b *builder) add(w string, line int) error {
	var buf [maxKey]byte
	if len(w) > maxKey {
		return fmt.Errorf("%q: over %d bytes", w, maxKey)
	}
	k := string(foldInto(&buf, 0, w, b.han))
	if k == "" || strings.Contains(k, "  ") {
		return fmt.Errorf("%q: no word", w)
	}
	for i, old := range b.meanings[k] {
		if old == line {
			return nil
		}
		if b.lines[line].Class == LegalForm && b.lines[old].Class == LegalForm {
			b.lines = append(b.lines, both(b.lines[old], b.lines[line]))
			b.meanings[k][i] = len(b.lines) - 1
			return nil
		}
	}
	b.meanings[k] = append(b.meanings[k], line)
	if first, _, ok := strings.Cut(k, " "); ok {
		b.most[first] = max(b.most[first], strings.Count(k, " ")+1)
	}
	return nil
}

// both returns the meaning of a word that is two legal forms.
func both(a, b Meaning) Meaning {
	a.Form |= b.Form
	a.Concept = a.Form.String()
	switch {
	case a.Countries == "" || b.Countries == "":
		a.Countries = ""
	case a.Countries != b.Countries:
		for c := range strings.SplitSeq(b.Countries, ",") {
			if !strings.Contains(a.Countries, c) {
				a.Countries += "," + c
			}
		}
	}
	return a
}

// compile writes the layout that words.go describes.
func (b *builder) compile() ([]byte, error) {
	payloads := make(map[string][]byte, len(b.meanings)+len(b.most))
	for k := range b.most {
		payloads[k] = []byte{byte(b.most[k])}
	}
	for k, lines := range b.meanings {
		p := payloads[k]
		if p == nil {
			p = []byte{0}
		}
		for _, l := range lines {
			p = binary.LittleEndian.AppendUint16(p, uint16(l))
		}
		payloads[k] = p
	}
	if len(b.lines) > 1<<16 {
		return nil, fmt.Errorf("%d lines of meanings: want at most %d", len(b.lines), 1<<16)
	}
	var text bytes.Buffer
	at := map[string]int{}
	tail := binary.LittleEndian.AppendUint32(nil, uint32(len(b.lines)))
	put := func(s string) error {
		if len(s) > 255 {
			return fmt.Errorf("%q: over 255 bytes", s)
		}
		if _, ok := at[s]; !ok {
			at[s] = text.Len()
			text.WriteString(s)
		}
		tail = append(binary.LittleEndian.AppendUint32(tail, uint32(at[s])), byte(len(s)))
		return nil
	}
	for _, m := range b.lines {
		tail = append(tail, byte(m.Class), 0)
		tail = binary.LittleEndian.AppendUint16(tail, uint16(m.Form))
		if err := errors.Join(put(m.Concept), put(m.Countries)); err != nil {
			return nil, err
		}
	}
	return compileStore(payloads, append(tail, text.Bytes()...))
}

func classOf(name string) Class {
	for c := LegalForm; c < classes; c++ {
		if c.String() == name {
			return c
		}
	}
	return None
}

func formOf(names string) Form {
	var f Form
	for n := range strings.SplitSeq(names, "+") {
		for i, have := range formNames {
			if n == have {
				f |= 1 << i
			}
		}
	}
	return f
}

// relationFiles are the files of relations below data, in the order of Variants.
var relationFiles = []string{"variants.txt", "nicknames-en.txt", "clusters.txt"}

// compileRelations writes the layout that person.go describes. A line "@variant"
// sets the relation of those that follow.
func compileRelations(data fs.FS, han *hanMap) ([]byte, error) {
	payloads := map[string][]byte{}
	var texts []string
	var bad []error
	for _, name := range relationFiles {
		text, err := fs.ReadFile(data, name)
		if err != nil {
			return nil, err
		}
		relation := Unrelated
		for n, line := range dataLines(string(text)) {
			if line[0] == '@' {
				relation = relationOf(line[1:])
				continue
			}
			t, err := relationLine(line, relation, len(texts), han, payloads)
			if err != nil {
				bad = append(bad, fmt.Errorf("%s:%d: %w", name, n, err))
				continue
			}
			texts = append(texts, string(rune(relation))+t)
		}
	}
	if len(bad) > 0 {
		return nil, errors.Join(bad...)
	}
	tail := binary.LittleEndian.AppendUint32(nil, uint32(len(texts)))
	start := 4 + 4*(len(texts)+1)
	for _, t := range texts {
		tail = binary.LittleEndian.AppendUint32(tail, uint32(start))
		start += len(t)
	}
	tail = binary.LittleEndian.AppendUint32(tail, uint32(start))
	return compileStore(payloads, append(tail, strings.Join(texts, "")...))
}

// relationLine adds the words of one line to payloads and returns its text.
func relationLine(line string, relation Relation, number int, han *hanMap, payloads map[string][]byte) (string, error) {
	fulls, shorts, nick := strings.Cut(line, ":")
	if relation == Unrelated || nick != (relation == Nickname) || number >= 1<<22 {
		return "", fmt.Errorf("%q: want a relation above, and a colon for nicknames only", line)
	}
	var text strings.Builder
	var bad error
	put := func(list string, side int) {
		seen := map[string]bool{}
		for w := range strings.SplitSeq(list, ",") {
			var buf [maxKey]byte
			k := string(foldInto(&buf, 0, strings.TrimSpace(w), han))
			if k == "" {
				bad = errors.Join(bad, fmt.Errorf("%q: an empty word", line))
			}
			if seen[k] {
				continue // written twice, as in أحمد and احمد
			}
			if len(seen) > 0 {
				text.WriteByte(',')
			}
			seen[k] = true
			text.WriteString(k)
			payloads[k] = append(payloads[k], byte(number), byte(number>>8), byte(number>>16)|byte(side<<6))
		}
	}
	if !nick {
		put(line, member)
		return text.String(), bad
	}
	put(fulls, full)
	text.WriteByte(':')
	put(shorts, short)
	return text.String(), bad
}

func relationOf(name string) Relation {
	for r := Translated; r <= Variant; r++ {
		if r.String() == name {
			return r
		}
	}
	return Unrelated
}

// compileBackground writes the layout that background.go describes.
func compileBackground(data fs.FS) ([]byte, error) {
	const name = "background.txt"
	text, err := fs.ReadFile(data, name)
	if err != nil {
		return nil, err
	}
	payloads := map[string][]byte{}
	var unseen [][]byte
	for n, line := range dataLines(string(text)) {
		head, list, ok := strings.Cut(line, ":")
		if _, isUnseen := strings.CutPrefix(head, "unseen "); ok && isUnseen {
			v, err := steps(strings.Fields(list))
			if err != nil || len(v) != backgroundLengths {
				return nil, fmt.Errorf("%s:%d: want %d values: %v", name, n, backgroundLengths, err)
			}
			unseen = append(unseen, v)
			continue
		}
		v, err := steps(strings.Fields(head))
		if err != nil || len(v) != 2 || !ok {
			return nil, fmt.Errorf("%s:%d: want two values and a colon: %v", name, n, err)
		}
		for w := range strings.FieldsSeq(list) {
			if payloads[w] != nil {
				return nil, fmt.Errorf("%s:%d: %q stands twice", name, n, w)
			}
			payloads[w] = v
		}
	}
	if len(unseen) != 2 {
		return nil, fmt.Errorf("%s: want two lines of unseen words", name)
	}
	return compileStore(payloads, slices.Concat(unseen...))
}

// steps reads milli-nats as steps of a byte.
func steps(fields []string) ([]byte, error) {
	var out []byte
	for _, f := range fields {
		v, err := strconv.Atoi(f)
		if err != nil || v < 0 || v/backgroundStep > 255 || v%backgroundStep != 0 {
			return nil, fmt.Errorf("%q: want a multiple of %d", f, backgroundStep)
		}
		out = append(out, byte(v/backgroundStep))
	}
	return out, nil
}
