#!/usr/bin/env bash
# Proves an image of docker/image.sh without an engine: unpacks it, starts it under chroot as its own user, and looks at what it does.
#   docker/check.sh [FILE]        makes the image first when FILE is not given
# Needs what image.sh needs, and to be root with the right to mount /proc, as an engine does; where that is not so it ends with 77: skipped.
set -euo pipefail

cd "$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)"
most_mb=120
most_ms=2000
user=1654
name=perpetual-rebalancing
work="$(mktemp -d)"
service=
finish() {
  if [[ -n "$service" ]]; then kill -KILL "$service" 2>/dev/null || true; fi
  rm -rf "$work"
}
trap finish EXIT

fail() { echo "error: $*"; exit 1; }

for tool in dotnet mmdebstrap umoci; do
  command -v "$tool" >/dev/null || { echo "skipped: $tool is missing; docker/README.md names what to install"; exit 77; }
done
unshare --mount mount -t proc proc /proc 2>/dev/null || { echo "skipped: nobody may mount /proc here, which .NET needs under chroot"; exit 77; }

image="${1:-$work/image.oci.tar}"
if [[ $# == 0 ]]; then docker/image.sh "$image" -p:RunAnalyzers=false; fi
megabytes=$(( $(stat --format=%s "$image") >> 20 ))
(( megabytes <= most_mb )) || fail "the image has $megabytes MB; at most $most_mb are meant"

mkdir "$work/layout"
tar --extract --file "$image" --directory "$work/layout"
umoci unpack --image "$work/layout:latest" "$work/bundle" >/dev/null
root="$work/bundle/rootfs"
data="$root/var/lib/$name"

# What the image says about itself, as an engine would read it.
blob() { echo "$work/layout/blobs/sha256/$(sed -n "s/.*\"$2\":{[^}]*\"digest\":\"sha256:\([0-9a-f]*\)\".*/\1/p" "$1")"; }
manifest="$work/layout/blobs/sha256/$(grep -o 'sha256:[0-9a-f]*' "$work/layout/index.json" | head -n 1 | cut -d: -f2)"
configuration="$(blob "$manifest" config)"
for wanted in "\"User\":\"$user:$user\"" "\"Entrypoint\":\[\"/usr/bin/$name\"\]" '"Cmd":\["run"\]' '"StopSignal":"SIGTERM"' "PERPETUAL_DATA=/var/lib/$name"; do
  grep -q "$wanted" "$configuration" || fail "the image's configuration lacks $wanted: $(cat "$configuration")"
done

[[ "$(stat --format='%a %u' "$data")" == "700 $user" ]] || fail "the data folder is not its user's alone: $(stat --format='%a %u' "$data")"
[[ -z "$(find "$root" -xdev \( -perm -4000 -o -perm -2000 \) -type f)" ]] || fail "the image holds files that change who runs them"
[[ -z "$(find "$root" -xdev -user "$user" ! -path "$data")" ]] || fail "its user may change more than the data folder"
[[ ! -e "$root/bin/sh" && ! -e "$root/usr/bin/sh" ]] || fail "the image holds a shell"
(( $(grep -c 'BEGIN CERTIFICATE' "$root/etc/ssl/certs/ca-certificates.crt") > 100 )) || fail "the image lacks certificates"

# An engine gives these.
mkdir -p "$root/proc" "$root/dev"
mount -t proc proc "$root/proc"
trap 'umount --lazy "$root/proc"; finish' EXIT
mknod -m 0666 "$root/dev/null" c 1 3
mknod -m 0666 "$root/dev/urandom" c 1 9
port=$(( 20000 + RANDOM % 12000 ))
inside=(env -i PATH=/usr/bin "PERPETUAL_CONFIG=/etc/$name" "PERPETUAL_DATA=/var/lib/$name" "PERPETUAL_PAGE=127.0.0.1:$port" DOTNET_EnableDiagnostics=0 "$(command -v chroot)" --userspec="$user:$user" "$root" "/usr/bin/$name")

"${inside[@]}" review >"$work/review" 2>&1 && code=0 || code=$?
(( code == 4 )) || { cat "$work/review"; fail "the first review ended with $code and not with 4, a plan that waits for approval"; }
[[ "$(head -c 15 "$data/household.db")" == "SQLite format 3" ]] || fail "household.db is no SQLite file"
[[ "$(stat --format='%a %u' "$data/household.db")" == "600 $user" ]] || fail "household.db may be read by others"
"${inside[@]}" audit verify >"$work/audit" 2>&1 || { cat "$work/audit"; fail "the log is not whole"; }
compgen -G "$data/outbox/*-approve-*.eml" >/dev/null || fail "nobody was asked to approve the plan"

# What the page of the running service answers.
ask() {
  exec 3<>"/dev/tcp/127.0.0.1/$port" || return 1
  printf 'GET %s HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n' "$1" >&3
  cat <&3
  exec 3>&-
}

# From the start of the process to the line that it writes when it is ready, and to the first sign of health on its page.
start=$(date +%s%N)
"${inside[@]}" run >"$work/log" 2>&1 &
service=$!
until grep -q 'Started for' "$work/log"; do
  kill -0 "$service" 2>/dev/null || { cat "$work/log"; fail "the service did not start"; }
  (( ($(date +%s%N) - start) / 1000000 < 60000 )) || { cat "$work/log"; fail "the service was not ready within a minute"; }
  sleep 0.01
done
ready=$(( ($(date +%s%N) - start) / 1000000 ))
until ask /healthz 2>/dev/null | grep -q 'pulse ok'; do
  kill -0 "$service" 2>/dev/null || { cat "$work/log"; fail "the service ended before its page answered"; }
  (( ($(date +%s%N) - start) / 1000000 < 60000 )) || { cat "$work/log"; fail "the page did not say within a minute that the service is healthy"; }
  sleep 0.01
done
healthy=$(( ($(date +%s%N) - start) / 1000000 ))
ask /readyz | grep -q 'database ok' || fail "the page does not say that the database can be used: $(ask /readyz)"
"${inside[@]}" doctor --only service >"$work/doctor" 2>&1 || { cat "$work/doctor"; fail "the service is not well"; }
memory="$(sed -n 's/^VmRSS:[ \t]*\([0-9]*\) kB/\1/p' "/proc/$service/status")"
kill -TERM "$service"
wait "$service" && code=0 || code=$?
service=
(( code == 0 )) || { cat "$work/log"; fail "the service ended with $code when it was told to stop"; }

echo "image $megabytes MB, of it $(du --summarize --one-file-system --block-size=1M --apparent-size "$root" | cut -f1) MB unpacked; ready $ready ms and healthy $healthy ms after the start; $(( memory >> 10 )) MB in memory"
# A machine that builds and tests at the same time says little about a start.
if (( healthy > most_ms )); then echo "note: meant are at most $most_ms ms on an idle machine."; fi
