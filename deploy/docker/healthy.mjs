// The container's health check: `node healthy.mjs [path]` ends with 0 when this process's own HTTP side answers 2xx.
const path = process.argv[2] ?? '/health/ready';
const url = `http://127.0.0.1:${process.env.HTTP_PORT ?? process.env.PORT}${path}`;
const isOk = await fetch(url, { signal: AbortSignal.timeout(4_000) }).then(
  (response) => response.ok,
  () => false,
);
process.exit(isOk ? 0 : 1);
