/**
 * The name of an environment, and of its file. Everything the product makes carries it. 16 characters leave the longest
 * names short enough: 64 for a function or rule (`rollback-`, 16, and 39 more), 80 for a state machine.
 */
export const environmentName = /^[a-z][a-z0-9]{0,15}$/;
export const longestEnvironmentName = 'e'.repeat(16);
