#!/bin/sh
# Builds the package in folder $1 to $2, and shows that it is working: `go build -v` names each package that it compiles,
# this counts them. Silent when nothing has changed.
set -eu

out=$(pwd)/$2
failed=$out.failed
mkdir -p "$(dirname "$out")"
rm -f "$failed"
cd "$1"
{ go build -v -o "$out" . 2>&1 || touch "$failed"; } | {
	n=0
	while IFS= read -r line; do
		case $line in
		*' '* | *:*) printf '%s\n' "$line" ;; # a message of the compiler or a download
		*)
			n=$((n + 1))
			if [ -t 1 ]; then
				printf '\r\033[K%d packages compiled, now %s' "$n" "$line"
			elif [ $((n % 200)) -eq 0 ]; then
				printf '%d packages compiled\n' "$n"
			fi
			;;
		esac
	done
	if [ "$n" -gt 0 ] && [ -t 1 ]; then printf '\r\033[K'; fi
	if [ "$n" -gt 0 ]; then printf '%s is built (%d packages compiled)\n' "$2" "$n"; fi
}
if [ -e "$failed" ]; then
	rm -f "$failed"
	exit 1
fi
