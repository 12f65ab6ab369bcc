import { basename } from 'node:path';
import { type Environment, environmentSchema } from '../domain/infra/environment.ts';
import { inInfra, read, yamlFiles } from './infra-files.ts';
import { parseYaml } from './yaml/read-yaml.ts';

// Every command that connects to an account reads its environment only, and must not wait for the rest of infra/.

export const environmentsIn = inInfra('environments');

/** Returns the names of all environments. */
export const environmentNames = (): string[] => yamlFiles(environmentsIn).map((file) => basename(file, '.yaml'));

/** Reads infra/environments/NAME.yaml. Throws InvalidFile, or an Error with the known names if the name is unknown. */
export function readEnvironment(name: string): Environment {
  if (!environmentNames().includes(name))
    throw new Error(`Unknown environment "${name}". Known: ${environmentNames().join(', ')} (${environmentsIn}).`);
  const path = `${environmentsIn}/${name}.yaml`;
  return parseYaml(environmentSchema, path, read(path));
}
