// SPDX-License-Identifier: Apache-2.0

package rows

import (
	"slices"
	"strings"

	"github.com/interdict-dev/interdict/infra"
)

// MailDomain returns the domain of an e-mail address where it says whose it is:
// "" for the mailboxes that anybody can have.
func MailDomain(address string) string {
	_, host, ok := strings.Cut(strings.ToLower(strings.TrimSpace(address)), "@")
	if !ok {
		return ""
	}
	domain, ok := infra.CanonDomain(strings.Trim(host, ">. "))
	if !ok {
		return ""
	}
	registered := infra.RegistrableDomain(domain)
	label, _, _ := strings.Cut(registered, ".")
	if registered == "" || slices.Contains(mailboxes[:], registered) || slices.Contains(mailboxLabels[:], label) {
		return ""
	}
	return domain
}

// mailboxLabels are providers that have a domain in many countries.
var mailboxLabels = [...]string{"yahoo", "ymail", "hotmail", "outlook", "live", "gmx", "yandex", "googlemail", "aol", "zoho"}

// mailboxes are the large public providers of mailboxes, by country.
var mailboxes = [...]string{
	"gmail.com", "icloud.com", "me.com", "mac.com", "msn.com", "mail.com", "email.com", "fastmail.com", "rocketmail.com", "inbox.com",
	"proton.me", "protonmail.com", "pm.me", "tutanota.com", "tuta.io", "posteo.de", "mailbox.org", "hushmail.com",
	"qq.com", "foxmail.com", "163.com", "126.com", "yeah.net", "188.com", "vip.163.com", "sina.com", "sina.cn", "sohu.com", "139.com", "189.cn", "wo.cn", "aliyun.com", "21cn.com", "tom.com",
	"mail.ru", "bk.ru", "list.ru", "inbox.ru", "internet.ru", "rambler.ru", "ya.ru", "ukr.net", "i.ua", "meta.ua", "tut.by", "mail.kz",
	"web.de", "t-online.de", "freenet.de", "arcor.de", "bluewin.ch", "chello.at", "aon.at",
	"orange.fr", "wanadoo.fr", "free.fr", "sfr.fr", "laposte.net", "neuf.fr", "bbox.fr", "skynet.be", "telenet.be",
	"libero.it", "tiscali.it", "virgilio.it", "alice.it", "tin.it", "telefonica.net", "terra.es",
	"uol.com.br", "bol.com.br", "terra.com.br", "ig.com.br", "sapo.pt", "ziggo.nl", "kpnmail.nl", "planet.nl", "xs4all.nl", "home.nl",
	"wp.pl", "o2.pl", "onet.pl", "interia.pl", "op.pl", "poczta.onet.pl", "tlen.pl", "seznam.cz", "email.cz", "centrum.cz", "abv.bg", "freemail.hu", "citromail.hu",
	"naver.com", "daum.net", "hanmail.net", "nate.com", "docomo.ne.jp", "ezweb.ne.jp", "softbank.ne.jp", "nifty.com", "biglobe.ne.jp",
	"rediffmail.com", "mynet.com", "comcast.net", "verizon.net", "att.net", "sbcglobal.net", "bellsouth.net", "cox.net", "charter.net", "btinternet.com", "virginmedia.com", "sky.com", "ntlworld.com", "rogers.com", "shaw.ca", "bigpond.com", "optusnet.com.au", "xtra.co.nz",
}
