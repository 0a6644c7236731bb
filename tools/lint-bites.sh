#!/bin/sh
# Proves that the linters bite. An intruder breaks rules of the rooms and restless workflows are not deterministic; each such
# line says so, and what golangci-lint and workflowcheck find must be exactly that. `make lint` runs it from the root.
set -eu

root=$(pwd)
work=.dev/intruder
rm -rf "$work"
mkdir -p .dev
cp -R internal/house/testdata/intruder "$work"
cp .golangci.yaml "$work"

(cd "$work" && grep -rn '// want ' --include='*.go' . |
	sed -E 's|^\./||; s|^([^:]+:[0-9]+):.*// want ([a-z]+)$|\1 \2|' | sort -u) >"$work/want"

# It must exit non-zero; what it says is compared, so its exit code alone proves nothing.
(cd "$work" && go tool -modfile="$root/tools/go.mod" golangci-lint run --allow-parallel-runners \
	--output.text.path=stdout --output.text.print-issued-lines=false --output.text.colors=false ./... 2>log || true) |
	sed -nE 's|^([^:]+:[0-9]+):[0-9]+: .*\(([a-z]+)\)$|\1 \2|p' | sort -u >"$work/found"

if ! diff -u "$work/want" "$work/found"; then
	echo "The linters do not bite as they should: - is not found, + is not wanted." >&2
	cat "$work/log" >&2
	exit 1
fi
echo "golangci-lint bites: it refuses $(wc -l <"$work/want" | tr -d ' ') lines of the intruder"

# Workflows that are not deterministic, each marked at its first line.
restless=internal/house/testdata/restless
grep -n '// want$' "$restless/restless.go" | cut -d: -f1 >"$work/want"
(go tool -modfile=tools/go.mod workflowcheck -config .workflowcheck.yaml "./$restless" 2>&1 || true) |
	sed -nE 's|^.*/restless\.go:([0-9]+):.*|\1|p' | sort -nu >"$work/found"
if ! diff -u "$work/want" "$work/found"; then
	echo "workflowcheck does not bite as it should: - is not found, + is not wanted, by lines of $restless/restless.go" >&2
	exit 1
fi
echo "workflowcheck bites: it refuses $(wc -l <"$work/want" | tr -d ' ') restless workflows"
rm -rf "$work"
