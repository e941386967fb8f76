#!/usr/bin/env bash
# Runs all tests of `npm test` in three random orders, the last of them beside two busy loops, and prints the
# seed of each: `SEED=… tools/random-orders.sh` begins with that one.
set -euo pipefail
cd "$(dirname "$0")/.."

first=${SEED:-$((RANDOM * 32768 + RANDOM))}
busy=()
trap '((${#busy[@]} == 0)) || kill "${busy[@]}"' EXIT
status=0
for round in 1 2 3; do
  seed=$((first + round - 1))
  if ((round == 3)); then
    for _ in 1 2; do
      (while :; do :; done) &
      busy+=($!)
    done
  fi
  printf '\n== order %s, seed %s%s\n' "$round" "$seed" "$( ((round == 3)) && printf ', under load' || true)"
  npm test -- --sequence.shuffle.files --sequence.shuffle.tests --sequence.seed="$seed" || status=1
done
exit "$status"
