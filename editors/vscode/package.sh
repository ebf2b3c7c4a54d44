#!/usr/bin/env bash
# Makes chartlens.vsix; with the path of a command as its argument that becomes part of the package.
set -euo pipefail
cd "$(dirname "$0")"

cp ../../LICENSE-APACHE ../../LICENSE-MIT .
rm -rf server
if [ "$#" -gt 0 ]; then
    mkdir server
    cp "$1" server/
fi
npm run --silent package
