// SPDX-License-Identifier: Apache-2.0

package segment

import (
	"errors"
	"fmt"
	"runtime"
	"runtime/debug"
	"unsafe"

	"github.com/interdict-dev/interdict/internal/errkind"
)

// A Fault is what a reader of a damaged or cut file panics with, and the error
// that [Catch] makes of it. It wraps [errkind.Unavailable]: an answer that
// rests on the file is incomplete.
type Fault struct {
	Path    string
	Section string // the section that was asked for; "" where it is not known
	Chunk   int    // 64 KiB from the end of the header; -1 where it is not known
	reason  string
}

// Error names file, section and chunk, and the next step.
func (f *Fault) Error() string {
	s := f.Path
	if f.Section != "" {
		s += fmt.Sprintf(": section %q", f.Section)
	}
	if f.Chunk >= 0 {
		s += fmt.Sprintf(": chunk %d", f.Chunk)
	}
	return s + ": " + f.reason + "; run `interdict book verify`"
}

// Unwrap says the kind.
func (f *Fault) Unwrap() error { return errkind.Unavailable }

// Catch runs read and returns its error. A [*Fault] that read panics with
// becomes an error, and so does a memory fault inside one of the files, which
// is what a reader gets when a file is cut after its chunks were checked; the
// files are there so that the error can name one. Without files, every memory
// fault at an address counts. Any other panic goes on.
//
// Faults are a matter of one goroutine: a read that starts others calls Catch
// in each.
func Catch(read func() error, files ...*File) (err error) {
	defer debug.SetPanicOnFault(debug.SetPanicOnFault(true))
	defer func() {
		r := recover()
		if r == nil {
			return
		}
		fault := asFault(r, files)
		if fault == nil {
			panic(r)
		}
		err = fault
	}()
	return read()
}

func asFault(r any, files []*File) *Fault {
	e, ok := r.(error)
	if !ok {
		return nil
	}
	var fault *Fault
	if errors.As(e, &fault) {
		return fault
	}
	addr, ok := faultAddress(r)
	if !ok {
		return nil
	}
	for _, f := range files {
		if off, ok := f.offset(addr); ok {
			return &Fault{Path: f.path, Section: f.sectionAt(off), Chunk: off >> f.shift, reason: "the file was cut or cannot be read"}
		}
	}
	if len(files) > 0 {
		return nil
	}
	return &Fault{Path: "a file of the book", Chunk: -1, reason: "it was cut or cannot be read"}
}

// faultAddress returns the address of a memory fault, which the runtime gives
// to the panics that [debug.SetPanicOnFault] asks for. A nil pointer has none.
func faultAddress(r any) (uintptr, bool) {
	e, ok := r.(runtime.Error)
	if !ok {
		return 0, false
	}
	a, ok := e.(interface{ Addr() uintptr })
	if !ok {
		return 0, false
	}
	return a.Addr(), true
}

// offset returns where in the sections an address lies.
func (f *File) offset(addr uintptr) (int, bool) {
	if len(f.data) == 0 {
		return 0, false
	}
	start := uintptr(unsafe.Pointer(unsafe.SliceData(f.data)))
	if addr < start || addr >= start+uintptr(len(f.data)) {
		return 0, false
	}
	return int(addr - start), true
}
