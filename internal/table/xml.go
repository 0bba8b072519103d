// SPDX-License-Identifier: Apache-2.0

package table

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"html"
	"io"
)

// An xmlScanner reads the XML of a workbook part: tags, attributes and text,
// as written by any producer. It knows no document types, so no entity grows,
// and it holds one tag or text at a time, none longer than maxXMLToken.
// encoding/xml has neither limit and takes six times as long.
type xmlScanner struct {
	br  *bufio.Reader
	buf []byte
	tag tag
	end bool // a self-closing tag was read: its end comes next
}

// maxXMLToken bounds a text or a tag. A cell holds at most 32,767 characters.
const maxXMLToken = 1 << 20

// A tag is one start or end tag. Its bytes are valid until the next token.
type tag struct {
	name  []byte // local name, without prefix
	attrs []byte
	close bool
}

func newXMLScanner(r io.Reader) *xmlScanner {
	return &xmlScanner{br: bufio.NewReaderSize(r, 64<<10)}
}

var errXMLToken = fmt.Errorf("a text or tag is longer than %d bytes", maxXMLToken)

// next returns the text up to the next tag, and moves to that tag. It returns
// io.EOF when the text ends outside of any tag.
func (x *xmlScanner) next() (text []byte, err error) {
	if x.end {
		x.end, x.tag.close, x.tag.attrs = false, true, nil
		return nil, nil
	}
	x.buf = x.buf[:0]
	if err := x.until("<"); err != nil {
		return nil, err
	}
	for {
		mark := len(x.buf) // the text ends here; the tag is read after it
		if err := x.until(">"); err != nil {
			return nil, unexpected(err)
		}
		body := x.buf[mark:]
		switch {
		case bytes.HasPrefix(body, []byte("![CDATA[")):
			if err := x.rest(mark, "]]>"); err != nil {
				return nil, err
			}
			x.buf = append(x.buf[:mark], escapeCDATA(x.buf[mark+8:len(x.buf)-2])...)
		case bytes.HasPrefix(body, []byte("!--")):
			if err := x.rest(mark, "-->"); err != nil {
				return nil, err
			}
			x.buf = x.buf[:mark]
		case bytes.HasPrefix(body, []byte("!")):
			return nil, errors.New("the part holds a document type, which a workbook has not")
		case bytes.HasPrefix(body, []byte("?")):
			x.buf = x.buf[:mark]
		default:
			for openQuote(x.buf[mark:]) { // a ">" inside of an attribute
				x.buf = append(x.buf, '>')
				if err := x.until(">"); err != nil {
					return nil, unexpected(err)
				}
			}
			x.parse(x.buf[mark:])
			return x.buf[:mark], nil
		}
		if err := x.until("<"); err != nil {
			return nil, err
		}
	}
}

// until appends bytes up to the delimiter, which is dropped. An end of input
// inside a tag is unexpected, between tags it is the end.
func (x *xmlScanner) until(delim string) error {
	for {
		part, err := x.br.ReadSlice(delim[0])
		x.buf = append(x.buf, part...)
		if len(x.buf) > maxXMLToken {
			return errXMLToken
		}
		if err == bufio.ErrBufferFull {
			continue
		}
		if err != nil {
			return err
		}
		x.buf = x.buf[:len(x.buf)-1]
		return nil
	}
}

// rest reads on until what began at mark ends with the given characters.
func (x *xmlScanner) rest(mark int, end string) error {
	least := mark + len("!--") + 2
	if end == "]]>" {
		least = mark + len("![CDATA[") + 2
	}
	for len(x.buf) < least || !bytes.HasSuffix(x.buf, []byte(end[:2])) {
		x.buf = append(x.buf, '>')
		if err := x.until(">"); err != nil {
			return unexpected(err)
		}
	}
	return nil
}

// openQuote says that a tag ends inside of a quoted value.
func openQuote(tag []byte) bool {
	for {
		i := bytes.IndexAny(tag, "\"'")
		if i < 0 {
			return false
		}
		j := bytes.IndexByte(tag[i+1:], tag[i])
		if j < 0 {
			return true
		}
		tag = tag[i+j+2:]
	}
}

func unexpected(err error) error {
	if err == io.EOF {
		return io.ErrUnexpectedEOF
	}
	return err
}

// escapeCDATA makes raw text look like other text, so that unescape is right
// for both.
func escapeCDATA(b []byte) []byte {
	return bytes.ReplaceAll(bytes.Clone(b), []byte("&"), []byte("&amp;"))
}

func (x *xmlScanner) parse(body []byte) {
	t := tag{}
	if len(body) > 0 && body[0] == '/' {
		t.close, body = true, body[1:]
	} else if n := len(body); n > 0 && body[n-1] == '/' {
		x.end, body = true, body[:n-1]
	}
	i := bytes.IndexAny(body, " \t\r\n")
	if i < 0 {
		i = len(body)
	}
	t.name, t.attrs = body[:i], body[i:]
	if j := bytes.IndexByte(t.name, ':'); j >= 0 {
		t.name = t.name[j+1:]
	}
	x.tag = t
}

// attr returns the value of an attribute by its local name, "" where it is
// absent.
func (t tag) attr(name string) string {
	b := t.attrs
	for {
		b = bytes.TrimLeft(b, " \t\r\n")
		i := bytes.IndexByte(b, '=')
		if i < 0 {
			return ""
		}
		key := bytes.TrimSpace(b[:i])
		if j := bytes.IndexByte(key, ':'); j >= 0 {
			key = key[j+1:]
		}
		b = bytes.TrimLeft(b[i+1:], " \t\r\n")
		if len(b) == 0 {
			return ""
		}
		j := bytes.IndexByte(b[1:], b[0])
		if j < 0 {
			return ""
		}
		if string(key) == name {
			return unescape(b[1 : 1+j])
		}
		b = b[j+2:]
	}
}

// unescape resolves character references. A workbook has no others than the
// five of XML and numbers.
func unescape(b []byte) string {
	if bytes.IndexByte(b, '&') < 0 {
		return string(b)
	}
	return html.UnescapeString(string(b))
}
