// SPDX-License-Identifier: Apache-2.0

package lexicon

import (
	"io/fs"
	"os"
	"testing/fstest"
)

// An overlay is the folder data with some files replaced.
type overlay map[string]string

func (o overlay) Open(name string) (fs.File, error) {
	if text, ok := o[name]; ok {
		return fstest.MapFS{name: {Data: []byte(text)}}.Open(name)
	}
	return os.DirFS("data").Open(name)
}
