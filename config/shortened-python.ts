/**
 * Strings, comments and indents of Python. Strings come first, so that a # inside one is no comment. Docstrings are found
 * by their place: a triple-quoted string that is a whole statement.
 */
const part =
  /(?<string>"""[\s\S]*?"""|'''[\s\S]*?'''|"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*')|(?<comment>[ \t]*#[^\n]*)|(?<indent>^ +)/gm;

/** Marks what was taken: a line that holds nothing else is taken whole. No host script holds a form feed. */
const taken = '\f';

/**
 * Returns a Python module without its comments and docstrings, and with an indent of one space instead of four.
 *
 * A test compares the syntax tree of each travelling module with that of its file.
 */
export function shortened(python: string): string {
  const marked = python.replaceAll(part, (found, ...rest) => {
    const [offset, , { comment, indent }] = rest.slice(-3) as [number, string, { comment?: string; indent?: string }];
    if (indent !== undefined) return ' '.repeat(Math.ceil(indent.length / 4));
    return comment === undefined ? withoutDocstring(found, python, offset) : taken;
  });
  return marked
    .replaceAll(/^[ \t]*\f[ \t]*(\n|$)/gm, '')
    .replaceAll(taken, '')
    .replace(/^\n+/, '');
}

/** Returns a string as it is, or what stands in the place of a docstring: `pass` if it is the whole body. */
function withoutDocstring(found: string, python: string, offset: number): string {
  const [, indent] = /(?:^|\n)([ \t]*)$/.exec(python.slice(0, offset)) ?? [];
  const [whole, next = ''] = /^[ \t]*(?:$|\n\s*?([ \t]*)(?=\S|$))/.exec(python.slice(offset + found.length)) ?? [];
  if (!found.startsWith('"""') || indent === undefined || whole === undefined) return found;
  return next.length < indent.length ? 'pass' : taken;
}
