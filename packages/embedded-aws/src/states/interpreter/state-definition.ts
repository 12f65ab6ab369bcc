import type { Block } from './block.ts';
import { BRANCH_FIELDS, LONGEST_SECONDS, PROCESSOR_FIELDS, RULE_FIELDS, STATE_FIELDS } from './fields.ts';
import type { State, Workflow } from './machine.ts';
import { recovery } from './recovery-definition.ts';
import { onward, transition } from './transition-definition.ts';

const TOKEN_SUFFIX = '.waitForTaskToken';

/** The context in which a state is read. */
export type Reading = {
  readonly resources: ReadonlySet<string>;
  /** The machine's own QueryLanguage, which applies to states that name none. */
  readonly language: string;
  /** Reads the workflow of a branch or of an item processor; passed in, because a workflow contains states. */
  readonly workflow: (block: Block) => Workflow;
};

/** Reads one state. */
export function state(name: string, block: Block, reading: Reading): State {
  const type = block.text('Type');
  const read = Object.hasOwn(READERS, type) ? READERS[type] : undefined;
  if (!read) throw block.wrong('Type', `${JSON.stringify(type)} is unknown; use ${Object.keys(READERS).join(', ')}`);
  block.only(STATE_FIELDS[type] ?? [], `A ${type} state`);
  const language = block.has('QueryLanguage') ? block.text('QueryLanguage') : reading.language;
  if (language !== 'JSONata')
    throw block.wrong('QueryLanguage', `is ${JSON.stringify(language)}; only JSONata is supported here`);
  return read(name, block, reading);
}

const READERS: Readonly<Record<string, (name: string, block: Block, reading: Reading) => State>> = {
  Task: task,
  Choice: choice,
  Pass: (name, block) => ({ name, type: 'Pass', ...onward(block, 'neither') }),
  Wait: wait,
  Succeed: (name, block) => ({ name, type: 'Succeed', ...transition(block, undefined, 'neither') }),
  Fail: (name, block) => ({ name, type: 'Fail', error: textual(block, 'Error'), cause: textual(block, 'Cause') }),
  Parallel: (name, block, reading) => ({
    name,
    type: 'Parallel',
    ...onward(block, 'result'),
    ...recovery(block),
    arguments: block.template('Arguments'),
    branches: branches(block, reading),
  }),
  Map: (name, block, reading) => ({
    name,
    type: 'Map',
    ...onward(block, 'result'),
    ...recovery(block),
    items: items(block),
    itemSelector: block.template('ItemSelector'),
    itemProcessor: itemProcessor(block, reading),
    maxConcurrency: seconds(block, 'MaxConcurrency', 0),
  }),
};

function task(name: string, block: Block, reading: Reading): State {
  const written = block.text('Resource');
  const waitsForToken = written.endsWith(TOKEN_SUFFIX);
  const resource = waitsForToken ? written.slice(0, -TOKEN_SUFFIX.length) : written;
  if (!reading.resources.has(resource)) {
    const known = [...reading.resources].join(', ') || 'none';
    throw block.wrong('Resource', `${JSON.stringify(written)} has no integration here; supported: ${known}`);
  }
  const timeoutSeconds = seconds(block, 'TimeoutSeconds', 1);
  const heartbeatSeconds = seconds(block, 'HeartbeatSeconds', 1);
  const [timeout, heartbeat] = [block.raw('TimeoutSeconds'), block.raw('HeartbeatSeconds')];
  if (typeof timeout === 'number' && typeof heartbeat === 'number' && heartbeat >= timeout) {
    throw block.wrong('HeartbeatSeconds', `must be smaller than TimeoutSeconds (${timeout}), got ${heartbeat}`);
  }
  const input = { arguments: block.template('Arguments'), timeoutSeconds, heartbeatSeconds };
  return { name, type: 'Task', resource, waitsForToken, ...input, ...onward(block, 'result'), ...recovery(block) };
}

function choice(name: string, block: Block): State {
  const rules = block.list('Choices');
  if (rules.length === 0) throw block.wrong('Choices', 'must have at least one rule');
  const choices = rules.map((rule) => {
    rule.only(RULE_FIELDS, 'A choice rule');
    const condition = rule.template('Condition');
    if (!condition || (condition.constant && typeof rule.raw('Condition') !== 'boolean')) {
      throw rule.wrong('Condition', `must be an expression or a boolean, got ${JSON.stringify(rule.raw('Condition'))}`);
    }
    return { condition, ...transition(rule, rule.text('Next'), 'neither') };
  });
  const fallback = block.has('Default') ? block.text('Default') : undefined;
  return { name, type: 'Choice', choices, ...transition(block, fallback, 'neither') };
}

function wait(name: string, block: Block): State {
  if (block.has('Seconds') === block.has('Timestamp')) {
    throw block.wrong('Seconds', 'or "Timestamp" must be present, but not both');
  }
  const timestamp = textual(block, 'Timestamp');
  return { name, type: 'Wait', seconds: seconds(block, 'Seconds', 0), timestamp, ...onward(block, 'neither') };
}

function branches(block: Block, reading: Reading): Workflow[] {
  const found = block.list('Branches');
  if (found.length === 0) throw block.wrong('Branches', 'must have at least one branch');
  return found.map((branch) => {
    branch.only(BRANCH_FIELDS, 'A branch');
    return reading.workflow(branch);
  });
}

function items(block: Block) {
  const items = block.template('Items');
  if (!items?.constant || Array.isArray(block.raw('Items'))) return items;
  throw block.wrong('Items', `must be an array or an expression that gives one, got ${items.source}`);
}

function itemProcessor(block: Block, reading: Reading): Workflow {
  const processor = block.object('ItemProcessor');
  processor.only(PROCESSOR_FIELDS, 'An item processor');
  if (processor.has('ProcessorConfig')) {
    const config = processor.object('ProcessorConfig');
    config.only(['Mode'], 'A processor configuration');
    if (config.text('Mode') !== 'INLINE')
      throw config.wrong('Mode', `is ${JSON.stringify(config.raw('Mode'))}; only INLINE is supported here`);
  }
  return reading.workflow(processor);
}

/** Reads a field that is a whole number from `least`, or an expression for one. */
function seconds(block: Block, field: string, least: number) {
  const found = block.template(field);
  if (!found?.constant) return found;
  const fits = (value: number) => Number.isInteger(value) && value >= least && value <= LONGEST_SECONDS;
  block.number(field, least, fits, `a whole number from ${least} to ${LONGEST_SECONDS}, or an expression`);
  return found;
}

function textual(block: Block, field: string) {
  const found = block.template(field);
  if (found?.constant) block.text(field);
  return found;
}
