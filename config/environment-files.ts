import { basename } from 'node:path';
import { inInfra, yamlFiles } from './infra-files.ts';

export const environmentsIn = inInfra('environments');

/** Returns the path of an environment's file. The file may not exist. */
export const environmentFile = (name: string): string => `${environmentsIn}/${name}.yaml`;

/** Returns the names of all environments. */
export const environmentNames = (): string[] => yamlFiles(environmentsIn).map((file) => basename(file, '.yaml'));
