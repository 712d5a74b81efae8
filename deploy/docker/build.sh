#!/bin/sh
# Step 2 of service.Dockerfile: compiles all services and their libraries, and bundles the workflows.
set -eu
cd "$(dirname "$0")/../.."
NX_TUI=false npm run --silent build
