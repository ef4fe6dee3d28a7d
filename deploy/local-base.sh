#!/usr/bin/env bash
# Makes a Java base image on a machine that reaches no image registry: a minimal Debian by
# debootstrap and a run-time image linked from the JDK that is installed. Then:
#   docker build -f deploy/Dockerfile --build-arg JRE_IMAGE=local/jre:25 -t assay .
# Needs root, debootstrap, and a JDK >= 25 in JAVA_HOME or below /usr/lib/jvm.
set -euo pipefail
image=${1:-local/jre:25}

jdk=${JAVA_HOME:-}
if [ ! -x "$jdk/bin/jlink" ] || ! "$jdk/bin/java" -version 2>&1 | grep -qE 'version "(2[5-9]|[3-9][0-9])'; then
  jdk=$(ls -d /usr/lib/jvm/*25* 2>/dev/null | head -1)
fi
[ -x "$jdk/bin/jlink" ] || { echo "no JDK >= 25 with jlink found; set JAVA_HOME" >&2; exit 2; }

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
debootstrap --variant=minbase bookworm "$work/root" >"$work/debootstrap.log" 2>&1 ||
  { tail -20 "$work/debootstrap.log" >&2; exit 1; }
rm -rf "$work"/root/var/cache/apt/archives/*.deb "$work"/root/var/lib/apt/lists/*
"$jdk/bin/jlink" --output "$work/root/opt/java" --strip-debug --no-man-pages --no-header-files \
  --compress zip-6 --add-modules java.se,jdk.unsupported,jdk.management,jdk.crypto.ec,jdk.zipfs,jdk.jfr,jdk.jcmd,jdk.naming.dns,jdk.localedata,jdk.security.auth,jdk.security.jgss,jdk.net,jdk.httpserver
tar -C "$work/root" -c . |
  docker import --change 'ENV JAVA_HOME=/opt/java LANG=C.UTF-8' \
    --change 'ENV PATH=/opt/java/bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin' \
    - "$image"
