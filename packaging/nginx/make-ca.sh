#!/bin/sh
# make-ca.sh: the salon's own certificates, so that tablets reach BarkBook over TLS without a name on
# the internet.
#
#   make-ca.sh [--dir DIR] NAME [NAME|ADDRESS ...]
#
# Makes, where missing, one local authority (DIR/ca.crt, ten years, its key never leaves DIR), then a
# certificate for the names and addresses given (DIR/barkbook.crt and .key, one year). Run it again to
# renew: the authority stays, so tablets need nothing new. The authority can vouch only for the names
# and private networks below, so a stolen key opens no bank.
#
# With --url URL it also draws URL as a QR code (DIR/ca-qr.svg), to point tablets at the file to install.
set -eu
umask 077

dir=/etc/barkbook/tls
url=
while [ $# -gt 0 ]; do
  case $1 in
  --dir) dir=$2; shift 2 ;;
  --url) url=$2; shift 2 ;;
  -h | --help) sed -n '2,/^set -eu/s/^# \{0,1\}//p' "$0"; exit 0 ;;
  -*) echo "make-ca.sh: $1: unknown option: see --help" >&2; exit 2 ;;
  *) break ;;
  esac
done
if [ $# -eq 0 ]; then
  echo "make-ca.sh: which name will tablets open? for example: make-ca.sh barkbook.local 192.168.1.20" >&2
  exit 2
fi

# names_of NAME…: as a certificate writes them.
names_of() {
  out=
  for each in "$@"; do
    case $each in
    *[!A-Za-z0-9.:-]* | -* | "") echo "make-ca.sh: $each: not a name or an address" >&2; exit 2 ;;
    *[!0-9.]*)
      case $each in
      *:*) kind=IP ;;
      *) kind=DNS ;;
      esac ;;
    *) kind=IP ;;
    esac
    out="$out${out:+,}$kind:$each"
  done
  printf '%s' "$out"
}

(umask 022 && mkdir -p "$(dirname "$dir")")
mkdir -p "$dir"
chmod 0711 "$dir" # nginx's workers hand out ca.crt; the keys are 0600
names=$(names_of "$@")
work=$(mktemp -d "$dir/.new.XXXXXX")
trap 'rm -rf "$work"' EXIT INT TERM

if [ ! -s "$dir/ca.key" ] || [ ! -s "$dir/ca.crt" ]; then
  cat >"$work/ca.cnf" <<CNF
[req]
distinguished_name = dn
prompt = no
x509_extensions = ca
[dn]
CN = BarkBook $(hostname) $(date +%Y-%m-%d)
[ca]
basicConstraints = critical, CA:TRUE, pathlen:0
keyUsage = critical, keyCertSign, cRLSign
subjectKeyIdentifier = hash
nameConstraints = critical, @allowed
[allowed]
permitted;DNS.1 = local
permitted;DNS.2 = lan
permitted;DNS.3 = home.arpa
permitted;DNS.4 = internal
permitted;DNS.5 = localhost
permitted;IP.1 = 10.0.0.0/255.0.0.0
permitted;IP.2 = 172.16.0.0/255.240.0.0
permitted;IP.3 = 192.168.0.0/255.255.0.0
permitted;IP.4 = 127.0.0.0/255.0.0.0
permitted;IP.5 = fc00::/fe00::
CNF
  openssl ecparam -name prime256v1 -genkey -noout -out "$work/ca.key"
  openssl req -new -x509 -sha256 -days 3650 -key "$work/ca.key" -config "$work/ca.cnf" -out "$work/ca.crt"
  mv "$work/ca.key" "$dir/ca.key"
  chmod 0644 "$work/ca.crt"
  mv "$work/ca.crt" "$dir/ca.crt"
  echo "Made the authority $dir/ca.crt: install it once on each tablet and PC."
fi

first=$1
cat >"$work/leaf.cnf" <<CNF
basicConstraints = critical, CA:FALSE
keyUsage = critical, digitalSignature
extendedKeyUsage = serverAuth
subjectAltName = $names
CNF
openssl ecparam -name prime256v1 -genkey -noout -out "$work/barkbook.key"
openssl req -new -sha256 -key "$work/barkbook.key" -subj "/CN=$first" -out "$work/barkbook.csr"
# Apple's systems accept at most 825 days from an authority that a person installed.
openssl x509 -req -sha256 -days 365 -in "$work/barkbook.csr" -CA "$dir/ca.crt" -CAkey "$dir/ca.key" \
  -set_serial "0x$(openssl rand -hex 16)" -extfile "$work/leaf.cnf" -out "$work/barkbook.crt" 2>"$work/log" ||
  { cat "$work/log" >&2; exit 1; }
# A name outside what the authority may vouch for is found here, not by a tablet.
openssl verify -CAfile "$dir/ca.crt" "$work/barkbook.crt" >"$work/log" 2>&1 || {
  echo "make-ca.sh: the authority does not vouch for these names: use one that ends in .local, .lan," >&2
  echo "  .home.arpa or .internal, or an address of a private network: $*" >&2
  exit 1
}
chmod 0644 "$work/barkbook.crt"
mv "$work/barkbook.key" "$dir/barkbook.key"
mv "$work/barkbook.crt" "$dir/barkbook.crt"
echo "Made $dir/barkbook.crt for $*, good for a year. Reload nginx to use it."

if [ -n "$url" ]; then
  if command -v qrencode >/dev/null 2>&1; then
    qrencode -t SVG -o "$work/ca-qr.svg" "$url"
    chmod 0644 "$work/ca-qr.svg"
    mv "$work/ca-qr.svg" "$dir/ca-qr.svg"
    echo "Drew $dir/ca-qr.svg: it opens $url"
  else
    echo "make-ca.sh: no QR code: install qrencode for one (apt-get install qrencode)" >&2
  fi
fi
