// SPDX-License-Identifier: Apache-2.0

package rows

import "testing"

func TestMailDomain(t *testing.T) {
	for in, want := range map[string]string{
		"wang@integritytech.com.cn": "integritytech.com.cn", "A.B@Mail.Example.COM": "mail.example.com", "x@gmail.com": "", "x@yahoo.co.jp": "", "x@vip.163.com": "",
		"x@mail.ru": "", "no address": "", "x@": "", "x@com": "",
	} {
		if got := MailDomain(in); got != want {
			t.Errorf("MailDomain(%q) = %q, want %q", in, got, want)
		}
	}
}
