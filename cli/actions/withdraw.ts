import { parseBrakes } from '../../domain/brakes/brakes-request.ts';
import type { ActingOptions } from './acting-on.ts';
import { startPersonsMachine } from './persons-machine.ts';
import { refuseEarly } from './refuse-early.ts';

type Options = ActingOptions & {
  readonly phase: number;
  readonly version: string;
  readonly deployedAt?: string;
  readonly operator?: string;
  readonly reason?: string;
  readonly json?: boolean;
};

/** The output of the brakes machine. `now_newest`: the version of the newest record that is left; null: there is none. */
type Withdrawn = {
  readonly phase: number;
  readonly version: string;
  readonly deployed_at: string;
  readonly now_newest: string | null;
};

export async function withdraw({
  phase,
  version,
  deployedAt,
  operator,
  reason,
  json = false,
  ...account
}: Options): Promise<number> {
  const input = {
    ...{ action: 'withdraw', phase, version, operator, reason },
    ...(deployedAt === undefined ? {} : { deployed_at: deployedAt }),
  };
  refuseEarly(parseBrakes, input, 'version', 'deployed-at', 'operator', 'reason');
  return startPersonsMachine(account, {
    machine: 'brakes',
    input,
    what: 'the withdrawal',
    does: `withdraw the record that phase ${phase} runs ${version}, as ${operator}`,
    accepted: (output: Withdrawn) => (json ? JSON.stringify(output, null, 2) : withdrawnText(output)),
  });
}

export const withdrawnText = ({ phase, version, deployed_at, now_newest }: Withdrawn): string =>
  `Withdrawn: the record that phase ${phase} runs ${version} since ${deployed_at}. ${
    now_newest === null
      ? 'No deployment of the phase is on record now, so none explains an alarm.'
      : `On record now: ${now_newest}. Hosts are compared with it from the next look on, within four minutes.`
  }`;
