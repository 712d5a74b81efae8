#!/bin/sh
# Step 3 of service.Dockerfile: assemble.sh SERVICE OUT
# Puts into the empty folder OUT what the service needs at run time and nothing else: its code, that of the libraries
# it uses, and their production dependencies.
set -eu
service=$1
mkdir -p "$2"
out=$(cd "$2" && pwd)
cd "$(dirname "$0")/../.."

# `npm ci` compares the lockfile with every workspace's package.json, so all of them go in for a moment.
for file in package.json package-lock.json .npmrc apps/*/package.json libs/*/package.json tools/*/package.json; do
  mkdir -p "$out/$(dirname "$file")"
  cp "$file" "$out/$file"
done
npm ci --prefix "$out" --workspace "@latchkey/$service" --omit=dev --ignore-scripts --no-audit --no-fund --prefer-offline

# npm links the workspaces in use. Compiled ones go in as such; the demo's programs run from their sources.
for link in "$out"/node_modules/@latchkey/*; do
  folder=$(cd "$link" && pwd -P)
  folder=${folder#"$out/"}
  case $service in
    system-tests) parts='src dist' ;;
    *) parts='dist' ;;
  esac
  for part in $parts; do
    [ ! -d "$folder/$part" ] || cp -R "$folder/$part" "$out/$folder/$part"
  done
done
for folder in "$out"/apps/* "$out"/libs/* "$out"/tools/*; do
  [ -d "$folder/dist" ] || [ -d "$folder/src" ] || rm -r "$folder"
done
rmdir "$out"/apps "$out"/libs "$out"/tools 2>/dev/null || true
find "$out/node_modules/@latchkey" -xtype l -delete

# Temporal's SDK brings its native library for five platforms, 27 MB each.
platform=$(node -p "process.arch.replace('x64', 'x86_64').replace('arm64', 'aarch64') + '-' + { linux: 'unknown-linux-gnu', darwin: 'apple-darwin' }[process.platform]")
for release in "$out"/node_modules/@temporalio/core-bridge/releases/*; do
  [ "$(basename "$release")" = "$platform" ] || rm -rf "$release"
done
cp deploy/docker/healthy.mjs "$out/"
