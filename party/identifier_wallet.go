// SPDX-License-Identifier: Apache-2.0

package party

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"math/big"
	"strings"

	"golang.org/x/crypto/sha3"
)

// A walletForm is one way to write an address: it gives the normal form, and
// Bad where the address is not written that way or its check digits fail.
type walletForm struct {
	currency string // whose form it is, where the currency is not said
	read     func(string) (string, Check)
}

// wallet returns the normal form of an address of a currency, as OFAC prints
// codes ("xbt", "usdt"). A token is held by addresses of several chains, so it
// has several forms; a currency that is not known has all of them. Where none
// fits, another currency's check digits decide: OFAC prints a Tron address
// under XBT.
func wallet(currency, value string) (string, Check) {
	s := strings.TrimSpace(value)
	for _, f := range walletForms(currency) {
		if normal, check := f.read(s); check != Bad {
			return normal, check
		}
	}
	for _, f := range walletForms("") {
		if normal, check := f.read(s); check == Valid {
			return normal, check
		}
	}
	return s, Bad
}

// walletForms lists the forms of a currency, those with check digits first.
func walletForms(currency string) []walletForm {
	var (
		ethereum = walletForm{"eth", hexAddress}
		bitcoin  = walletForm{"xbt", base58Check("\x00", "\x05")}
		segwit   = walletForm{"xbt", bech32("bc")}
		tron     = walletForm{"trx", base58Check("\x41")}
		solana   = walletForm{"sol", base58Key}
		litecoin = walletForm{"ltc", base58Check("\x30", "\x32")}
		ltcBech  = walletForm{"ltc", bech32("ltc")}
		zcash    = walletForm{"zec", base58Check("\x1c\xb8", "\x1c\xbd")}
		zcashZ   = walletForm{"zec", bech32("zs", "u")}
		dash     = walletForm{"dash", base58Check("\x4c", "\x10")}
		gold     = walletForm{"btg", base58Check("\x26", "\x17")}
		goldBech = walletForm{"btg", bech32("btg")}
		verge    = walletForm{"xvg", base58Check("\x1e", "\x21")}
		cash     = walletForm{"bch", cashAddr}
		ripple   = walletForm{"xrp", rippleAddress}
		binance  = walletForm{"bnb", bech32("bnb")}
		monero   = walletForm{"xmr", moneroAddress}
	)
	switch strings.ToLower(currency) {
	case "xbt", "btc":
		return []walletForm{bitcoin, segwit}
	case "bsv":
		return []walletForm{bitcoin}
	case "bch":
		return []walletForm{cash, bitcoin}
	case "eth", "etc", "arb", "bsc", "matic", "avax":
		return []walletForm{ethereum}
	case "usdt", "usdc":
		return []walletForm{ethereum, tron, bitcoin, segwit, solana}
	case "ltc":
		return []walletForm{litecoin, ltcBech, {"ltc", base58Check("\x05")}}
	case "zec":
		return []walletForm{zcash, zcashZ}
	case "dash":
		return []walletForm{dash}
	case "btg":
		return []walletForm{gold, goldBech}
	case "xvg":
		return []walletForm{verge}
	case "xrp":
		return []walletForm{ripple}
	case "trx":
		return []walletForm{tron}
	case "bnb":
		return []walletForm{binance, ethereum}
	case "sol":
		return []walletForm{solana}
	case "xmr":
		return []walletForm{monero, {"xmr", moneroID}}
	}
	return []walletForm{ethereum, bitcoin, segwit, tron, litecoin, ltcBech, zcash, zcashZ, dash, gold, goldBech, verge, cash, ripple, binance, monero, solana}
}

// hexAddress reads an Ethereum address; other chains use the same form. One in
// mixed case has check digits (EIP-55). The normal form is lower case with 0x.
func hexAddress(s string) (string, Check) {
	digits, ok := strings.CutPrefix(s, "0x")
	if !ok {
		digits, ok = strings.CutPrefix(s, "0X")
	}
	if !ok || len(digits) != 40 || !isHex(digits) {
		return s, Bad
	}
	lower := strings.ToLower(digits)
	if digits == lower || digits == strings.ToUpper(digits) {
		return "0x" + lower, Unchecked
	}
	return "0x" + lower, validIf(digits == eip55(lower))
}

