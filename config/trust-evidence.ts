import { environmentSchema } from '../domain/infra/environment.ts';
import type { Triggers } from '../domain/infra/triggers-file.ts';
import {
  actingTriggers,
  isUnaltered,
  lacks,
  type MadeWith,
  otherFiles,
  type TrustEvidence,
  trustEvidenceSchema,
} from '../domain/trust-evidence.ts';
import { environmentFile } from './environment-files.ts';
import { inInfra, isThere, read } from './infra-files.ts';
import { InvalidFile } from './yaml/invalid-file.ts';
import { parseYaml, readYaml } from './yaml/read-yaml.ts';

/** Returns the path of an environment's evidence. The file may not exist. */
export const trustEvidenceFile = (environment: string): string => inInfra(`trust-evidence/${environment}.json`);

/** The files that evidence is compared with. */
type Present = { readonly triggers: Triggers; readonly present: MadeWith };

/**
 * Reads the evidence that an environment needs because a trigger acts by itself there; null: it needs none.
 *
 * Throws InvalidFile with file and line if it is missing, altered, made with other files, or not enough. Looks at files only.
 */
export function readTrustEvidence(environment: string, expected: Present): TrustEvidence | null {
  const file = trustEvidenceFile(environment);
  const text = isThere(file) ? read(file) : undefined;
  return checkedTrustEvidence(environment, { settings: read(environmentFile(environment)), text }, expected);
}

/** As readTrustEvidence. `settings`: the text of the environment's file; `text`: that of its evidence, if the file exists. */
export function checkedTrustEvidence(
  environment: string,
  { settings, text }: { readonly settings: string; readonly text: string | undefined },
  { triggers, present }: Present,
): TrustEvidence | null {
  const { value, mistake } = readYaml(environmentSchema, environmentFile(environment), settings);
  const acting = actingTriggers(value, triggers);
  if (acting.length === 0) return null;
  const file = trustEvidenceFile(environment);
  const refuse = (found: string): never => {
    const todo = `With trust: approve deploy, drill every phase, then: npm run rollback -- trust --environment ${environment}`;
    throw new InvalidFile([mistake(['trust'], `expected evidence for auto, found ${found}. ${todo}`)]);
  };
  if (text === undefined) return refuse(`no file ${file}`);
  const evidence = parseYaml(trustEvidenceSchema, file, text); // JSON is YAML too, and so has lines
  if (evidence.environment !== environment) refuse(`that of environment ${evidence.environment} in ${file}`);
  if (!isUnaltered(evidence)) refuse(`${file} changed after it was written: its content has another hash`);
  const others = otherFiles(evidence.made_with, present);
  if (others.length > 0) refuse(`${file}, which was made before a change of ${others.join(', ')}`);
  const missing = lacks(evidence, acting);
  if (missing.length > 0) refuse(`${file}, in which ${missing.join('; ')}`);
  return evidence;
}
