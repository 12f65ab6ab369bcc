import { phasesOf } from '../../domain/phases.ts';
import type { Question } from '../../domain/question/question.ts';
import { resolve } from '../../domain/question/resolution.ts';
import { openOnHostsKey, questionKey, questionsOf } from '../../domain/tables.ts';
import type { Connection } from './clients.ts';
import { readDecisions, readEvents, readRecord } from './read-history.ts';
import { itemsBelow } from './read-status.ts';
import { checkStored } from './see-execution.ts';

export type OpenQuestion = Pick<
  Question,
  'rollback' | 'number' | 'phase' | 'phases' | 'kind' | 'severity' | 'deadline' | 'why'
> & {
  /** The starts by hand that do nothing until the question is answered. Absent: none. */
  readonly waiting?: readonly string[];
};

/** More than can be open at once: a phase has one open question, and one per rollback of a few hosts. */
const mostQuestions = 50;

/** Returns the questions that wait for an answer. A decision that no execution gave does not close one. */
export async function readOpenQuestions(connection: Connection, now: number): Promise<OpenQuestion[]> {
  const asked = await itemsBelow(connection, questionsOf, { newest: mostQuestions });
  const open = await Promise.all(
    asked.map(({ rollback, number }) => openQuestion(connection, String(rollback), Number(number), now)),
  );
  return open.flatMap((one) => one ?? []);
}

async function openQuestion(
  connection: Connection,
  rollback: string,
  number: number,
  now: number,
): Promise<OpenQuestion | undefined> {
  const { pk, sk } = questionKey(rollback, number);
  const [item] = await itemsBelow(connection, pk, { from: sk, to: sk });
  const question = item as Question | undefined;
  if (!question || Date.parse(question.deadline) <= now) return undefined;
  const stored = await readDecisions(connection, rollback, number);
  const events = stored.length === 0 ? [] : await readEvents(connection, rollback);
  const { decisions } = await checkStored(connection, { question, stored }, events);
  if (resolve(decisions, question, now).state !== 'open') return undefined;
  const { phase, phases, kind, severity, deadline, why } = question;
  const waiting = kind === 'hand-over' ? await startsWaitingFor(connection, question) : [];
  const of = phases ? { phase, phases } : { phase };
  return { rollback, number, ...of, kind, severity, deadline, why, ...(waiting.length > 0 ? { waiting } : {}) };
}

/** Returns the starts by hand of a phase that wait until its rollback's hand-over is answered: they have no other claim. */
async function startsWaitingFor(connection: Connection, { rollback, ...of }: Question): Promise<string[]> {
  const claimsOf = async (phase: number) => {
    const { pk, sk } = openOnHostsKey(phase, '');
    return itemsBelow(connection, pk, { from: sk, to: `${sk}~` });
  };
  const claims = (await Promise.all(phasesOf(of).map(claimsOf))).flat();
  const watched = claims.flatMap((claim) => (claim['watched'] === true ? [String(claim['rollback'])] : []));
  const records = await Promise.all(watched.map((id) => readRecord(connection, id)));
  return records.flatMap((one) =>
    one && one.decided === null && one.ending === null && one.rollback_id !== rollback ? [one.rollback_id] : [],
  );
}
