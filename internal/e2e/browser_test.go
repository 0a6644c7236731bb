package e2e_test

import (
	"bytes"
	"context"
	"image/png"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"o2c/internal/testkit"
)

// page is a tab of a real browser.
type page struct {
	t   testing.TB
	ctx context.Context
}

// browse starts a browser of the test's own, which ends with the test.
func browse(t testing.TB) *page {
	t.Helper()
	options := append(chromedp.DefaultExecAllocatorOptions[:len(chromedp.DefaultExecAllocatorOptions):len(chromedp.DefaultExecAllocatorOptions)],
		chromedp.ExecPath(testkit.Browser(t)), chromedp.WindowSize(1600, 2400), chromedp.UserDataDir(t.TempDir()))
	if os.Geteuid() == 0 {
		options = append(options, chromedp.NoSandbox) // chromium's sandbox does not work as root
	}
	ctx, cancel := context.WithTimeout(t.Context(), 2*time.Minute)
	t.Cleanup(cancel)
	ctx, cancel = chromedp.NewExecAllocator(ctx, options...)
	t.Cleanup(cancel)
	ctx, cancel = chromedp.NewContext(ctx)
	t.Cleanup(cancel)
	return &page{t: t, ctx: ctx}
}

func (p *page) open(address string) {
	p.t.Helper()
	if err := chromedp.Do(p.ctx, chromedp.Navigate(address)); err != nil {
		p.t.Fatalf("opening %s: %v", address, err)
	}
}

// text is a script for what a person reads on the page, that of the frames in it included, on one line.
const text = `[document, ...[...document.querySelectorAll('iframe')].map(frame => frame.contentDocument)]
	.map(part => part?.body?.innerText ?? '').join(' ').replace(/\s+/g, ' ')`

// shows waits until the page shows all of the texts. Where it does not, a picture of it is kept.
func (p *page) shows(texts ...string) {
	p.t.Helper()
	for _, want := range texts {
		_, err := chromedp.Run(p.ctx, chromedp.PollFunction[bool](`want => (`+text+`).includes(want)`,
			chromedp.WithPollingArgs(want), chromedp.WithPollingInterval(100*time.Millisecond), chromedp.WithPollingTimeout(30*time.Second)))
		if err != nil {
			seen, _ := chromedp.Run(p.ctx, chromedp.Evaluate[string](text))
			p.t.Fatalf("%q is not shown (%v), see %s:\n%s", want, err, p.keep(), seen)
		}
	}
	p.picture()
}

// picture is the page as it is seen now: a PNG of the window's size.
func (p *page) picture() []byte {
	p.t.Helper()
	shot, err := chromedp.Run(p.ctx, chromedp.CaptureScreenshot())
	if err != nil {
		p.t.Fatal(err)
	}
	picture, err := png.Decode(bytes.NewReader(shot))
	if err != nil {
		p.t.Fatalf("a screenshot that is no PNG: %v", err)
	}
	if size := picture.Bounds().Size(); size.X < 1000 || size.Y < 1000 {
		p.t.Errorf("a screenshot of %v", size)
	}
	return shot
}

// keep writes the picture to the folder for temporary files and returns its name.
func (p *page) keep() string {
	p.t.Helper()
	name := filepath.Join(os.TempDir(), strings.ReplaceAll(p.t.Name(), "/", "-")+".png")
	if err := os.WriteFile(name, p.picture(), 0o644); err != nil {
		p.t.Fatal(err)
	}
	return name
}
