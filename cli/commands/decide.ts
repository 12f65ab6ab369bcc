import type { Command } from 'commander';
import { type Answer, answers, answersTo, type Kind } from '../../domain/question/question.ts';
import { command, notes, run } from './command.ts';
import { actingOptions, jsonOption } from './options.ts';
import { numberOption, suggestedArgument } from './values.ts';

const allAnswers = Object.keys(answers) as Answer[];

export const decide = (): Command =>
  actingOptions(
    command('decide', 'act', 'Answer the question that a rollback asks')
      .addArgument(
        suggestedArgument('<answer>', "one that the question takes (`show` lists them), or a message's JSON, quoted", {
          values: () => allAnswers.map((value) => ({ value, about: answers[value] })),
        }),
      )
      .option('--operator <name>', 'your name (required)')
      .option('--reason <text>', 'why you decide so')
      .option('--hosts <names>', 'the hosts that without-hosts leaves out, with commas between')
      .option('--rollback <id>', 'the rollback that asks; needed only if several questions are open')
      .addOption(numberOption('--question <number>', 'the number of the question; needed in a hand-over', [1]))
      .addOption(jsonOption('the accepted answer and the state of the question')),
  )
    .addHelpText(
      'after',
      notes({
        about: `Answers:
${allAnswers.map((answer) => `  ${answer.padEnd(18)} ${answers[answer]} (${kindsThatTake(answer)})`).join('\n')}

Starts the decide state machine, as the console can with {"answer": …, "operator": …}.`,
        examples: [
          ['rollback decide stand-down --operator ana --reason "a test alarm"', 'the only open question'],
          [
            'rollback decide without-hosts --hosts host-3 --operator ana --reason "disk broken" --question 2',
            'in a hand-over',
          ],
          ['rollback decide rollback --operator ana --rollback ID --environment production', ''],
          [`rollback decide '{"answer": "rollback", "operator": "ana", "rollback": "ID"}'`, 'as a message offers it'],
        ],
        exitCodes: `Exit code 0: accepted; prints the state of the question. 1: refused; prints the reason. 2: usage error.
130: Ctrl-C; the answer is still being processed.`,
      }),
    )
    .action(run(async () => (await import('../actions/decide.ts')).decide));

/** Returns the kinds of question that take an answer, such as `permit, confirm`. */
const kindsThatTake = (answer: Answer): string =>
  (Object.keys(answersTo) as Kind[]).filter((kind) => answersTo[kind].includes(answer)).join(', ');
