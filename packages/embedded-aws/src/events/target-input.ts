import type { Event } from './event.ts';
import type { Rule, Target } from './rule.ts';

/** Returns a target's JSON input: the event, a part of it, a constant, or a template filled with values of the event. */
export function targetInput(event: Event, rule: Rule, { Input, InputPath, InputTransformer }: Target): string {
  if (Input !== undefined) return Input;
  if (InputTransformer) {
    const { InputPathsMap, InputTemplate } = InputTransformer;
    const own = Object.entries(InputPathsMap).map(([name, path]) => [name, at(event, path)] as const);
    return filled(InputTemplate, new Map([...own, ...reserved(event, rule)]));
  }
  return JSON.stringify(InputPath === undefined ? event : (at(event, InputPath) ?? {}));
}

/** The names that every template may use (EventBridge guide, "Input transformation", reserved variables). */
const reserved = (event: Event, rule: Rule): [string, unknown][] => [
  ['aws.events.rule-arn', rule.arn],
  ['aws.events.rule-name', rule.name],
  ['aws.events.event', event],
  ['aws.events.event.json', event],
];

/** Replaces each `<name>` by its value: as JSON, or inside quotes as text. */
function filled(template: string, values: ReadonlyMap<string, unknown>): string {
  let quoted = false;
  return template.replace(/\\.|"|<([\w.-]+)>/g, (found, name?: string) => {
    if (found === '"') quoted = !quoted;
    if (name === undefined || !values.has(name)) return found;
    const value = values.get(name) ?? null;
    if (!quoted) return JSON.stringify(value);
    return JSON.stringify(typeof value === 'string' ? value : JSON.stringify(value)).slice(1, -1);
  });
}

const at = (event: Event, path: string): unknown =>
  path
    .split('.')
    .slice(1)
    .reduce<unknown>((value, name) => (value as Record<string, unknown> | null | undefined)?.[name], event);
