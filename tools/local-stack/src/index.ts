export { startTestStack, type TestStack, type TestStackAddresses } from './test-stack/test-stack.ts';
