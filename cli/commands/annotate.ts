import { parseAnnotation } from '../../domain/afterwards/annotation.ts';
import type { RollbackRecord } from '../../domain/history/record.ts';
import { environmentHelp, environmentOption } from '../account/clients.ts';
import { runMachine } from '../account/run-machine.ts';
import { UsageError } from '../account/usage-error.ts';
import { findingLines } from '../text/afterwards-text.ts';
import { showCommand } from '../text/commands-to-paste.ts';
import type { Command } from './command.ts';
import { onlyRollback, options } from './options.ts';

export const annotate: Command = {
  summary: 'Add root cause, prevention measures and other findings to a rollback that has ended',
  get help() {
    return `rollback annotate ROLLBACK_ID --operator NAME --root-cause TEXT --prevention TEXT [--prevention TEXT]
                  [--note TEXT] [--false-positive] [--link ADDRESS]

  ROLLBACK_ID          the execution's name
  --operator NAME      your name
  --root-cause TEXT    why the phase had to be rolled back
  --prevention TEXT    a measure that prevents it; repeat the option for several
  --note TEXT          anything else that a reader must know
  --false-positive     nothing was wrong: the alarm should not have been red
  --link ADDRESS       an http or https address, such as the incident report; repeat the option for several
${environmentHelp()}

Starts the annotate state machine, as the console can with {"rollback": …, "operator": …, "root_cause": …}.
At least one finding is needed. Annotating again replaces what the record shows; the history keeps both.
Exit code 0: accepted; prints the findings. 1: refused; prints the reason. 2: usage error.
130: Ctrl-C; the annotation is still being processed.`;
  },
  run: async (words) => {
    const { values, positionals } = options({
      args: words,
      allowPositionals: true,
      options: {
        operator: { type: 'string' },
        'root-cause': { type: 'string' },
        prevention: { type: 'string', multiple: true },
        note: { type: 'string' },
        'false-positive': { type: 'boolean' },
        link: { type: 'string', multiple: true },
        ...environmentOption,
      },
    });
    const { environment, operator, note } = values;
    const input = {
      rollback: onlyRollback('annotate', positionals),
      operator,
      root_cause: values['root-cause'],
      prevention_measures: values.prevention,
      note,
      false_positive: values['false-positive'],
      links: values.link,
    };
    return annotateRollback(input, environment);
  },
};

/** Annotates a rollback. Returns the exit code. Throws UsageError if the machine would refuse the input. */
async function annotateRollback(input: { readonly rollback: string }, environment: string): Promise<number> {
  refuseEarly(input);
  const annotation = { machine: 'annotate', what: 'annotation' };
  return runMachine(annotation, input, environment, (record: RollbackRecord) =>
    [
      `Annotated rollback ${input.rollback}. Its record shows:`,
      ...findingLines(record),
      'See the whole record:',
      `  ${showCommand(input.rollback, environment)}`,
    ].join('\n'),
  );
}

/** Refuses an input that the machine would refuse too, without the cost of an execution. */
function refuseEarly(input: object): void {
  try {
    parseAnnotation(input);
  } catch (error) {
    throw new UsageError(
      `${(error as Error).message} Options: --operator, --root-cause, --prevention, --note, --false-positive, --link.`,
    );
  }
}
