import type { FollowUp } from '../follow-up/follow-up.ts';
import type { RollbackRecord } from '../history/record.ts';
import { limitMinutes } from '../severity.ts';

/** The criteria of the procedure, in its order. */
export const criteria = ['Rollback time', 'Data loss', 'Service recovery', 'Performance'] as const;

/** Whether a rollback met one of the procedure's success criteria ("Success Criteria"). `unknown`: the record does not say. */
export type Criterion = {
  readonly criterion: (typeof criteria)[number];
  readonly target: string;
  readonly met: 'yes' | 'no' | 'unknown';
  readonly says: string;
};

type Judged = Pick<
  RollbackRecord,
  | 'severity'
  | 'duration_minutes'
  | 'deadline'
  | 'completion_time'
  | 'data_loss'
  | 'ending'
  | 'hosts'
  | 'hosts_not_online'
  | 'left_out'
  | 'alarm'
  | 'restored_to'
>;

/** Returns the four criteria for a rollback that has ended, from its record and from the checks that followed it. */
export const successCriteria = (record: Judged, followUp: Pick<FollowUp, 'checks'> | undefined): Criterion[] => [
  time(record),
  dataLoss(record),
  recovery(record),
  performance(record, followUp),
];

function time({ severity, duration_minutes, deadline, completion_time }: Judged): Criterion {
  const target =
    deadline === null
      ? 'within the limit of its severity'
      : `over by ${deadline} (${severity}; the procedure: ${limitMinutes[severity]} minutes)`;
  const criterion = { criterion: 'Rollback time', target } as const;
  if (duration_minutes === null || completion_time === null || deadline === null)
    return { ...criterion, met: 'unknown', says: 'The record has no limit or no end.' };
  return { ...criterion, met: completion_time <= deadline ? 'yes' : 'no', says: `${duration_minutes} minutes.` };
}

function dataLoss({ data_loss }: Judged): Criterion {
  const criterion = { criterion: 'Data loss', target: 'zero' } as const;
  if (data_loss === null)
    return { ...criterion, met: 'unknown', says: 'Not every host reported whether data was lost.' };
  return {
    ...criterion,
    met: data_loss ? 'no' : 'yes',
    says: data_loss ? 'A host reported a loss.' : 'No host lost data.',
  };
}

function recovery({ ending, hosts, hosts_not_online, left_out }: Judged): Criterion {
  const criterion = { criterion: 'Service recovery', target: '100 % of the hosts' } as const;
  if (ending === 'Rolled back' && (hosts_not_online ?? []).length === 0 && (left_out ?? []).length === 0)
    return { ...criterion, met: 'yes', says: `All ${hosts ?? 'known'} hosts were confirmed.` };
  if (ending === null || hosts === null)
    return { ...criterion, met: 'unknown', says: 'The record does not name its hosts.' };
  const missing = [
    ...(ending === 'Needs a person' ? ['recovery was not confirmed'] : []),
    ...((hosts_not_online ?? []).length > 0 ? [`not reached: ${hosts_not_online.slice(0, 5).join(', ')}`] : []),
    ...((left_out ?? []).length > 0 ? ['people left hosts or steps out'] : []),
  ];
  return { ...criterion, met: 'no', says: `${ending}; ${missing.join('; ') || 'not every host was confirmed'}.` };
}

/** Recovery is confirmed only if the alarm's metric is at its baseline; a later check of the follow-up that sees it away counts more. */
function performance(
  { alarm, restored_to, ending }: Judged,
  followUp: Pick<FollowUp, 'checks'> | undefined,
): Criterion {
  const criterion = { criterion: 'Performance', target: 'back at the baseline' } as const;
  const last = followUp?.checks.findLast(({ state }) => state !== 'unknown');
  if (last?.state === 'relapsed')
    return { ...criterion, met: 'no', says: `${last.hours} hours later: ${last.says[0]}` };
  if (last) return { ...criterion, met: 'yes', says: `Healthy ${last.hours} hours later.` };
  if (alarm === null) return { ...criterion, met: 'unknown', says: 'A person started it, so no metric is compared.' };
  if (restored_to !== null && ending === 'Rolled back')
    return { ...criterion, met: 'yes', says: 'The metric was at its baseline when recovery was confirmed.' };
  return { ...criterion, met: 'unknown', says: 'No check has compared the metric since.' };
}
