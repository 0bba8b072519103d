// SPDX-License-Identifier: Apache-2.0

// Command lexgen compiles the readable data files of package lexicon into the
// tables that it embeds:
//
//	go run ./internal/lexicon/lexgen
//
// It runs in the root of the repository, is run after every change of a file
// below internal/lexicon/data, and changes nothing else.
package main

import (
	"fmt"
	"os"
	"path/filepath"

	"github.com/interdict-dev/interdict/internal/lexicon"
)

const folder = "internal/lexicon"

func main() {
	if err := run(); err != nil {
		fmt.Fprintln(os.Stderr, "lexgen:", err)
		os.Exit(1)
	}
}

func run() error {
	tables, err := lexicon.Compile(os.DirFS(filepath.Join(folder, "data")))
	if err != nil {
		return err
	}
	for name, b := range tables {
		if err := os.WriteFile(filepath.Join(folder, name), b, 0o644); err != nil {
			return err
		}
		fmt.Printf("%s: %d bytes\n", name, len(b))
	}
	return nil
}
