import type { Instant } from '../clock/clock.ts';
import type { Need, Surroundings } from '../wire/service.ts';
import type { Agent } from './agent.ts';
import type { Command } from './command.ts';
import type { Document } from './document.ts';
import { type Host, isHybrid, tagKeys } from './host.ts';

/** Systems Manager's data. */
export type SsmState = {
  readonly surroundings: Surroundings;
  readonly hosts: Map<string, Host>;
  readonly documents: Map<string, Document>;
  /** Keyed by command id, oldest first. */
  readonly commands: Map<string, Command>;
  readonly agent: Agent;
  /** Stores a command's script. Returns its name for the agents. */
  readonly keepScript: (commandId: string, text: string) => string;
  readonly startedAt: Instant;
  /** SecureStrings of the Parameter Store, by name. */
  readonly parameters: Map<string, { readonly value: string; readonly version: number }>;
};

export const documentArn = ({ region, accountId }: Surroundings, name: string): string =>
  `arn:aws:ssm:${region}:${accountId}:document/${name}`;

/** Returns the need of an action on a document, by name or ARN. A document that does not exist has no tags. */
export function documentNeed({ surroundings, documents }: SsmState, action: string, nameOrArn: string): Need {
  const name = nameOrArn.replace(/^arn:[^/]*:document\//, '');
  return { action, resource: documentArn(surroundings, name), keys: tagKeys(documents.get(name)?.tags ?? {}) };
}

/** A name that begins with a slash has no second one in its ARN (Service Authorization Reference, Systems Manager). */
export const parameterArn = ({ region, accountId }: Surroundings, name: string): string =>
  `arn:aws:ssm:${region}:${accountId}:parameter/${name.replace(/^\//, '')}`;

export const parameterNeed = ({ surroundings }: SsmState, action: string, name: string): Need => ({
  action,
  resource: parameterArn(surroundings, name),
});

/** Returns the need of an action on a host, under the host's tags. */
export function hostNeed({ surroundings, hosts }: SsmState, action: string, instanceId: string): Need {
  return { action, resource: hostArn(surroundings, instanceId), keys: tagKeys(hosts.get(instanceId)?.tags ?? {}) };
}

/** IAM knows an instance by its ARN in EC2, and a node outside EC2 by its ARN in Systems Manager. */
const hostArn = ({ region, accountId }: Surroundings, instanceId: string): string =>
  isHybrid(instanceId)
    ? `arn:aws:ssm:${region}:${accountId}:managed-instance/${instanceId}`
    : `arn:aws:ec2:${region}:${accountId}:instance/${instanceId}`;
