/** `${Name}`, `${LogicalId.Attribute}`, or `${!Literal}`, which becomes `${Literal}`. */
export const placeholder = /\$\{(!?)([^}]*)\}/g;

/** Returns the names in the text of an Fn::Sub: parameters, resources, and the variables of that Fn::Sub. */
export const namesIn = (text: string): string[] =>
  [...text.matchAll(placeholder)]
    .filter(([, literal]) => !literal)
    .map(([, , name = '']) => name.split('.')[0] ?? name);
