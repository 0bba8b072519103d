// SPDX-License-Identifier: Apache-2.0

package xmlscan_test

import (
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"runtime"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/interdict-dev/interdict/internal/xmlscan"
)

// ours writes the tokens of a file as lines.
func ours(r io.Reader, max int) (string, error) { return tokens(xmlscan.New(r, max)) }

func blanks(r io.Reader, max int) (string, error) {
	s := xmlscan.New(r, max)
	s.KeepBlanks()
	return tokens(s)
}

func tokens(s *xmlscan.Scanner) (string, error) {
	var b strings.Builder
	for {
		k, err := s.Next()
		if err != nil {
			return b.String(), err
		}
		switch k {
		case xmlscan.EOF:
			return b.String(), nil
		case xmlscan.Start:
			fmt.Fprintf(&b, "start %s\n", s.Name())
			s.Attrs(func(name, value []byte) { fmt.Fprintf(&b, "attr %s %q\n", name, value) })
		case xmlscan.End:
			fmt.Fprintf(&b, "end %s\n", s.Name())
		case xmlscan.Text:
			fmt.Fprintf(&b, "text %q\n", s.Text())
		}
	}
}

// theirs does the same with encoding/xml, and keeps white space within the root
// where it is asked to.
func theirs(data []byte, blanks bool) (string, error) {
	var b strings.Builder
	var text []byte
	depth := 0
	flush := func() {
		if len(bytes.TrimLeft(text, " \t\r\n")) > 0 || blanks && depth > 0 && len(text) > 0 {
			fmt.Fprintf(&b, "text %q\n", text)
		}
		text = text[:0]
	}
	d := xml.NewDecoder(bytes.NewReader(data))
	for {
		t, err := d.Token()
		if err == io.EOF {
			return b.String(), nil
		}
		if err != nil {
			return b.String(), err
		}
		switch t := t.(type) {
		case xml.StartElement:
			flush()
			depth++
			fmt.Fprintf(&b, "start %s\n", t.Name.Local)
			for _, a := range t.Attr {
				fmt.Fprintf(&b, "attr %s %q\n", a.Name.Local, a.Value)
			}
		case xml.EndElement:
			flush()
			depth--
			fmt.Fprintf(&b, "end %s\n", t.Name.Local)
		case xml.CharData:
			text = append(text, t...)
		}
	}
}

func TestTokens(t *testing.T) {
	for _, c := range []struct{ in, want string }{
		{`<a/>`, "start a\nend a\n"},
		{"\xef\xbb\xbf<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<!-- c --><a x='1' y = \"&lt;&#x41;\"></a >\n", "start a\nattr x \"1\"\nattr y \"<A\"\nend a\n"},
		{"<n:a xmlns:n='u'><b>&amp;\r\nx<![CDATA[<&]]> <!-- - -->y</b> </n:a>", "start a\nattr n \"u\"\nstart b\ntext \"&\\nx<& y\"\nend b\nend a\n"},
		{"<a>\n <b>永信 至成</b>\n</a>", "start a\nstart b\ntext \"永信 至成\"\nend b\nend a\n"},
	} {
		for _, r := range []io.Reader{strings.NewReader(c.in), iotest.OneByteReader(strings.NewReader(c.in)), iotest.DataErrReader(strings.NewReader(c.in))} {
			got, err := ours(r, 0)
			if err != nil || got != c.want {
				t.Errorf("tokens of %q = %q, %v, want %q", c.in, got, err, c.want)
			}
		}
	}
}

