#!/bin/sh
# Step 1 of service.Dockerfile: what the build needs, as the lockfile says.
set -eu
cd "$(dirname "$0")/../.."
# No install scripts: none is needed to build, and what runs as root here ends up in every image.
npm ci --ignore-scripts --no-audit --no-fund --prefer-offline
