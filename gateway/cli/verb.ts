/**
 * What a verb of the command line is: its words, as `verbs.ts` lists them, and where its code is.
 *
 * The list is light, so that help, completion and a gateway do not load what they do not run.
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
  /** As the usage shows it: "seconds". An option without one is a switch. */
  readonly value?: string;
  readonly default?: string;
  /** What completion offers. */
  readonly known?: readonly string[];
  readonly repeats?: true;
}

export type Arguments = Readonly<Record<string, Argument>>;
/** By their long names without the dashes: "dev-eui". */
export type Options = Readonly<Record<string, Option>>;

export type ArgumentValues<A extends Arguments> = {
  readonly [K in keyof A]: A[K] extends { repeats: true }
    ? readonly string[]
    : A[K] extends { optional: true }
      ? string | undefined
      : string;
};

export type OptionValues<O extends Options> = {
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

/** A verb as it was called. */
export interface Called<A extends Arguments = None, O extends Options = None> {
  readonly args: ArgumentValues<A>;
  readonly options: OptionValues<O>;
  readonly terminal: Terminal;
}

export interface Verb {
  readonly name: string;
  readonly summary: Text;
  readonly arguments?: Arguments;
  readonly options?: Options;
  /** What the help says after the options, a paragraph each. */
  readonly notes?: readonly Text[];
  /** A verb with others below it ("device add") does nothing by itself. */
  readonly verbs?: readonly Verb[];
  /**
   * Loads its code, which returns the exit code. It throws a UsageError for words that make no sense and a MachimoriError
   * for what cannot be done.
   */
  load?(): Promise<(called: Called<Arguments, Options>) => Promise<number>>;
}

/** A verb, with what its code is called with checked against its arguments and options. */
export function verb<const A extends Arguments, const O extends Options>(
  words: Omit<Verb, 'load' | 'verbs' | 'arguments' | 'options'> & {
    readonly arguments?: A;
    readonly options?: O;
    load(): Promise<(called: Called<A, O>) => Promise<number>>;
  },
): Verb {
  return words as Verb; // the values that are passed are those of these arguments and options
}

/** The words of a command line make no sense; the exit code is 2. */
export class UsageError extends Error {
  readonly text: Text;

  constructor(text: Text) {
    super(text.en);
    this.text = text;
  }
}
