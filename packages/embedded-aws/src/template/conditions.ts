import { resolve } from './intrinsics.ts';
import type { Scope } from './scope.ts';

/** Returns whether an entry of a template's Conditions holds. */
export function holds(condition: unknown, scope: Scope): boolean {
  const [[name, argument] = ['', undefined], ...more] = Object.entries(condition ?? {});
  const operands = Array.isArray(argument) ? argument : [argument];
  if (more.length === 0)
    switch (name) {
      case 'Condition':
        return scope.condition(String(argument));
      case 'Fn::And':
        return operands.every((one) => holds(one, scope));
      case 'Fn::Or':
        return operands.some((one) => holds(one, scope));
      case 'Fn::Not':
        return !holds(operands[0], scope);
      case 'Fn::Equals':
        return String(resolve(operands[0], scope)) === String(resolve(operands[1], scope));
    }
  throw new Error(`${JSON.stringify(condition)} is not a condition that the embedded account knows.`);
}