func TestErrorsSayLineAndReason(t *testing.T) {
	for _, c := range []struct{ in, want string }{
		{"", "line 1: the file is empty: unexpected EOF"},
		{"<!-- x -->", "line 1: unexpected EOF"},
		{"plain", "line 1: text outside of the root element: \"plain\""},
		{"<a>\n<b>\n</a>", "line 3: an end tag that is not </b>"},
		{"<a>\n<b>x", "line 2: the file ends within <b>: unexpected EOF"},
		{"<a/>\n<b/>", "line 2: a second root element"},
		{"<a/>x", "line 1: text outside of the root element: \"x\""},
		{"<a>&nbsp;</a>", "line 1: an unknown entity &nbsp;"},
		{"<a>\n\n&#0;</a>", "line 3: a reference &#0; to no character"},
		{"<a>\x01</a>", "line 1: the control character 0x01"},
		{"<a>\xff</a>", "line 1: bytes that are not UTF-8: \"\\xff\""},
		{"<a b='1' b='2'/>", "line 1: the attribute b stands twice"},
		{"<a b='<'/>", "line 1: a < within an attribute's value"},
		{"<a b=1/>", "line 1: an unexpected '1', want a quoted value"},
		{"<a>]]></a>", "line 1: ]]> outside of a CDATA section"},
		{"<?xml version='1.0' encoding='windows-1252'?><a/>", "line 1: the file is in \"windows-1252\", want UTF-8"},
		{"<?xml version='1.0' encoding = 'windows-1252'?><a/>", "line 1: the file is in \"?\", want UTF-8"},
		{"\xff\xfe<\x00a\x00", "line 1: the file is in UTF-16, want UTF-8"},
		{"<!DOCTYPE html>\n<html></html>", "line 1: a document type declaration, which is refused"},
		{"<?>", "line 1: unexpected EOF"},
	} {
		_, err := ours(strings.NewReader(c.in), 0)
		if err == nil || !strings.HasPrefix(err.Error(), c.want) {
			t.Errorf("error of %q = %v, want %s", c.in, err, c.want)
		}
	}
}

// The classical bomb: a megabyte out of ten entities that hold each other.
func TestEntityBombIsRefused(t *testing.T) {
	bomb := `<?xml version="1.0"?><!DOCTYPE lolz [<!ENTITY lol "lol"><!ENTITY lol2 "&lol;&lol;&lol;&lol;">]><lolz>&lol2;</lolz>`
	if _, err := ours(strings.NewReader(bomb), 0); !errors.Is(err, xmlscan.ErrDoctype) {
		t.Errorf("a bomb gave %v, want %v", err, xmlscan.ErrDoctype)
	}
	deep := strings.Repeat("<a>", 1001)
	if _, err := ours(strings.NewReader(deep), 0); err == nil || !strings.Contains(err.Error(), "nested more than") {
		t.Errorf("1001 elements within each other gave %v", err)
	}
}

// endless gives prefix and then the same byte until n are read.
func endless(prefix string, n int64) io.Reader {
	return io.MultiReader(strings.NewReader(prefix), io.LimitReader(same('x'), n))
}

type same byte

func (b same) Read(p []byte) (int, error) {
	for i := range p {
		p[i] = byte(b)
	}
	return len(p), nil
}

func TestTwoGigabytesOfTextAreRefusedInLittleMemory(t *testing.T) {
	for _, prefix := range []string{"<a>", "<a><![CDATA[", "<a b='", "<a><!--", "<?x ", "<a>&amp;", "<", "<a>\xd1\x8f"} {
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		_, err := ours(endless(prefix, 2<<30), 0)
		runtime.ReadMemStats(&after)
		if err == nil || !strings.Contains(err.Error(), "longer than 16777216 bytes") {
			t.Errorf("2 GB after %q gave %v", prefix, err)
		}
		if used := after.TotalAlloc - before.TotalAlloc; used > 200<<20 {
			t.Errorf("2 GB after %q took %d MB", prefix, used>>20)
		}
	}
}

func TestReadersErrorIsKept(t *testing.T) {
	cut := errors.New("cut")
	_, err := ours(io.MultiReader(strings.NewReader("<a><b/></a>"), iotest.ErrReader(cut)), 0)
	if !errors.Is(err, cut) {
		t.Errorf("a reader that fails after the root element gave %v, want %v", err, cut)
	}
	_, err = ours(io.MultiReader(strings.NewReader("<a>x"), iotest.ErrReader(io.ErrUnexpectedEOF)), 0)
	if !errors.Is(err, io.ErrUnexpectedEOF) {
		t.Errorf("a cut archive gave %v", err)
	}
}

