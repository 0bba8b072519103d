// SPDX-License-Identifier: Apache-2.0

package translit

// Skeleton returns a key of a folded Latin word (a-z, 0-9, blanks) that most
// romanisations of one name share: Yevgeniy, Evgeny and Jewgeni; Hussein and
// Husayn; Tchaikovsky and Chaykovskiy; Xi and Hsi. Vowels fall away, except a
// mark for one at the start; consonants become classes of the sounds that
// romanisations confuse. It is a key for finding candidates: equal keys do not
// mean equal names.
func Skeleton(latin string) string {
	var in, out [maxRunes]byte
	if len(latin) > maxRunes {
		return string(AppendSkeleton(nil, []byte(latin)))
	}
	n := copy(in[:], latin)
	return string(AppendSkeleton(out[:0], in[:n]))
}

// AppendSkeleton appends the [Skeleton] of a folded Latin word to dst. Blanks
// separate words and stay.
func AppendSkeleton(dst, latin []byte) []byte {
	for start := 0; start < len(latin); {
		end := start
		for end < len(latin) && latin[end] != ' ' {
			end++
		}
		if start > 0 {
			dst = append(dst, ' ')
		}
		dst = appendWordSkeleton(dst, latin[start:end])
		start = end + 1
	}
	return dst
}

// AppendCoarse appends a key of one folded Latin word that words share whose
// romanisations differ in custom and not in taste: Wade-Giles, McCune-Reischauer
// and French beside pinyin and English (Quan and Chuan, Samjong and Samchong,
// Longbao and Lungpao, Shakuri and Chakuri, Krymtets and Krymtec). All sibilants
// are one sound, voice does not count, nor does l from r.
func AppendCoarse(dst, latin []byte) []byte {
	var buf [2 * maxRunes]byte
	w := buf[:0]
	latin = latin[:min(len(latin), maxRunes)]
	for i, c := range latin {
		switch next := at(latin, i+1); {
		case c == 'q' && (next == 'i' || next == 'u'), c == 'j' && i > 0 && !isVowel(latin[i-1]):
			w = append(w, 'c', 'h')
		case c == 'c' && next != 'h' && next != 'k' && next != 'e' && next != 'i' && next != 'y':
			w = append(w, 't', 's')
		default:
			w = append(w, c)
		}
	}
	n := len(dst)
	dst = appendWordSkeleton(dst, w)
	for i, c := range dst[n:] {
		switch c {
		case 'j', 'z':
			dst[n+i] = 's'
		case 'b':
			dst[n+i] = 'p'
		case 'd':
			dst[n+i] = 't'
		case 'r':
			dst[n+i] = 'l'
		case 'v':
			dst[n+i] = 'f'
		}
	}
	return dst
}

// appendWordSkeleton walks one word from left to right, one sound at a time.
func appendWordSkeleton(dst, w []byte) []byte {
	base := len(dst)
	fresh := true // a consonant equal to the last one is a new one, as a vowel lies between
	i := 0
	if c, n := initial(w); n > 0 {
		dst = append(dst, c)
		i = n
	}
	for i < len(w) {
		c, n := sound(w, i)
		i += n
		switch {
		case c == 0:
			fresh = true
		case fresh || len(dst) == base || dst[len(dst)-1] != c:
			dst = append(dst, c)
			if c == 'k' && w[i-1] == 'x' && n == 1 && i > 1 {
				dst = append(dst, 's')
			}
			fresh = false
		}
	}
	return dst
}

// initial reads the sound at the start of a word where it differs from the
// same letters inside: a vowel leaves a mark, ye- and je- are a plain vowel,
// ya-, ia-, yu-, iu- and yo- one glide.
func initial(w []byte) (class byte, n int) {
	if len(w) == 0 {
		return 0, 0
	}
	switch w[0] {
	case 'a', 'e', 'o', 'u':
		return 'a', 1
	case 'i':
		if len(w) > 2 && (w[1] == 'a' || w[1] == 'o' || w[1] == 'u') {
			return 'y', 2
		}
		return 'a', 1
	case 'y':
		switch {
		case len(w) > 1 && (w[1] == 'e' || w[1] == 'i'):
			return 'a', 2
		case len(w) > 1 && isVowel(w[1]):
			return 'y', 2
		}
		return 'a', 1
	case 'j':
		switch {
		case len(w) > 1 && w[1] == 'e':
			return 'a', 2
		case len(w) > 2 && w[1] == 'u' && (w[2] == 'r' || w[2] == 'l'):
			return 'y', 2
		}
	case 'x':
		return 's', 1
	case 'h':
		if len(w) > 1 && w[1] == 's' {
			return 's', 2
		}
	case 'k':
		if isKhaddafi(w) {
			return 'k', 2
		}
	}
	return 0, 0
}

// isKhaddafi reports whether w starts like the one name in which kh stands for
// a q: قذافي is written Khaddafi, Gaddafi, Qadhafi.
func isKhaddafi(w []byte) bool {
	if len(w) < 6 || w[1] != 'h' || w[2] != 'a' || w[3] != 'd' {
		return false
	}
	rest := w[4:]
	for len(rest) > 0 && (rest[0] == 'd' || rest[0] == 'h') {
		rest = rest[1:]
	}
	return len(rest) > 1 && rest[0] == 'a' && rest[1] == 'f'
}

func isVowel(c byte) bool {
	switch c {
	case 'a', 'e', 'i', 'o', 'u', 'y':
		return true
	}
	return false
}

// at returns w[i], or 0 beyond the end.
func at(w []byte, i int) byte {
	if i >= 0 && i < len(w) {
		return w[i]
	}
	return 0
}

