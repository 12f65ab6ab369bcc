import { placeholder } from './placeholders.ts';
import type { Scope } from './scope.ts';
import { textOf } from './text.ts';

/** Returns the text of an Fn::Sub with its placeholders replaced by variables and by values of the scope. */
export const substitute = (text: string, variables: Readonly<Record<string, unknown>>, scope: Scope): string =>
  text.replace(placeholder, (_, literal: string, name: string) => {
    if (literal) return `\${${name}}`;
    if (Object.hasOwn(variables, name)) return textOf(variables[name]);
    const dot = name.indexOf('.');
    return textOf(dot === -1 ? scope.ref(name) : scope.attribute(name.slice(0, dot), name.slice(dot + 1)));
  });
