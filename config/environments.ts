import { type Environment, environmentSchema } from '../domain/infra/environment.ts';
import { environmentFile, environmentNames, environmentsIn } from './environment-files.ts';
import { read } from './infra-files.ts';
import { parseYaml } from './yaml/read-yaml.ts';

// Every command that connects to an account reads its environment only, and must not wait for the rest of infra/.

/** Reads infra/environments/NAME.yaml. Throws InvalidFile, or an Error with the known names if the name is unknown. */
export function readEnvironment(name: string): Environment {
  if (!environmentNames().includes(name))
    throw new Error(`Unknown environment "${name}". Known: ${environmentNames().join(', ')} (${environmentsIn}).`);
  const path = environmentFile(name);
  return parseYaml(environmentSchema, path, read(path));
}
