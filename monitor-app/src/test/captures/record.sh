#!/bin/sh
# Records the captures anew: installs the SDKs (exact versions, environments/) in a temporary folder, runs every
# application against a local model, and writes what was exported and what was logged.
#
#   record.sh [CONVENTION/SDK …]      all of sdks.json, or those named
#
# Needs python3 (3.11) with venv, node (20) with npm, and their package registries.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
work=${CAPTURES_WORK:-/tmp/assay-captures}
mkdir -p "$work"
for pinned in "$here"/environments/*.txt; do
  environment=$work/$(basename "$pinned" .txt)
  if [ ! -d "$environment" ]; then
    python3 -m venv "$environment"
    "$environment/bin/python" -m pip install --quiet --no-deps -r "$pinned"
  fi
done
for pinned in "$here"/environments/*.json; do
  environment=$work/$(basename "$pinned" .json)
  if [ ! -d "$environment/node_modules" ]; then
    mkdir -p "$environment"
    cp "$pinned" "$environment/package.json"
    (cd "$environment" && npm install --silent --ignore-scripts)
  fi
done
exec python3 "$here/record.py" "$work" "$here/../resources/captures" "$@"