// sound returns the class of the sound at w[i:] and how many letters write it.
// The class 0 is no consonant: a vowel, or a letter that is not heard. The
// classes are
//
//	k  k q g c ck gh ng(g)        j  j dj dzh zh ch tch tsch cz
//	h  h kh                       z  z ts tz dz, c where it is ц
//	s  s sh sch shch ss x(Chinese) c before e i y
//	v  v w ff at the end          f  f ph
//	t  t th   d  d dh   b p l m n r
func sound(w []byte, i int) (class byte, n int) {
	switch c := w[i]; c {
	case 'a', 'e', 'i', 'y':
		return 0, 1
	case 'o', 'u':
		return roundVowel(w, i)
	case 'b', 'l', 'm', 'n', 'r':
		return c, 1
	case 'c':
		return soundC(w, i)
	case 's':
		return soundS(w, i)
	case 't':
		return soundT(w, i)
	case 'd':
		return soundD(w, i)
	case 'j':
		return soundJ(w, i)
	case 'h':
		if i+1 == len(w) || i > 0 && !isVowel(at(w, i+1)) && !isVowel(w[i-1]) {
			return 0, 1 // a final h is a vowel sign, and one between consonants is not heard
		}
		return 'h', 1
	case 'k':
		if at(w, i+1) == 'h' {
			return 'h', 2
		}
		return 'k', 1
	case 'g':
		if at(w, i+1) == 'h' {
			return 'k', 2
		}
		return 'k', 1
	case 'q':
		return 'k', 1
	case 'p':
		if at(w, i+1) == 'h' {
			return 'f', 2
		}
		return 'p', 1
	case 'f':
		if i > 1 && at(w, i+1) == 'f' && (w[i-1] == 'o' || w[i-1] == 'e') && (i+2 == len(w) || at(w, i+2) == 'i' && i+6 >= len(w)) {
			return 'v', 2 // Ivanoff, Ivanoffitch
		}
		return 'f', 1
	case 'v', 'w':
		return 'v', 1
	case 'x':
		return soundX(w, i)
	case 'z':
		if at(w, i+1) == 'h' {
			return 'j', 2
		}
		return 'z', 1
	}
	if '0' <= w[i] && w[i] <= '9' {
		return w[i], 1
	}
	return 0, 1
}

// roundVowel reads ou before another vowel as the w that it writes in French
// spelling: Anouar is Anwar.
func roundVowel(w []byte, i int) (byte, int) {
	if w[i] == 'o' && at(w, i+1) == 'u' && isVowel(at(w, i+2)) && at(w, i+2) != 'u' {
		return 'v', 2
	}
	return 0, 1
}

func soundC(w []byte, i int) (byte, int) {
	switch at(w, i+1) {
	case 'h':
		return 'j', 2
	case 'z':
		return 'j', 2
	case 'k', 'c', 'q':
		return 'k', 2
	case 'e', 'i', 'y':
		if i > 1 && w[i-1] == 'i' && w[i-2] == 'v' {
			return 'j', 1 // Kovacevic, Petrovici
		}
		return 's', 1
	case 0:
		if i > 0 && w[i-1] == 'i' {
			return 'j', 1 // Petrovic
		}
	}
	return 'k', 1
}

func soundS(w []byte, i int) (byte, int) {
	n := 1
	if at(w, i+1) == 'c' && at(w, i+2) == 'h' {
		n = 3
		if at(w, i+3) == 't' && at(w, i+4) == 's' && at(w, i+5) == 'c' && at(w, i+6) == 'h' {
			n = 7 // schtsch, the German щ
		}
	} else if at(w, i+1) == 'h' {
		n = 2
		if at(w, i+2) == 'c' && at(w, i+3) == 'h' {
			n = 4 // shch
		}
	} else if at(w, i+1) == 'z' {
		n = 2
	}
	return 's', n
}

func soundT(w []byte, i int) (byte, int) {
	switch at(w, i+1) {
	case 'h':
		return 't', 2
	case 's':
		if at(w, i+2) == 'c' && at(w, i+3) == 'h' {
			return 'j', 4
		}
		if at(w, i+2) != 'h' {
			return 'z', 2
		}
	case 'z':
		return 'z', 2
	case 'c':
		if at(w, i+2) == 'h' {
			return 'j', 3
		}
	}
	return 't', 1
}

func soundD(w []byte, i int) (byte, int) {
	switch at(w, i+1) {
	case 'j':
		return 'j', 2
	case 'z':
		if at(w, i+2) == 'h' {
			return 'j', 3
		}
		return 'z', 2
	case 's':
		if at(w, i+2) == 'c' && at(w, i+3) == 'h' {
			return 'j', 4 // dsch, the German j
		}
	case 'h':
		return 'd', 2
	}
	return 'd', 1
}

// soundJ drops the j that is a glide: behind a consonant (Tatjana) and behind
// e, i, o before the end or a consonant (Sergej, Marija).
func soundJ(w []byte, i int) (byte, int) {
	if i == 0 {
		return 'j', 1
	}
	p, next := w[i-1], at(w, i+1)
	switch {
	case !isVowel(p) && p != 'j':
		return 0, 1
	case p == 'i':
		return 0, 1
	case (p == 'e' || p == 'o') && !isVowel(next):
		return 0, 1
	}
	return 'j', 1
}

// soundX reads x as ks, and as s where only Chinese has it.
func soundX(w []byte, i int) (byte, int) {
	p := w[i-1]
	if p == 'n' || p == 'g' || at(w, i+1) == 'i' && p != 'e' && p != 'a' && p != 'o' && isVowel(at(w, i+2)) {
		return 's', 1
	}
	return 'k', 1
}
