#!/bin/sh
# build-deb.sh: one Debian package from a checkout.
#
#   sh packaging/build-deb.sh [--arch arm64] [OUTPUT_FOLDER]
#
# Installs what is missing, builds a release and writes barkbook_VERSION_ARCH.deb (into build/deb unless
# a folder is named). Install it with `sudo apt install ./barkbook_*.deb`. With --arch it cross-compiles:
# that needs `dpkg --add-architecture ARCH` and the libraries for it, which it says when they are missing.
set -eu
umask 022

here=$(cd "$(dirname "$0")/.." && pwd)
. "$here/packaging/debian-packages.sh"
arch=$(dpkg --print-architecture)
native=$arch
out=$here/build/deb
while [ $# -gt 0 ]; do
  case $1 in
  --arch) arch=$2; shift ;;
  -h | --help) sed -n '2,/^set -eu/s/^# \{0,1\}//p' "$0" | sed '$d'; exit 0 ;;
  *) mkdir -p "$1"; out=$(cd "$1" && pwd) ;;
  esac
  shift
done

# shellcheck disable=SC2086 # lists
install_missing "what the package needs" $BUILD_PACKAGES $PACKAGE_PACKAGES

mkdir -p "$here/build"
build=$here/build/package-$arch
cross=
if [ "$arch" != "$native" ]; then
  triplet=$(dpkg-architecture -a"$arch" -qDEB_HOST_MULTIARCH)
  command -v "$triplet-gcc" >/dev/null || {
    echo "build-deb.sh: no compiler for $arch: apt install crossbuild-essential-$arch" >&2
    exit 1
  }
  cross=$here/build/cross-$arch.ini
  cat >"$cross" <<END
[binaries]
c = '$triplet-gcc'
ar = '$triplet-ar'
strip = '$triplet-strip'
pkgconfig = 'pkg-config'
[built-in options]
pkg_config_path = '/usr/lib/$triplet/pkgconfig:/usr/share/pkgconfig'
[host_machine]
system = 'linux'
cpu_family = '$(dpkg-architecture -a"$arch" -qDEB_HOST_GNU_CPU)'
cpu = '$(dpkg-architecture -a"$arch" -qDEB_HOST_GNU_CPU)'
endian = 'little'
END
fi
[ -f "$build/build.ninja" ] || meson setup "$build" "$here" --prefix=/usr --buildtype=release \
  ${cross:+--cross-file "$cross"} >"$build.log" 2>&1 || { tail -n 30 "$build.log" >&2; exit 1; }
ninja -C "$build" src/barkbook >"$build.log" 2>&1 || { tail -n 40 "$build.log" >&2; exit 1; }

version=$(sed -n "s/^  version: '\(.*\)',/\1/p" "$here/meson.build" | head -n 1)
root=$(mktemp -d)
trap 'rm -rf "$root"' EXIT
chmod 0755 "$root"

put() { # MODE FROM TO
  install -D -m "$1" "$2" "$root$3"
}
install -D -m 0755 "$build/src/barkbook" "$root/usr/bin/barkbook"
strip=strip
[ "$arch" = "$native" ] || strip=$triplet-strip
"$strip" --strip-unneeded --remove-section=.comment --remove-section=.note "$root/usr/bin/barkbook"
put 0644 "$here/packaging/barkbook.service" /lib/systemd/system/barkbook.service
put 0644 "$here/packaging/debian/barkbook.sysusers" /usr/lib/sysusers.d/barkbook.conf
put 0644 "$here/packaging/debian/barkbook.tmpfiles" /usr/lib/tmpfiles.d/barkbook.conf
put 0644 "$here/packaging/debian/barkbook.avahi" /etc/avahi/services/barkbook.service
# A package's service listens for the proxy with TLS alone, and keeps its data where the system expects it.
mkdir -p "$root/etc/barkbook"
sed -e 's|^# data_dir = .*|data_dir = /var/lib/barkbook|' \
  -e 's|^# dashboard_listen = .*|dashboard_listen = 127.0.0.1:8080|' \
  -e 's|^# dashboard_trusted_proxies =.*|dashboard_trusted_proxies = 127.0.0.1|' \
  "$here/packaging/barkbook.conf" >"$root/etc/barkbook/barkbook.conf"
