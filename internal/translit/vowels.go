// SPDX-License-Identifier: Apache-2.0

package translit

// maxSlots bounds the slots of one word that are compared.
const maxSlots = maxRunes + 1

// A slot is what stands before a consonant of a word, or at its end: the vowel
// that is heard, as a letter, and the consonant's own way of sounding.
type slot struct {
	vowel byte // a e i o u, or 0 for none
	hard  bool // the consonant after it is a g, where others write k
}

// VowelDistance says how far the vowels of two folded Latin words with one
// [Skeleton] lie apart, in thousandths of a vowel: 0 for Hussein and Husayn, 500
// for Usama and Osama, 2,500 for Bright and Barakat. Letters that romanisations
// exchange (a and e, o and u) are half as far as others.
func VowelDistance(a, b string) int32 {
	var x, y [maxSlots]slot
	n, m := slotsOf(&x, a), slotsOf(&y, b)
	var sum int32
	for i := range min(n, m) {
		sum += vowelGap(x[i].vowel, y[i].vowel)
		if x[i].hard != y[i].hard {
			sum += 500
		}
	}
	for i := min(n, m); i < max(n, m); i++ {
		sum += 1000
	}
	return sum
}

// slotsOf walks a word as its skeleton does and returns how many slots it has.
func slotsOf(out *[maxSlots]slot, word string) int {
	var buf [maxRunes]byte
	w := buf[:copy(buf[:], word)]
	n, from := 0, 0
	last := byte(0)
	fresh := true
	i := 0
	if c, k := initial(w); k > 0 {
		if isVowel(w[0]) {
			out[0].vowel = nucleus(w[:vowelRun(w)])
		}
		n, last = 1, c
		i, from = k, k
	}
	for i < len(w) {
		c, k := sound(w, i)
		if c == 0 {
			i += k
			fresh = true
			continue
		}
		if fresh || n == 0 || c != last {
			out[n] = slot{vowel: nucleus(w[from:i]), hard: w[i] == 'g'}
			n++
			last, fresh = c, false
		}
		i += k
		from = i
	}
	out[n] = slot{vowel: nucleus(w[from:])}
	return n + 1
}

// vowelRun is how many letters at the start are vowels.
func vowelRun(w []byte) int {
	n := 0
	for n < len(w) && isVowel(w[n]) {
		n++
	}
	return n
}

// nucleus is the vowel that a run of letters writes, without its glides; ee is
// an i, oo and ou are a u, and ai, ay, ei and ey an e.
func nucleus(w []byte) byte {
	var v byte
	for i, c := range w {
		prev := at(w, i-1)
		switch c {
		case 'a', 'o', 'u':
			switch {
			case c == 'u' && prev == 'o', c == 'o' && prev == 'o':
				v = 'u'
			case v == 0 || v == 'i' || v == 'e' || c == 'a' && v == 'u':
				v = c
			}
		case 'e':
			switch {
			case prev == 'e':
				v = 'i'
			case v == 0 || prev == 'y':
				v = 'e'
			}
		case 'i', 'y', 'j':
			switch {
			case v == 'a' || v == 'e':
				v = 'e'
			case v == 0 && c != 'j':
				v = 'i'
			}
		}
	}
	return v
}

// vowelGap is the distance of two vowels in thousandths; 0 is none written.
func vowelGap(a, b byte) int32 {
	switch {
	case a == b:
		return 0
	case a == 0 || b == 0:
		return 1000
	}
	if a > b {
		a, b = b, a
	}
	switch string([]byte{a, b}) {
	case "ae", "ei", "ou":
		return 500
	case "iu", "io":
		return 1500
	}
	return 1000
}
