/** The workflows' code, built ahead with the SDK's own bundler by the target `bundle-workflows`. */
export const workflowBundlePath = `${import.meta.dirname}/../dist/workflow-bundle.js`;
