import { sharedAssembly } from '../shared-assembly.ts';

/** The real cloud assembly's folder. */
export const synthesized = async (): Promise<string> => (await sharedAssembly()).folder;
