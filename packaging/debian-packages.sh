# debian-packages.sh: which Debian packages are needed for what, and how to get those that are missing.
# Sourced by packaging/start.sh and tests/run.sh; changes nothing when all is there.

# To build the program. libcurl comes with OpenSSL; the rest is what meson.build asks for.
BUILD_PACKAGES="gcc libc6-dev meson ninja-build pkgconf python3 libsqlite3-dev libcivetweb-dev
  libcjson-dev libmbedtls-dev libcurl4-openssl-dev libinih-dev libjs-chart.js cmark-gfm"

# To run it: the zones of the world and the authorities that Cal.com's certificate is checked against.
RUN_PACKAGES="tzdata ca-certificates"

# To make a Debian package of it, which brings what the program needs by itself.
PACKAGE_PACKAGES="dpkg-dev"

# To test it: unit tests, checkers, sanitizers and fuzzing (clang), the owner's queries (sqlite3), a browser,
# nginx in front of the dashboard, systemd to judge the service's unit. setarch (util-linux) gives the thread
# sanitizer the addresses it needs.
TEST_PACKAGES="libcriterion-dev clang clang-format clang-tidy libclang-rt-14-dev sqlite3 util-linux
  nodejs npm chromium nginx openssl qrencode dpkg-dev lintian debootstrap openssh-server
  systemd"

# as_root COMMAND…: directly for root, else by sudo.
as_root() {
  if [ "$(id -u)" -eq 0 ]; then
    "$@"
  elif command -v sudo >/dev/null 2>&1; then
    sudo "$@"
  else
    echo "Not root and no sudo here: run this as root once, so that it can install: $*" >&2
    return 1
  fi
}

# package_present NAME: installed, whoever did it.
package_present() {
  case $(dpkg-query -W -f='${db:Status-Status}' "$1" 2>/dev/null) in
  installed*) return 0 ;; # said once for each architecture that has it
  esac
  # Node.js from elsewhere than Debian brings npm along without a package of that name.
  [ "$1" = npm ] && command -v npm >/dev/null 2>&1
}

# install_missing WHAT_FOR PACKAGE…
install_missing() {
  what_for=$1
  shift
  missing=
  for package in "$@"; do
    package_present "$package" || missing="$missing $package"
  done
  if [ -z "$missing" ]; then
    return 0
  fi
  if ! command -v apt-get >/dev/null 2>&1; then
    echo "No apt-get here. Install by hand $what_for:$missing" >&2
    return 1
  fi
  echo "Installing $what_for:$missing"
  # Quiet unless it fails; asks nothing, also about changed configuration files.
  apt_log=$(mktemp) || return 1
  # shellcheck disable=SC2086 # the list is meant to be split
  if as_root apt-get update -q >"$apt_log" 2>&1 &&
    as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends \
      -o Dpkg::Options::=--force-confold $missing >>"$apt_log" 2>&1; then
    rm -f "$apt_log"
    return 0
  fi
  tail -n 20 "$apt_log" >&2
  rm -f "$apt_log"
  echo "Could not install the packages. Check the network and the disk, then start again." >&2
  return 1
}
