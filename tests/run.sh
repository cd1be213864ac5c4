#!/bin/sh
# run.sh: everything that shows that BarkBook works, in one go.
#
#   sh tests/run.sh [--long] [--only NAME[,NAME]] [--list] [--no-install]
#
# Installs what is missing (Debian packages, and the browser driver from npm), builds with the address
# and undefined-behaviour sanitizers, and once more with the thread sanitizer for what runs in threads,
# then runs every suite. The last line is "N passed, N failed"; the exit status is 0 only if nothing
# failed. --long takes the large counts; --only runs some suites (--list names them).
set -u

cd "$(dirname "$0")/.." || exit 1
. packaging/debian-packages.sh

only=
list=
install=yes
while [ $# -gt 0 ]; do
  case $1 in
  --long)
    BARKBOOK_TEST_LONG=1
    export BARKBOOK_TEST_LONG
    ;;
  --only)
    [ $# -ge 2 ] || { echo "run.sh: --only needs the name of a suite: see --list" >&2; exit 2; }
    only=$2
    shift
    ;;
  --only=*) only=${1#--only=} ;;
  --list) list=yes ;;
  --no-install) install= ;;
  -h | --help)
    sed -n '2,/^set -u/s/^# \{0,1\}//p' "$0"
    exit 0
    ;;
  *)
    echo "run.sh: $1: unknown option: see --help" >&2
    exit 2
    ;;
  esac
  shift
done

# Ends like a full run would, so that whoever reads the last line is never without one.
give_up() {
  echo "$1"
  echo "0 passed, 1 failed"
  exit 1
}

if [ -n "$install" ]; then
  # shellcheck disable=SC2086 # lists
  install_missing "what BarkBook's tests need" $BUILD_PACKAGES $RUN_PACKAGES $TEST_PACKAGES ||
    give_up "Packages are missing."
  if [ -f tests/browser/package-lock.json ]; then
    # npm writes this file itself, at the end of a complete installation.
    if [ ! tests/browser/node_modules/.package-lock.json -nt tests/browser/package-lock.json ]; then
      echo "Installing the browser driver by npm"
      (cd tests/browser && npm ci --no-audit --no-fund --loglevel=error) ||
        give_up "npm ci failed in tests/browser."
      touch tests/browser/node_modules/.package-lock.json
    fi
  fi
fi

if [ -n "$list" ]; then
  exec python3 tests/support/suites.py --list
fi

# build FOLDER OPTIONS…: sets the folder up once; meson itself notices changed build files.
build() {
  folder=$1
  target=$2
  shift 2
  mkdir -p build
  if [ ! -f "$folder/build.ninja" ]; then
    rm -rf "$folder"
    meson setup "$folder" "$@" >"$folder.log" 2>&1 || { cat "$folder.log"; return 1; }
  fi
  # shellcheck disable=SC2086 # no target means all of them
  ninja -C "$folder" $target >"$folder.log" 2>&1 || { tail -n 60 "$folder.log"; return 1; }
}

# Warnings are errors only where nothing is instrumented: gcc warns of what the sanitizers themselves add.
echo "Building the release, every warning an error"
build build/release "" -Dbuildtype=release || give_up "The build failed: see above."
echo "Building with the address and undefined-behaviour sanitizers"
build build/test "" -Dtests=true -Dbuildtype=debugoptimized -Doptimization=1 -Dwerror=false \
  -Db_sanitize=address,undefined -Db_lundef=false ||
  give_up "The build with sanitizers failed: see above."
echo "Building with the thread sanitizer"
build build/thread "" -Drace=true -Dtests=false -Dbuildtype=debugoptimized -Doptimization=1 -Dwerror=false \
  -Db_sanitize=thread -Db_lundef=false ||
  give_up "The build with the thread sanitizer failed: see above."

exec python3 tests/support/suites.py ${only:+--only "$only"}
