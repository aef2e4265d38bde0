/**
 * A verb of the command line: how it is used (`verbs/`) and how its code is loaded (`verbs.ts`).
 *
 * Usages are light, so that help, completion and a gateway do not load code that they do not run.
 */
import type { Text } from '../../shared/text.ts';
import type { Terminal } from './terminal.ts';

export interface Argument {
  /** As the usage shows it: "config.toml". */
  readonly shown: string;
  readonly meaning: Text;
  readonly optional?: true;
  readonly repeats?: true;
  /** What completion offers; other words are possible. */
  readonly known?: readonly string[];
}

export interface Option {
  readonly meaning: Text;
  /** As the usage shows it: "seconds". Without it, the option is a switch. */
  readonly value?: string;
  readonly default?: string;
  /** What completion offers. */
  readonly known?: readonly string[];
  readonly repeats?: true;
}

type Arguments = Readonly<Record<string, Argument>>;
/** By their long names without the dashes: "dev-eui". */
type Options = Readonly<Record<string, Option>>;

type ArgumentValues<A extends Arguments> = {
  readonly [K in keyof A]: A[K] extends { repeats: true }
    ? readonly string[]
    : A[K] extends { optional: true }
      ? string | undefined
      : string;
};

type OptionValues<O extends Options> = {
  readonly [K in keyof O]: O[K] extends { value: string }
    ? O[K] extends { repeats: true }
      ? readonly string[]
      : O[K] extends { default: string }
        ? string
        : string | undefined
    : boolean;
};

/** Neither arguments nor options. */
type None = Record<never, never>;

/** How a verb is used: all that help and completion need. */
export interface Usage {
  readonly name: string;
  readonly summary: Text;
  readonly arguments?: Arguments;
  readonly options?: Options;
  /** Paragraphs at the end of the help. */
  readonly notes?: readonly Text[];
}

/** A verb as it was called. */
export interface Called<U extends Usage = Usage> {
  readonly args: U extends { readonly arguments: infer A extends Arguments } ? ArgumentValues<A> : None;
  readonly options: U extends { readonly options: infer O extends Options } ? OptionValues<O> : None;
  readonly terminal: Terminal;
}

/**
 * The code of a verb. Returns the exit code; throws a UsageError if the arguments or options make no sense and a
 * MachimoriError if it cannot be done.
 */
export type VerbCode<U extends Usage = Usage> = (called: Called<U>) => Promise<number>;

export interface Verb extends Usage {
  /** Missing in a group ("device"), which has verbs instead. */
  load?(): Promise<VerbCode>;
  readonly verbs?: readonly Verb[];
}

/** Puts a usage and its code together; the types check that the code takes these arguments and options. */
export function verb<const U extends Usage>(usage: U, load: () => Promise<VerbCode<NoInfer<U>>>): Verb {
  return { ...usage, load: load as () => Promise<VerbCode> }; // the program calls it with the values of this usage
}

/** Verbs below another: "device add" is `add` in the group `device`. */
export function group(usage: Usage, verbs: readonly Verb[]): Verb {
  return { ...usage, verbs };
}

/** The words of a command line make no sense; the exit code is 2. */
export class UsageError extends Error {
  readonly text: Text;

  constructor(text: Text) {
    super(text.en);
    this.text = text;
  }
}
