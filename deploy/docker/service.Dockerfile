# One image a service: docker build -f deploy/docker/service.Dockerfile --build-arg SERVICE=access-service .
# The steps are scripts, which a test runs without an engine (apps/system-tests/src/docker/images.int.test.ts).
ARG NODE=node:24.21.0-bookworm-slim

FROM ${NODE} AS build
ENV npm_config_cache=/var/cache/npm
WORKDIR /source
COPY . .
RUN --mount=type=cache,target=/var/cache/npm deploy/docker/install.sh
RUN deploy/docker/build.sh
# Declared this late so that all services share the steps above.
ARG SERVICE
RUN --mount=type=cache,target=/var/cache/npm deploy/docker/assemble.sh "${SERVICE:?the folder in apps/}" /out

FROM ${NODE}
ENV NODE_ENV=production
WORKDIR /app
COPY --from=build /out ./
# For the demo's programs, which keep files there when a volume is mounted.
RUN mkdir /data && chown node:node /data
USER node
ENTRYPOINT ["node", "--enable-source-maps"]