func TestValueAndSkip(t *testing.T) {
	s := xmlscan.New(iotest.OneByteReader(strings.NewReader("<a><b> x &amp; y </b><c><d>1</d>2</c><e/><f>1<g/></f></a>")), 64)
	next := func() string {
		t.Helper()
		if k, err := s.Next(); err != nil || k != xmlscan.Start {
			t.Fatalf("Next = %v, %v, want a start", k, err)
		}
		return string(s.Name())
	}
	next()
	next()
	if v, err := s.Value(); err != nil || string(v) != " x & y " {
		t.Errorf("Value = %q, %v", v, err)
	}
	next()
	if err := s.Skip(); err != nil || s.Depth() != 1 {
		t.Errorf("Skip = %v at depth %d", err, s.Depth())
	}
	if got := next(); got != "e" {
		t.Errorf("after Skip comes %s, want e", got)
	}
	if v, err := s.Value(); err != nil || len(v) > 0 {
		t.Errorf("Value of <e/> = %q, %v", v, err)
	}
	next()
	if v, err := s.Value(); err == nil {
		t.Errorf("Value of an element with a child = %q", v)
	}
}

func TestMarkedIsTheElementAsPublished(t *testing.T) {
	long := strings.Repeat("<c>1</c>", 100)
	s := xmlscan.New(iotest.OneByteReader(strings.NewReader("<a>\n <b x='1'>"+long+"</b><d/></a>")), 64)
	for range 2 {
		if _, err := s.Next(); err != nil {
			t.Fatal(err)
		}
	}
	s.Mark()
	if err := s.Skip(); err != nil {
		t.Fatal(err)
	}
	if got, want := s.Marked(), "<b x='1'>"+long+"</b>"; got != want {
		t.Errorf("Marked = %q, want %q", got, want)
	}
}

// FuzzScanner holds the promise of the package: what we accept, encoding/xml
// accepts with the same tokens; and how the bytes arrive does not count.
func FuzzScanner(f *testing.F) {
	for _, s := range []string{
		"<a/>", "<a b='1'>x</a>", "<a>&#x41;&lt;</a>", "<a><![CDATA[x]]>y</a>", "<?xml version=\"1.0\" encoding=\"utf-8\"?><a:b xmlns:a='u'/>",
		"<a>\r\n\r</a>", "<a><!-- x --> <b/></a>", "<?x?><a/>", "<a b=\"&quot;é\"/>", "\xef\xbb\xbf<a/>", "<!DOCTYPE a><a/>", "<a>]]&gt;</a>", "<a x='>'/>",
		"<?>", "<a", "<a>" + strings.Repeat("text ", 50) + "</a>", "<a></a\n>", "<?xml fooversion='2'?><a/>",
	} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		against(t, data, ours, false)
		against(t, data, blanks, true)
	})
}

func against(t *testing.T, data []byte, read func(io.Reader, int) (string, error), blanks bool) {
	t.Helper()
	got, err := read(bytes.NewReader(data), 0)
	slow, slowErr := read(iotest.OneByteReader(bytes.NewReader(data)), 0)
	if got != slow || (err == nil) != (slowErr == nil) {
		t.Fatalf("byte by byte: %q, %v, at once: %q, %v", slow, slowErr, got, err)
	}
	if err != nil {
		return
	}
	want, theirErr := theirs(bytes.TrimPrefix(data, []byte("\xef\xbb\xbf")), blanks)
	if theirErr != nil {
		t.Fatalf("we accept %q, encoding/xml says %v", data, theirErr)
	}
	if got != want {
		t.Fatalf("tokens of %q = %q, want %q", data, got, want)
	}
}

func BenchmarkScanner(b *testing.B) {
	one := "      <Feature ID=\"78694\" FeatureTypeID=\"647\">\n        <Comment />\n        <Value>www.integritytech.com.cn</Value>\n      </Feature>\n"
	data := []byte("<a>" + strings.Repeat(one, 10000) + "</a>")
	b.SetBytes(int64(len(data)))
	for b.Loop() {
		s := xmlscan.New(bytes.NewReader(data), 0)
		for {
			k, err := s.Next()
			if err != nil {
				b.Fatal(err)
			}
			if k == xmlscan.EOF {
				break
			}
		}
	}
}
