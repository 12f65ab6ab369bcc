import { documentId } from '../../config/host-document.ts';
import { documentName, withoutEmpty } from './host-tasks.ts';

/** Seconds that Systems Manager may take until a host has a command. */
const deliverySeconds = 60;

/** Returns a command for every host that belongs to no phase and no rollback. */
export const fleetCommand = ({
  id,
  name,
  kind,
  script,
  seconds,
}: {
  readonly id: string;
  readonly name: string;
  readonly kind: 'beside' | 'check';
  readonly script: { readonly script: string; readonly parameters: Readonly<Record<string, string>> };
  /** The time of the script. */
  readonly seconds: number;
}) => ({
  id,
  name,
  document: documentName(documentId(script.script)),
  timeout_seconds: seconds,
  attempt_seconds: seconds + deliverySeconds,
  parameters: withoutEmpty({
    ...{ Step: id, Kind: kind, Mode: 'live' },
    ...{ Tree: '${Tree}', State: '${State}', Target: 'none', Redis: '${Redis}', Python: '${Python}' },
    Protected: '${Protected}',
    ...script.parameters,
  }),
});
