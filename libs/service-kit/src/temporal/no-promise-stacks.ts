import v8 from 'node:v8';

// Preloaded (`node --import`) into a process that runs workflows. Temporal's SDK records a stack for every promise that
// a workflow makes, for the query `__stack_trace`, which took a quarter of the worker's processor time; it has no
// option, but does without where a hook cannot be had, and says so to whoever asks (docs/adr/0014).
v8.promiseHooks.createHook = () => {
  throw new Error('stacks of promises are not recorded');
};