// eip55 returns 40 lower-case hexadecimal digits in the mixed case of EIP-55.
func eip55(lower string) string {
	hash := hex.EncodeToString(keccak([]byte(lower)))
	out := []byte(lower)
	for i, c := range out {
		if c >= 'a' && hash[i] >= '8' {
			out[i] = c - 'a' + 'A'
		}
	}
	return string(out)
}

func keccak(b []byte) []byte {
	h := sha3.NewLegacyKeccak256()
	h.Write(b)
	return h.Sum(nil)
}

const (
	base58Alphabet = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
	rippleAlphabet = "rpshnaf39wBUDNEGHJKLM4PQRST7VWXYZ2bcdeCg65jkm8oFqi1tuvAxyz"
)

// base58 decodes s over an alphabet; not ok for another character or for more
// than 128 of them, which no address has.
func base58(s, alphabet string) ([]byte, bool) {
	if s == "" || len(s) > 128 {
		return nil, false
	}
	n, radix := new(big.Int), big.NewInt(58)
	zeros := 0
	for i := range len(s) {
		v := strings.IndexByte(alphabet, s[i])
		if v < 0 {
			return nil, false
		}
		if v == 0 && zeros == i {
			zeros++
		}
		n.Add(n.Mul(n, radix), big.NewInt(int64(v)))
	}
	return append(make([]byte, zeros), n.Bytes()...), true
}

// base58Payload returns what stands before the four check bytes (the first of a
// double SHA-256) of an address.
func base58Payload(s, alphabet string) ([]byte, bool) {
	b, ok := base58(s, alphabet)
	if !ok || len(b) < 5 {
		return nil, false
	}
	payload, sum := b[:len(b)-4], b[len(b)-4:]
	first := sha256.Sum256(payload)
	second := sha256.Sum256(first[:])
	return payload, bytes.Equal(second[:4], sum)
}

// base58Check reads addresses of 20 bytes behind one of the version prefixes.
func base58Check(versions ...string) func(string) (string, Check) {
	return func(s string) (string, Check) {
		payload, ok := base58Payload(s, base58Alphabet)
		if !ok {
			return s, Bad
		}
		for _, v := range versions {
			if len(payload) == len(v)+20 && strings.HasPrefix(string(payload), v) {
				return s, Valid
			}
		}
		return s, Bad
	}
}

// rippleAddress reads a classic XRP Ledger address: base58 over its own
// alphabet with version 0.
func rippleAddress(s string) (string, Check) {
	payload, ok := base58Payload(s, rippleAlphabet)
	return s, validIf(ok && len(payload) == 21 && payload[0] == 0)
}

// base58Key reads a Solana address: a public key of 32 bytes, without check
// digits.
func base58Key(s string) (string, Check) {
	b, ok := base58(s, base58Alphabet)
	return s, formIf(ok && len(b) == 32 && len(s) >= 32 && len(s) <= 44)
}

const bech32Alphabet = "qpzry9x8gf2tvdw0s3jn54khce6mua7l"

// bech32 reads addresses of BIP-173 and BIP-350 with one of the prefixes. A
// segregated witness address (bc, ltc, btg) of version 0 has the older
// constant, any later version the newer one.
func bech32(prefixes ...string) func(string) (string, Check) {
	return func(s string) (string, Check) {
		lower := strings.ToLower(s)
		if s != lower && s != strings.ToUpper(s) {
			return s, Bad
		}
		for _, prefix := range prefixes {
			data, ok := strings.CutPrefix(lower, prefix+"1")
			if !ok || len(data) < 8 {
				continue
			}
			values, ok := fiveBits(data)
			if !ok {
				return s, Bad
			}
			sum := bech32Sum(prefix, values)
			return lower, validIf(sum == bech32Constant(prefix, values[0]))
		}
		return s, Bad
	}
}

