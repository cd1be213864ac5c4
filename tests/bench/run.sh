#!/bin/sh
# run.sh: the benchmarks. They print figures, each beside a baseline measured in the same run; nothing
# is asserted, so keep the machine quiet and read them.
#
#   sh tests/bench/run.sh [NAME…]     search, reconcile, serve, numbers; all without a name
set -u

cd "$(dirname "$0")/../.." || exit 1
. packaging/debian-packages.sh

# shellcheck disable=SC2086 # lists
install_missing "what the benchmarks need" $BUILD_PACKAGES $RUN_PACKAGES $TEST_PACKAGES wrk || exit 1

if [ ! -f build/bench/build.ninja ]; then
  rm -rf build/bench
  meson setup build/bench -Dtests=true -Dbuildtype=release >/dev/null || exit 1
fi
ninja -C build/bench src/barkbook tests/support/fake_calcom tests/bench/bench_search tests/bench/bench_fill tests/bench/bench_numbers >build/bench/ninja.log ||
  { tail -n 40 build/bench/ninja.log; exit 1; }

BARKBOOK_BIN=$PWD/build/bench/src/barkbook
export BARKBOOK_BIN

status=0
for name in ${*:-search reconcile serve numbers}; do
  case $name in
  search) echo "== search"; build/bench/tests/bench/bench_search || status=1 ;;
  reconcile) echo "== reconcile"; python3 tests/bench/reconcile.py || status=1 ;;
  numbers) echo "== numbers"; build/bench/tests/bench/bench_numbers || status=1 ;;
  serve) echo "== serve"; python3 tests/bench/serve.py || status=1 ;;
  *) echo "run.sh: $name: no such benchmark: search, reconcile, serve, numbers" >&2; exit 2 ;;
  esac
done
exit $status
