// SPDX-License-Identifier: Apache-2.0

package engine

import (
	"github.com/interdict-dev/interdict/law"
	"github.com/interdict-dev/interdict/names"
	"github.com/interdict-dev/interdict/places"
)

// With returns the home as a program built with other packs sees it.
func (h *Home) With(m *names.Model, l *law.Pack, g *places.Gazetteer) *Home {
	other := *h
	other.then = &packs{m, l, g}
	return &other
}
