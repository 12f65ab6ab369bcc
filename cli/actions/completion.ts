import { realpathSync } from 'node:fs';

const quoted = (text: string) => `'${text.replaceAll("'", `'\\''`)}'`;

// The scripts pass the words as they are and evaluate none of them: pressing Tab must never run what is typed.

/** bash 3.2, the one of macOS, knows neither mapfile nor compopt; it then completes no files. */
const bash = (program: string) => `# Completes rollback in bash. To load it: source <(npx rollback completion bash)
_rollback() {
  local line
  COMPREPLY=()
  while IFS= read -r line; do
    if [[ $line == :files ]]; then
      compopt -o default 2>/dev/null
    else
      COMPREPLY+=("\${line%%$'\\t'*}")
    fi
  done < <(${program} __complete -- "\${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null)
}
complete -F _rollback rollback
`;

const zsh = (program: string) => `#compdef rollback
# Completes rollback in zsh. To load it, after compinit: source <(npx rollback completion zsh)
_rollback() {
  local line
  local -a described
  while IFS= read -r line; do
    if [[ $line == :files ]]; then
      _files
      return
    fi
    line=\${line//:/\\\\:}
    described+=("\${line/$'\\t'/:}")
  done < <(${program} __complete -- "\${(@Q)words[2,CURRENT]}" 2>/dev/null)
  _describe rollback described
}
if [[ $funcstack[1] == _rollback ]]; then _rollback "$@"; else compdef _rollback rollback; fi
`;

const scripts = { bash, zsh };

/** Prints a completion script. It runs this Node and this checkout, so that Tab does not wait for npx. */
export async function completion(shell: keyof typeof scripts): Promise<number> {
  // npx runs a link in its cache, which may be removed later.
  const program = realpathSync(process.argv[1] ?? '');
  process.stdout.write(scripts[shell](`${quoted(process.execPath)} ${quoted(program)}`));
  return 0;
}
