import { infraFolder } from './infra-folder.ts';
import type { Reference } from './yaml/reference.ts';

/** Returns the references of a runbook to other files. Flags are not checked (undefined) if infra/flags.yaml is invalid. */
export const runbookReferences = (scripts: readonly string[], flags: readonly string[] | undefined): Reference[] => [
  ...[
    ['halt', 'script'],
    ['steps', 'script'],
    ['confirm', 'script'],
    ['confirm', 'health', 'script'],
    ['confirm', 'verify', 'script'],
  ].map((at) => ({
    at,
    what: `a script of ${infraFolder}/host-scripts`,
    known: scripts,
  })),
  ...(flags
    ? [
        { at: ['steps', 'flags'], keys: true, what: `a flag of ${infraFolder}/flags.yaml`, known: flags },
        { at: ['forbidden', 'flag'], what: `a flag of ${infraFolder}/flags.yaml`, known: flags },
      ]
    : []),
];
