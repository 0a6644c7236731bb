package pg

import (
	"archive/zip"
	"bytes"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// fakePrograms makes a folder with programs that say they are a version.
func fakePrograms(t *testing.T, version string) string {
	t.Helper()
	folder := t.TempDir()
	for _, name := range []string{"initdb", "postgres"} {
		script := fmt.Sprintf("#!/bin/sh\necho '%s (PostgreSQL) %s'\n", name, version)
		if err := os.WriteFile(filepath.Join(folder, name), []byte(script), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	return folder
}

func TestProgramsAreTakenByTheirVersion(t *testing.T) {
	for name, test := range map[string]struct {
		says   string
		wanted int
		taken  int
	}{
		"a release":                      {"15.18 (Debian 15.18-0+deb12u1)", 0, 15},
		"a beta":                         {"19beta1", 0, 19},
		"the oldest that works":          {"14.0", 0, 14},
		"one that is too old":            {"13.22", 0, 0},
		"the one that the cluster needs": {"16.2", 16, 16},
		"another than the cluster needs": {"17.5", 16, 0},
		"something that is no version":   {"devel", 0, 0},
	} {
		t.Run(name, func(t *testing.T) {
			programs, ok := inspect(t.Context(), fakePrograms(t, test.says), test.wanted)
			if ok != (test.taken != 0) || programs.Major != test.taken {
				t.Errorf("found %+v, %t", programs, ok)
			}
		})
	}
	t.Run("a folder without programs", func(t *testing.T) {
		if _, ok := inspect(t.Context(), t.TempDir(), 0); ok {
			t.Error("programs were found")
		}
	})
}

// repository serves a build as the library expects it: an archive in an archive.
func repository(t *testing.T) *httptest.Server {
	t.Helper()
	build, err := os.ReadFile("testdata/build.txz")
	if err != nil {
		t.Fatal(err)
	}
	var jar bytes.Buffer
	archive := zip.NewWriter(&jar)
	file, err := archive.Create("postgres.txz")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := file.Write(build); err != nil {
		t.Fatal(err)
	}
	if err := archive.Close(); err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !strings.HasSuffix(r.URL.Path, ".jar") {
			http.NotFound(w, r)
			return
		}
		_, _ = w.Write(jar.Bytes())
	}))
	t.Cleanup(server.Close)
	return server
}

func TestABuildIsDownloadedAndFoundAgain(t *testing.T) {
	folder := filepath.Join(t.TempDir(), "builds")
	if _, ok := downloaded(t.Context(), folder, 0); ok {
		t.Fatal("a build was found before one was downloaded")
	}
	if err := download(t.Context(), folder, 0, repository(t).URL); err != nil {
		t.Fatal(err)
	}
	programs, ok := downloaded(t.Context(), folder, 0)
	if !ok || programs.Major != 17 {
		t.Errorf("found %+v, %t", programs, ok)
	}
	if left, _ := filepath.Glob(filepath.Join(folder, "download-*")); len(left) > 0 {
		t.Errorf("left behind: %q", left)
	}
}

func TestAFailedDownloadSaysWhy(t *testing.T) {
	server := httptest.NewServer(http.NotFoundHandler())
	defer server.Close()
	folder := t.TempDir()
	err := download(t.Context(), folder, 0, server.URL)
	if err == nil || !strings.Contains(err.Error(), "no version found") {
		t.Errorf("error %v", err)
	}
	if _, ok := downloaded(t.Context(), folder, 0); ok {
		t.Error("a build was found")
	}
}
