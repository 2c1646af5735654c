#!/usr/bin/env bash
# Makes the image without a container engine: an OCI archive, from the packages of this machine's Debian and the .NET runtime beside its SDK.
#   docker/image.sh [FILE [MORE OPTIONS OF dotnet publish]]    default: artifacts/perpetual-rebalancing.oci.tar
# Needs Linux, root (or fakeroot: files must belong to others), the .NET SDK, mmdebstrap and umoci.
set -euo pipefail

cd "$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)"
image="$(realpath -m "${1:-artifacts/perpetual-rebalancing.oci.tar}")"
# The user of Microsoft's images, so that a volume fits this image and that of the Dockerfile.
user=1654
name=perpetual-rebalancing

for tool in dotnet mmdebstrap umoci; do
  command -v "$tool" >/dev/null || { echo "error: $tool is missing. Install it (apt-get install mmdebstrap umoci; the SDK that global.json names)."; exit 2; }
done
suite="$(. /etc/os-release && echo "${VERSION_CODENAME:-}")"
sources=/etc/apt/sources.list.d/debian.sources
[[ -f "$sources" ]] || sources=/etc/apt/sources.list

work="$(mktemp -d)"
trap 'rm -rf "$work"' EXIT

# The line of the Dockerfile; what is built on the way stays out of the other builds' folder.
publish="$(sed -n 's/^RUN \(dotnet publish .*\) --output .*/\1/p' docker/Dockerfile)"
$publish --output "$work/program" --artifacts-path "$work/artifacts" --verbosity quiet "${@:2}"
rm -f "$work"/program/*.xml

# Only the files of the packages, no package manager and no shell; no ICU, which the program does without. OpenSSL's name has its version in it.
ssl="$(apt-cache depends --important libssl-dev | sed -n 's/.*Depends: \(libssl[0-9a-z]*\)$/\1/p')"
export SOURCE_DATE_EPOCH="${SOURCE_DATE_EPOCH:-$(git log -1 --format=%ct 2>/dev/null || date +%s)}"
mmdebstrap --quiet --variant=extract --include="base-files,libc6,libgcc-s1,libstdc++6,zlib1g,$ssl,libsqlite3-0,ca-certificates,tzdata" \
  --extract-hook='mkdir -p "$1/var/lib/dpkg/status.d"; for deb in "$1"/var/cache/apt/archives/*.deb; do dpkg-deb --field "$deb" >"$1/var/lib/dpkg/status.d/$(dpkg-deb --field "$deb" Package)"; done' \
  "$suite" "$work/base" "$sources"

umoci init --layout "$work/layout"
umoci new --image "$work/layout:latest"
umoci unpack --image "$work/layout:latest" "$work/bundle"
root="$work/bundle/rootfs"
cp -a "$work/base/." "$root/"
rm -rf "$root"/{bin,sbin,usr/bin,usr/sbin,dev}/* "$root"/usr/share/{man,perl5,lintian,gdb,bug,debconf,apport} "$root"/var/lib/dpkg/status "$root"/var/{cache,log}/*

# What the package's script would have made of the certificates.
cat "$root"/usr/share/ca-certificates/mozilla/*.crt >"$root/etc/ssl/certs/ca-certificates.crt"
printf 'root:x:0:0:root:/:/sbin/nologin\n%s:x:%s:%s::/var/lib/%s:/sbin/nologin\n' "$name" "$user" "$user" "$name" >"$root/etc/passwd"
printf 'root:x:0:\n%s:x:%s:\n' "$name" "$user" >"$root/etc/group"

# The newest runtime of the SDK's line, as the Dockerfile's base image has it.
line="$(sed -n 's/.*"version": "\([0-9]*\.[0-9]*\)\..*/\1/p' global.json | head -n 1)"
for framework in Microsoft.NETCore.App Microsoft.AspNetCore.App; do
  read -r version folder <<<"$(dotnet --list-runtimes | sed -n "s/^$framework \($line\.[0-9.]*\) \[\(.*\)\]$/\1 \2/p" | sort -V | tail -n 1)"
  mkdir -p "$root/usr/share/dotnet/shared/$framework"
  cp -r "$folder/$version" "$root/usr/share/dotnet/shared/$framework/"
done
mkdir -p "$root/usr/share/dotnet/host/fxr"
cp -r "${folder%/shared/*}/host/fxr/$version" "$root/usr/share/dotnet/host/fxr/"

mkdir -p "$root/opt" "$root/usr/bin"
cp -r "$work/program" "$root/opt/$name"
cp -r config "$root/etc/$name"
ln -s "/opt/$name/$name" "$root/usr/bin/$name"
chmod -R u=rwX,go=rX "$root/opt" "$root/etc/$name" "$root/usr/share/dotnet"
install -d -m 0700 -o "$user" -g "$user" "$root/var/lib/$name"

umoci repack --refresh-bundle --image "$work/layout:latest" "$work/bundle"
umoci config --image "$work/layout:latest" --config.user "$user:$user" --config.workingdir "/var/lib/$name" --config.volume "/var/lib/$name" --config.stopsignal SIGTERM \
  --config.env PATH=/usr/bin --config.env "PERPETUAL_CONFIG=/etc/$name" --config.env "PERPETUAL_DATA=/var/lib/$name" --config.env DOTNET_EnableDiagnostics=0 \
  --config.entrypoint "/usr/bin/$name" --config.cmd run
umoci gc --layout "$work/layout"

mkdir -p "$(dirname "$image")"
tar --create --file "$image" --directory "$work/layout" .
echo "$image: $(( $(stat --format=%s "$image") >> 20 )) MB"
