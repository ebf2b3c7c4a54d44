#!/usr/bin/env bash
# Builds the wheel, installs it into a fresh virtual environment and runs the tests.
# Usage: test.sh [PROFILE]; the profile is one of Cargo's, release by default.
set -euo pipefail
cd "$(dirname "$0")"

profile=${1:-release}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

"${PYTHON:-python3}" -m venv "$work/venv"
python="$work/venv/bin/python"
"$python" -m pip install --quiet --disable-pip-version-check 'maturin>=1.7,<2' pytest mypy
"$work/venv/bin/maturin" build --quiet --profile "$profile" --interpreter "$python" --out "$work/wheels"
"$python" -m pip install --quiet --disable-pip-version-check "$work"/wheels/chartlens-*.whl

"$python" -X dev -W error -m pytest -q -p no:cacheprovider
"$python" -m mypy --strict --cache-dir "$work/mypy" tests/typed.py
"$python" -m mypy.stubtest --mypy-config-file /dev/null chartlens --allowlist tests/stubtest.txt
