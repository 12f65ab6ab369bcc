/**
 * Strings and comments of Python. Strings come first, so that a # inside one is no comment. Docstrings are found by
 * their place: a triple-quoted string that is a whole statement.
 */
const stringOrComment =
  /(?<string>"""[\s\S]*?"""|'''[\s\S]*?'''|"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*')|(?<comment>[ \t]*#[^\n]*)/g;

/** Marks what was taken: a line that holds nothing else is taken whole. No host script holds a form feed. */
const taken = '\f';

/**
 * Returns a Python module without its comments and docstrings. Every other line stays as it is.
 *
 * A test compares the syntax tree of each travelling module with that of its file.
 */
export function withoutComments(python: string): string {
  const marked = python.replaceAll(stringOrComment, (found, ...rest) => {
    const [offset, , { comment }] = rest.slice(-3) as [number, string, { comment?: string }];
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
