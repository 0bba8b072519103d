// SPDX-License-Identifier: Apache-2.0

package bench

import (
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"runtime/debug"
	"strconv"
	"strings"
	"time"

	"github.com/interdict-dev/interdict/book"
	"github.com/interdict-dev/interdict/party"
)

// A Machine is what figures were measured on and with.
type Machine struct {
	At      time.Time `json:"at"`               // when it began
	Program string    `json:"program"`          // version of the program
	Commit  string    `json:"commit,omitempty"` // where the build says it
	Go      string    `json:"go"`
	System  string    `json:"system"` // as "linux/amd64"
	CPU     string    `json:"cpu"`
	Cores   int       `json:"cores"`
	Memory  uint64    `json:"memory_bytes,omitempty"`
	Load    float64   `json:"load"` // what ran beside when it began: the system's load average of a minute
}

// ThisMachine describes the machine and the build at a time. What the system does
// not say is left out.
func ThisMachine(program string, at time.Time) Machine {
	m := Machine{At: at.UTC().Truncate(time.Second), Program: program, Go: runtime.Version(), System: runtime.GOOS + "/" + runtime.GOARCH, Cores: runtime.GOMAXPROCS(0)}
	m.CPU = field("/proc/cpuinfo", "model name")
	if m.CPU == "" {
		m.CPU = "processor not named"
	}
	kB, err := strconv.ParseUint(strings.TrimSuffix(field("/proc/meminfo", "MemTotal"), " kB"), 10, 64)
	if err == nil {
		m.Memory = kB << 10
	}
	m.Load = load()
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return m
	}
	for _, s := range info.Settings {
		switch {
		case s.Key == "vcs.revision":
			m.Commit = s.Value + m.Commit
		case s.Key == "vcs.modified" && s.Value == "true":
			m.Commit += "-dirty"
		}
	}
	return m
}

// String says the machine on one line.
func (m Machine) String() string {
	s := m.Program
	if m.Commit != "" {
		s += " (" + m.Commit + ")"
	}
	s += fmt.Sprintf(", %s %s, %d cores, %s", m.Go, m.System, m.Cores, m.CPU)
	if m.Memory > 0 {
		s += fmt.Sprintf(", %.0f GB", float64(m.Memory)/1e9)
	}
	return s + fmt.Sprintf(", load %.1f, %s", m.Load, m.At.Format("2006-01-02 15:04 UTC"))
}

// field reads one line of a file of the system, "name : value"; "" where there
// is none.
func field(file, name string) string {
	b, err := os.ReadFile(file)
	if err != nil {
		return ""
	}
	for line := range strings.Lines(string(b)) {
		if key, value, ok := strings.Cut(line, ":"); ok && strings.TrimSpace(key) == name {
			return strings.TrimSpace(value)
		}
	}
	return ""
}

func load() float64 {
	b, err := os.ReadFile("/proc/loadavg")
	if err != nil {
		return 0
	}
	first, _, _ := strings.Cut(string(b), " ")
	f, err := strconv.ParseFloat(first, 64)
	if err != nil {
		return 0
	}
	return f
}

// A Data is the book that was measured.
type Data struct {
	Book    string      `json:"book"`  // digest
	File    string      `json:"file"`  // name of the file, without its folder
	Bytes   int64       `json:"bytes"` // of the file
	Model   string      `json:"model"` // version of the model of name comparison
	Entries int         `json:"entries"`
	Lists   []book.Info `json:"lists"`
}

// DataOf describes a book.
func DataOf(b *book.Book) Data {
	d := Data{Book: b.Digest().String(), File: filepath.Base(b.Path()), Bytes: b.Size(), Model: b.Model().Version, Lists: b.Manifest().Lists}
	for _, l := range b.Lists() {
		d.Entries += l.Len()
	}
	return d
}

// Print prints the book and its lists for people.
func (d *Data) Print(w io.Writer) {
	fmt.Fprintf(w, "book %s (%s, %.1f MB): %d entries, model %s\n", d.Book, d.File, float64(d.Bytes)/1e6, d.Entries, d.Model)
	for _, l := range d.Lists {
		published := "undated"
		if !l.Published.IsZero() {
			published = "published " + l.Published.String()
		}
		fmt.Fprintf(w, "  %s: %d entries, %s, edition %s\n", l.List, l.Entries, published, short(l.Edition))
	}
}

// short cuts a digest to what a person compares.
func short(digest string) string {
	const enough = 19
	if len(digest) > enough {
		return digest[:enough]
	}
	return digest
}

// A Cost is what work took of the machine.
type Cost struct {
	Wall time.Duration `json:"wall_ns"`
	CPU  time.Duration `json:"cpu_ns"` // user and system, of all cores, the collector's included; 0 where the system does not say
}

// String says both times.
func (c Cost) String() string {
	if c.CPU == 0 {
		return fmt.Sprintf("%.1f s", c.Wall.Seconds())
	}
	return fmt.Sprintf("%.1f s, %.1f s of processor", c.Wall.Seconds(), c.CPU.Seconds())
}

// CostOf measures work.
func CostOf(work func() error) (Cost, error) {
	wall, cpu := time.Now(), cpuTime()
	err := work()
	return Cost{time.Since(wall), cpuTime() - cpu}, err
}

// A Memory is what the process holds.
type Memory struct {
	Heap uint64 `json:"heap_bytes"`     // in use by the program
	Sys  uint64 `json:"sys_bytes"`      // taken from the system by the Go runtime
	RSS  uint64 `json:"rss_bytes"`      // resident now, pages of the mapped book included; 0 where the system does not say
	Peak uint64 `json:"rss_peak_bytes"` // most that was resident, since ResetPeak where the system lets it be reset
}

// memory reads what the process holds.
func memory() Memory {
	var s runtime.MemStats
	runtime.ReadMemStats(&s)
	m := Memory{Heap: s.HeapAlloc, Sys: s.Sys, RSS: statusBytes("VmRSS"), Peak: statusBytes("VmHWM")}
	if m.Peak == 0 {
		m.Peak = mostMemory()
	}
	return m
}

func statusBytes(name string) uint64 {
	kB, err := strconv.ParseUint(strings.TrimSuffix(field("/proc/self/status", name), " kB"), 10, 64)
	if err != nil {
		return 0
	}
	return kB << 10
}

// ResetPeak gives memory back and begins to count the largest resident set
// anew. Where the system cannot, as on anything but Linux, it returns false and
// the peak is that since the program began.
func ResetPeak() bool {
	debug.FreeOSMemory()
	return os.WriteFile("/proc/self/clear_refs", []byte("5"), 0) == nil // proc(5): 5 resets VmHWM
}

// Peak is the largest resident set since [ResetPeak], in bytes; 0 where the
// system does not say.
func Peak() uint64 { return memory().Peak }

// String says the memory for people.
func (m Memory) String() string {
	return fmt.Sprintf("heap %s, resident %s, at most %s", bytesText(m.Heap), bytesText(m.RSS), bytesText(m.Peak))
}

func bytesText(n uint64) string {
	if n == 0 {
		return "not known"
	}
	return fmt.Sprintf("%.0f MB", float64(n)/1e6)
}

// dayOf is the day of a plan, in words.
func dayOf(d party.Date) string {
	if d.IsZero() {
		return "any day"
	}
	return d.String()
}
