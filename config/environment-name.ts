/**
 * The name of an environment and of its file. Every resource of the product has it in its name.
 *
 * At most 16 characters keep the longest names within AWS's limits: 64 for a function or rule (`rollback-`, 16, and 39
 * more), 80 for a state machine.
 */
export const environmentName = /^[a-z][a-z0-9]{0,15}$/;
export const longestEnvironmentName = 'e'.repeat(16);
