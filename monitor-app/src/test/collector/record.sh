#!/usr/bin/env bash
# Builds an OpenTelemetry Collector (Go, some three minutes, once) and runs CollectorIT with it, which
# records what the Kafka exporter writes to src/test/resources/collector. With a Collector that has
# the components of build.yaml: record.sh /path/to/otelcol
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
otelcol=${1:-}
if [ -z "$otelcol" ]; then
  home=${XDG_CACHE_HOME:-$HOME/.cache}/assay/otelcol-0.155.0
  otelcol=$home/dist/otelcol-kafka
  if [ ! -x "$otelcol" ]; then
    mkdir -p "$home" && cp "$here/build.yaml" "$home"
    (cd "$home" \
      && GOTOOLCHAIN=local GOBIN=$home/bin go install go.opentelemetry.io/collector/cmd/builder@v0.155.0 \
      && GOTOOLCHAIN=local bin/builder --config build.yaml)
  fi
fi
cd "$here/../../../.."
mvn -B verify -Dotelcol="$otelcol" -Dotelcol.record=true \
  -Dtest=none -Dsurefire.failIfNoSpecifiedTests=false \
  -Dit.test=CollectorIT -Dfailsafe.failIfNoSpecifiedTests=false
