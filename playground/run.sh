#!/usr/bin/env bash
# Builds the npm package and the page, and serves the page on localhost.
# Needs Rust and Node.
#
#   run.sh            builds playground/dist in a hurry and serves http://localhost:4173
#   run.sh --build    only builds, as small as it is published
set -euo pipefail
cd "$(dirname "$0")"

case ${1:-} in
    '') quick=(--quick) ;;
    --build) quick=() ;;
    *) echo "run.sh: unknown option $1: expected --build or nothing" >&2; exit 2 ;;
esac

echo 'building the npm package: crates/wasm/pkg'
../crates/wasm/build.sh "${quick[@]}"
[ -d node_modules ] || npm ci --no-progress
echo 'building the page: playground/dist'
npm run build
[ "${1:-}" = --build ] || npm start
