// SPDX-License-Identifier: Apache-2.0

// Package places knows countries by the names that people print, the
// territories that sanctions law singles out, and how alike two addresses are.
//
// [Country] reads a country's name in the spellings and scripts of lists,
// vendors and registers. [Find] finds embargoed places in addresses and free
// text, each dated and per regime with its source: a red flag of its own kind,
// never a match of a party. [Compare] says what two addresses agree on, what
// they contradict each other in, and what is missing, as data.
//
// The gazetteers are readable embedded files, read when first asked for. The
// package judges nothing and knows no lists: weights and grades are the
// caller's.
package places
