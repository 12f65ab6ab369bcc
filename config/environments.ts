import { type Environment, environmentSchema } from '../domain/infra/environment.ts';
import { environmentFile, environmentNames, environmentsIn } from './environment-files.ts';
import { read } from './infra-files.ts';
import { readYaml, type YamlFile } from './yaml/read-yaml.ts';

// Every command that connects to an account reads its environment only, and must not wait for the rest of infra/.

/** Reads infra/environments/NAME.yaml. Throws InvalidFile, or an Error with the known names if the name is unknown. */
export const readEnvironment = (name: string): Environment => readEnvironmentFile(name).value;

/** As readEnvironment, with the line numbers that checks between files need. */
export function readEnvironmentFile(name: string): YamlFile<Environment> {
  if (!environmentNames().includes(name))
    throw new Error(`Unknown environment "${name}". Known: ${environmentNames().join(', ')} (${environmentsIn}).`);
  const path = environmentFile(name);
  return readYaml(environmentSchema, path, read(path));
}
