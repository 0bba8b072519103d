// SPDX-License-Identifier: Apache-2.0

package translit

import (
	_ "embed"
	"strings"
	"sync"
)

//go:embed data/cyrillic.txt
var cyrillicData string

var cyrillicTable = sync.OnceValue(func() *table { return parseTable(cyrillicData, 0x400) })

// The systems tried for a word of each language, the likeliest first. A word of
// unknown language is read as Russian, then as its letters allow.
func cyrillicSystems(lang string) []string {
	switch lang {
	case "uk":
		return []string{"uk", "uk-press", "uk-bgn", "uk-soft", "ru-press", "uk-german", "ru"}
	case "be":
		return []string{"be", "be-bgn", "be-press", "uk", "ru-press"}
	case "bg":
		return []string{"bg", "bg-old", "bg-press", "ru", "ru-press"}
	case "sr":
		return []string{"sr", "sr-english", "sr-plain", "sr-dj", "ru"}
	case "mk":
		return []string{"mk", "mk-plain", "sr", "sr-english"}
	case "ru":
		return []string{"ru", "ru-press", "ru-passport", "ru-plain", "ru-yev", "ru-german", "ru-gost", "ru-y",
			"ru-yevi", "ru-ii", "ru-french", "ru-germanj", "ru-foreign", "ru-foreign2"}
	}
	return []string{"ru", "ru-press", "ru-passport", "ru-plain", "ru-foreign", "ru-gost", "ru-german", "ru-french",
		"ru-yev", "uk", "bg", "ru-foreign2", "sr-english", "ru-ii"}
}

// cyrillicLanguage tells the language of a word: what the hint says, else what
// letters it has that only some alphabets use.
func cyrillicLanguage(word string, h Hint) string {
	switch h.Lang {
	case "ru", "uk", "be", "bg", "sr", "mk":
		return h.Lang
	case "bs", "hr", "cnr", "sh":
		return "sr"
	}
	switch {
	case strings.ContainsAny(word, "ѓќѕ"):
		return "mk"
	case strings.ContainsAny(word, "ђћџјљњ"):
		return "sr"
	case strings.ContainsRune(word, 'ў'):
		return "be"
	case strings.ContainsAny(word, "ґєї"):
		return "uk"
	case strings.ContainsRune(word, 'і'):
		if strings.ContainsAny(word, "ыэё") {
			return "be"
		}
		return "uk"
	}
	return ""
}

func readCyrillic(word string, h Hint, out *collector) {
	lang := cyrillicLanguage(word, h)
	systems := cyrillicSystems(lang)
	foreign := 3
	if lang != "" {
		foreign = 1 // a word that is known to be of the language is hardly a foreign one
	}
	out.within(foreign, func(room *collector) { cyrillicTable().read(word, systems, room) })
	readLearned(learnedCyrillic(), lettersOf(word, Cyrillic), "cyrillic-learned", out)
	cyrillicTable().read(word, systems, out)
}
