#!/usr/bin/env bash
# Runs every test and ends with one line: N passed, N failed, N skipped.
#
# Needs the .NET SDK that global.json names and the operating system's SQLite library; installs nothing.
# What cannot run on this machine is skipped, counted, and listed with its reason.
# NIGHTLY=1 runs the generated cases by the hundred thousand on a new seed each day: allow hours. PROPERTY_SEED repeats a seed.
# Exit code: 0 when something ran and nothing failed, else 1.
set -euo pipefail

repository="$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)"
cd "$repository"
export DOTNET_CLI_UI_LANGUAGE=en DOTNET_NOLOGO=1 DOTNET_CLI_TELEMETRY_OPTOUT=1

passed=0 failed=0 skipped=0
results="$(mktemp -d)"

# The last line is printed on every way out, also when the build breaks or somebody presses Ctrl+C.
finish() {
  local code=$?
  rm -rf "$results"
  if (( passed + failed == 0 )); then
    echo "Nothing ran."
    failed=1
  fi
  echo "$passed passed, $failed failed, $skipped skipped"
  if (( code == 0 && failed > 0 )); then code=1; fi
  exit "$code"
}
trap finish EXIT

sqlite_is_here() {
  case "$(uname -s)" in
    Linux) ;;
    *) return 0 ;; # macOS and Windows bring their own.
  esac
  local folder
  for folder in /lib /usr/lib /usr/local/lib /lib64 /usr/lib64 /lib/*-linux-* /usr/lib/*-linux-* ${LD_LIBRARY_PATH:+${LD_LIBRARY_PATH//:/ }}; do
    if [[ -e "$folder/libsqlite3.so.0" ]]; then return 0; fi
  done
  { ldconfig -p 2>/dev/null || true; } | grep -F 'libsqlite3.so.0' >/dev/null
}

# From "Passed!  - Failed:     0, Passed:   45, Skipped:     0, Total: ...": the number after a word.
number() { sed -nE "s/^(Passed|Failed|Skipped)! .*[ -]$1: +([0-9]+).*/\2/p" "$2" | tail -n 1; }

reasons() {
  awk '/outcome="NotExecuted"/ { name = $0; sub(/.*testName="/, "", name); sub(/".*/, "", name) }
       name != "" && /<Message>/ { why = $0; sub(/.*<Message>/, "", why); sub(/<\/Message>.*/, "", why); print "  skipped: " name ": " why; name = "" }' "$1"
}

run() {
  local project="$1" name log code=0
  name="$(basename "$project" .csproj)"
  log="$results/$name.log"
  dotnet test "$project" --no-build --logger "trx;LogFileName=$name.trx" --results-directory "$results" >"$log" 2>&1 || code=$?
  if [[ -z "$(number Passed "$log")" ]]; then
    cat "$log"
    echo "$name ended without a result (exit code $code)."
    failed=$(( failed + 1 ))
    return
  fi
  passed=$(( passed + $(number Passed "$log") ))
  failed=$(( failed + $(number Failed "$log") ))
  skipped=$(( skipped + $(number Skipped "$log") ))
  if (( code != 0 )); then
    cat "$log"
    if (( $(number Failed "$log") == 0 )); then failed=$(( failed + 1 )); fi
  else
    grep -E '^(Passed|Skipped)! ' "$log"
  fi
  if [[ -f "$results/$name.trx" ]]; then reasons "$results/$name.trx"; fi
}

skip() {
  local name count
  name="$(basename "$1" .csproj)"
  count="$(dotnet test "$1" --no-build --list-tests | awk 'listing && /^ / { n++ } /The following Tests are available/ { listing = 1 } END { print n + 0 }')"
  skipped=$(( skipped + count ))
  echo "  skipped: the $count tests of $name: $2"
}

dotnet restore --locked-mode --verbosity quiet
dotnet build --no-restore --verbosity quiet

for project in tests/*.Tests/*.csproj; do
  if ! sqlite_is_here && [[ "$project" != *.Domain.Tests.csproj ]]; then
    skip "$project" "the operating system's SQLite library is missing; the README names the package"
  else
    run "$project"
  fi
done
