#!/bin/sh
# start.sh: from a checkout on a fresh Debian 12 to a running BarkBook, to try it.
#
#   sh packaging/start.sh [--demo] [OPTIONS OF barkbook]
#
# Installs the Debian packages that are missing, builds a release into build/release, and serves the
# data folder ./barkbook-data (with --demo: a made-up salon in ./barkbook-demo). Everything after that
# is passed on, for example --data-dir DIR or --config FILE. A second start takes seconds. Ctrl-C stops.
set -eu

case ${1-} in
-h | --help)
  sed -n '2,/^set -eu/s/^# \{0,1\}//p' "$0" | sed '$d'
  exit 0
  ;;
esac

here=$(cd "$(dirname "$0")/.." && pwd)
. "$here/packaging/debian-packages.sh"

# The data folder is meant relative to where this was called from, so nothing below changes the folder.
build=$here/build/release

# shellcheck disable=SC2086 # lists
install_missing "what BarkBook needs" $BUILD_PACKAGES $RUN_PACKAGES

mkdir -p "$here/build"
if [ ! -f "$build/build.ninja" ]; then
  rm -rf "$build"
  echo "Preparing the build in $build"
  meson setup "$build" "$here" --buildtype=release >"$build.log" 2>&1 || {
    tail -n 30 "$build.log" >&2
    echo "The build could not be prepared: see above, or $build.log" >&2
    exit 1
  }
fi
[ -x "$build/src/barkbook" ] || echo "Building BarkBook: a minute or two, the first time only"
ninja -C "$build" src/barkbook >"$build.log" 2>&1 || {
  tail -n 40 "$build.log" >&2
  echo "The build failed: see above, or $build.log" >&2
  exit 1
}

# The shell makes way, so that Ctrl-C and signals reach BarkBook itself.
if [ "${1-}" = --demo ]; then
  shift
  exec "$build/src/barkbook" demo "$@"
fi
exec "$build/src/barkbook" serve --welcome "$@"
