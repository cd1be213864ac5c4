#!/bin/sh
# run.sh [SECONDS]: feeds each fuzz target for so long (20; 600 when BARKBOOK_TEST_LONG is 1), starting
# from the fixtures and seeds, and says in TAP whether it crashed, leaked, read out of bounds or hung.
# Builds with clang, libFuzzer and the address and undefined-behaviour sanitizers in build/fuzz, where
# the growing corpus (corpus/) and the inputs that broke something (crashes/) are kept too.
set -u
cd "$(dirname "$0")/../.." || exit 1

usual=20
[ "${BARKBOOK_TEST_LONG:-}" = 1 ] && usual=600
seconds=${1:-$usual}
case $seconds in
'' | *[!0-9]* | 0)
  echo "run.sh: $seconds: a number of seconds is needed" >&2
  exit 2
  ;;
esac
if ! command -v clang >/dev/null 2>&1; then
  echo "1..0 # SKIP clang is not installed"
  exit 0
fi
[ -n "${BARKBOOK_TEST_COUNTS:-}" ] && echo "seconds for each fuzz target: $seconds" >>"$BARKBOOK_TEST_COUNTS"

build=build/fuzz
mkdir -p build
if [ ! -f $build/build.ninja ]; then
  rm -rf $build
  CC=clang meson setup $build -Dfuzz=true -Dbuildtype=debugoptimized -Doptimization=1 \
    -Db_sanitize=address,undefined -Db_lundef=false >build/fuzz.log 2>&1 ||
    { echo "Bail out! meson failed: see build/fuzz.log"; exit 1; }
fi
ninja -C $build >build/fuzz.log 2>&1 || { tail -n 40 build/fuzz.log; echo "Bail out! the build failed"; exit 1; }

# seeds_of TARGET: where its first inputs are.
seeds_of() {
  case $1 in
  query) echo tests/fuzz/seeds/query ;;
  *) echo tests/fixtures/calcom ;;
  esac
}

echo "TAP version 13"
echo 1..3
failed=0
number=0
for target in delivery row query; do
  number=$((number + 1))
  corpus=$build/corpus/$target
  crashes=$build/crashes/$target
  log=$build/$target.log
  mkdir -p "$corpus" "$crashes"
  status=0
  UBSAN_OPTIONS=print_stacktrace=1:halt_on_error=1 ASAN_OPTIONS=detect_leaks=1 \
    $build/tests/fuzz/fuzz_$target -max_total_time="$seconds" -timeout=10 -rss_limit_mb=2048 \
    -max_len=65536 -dict=tests/fuzz/calcom.dict -artifact_prefix="$crashes/" -print_final_stats=1 \
    "$corpus" "$(seeds_of $target)" >"$log" 2>&1 || status=$?
  runs=$(sed -n 's/^stat::number_of_executed_units: *//p' "$log")
  what="any $target input for $seconds s neither crashes, leaks nor hangs"
  if [ "$status" -eq 0 ] && [ "${runs:-0}" -gt 0 ]; then
    echo "ok $number - $what"
    echo "# $runs inputs, $(find "$corpus" -type f | wc -l) kept in the corpus"
  else
    failed=1
    echo "not ok $number - $what"
    echo "# status $status; the input is in $crashes, the rest of the story in $log:"
    grep -E 'does not hold|ERROR|SUMMARY|runtime error|Test unit written' "$log" | head -n 20 | sed 's/^/#   /'
  fi
done
exit $failed
