// SPDX-License-Identifier: Apache-2.0

package table

import (
	"bufio"
	"bytes"
	"fmt"
	"io"

	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/zstd"
)

// Decompress returns the content of a gzip or zstd stream, recognised by its
// first bytes, and any other stream as it is. format is "gzip", "zstd" or "".
// A stream that is cut short gives an error when its end is read.
func Decompress(r io.Reader) (content io.Reader, format string, err error) {
	br := bufio.NewReaderSize(r, 64<<10)
	magic, err := br.Peek(4)
	if err != nil && err != io.EOF {
		return nil, "", err
	}
	switch {
	case bytes.HasPrefix(magic, []byte("\x1F\x8B")):
		z, err := gzip.NewReader(br)
		if err != nil {
			return nil, "gzip", fmt.Errorf("read gzip header: %w", err)
		}
		return named{z, "gzip"}, "gzip", nil
	case bytes.HasPrefix(magic, []byte("\x28\xB5\x2F\xFD")):
		// One decoder without goroutines of its own needs no Close.
		z, err := zstd.NewReader(br, zstd.WithDecoderConcurrency(1), zstd.WithDecoderMaxMemory(256<<20))
		if err != nil {
			return nil, "zstd", fmt.Errorf("read zstd header: %w", err)
		}
		return named{z, "zstd"}, "zstd", nil
	}
	return br, "", nil
}

// named adds the name of the compression to its errors.
type named struct {
	io.Reader
	format string
}

func (n named) Read(p []byte) (int, error) {
	k, err := n.Reader.Read(p)
	switch {
	case err == nil || err == io.EOF:
		return k, err
	case err == io.ErrUnexpectedEOF:
		return k, fmt.Errorf("the %s file is cut short: %w", n.format, err)
	}
	return k, fmt.Errorf("the %s file is damaged: %w", n.format, err)
}
