#!/usr/bin/env bash
# Proves the README's first screen: on a machine with git, Node and the base system alone, in a fresh
# clone and with an empty npm cache, `npm start -- --once` exits with 0 and `npm test` passes.
#
#   tools/prove-first-steps.sh          both commands
#   tools/prove-first-steps.sh start    `npm start -- --once` alone
#
# It clones the last commit. Settings of a proxy or a registry are kept, everything else of the
# environment is not.
set -euo pipefail
root=$(cd "$(dirname "$0")/.." && pwd)
what=${1:-all}
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT

"$root/tools/bare-path.sh" "$folder/bin"
mkdir "$folder/home"
git clone --quiet "$root" "$folder/m2m-watch"
cd "$folder/m2m-watch"

bare=(env -i "PATH=$folder/bin" "HOME=$folder/home" "TMPDIR=${TMPDIR:-/tmp}" LANG=C.UTF-8
  "npm_config_cache=$folder/npm-cache")
while IFS= read -r name; do
  bare+=("$name=${!name}")
done < <(compgen -e | grep -iE '^(https?_proxy|no_proxy|node_extra_ca_certs|npm_config_(registry|cafile))$')

printf 'With Node %s and %s commands on the PATH, at commit %s:\n' \
  "$("${bare[@]}" node --version)" "$(ls "$folder/bin" | wc -l)" "$(git rev-parse --short HEAD)"
for missing in promtool cfn-lint python3 moto_server; do
  if "${bare[@]}" which "$missing" >/dev/null; then
    printf '%s is on the PATH\n' "$missing"
    exit 1
  fi
done

printf '\n$ npm start -- --once\n'
"${bare[@]}" npm start -- --once
printf 'npm start -- --once exited with 0\n'
[[ $what == all ]] || exit 0

printf '\n$ npm test\n'
"${bare[@]}" npm test >"$folder/test.log" 2>&1 || { cat "$folder/test.log"; exit 1; }
line=$(tail -n 1 "$folder/test.log")
printf '%s\n' "$line"
[[ $line =~ ^[1-9][0-9]*\ passed,\ 0\ failed$ ]]
printf 'npm test exited with 0\n'