func bech32Constant(prefix string, version byte) uint32 {
	const older, newer = 1, 0x2bc830a3
	if prefix == "u" || prefix != "zs" && prefix != "bnb" && version > 0 {
		return newer
	}
	return older
}

func fiveBits(data string) ([]byte, bool) {
	values := make([]byte, len(data))
	for i := range len(data) {
		v := strings.IndexByte(bech32Alphabet, data[i])
		if v < 0 {
			return nil, false
		}
		values[i] = byte(v)
	}
	return values, true
}

// bech32Sum is the polymod of BIP-173.
func bech32Sum(prefix string, values []byte) uint32 {
	generator := [5]uint32{0x3b6a57b2, 0x26508e6d, 0x1ea119fa, 0x3d4233dd, 0x2a1462b3}
	sum := uint32(1)
	put := func(v byte) {
		top := sum >> 25
		sum = sum&0x1ffffff<<5 ^ uint32(v)
		for i, g := range generator {
			if top>>i&1 == 1 {
				sum ^= g
			}
		}
	}
	for i := range len(prefix) {
		put(prefix[i] >> 5)
	}
	put(0)
	for i := range len(prefix) {
		put(prefix[i] & 31)
	}
	for _, v := range values {
		put(v)
	}
	return sum
}

// cashAddr reads a Bitcoin Cash address, with or without "bitcoincash:". Its
// sum has 40 bits (the CashAddr specification). The normal form has no prefix.
func cashAddr(s string) (string, Check) {
	lower := strings.ToLower(s)
	if s != lower && s != strings.ToUpper(s) {
		return s, Bad
	}
	const prefix = "bitcoincash"
	data := strings.TrimPrefix(lower, prefix+":")
	values, ok := fiveBits(data)
	if !ok || len(values) != 42 {
		return s, Bad
	}
	return data, validIf(cashSum(prefix, values) == 0)
}

func cashSum(prefix string, values []byte) uint64 {
	generator := [5]uint64{0x98f2bc8e61, 0x79b76d99e2, 0xf33e5fb3c4, 0xae2eabe2a8, 0x1e4f43e470}
	sum := uint64(1)
	put := func(v byte) {
		top := sum >> 35
		sum = sum&0x07ffffffff<<5 ^ uint64(v)
		for i, g := range generator {
			if top>>i&1 == 1 {
				sum ^= g
			}
		}
	}
	for i := range len(prefix) {
		put(prefix[i] & 31)
	}
	put(0)
	for _, v := range values {
		put(v)
	}
	return sum ^ 1
}

// moneroAddress reads a Monero address: base58 in blocks of 11 characters for
// 8 bytes, of main-net type (18 standard, 19 integrated, 42 sub-address), with
// the first four bytes of a Keccak-256 at its end.
func moneroAddress(s string) (string, Check) {
	if len(s) != 95 && len(s) != 106 {
		return s, Bad
	}
	var b []byte
	for rest := s; rest != ""; {
		n := min(11, len(rest))
		block, ok := base58(rest[:n], base58Alphabet)
		size := map[int]int{11: 8, 7: 5}[n]
		block = bytes.TrimLeft(block, "\x00")
		if !ok || len(block) > size {
			return s, Bad
		}
		b = append(append(b, make([]byte, size-len(block))...), block...)
		rest = rest[n:]
	}
	if b[0] != 18 && b[0] != 19 && b[0] != 42 {
		return s, Bad
	}
	n := len(b) - 4
	return s, validIf(bytes.Equal(keccak(b[:n])[:4], b[n:]))
}

// moneroID reads 64 hexadecimal digits: OFAC publishes a view key or a payment
// id under XMR.
func moneroID(s string) (string, Check) {
	return strings.ToLower(s), formIf(len(s) == 64 && isHex(s))
}
