// The cheap parts of an account that lives in the process of its callers.
export { type ClientPlace, clientSettings } from './client-settings.ts';
export { directClient } from './direct-client.ts';
export { type FunctionPlace, type Handler, inProcessRuntime, type MakeHandler } from './runtime.ts';
export { type Carry, type InProcessWay, inProcessWay } from './way.ts';
