import { sharedAssembly } from '../shared-assembly.ts';

/** Returns the folder of the product's synthesized cloud assembly. */
export const synthesized = sharedAssembly;
