// SPDX-License-Identifier: Apache-2.0

//go:build !linux

package infra

func advise([]byte) {}
