import { textOf } from './intrinsics.ts';
import type { Scope } from './scope.ts';

/** `${Name}`, `${LogicalId.Attribute}`, or `${!Literal}`, which stays as `${Literal}`. */
const placeholder = /\$\{(!?)([^}]*)\}/g;

/** What Fn::Sub makes of a text. */
export const substitute = (text: string, variables: Readonly<Record<string, unknown>>, scope: Scope): string =>
  text.replace(placeholder, (_, literal: string, name: string) => {
    if (literal) return `\${${name}}`;
    if (Object.hasOwn(variables, name)) return textOf(variables[name]);
    const dot = name.indexOf('.');
    return textOf(dot === -1 ? scope.ref(name) : scope.attribute(name.slice(0, dot), name.slice(dot + 1)));
  });

/** The names a text of Fn::Sub mentions: parameters, resources, or its own variables. */
export const namesIn = (text: string): string[] =>
  [...text.matchAll(placeholder)]
    .filter(([, literal]) => !literal)
    .map(([, , name = '']) => name.split('.')[0] ?? name);
