export * from './eventually.ts';
export * from './test-database.ts';
export * from './test-namespace.ts';
export * from './test-stack.ts';
export * from './time-skipping.ts';
export * from './test-issuer.ts';
export * from './api-client.ts';
export * from './cut-proxy.ts';
