/**
 * Completion scripts for bash, zsh and fish, written out from the list of verbs.
 *
 * They are complete in themselves: a shell that completes does not start Node, which takes a second on a small box.
 */
import type { Language } from '../../shared/text.ts';
import { oneOfWords } from './values.ts';
import type { Called, Verb } from './verb.ts';
import type { completionUsage } from './verbs/gateway.ts';
import { say } from './words/general.ts';

export async function completion(
  { args, terminal }: Called<typeof completionUsage>,
  verbs: readonly Verb[],
): Promise<number> {
  const script = SCRIPTS[oneOfWords('<shell>', args.shell, SHELLS)];
  terminal.write(script(nodesOf(verbs, terminal.language)));
  return 0;
}

interface Word {
  readonly word: string;
  readonly meaning: string;
}

interface CompletedOption extends Word {
  /** What may follow; empty for a file or anything else; undefined for a switch. */
  readonly values: readonly string[] | undefined;
}

/** One verb with what may follow it. */
interface Node {
  /** The verbs that lead to it: "", "device", "device add". */
  readonly path: string;
  readonly words: readonly Word[];
  readonly options: readonly CompletedOption[];
  readonly takesFiles: boolean;
}

const SHELLS = ['bash', 'zsh', 'fish'] as const;
const SCRIPTS: Readonly<Record<(typeof SHELLS)[number], (nodes: readonly Node[]) => string>> = { bash, zsh, fish };

function nodesOf(verbs: readonly Verb[], language: Language): readonly Node[] {
  const common: readonly CompletedOption[] = [
    { word: '--lang', meaning: say.lang()[language], values: ['en', 'ja'] },
    { word: '--help', meaning: say.help()[language], values: undefined },
  ];
  const named = (verb: Verb): Word => ({ word: verb.name, meaning: verb.summary[language] });
  const below = (path: string, verb: Verb): Node[] => {
    const options = Object.entries(verb.options ?? {}).map(([name, { meaning, value, known = [] }]) => ({
      word: `--${name}`,
      meaning: meaning[language],
      values: value === undefined ? undefined : known,
    }));
    const known = Object.values(verb.arguments ?? {}).flatMap((argument) => argument.known ?? []);
    const words = [...(verb.verbs ?? []).map(named), ...known.map((word) => ({ word, meaning: '' }))];
    const takesFiles = verb.arguments !== undefined;
    const own = { path: `${path}${verb.name}`, words, options: [...options, ...common], takesFiles };
    return [own, ...(verb.verbs ?? []).flatMap((each) => below(`${own.path} `, each))];
  };
  const version = { word: '--version', meaning: say.version()[language], values: undefined };
  const help = { word: 'help', meaning: say.helpCommand()[language] };
  const top = { path: '', words: [...verbs.map(named), help], options: [version, ...common], takesFiles: false };
  return [top, ...verbs.flatMap((verb) => below('', verb))];
}

/** Shell functions share this: the longest path of verbs that the words before the cursor begin with. */
function pathPattern(nodes: readonly Node[]): string {
  return nodes
    .filter(({ path }) => path !== '')
    .map(({ path }) => `'${path}'`)
    .join('|');
}

function bash(nodes: readonly Node[]): string {
  const values = nodes.flatMap(({ path, options }) =>
    options.flatMap(({ word, values: known }) =>
      known === undefined
        ? []
        : `    '${path} ${word}') COMPREPLY=($(compgen -W '${known.join(' ')}' -- "$cur")); return ;;`,
    ),
  );
  const words = nodes.map(
    ({ path, words: own, options }) =>
      `    '${path}') words='${own.map(({ word }) => word).join(' ')}'; options='${options.map(({ word }) => word).join(' ')}' ;;`,
  );
  return `# bash completion for machimori
_machimori() {
  local cur=\${COMP_WORDS[COMP_CWORD]} prev=\${COMP_WORDS[COMP_CWORD-1]} path= word words= options=
  for word in "\${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
    case "\${path:+$path }$word" in
      ${pathPattern(nodes)}) path="\${path:+$path }$word" ;;
    esac
  done
  case "$path $prev" in
${values.join('\n')}
  esac
  case "$path" in
${words.join('\n')}
  esac
  case "$cur" in
    -*) COMPREPLY=($(compgen -W "$options" -- "$cur")) ;;
    *) COMPREPLY=($(compgen -W "$words" -- "$cur")) ;;
  esac
}
complete -o default -F _machimori machimori`;
}

function zsh(nodes: readonly Node[]): string {
  const described = (each: readonly Word[]) =>
    each.map(({ word, meaning }) => quoted(meaning === '' ? word : `${word}:${meaning}`)).join(' ');
  const values = nodes.flatMap(({ path, options }) =>
    options.flatMap(({ word, values: known }) => {
      if (known === undefined) return [];
      const action = known.length === 0 ? '_files' : `compadd -- ${known.join(' ')}`;
      return `    ${quoted(`${path} ${word}`)}) ${action}; return ;;`;
    }),
  );
  const words = nodes.map(
    ({ path, words: own, options, takesFiles }) =>
      `    ${quoted(path)}) verbs=(${described(own)}); flags=(${described(options)}); files=${takesFiles ? 1 : 0} ;;`,
  );
  return `#compdef machimori
_machimori() {
  local path_= word files=1
  local -a verbs flags
  for word in "\${(@)words[2,CURRENT-1]}"; do
    case "\${path_:+$path_ }$word" in
      ${pathPattern(nodes)}) path_="\${path_:+$path_ }$word" ;;
    esac
  done
  case "$path_ \${words[CURRENT-1]}" in
${values.join('\n')}
  esac
  case "$path_" in
${words.join('\n')}
  esac
  if [[ $PREFIX == -* ]]; then
    _describe -o option flags
  else
    (( $#verbs )) && _describe command verbs
    (( files )) && _files
  fi
}
if [ "$funcstack[1]" = "_machimori" ]; then _machimori "$@"; else compdef _machimori machimori; fi`;
}

function fish(nodes: readonly Node[]): string {
  const lines = nodes.flatMap(({ path, words, options, takesFiles }) => {
    const at = `-n ${quoted(`test "$(__machimori_path)" = "${path}"`)}`;
    return [
      ...(takesFiles ? [] : [`complete -c machimori ${at} -f`]),
      ...words.map(({ word, meaning }) => `complete -c machimori ${at} -a ${quoted(word)} -d ${quoted(meaning)}`),
      ...options.map(({ word, meaning, values }) => {
        const follows = values === undefined ? '' : values.length === 0 ? ' -rF' : ` -xa ${quoted(values.join(' '))}`;
        return `complete -c machimori ${at} -l ${word.slice(2)} -d ${quoted(meaning)}${follows}`;
      }),
    ];
  });
  return `# fish completion for machimori
function __machimori_path
  set -l path
  for word in (commandline -opc)[2..-1]
    switch (string join -- ' ' $path $word)
      case ${pathPattern(nodes).replaceAll('|', ' ')}
        set path $path $word
    end
  end
  string join -- ' ' $path
end
${lines.join('\n')}`;
}

/** In single quotes, as all three shells read them. */
function quoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}