for folder in nginx tunnel; do
  for file in "$here/packaging/$folder"/*; do
    case $file in *.sh) mode=0755 ;; *) mode=0644 ;; esac
    put "$mode" "$file" "/usr/share/barkbook/$folder/$(basename "$file")"
  done
done
for file in "$here/packaging/manual"/*.md; do
  put 0644 "$file" "/usr/share/doc/barkbook/manual/$(basename "$file")"
done
put 0644 "$here/packaging/debian/copyright" /usr/share/doc/barkbook/copyright

# The program describes itself; a foreign one cannot be asked, so one for this machine is.
speaker=$build/src/barkbook
if [ "$arch" != "$native" ]; then
  speaker=$here/build/package-$native/src/barkbook
  [ -x "$speaker" ] || speaker=$here/build/release/src/barkbook
fi
pages=$root/made
python3 "$here/packaging/man/make.py" "$speaker" "$pages"
for page in barkbook.1 barkbook.conf.5; do
  mkdir -p "$root/usr/share/man/man${page##*.}"
  gzip -9n <"$pages/$page" >"$root/usr/share/man/man${page##*.}/$page.gz"
done
put 0644 "$pages/barkbook.bash-completion" /usr/share/bash-completion/completions/barkbook
rm -rf "$pages"
chmod 0644 "$root"/usr/share/man/man*/*.gz

stamp=$(git -C "$here" log -1 --format=%cD 2>/dev/null || date -R)
gzip -9n >"$root/usr/share/doc/barkbook/changelog.gz" <<END
barkbook ($version) bookworm; urgency=medium

  * Version $version. The manual tells how an update goes and how to go back.

 -- The BarkBook maintainers <maintainers@barkbook.invalid>  $stamp
END
chmod 0644 "$root/usr/share/doc/barkbook/changelog.gz"

mkdir -p "$root/DEBIAN"
(cd "$root" && find etc -type f | sed 's|^|/|' | sort) >"$root/DEBIAN/conffiles"
chmod 0644 "$root/DEBIAN/conffiles"
for script in postinst prerm postrm; do
  install -m 0755 "$here/packaging/debian/$script" "$root/DEBIAN/$script"
done
work=$(mktemp -d)
trap 'rm -rf "$root" "$work"' EXIT
mkdir "$work/debian"
printf 'Source: barkbook\n\nPackage: barkbook\nArchitecture: any\n' >"$work/debian/control"
needs=$(cd "$work" && dpkg-shlibdeps -O --ignore-missing-info -a"$arch" "$root/usr/bin/barkbook" 2>/dev/null ||
  dpkg-shlibdeps -O "$root/usr/bin/barkbook")
size=$(du -sk --exclude=DEBIAN "$root" | cut -f1)
cat >"$root/DEBIAN/control" <<END
Package: barkbook
Version: $version
Architecture: $arch
Maintainer: The BarkBook maintainers <maintainers@barkbook.invalid>
Installed-Size: $size
Depends: ${needs#shlibs:Depends=}, adduser, tzdata, ca-certificates
Recommends: nginx, openssl, avahi-daemon
Suggests: autossh, qrencode, sqlite3
Section: web
Priority: optional
Description: appointments of a grooming salon that books with Cal.com
 BarkBook receives Cal.com's webhooks, keeps them in one SQLite file, and
 shows the people at the desk today's visits: who comes when, with which
 animal, and what it is allergic to. When a webhook is lost, late, doubled
 or out of order, the calendar is still right, or says that it is not.
END
(cd "$root" && find . -type f ! -path './DEBIAN/*' ! -path './etc/*' -printf '%P\n' | LC_ALL=C sort | xargs -d '\n' md5sum) \
  >"$root/DEBIAN/md5sums"
chmod 0644 "$root/DEBIAN/md5sums"
find "$root" -type d -exec chmod 0755 {} +
mkdir -p "$out"
dpkg-deb --root-owner-group --build "$root" "$out/barkbook_${version}_$arch.deb" >/dev/null
echo "$out/barkbook_${version}_$arch.deb"
