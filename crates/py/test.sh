#!/usr/bin/env bash
# Builds the wheel, installs it into a fresh virtual environment and runs the tests.
# Usage: test.sh [PROFILE]; the profile is one of Cargo's, release by default. PYTHON names the interpreter.
set -euo pipefail
cd "$(dirname "$0")"

profile=${1:-release}
interpreter=${PYTHON:-python3}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# Debian keeps a part of Python's own library in a package of its own.
if ! "$interpreter" -c 'import ensurepip, venv' 2>/dev/null; then
    [ "$(id -u)" -eq 0 ] && command -v apt-get >/dev/null || { echo "install python3-venv first"; exit 1; }
    apt-get -qq update && apt-get -qq install -y python3-venv
fi

"$interpreter" -m venv "$work/venv"
bin="$work/venv/bin"
pip=("$bin/python" -m pip install --quiet --disable-pip-version-check)
"${pip[@]}" -r tests/requirements.txt
(cd ../.. && "$bin/maturin" build --quiet --profile "$profile" --interpreter "$bin/python" --out "$work/wheels")
"${pip[@]}" "$work"/wheels/chartlens-*.whl

"$bin/python" -X dev -W error -m pytest -q -p no:cacheprovider
"$bin/python" -m mypy --strict --cache-dir "$work/mypy" -p chartlens
"$bin/python" -m mypy --strict --cache-dir "$work/mypy" tests/typed.py
"$bin/python" -m mypy.stubtest chartlens --allowlist tests/stubtest.txt
"$bin/pyright" --pythonpath "$bin/python" tests/typed.py
# The installed package, from a folder where no other of its name is found.
(cd "$work" && PATH="$PWD/venv/bin:$PATH" pyright --ignoreexternal --verifytypes chartlens | grep '^Type completeness score')
