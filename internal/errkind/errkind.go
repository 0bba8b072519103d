// SPDX-License-Identifier: Apache-2.0

// Package errkind names the four kinds of error that a caller in another
// package treats differently. An error says its kind by wrapping one of the
// sentinels; errors.Is finds it. Everything else is a plain error.
package errkind

import "errors"

var (
	// Invalid: the input is wrong and the same call will fail again.
	Invalid = errors.New("invalid")
	// NotFound: the thing named does not exist.
	NotFound = errors.New("not found")
	// Conflict: somebody else changed the thing first; read again, then decide.
	Conflict = errors.New("conflict")
	// Unavailable: something needed is missing now and may be there later. An
	// answer that rests on it is incomplete, never a pass.
	Unavailable = errors.New("unavailable")
)

// New returns an error of a kind with its own sentence; the kind does not
// appear in the text.
func New(kind error, text string) error { return &kinded{kind, errors.New(text)} }

// Wrap gives err a kind without changing its text. Wrap of nil is nil.
func Wrap(kind, err error) error {
	if err == nil {
		return nil
	}
	return &kinded{kind, err}
}

type kinded struct{ kind, err error }

func (k *kinded) Error() string   { return k.err.Error() }
func (k *kinded) Unwrap() []error { return []error{k.kind, k.err} }
