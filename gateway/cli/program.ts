/**
 * The command line: the verbs of `verbs.ts` as a commander program that speaks the terminal's language.
 *
 * Commander parses, finds typing errors and lays out the help. It has no translations, so the methods with which it complains
 * are overridden here; a test sees that none of its English is left.
 */
import { Command, CommanderError, type Help, type HelpContext, type Option as ParsedOption } from 'commander';
import { listed, type Text } from '../../shared/text.ts';
import { hanging, padded, width, wrapped } from '../words/layout.ts';
import { closest } from '../words/suggestion.ts';
import { tellFault } from './tell-fault.ts';
import type { Terminal } from './terminal.ts';
import { type Called, type Option, UsageError, type Verb } from './verb.ts';
import { say } from './words/general.ts';

/** Longer terms have their description on the next line. */
const maxTermColumns = 26;

/** Runs what the words ask for. Returns the exit code: 0 done, 1 it could not be done, 2 wrong usage. */
export async function runProgram(
  args: readonly string[],
  { verbs, terminal, version }: { readonly verbs: readonly Verb[]; readonly terminal: Terminal; version(): string },
): Promise<number> {
  const outcome = { code: 0 };
  const program = new Program(terminal, 'machimori').describe(say.program());
  program.enablePositionalOptions();
  program.helpCommand('help <name>', say.helpCommand()[terminal.language]);
  program.option('-V, --version', say.version()[terminal.language]);
  program.on('option:version', () => {
    terminal.write(version());
    throw new CommanderError(0, 'commander.version', '');
  });
  for (const verb of verbs) add(verb, program, terminal, outcome);
  program.end([say.exitCodes(), say.moreOnCommand()]);
  try {
    await program.parseAsync(groupFirst(args, verbs), { from: 'user' });
    return outcome.code;
  } catch (fault) {
    return explain(fault, terminal);
  }
}

/** The code of the exit, after what is wrong has been said. */
function explain(fault: unknown, terminal: Terminal): number {
  if (fault instanceof CommanderError) return fault.exitCode; // it has shown the help or the version
  if (fault instanceof Misuse) {
    const { program, text, isPlain } = fault;
    if (text === undefined) program.outputHelp();
    else terminal.printError(text);
    if (text !== undefined && !isPlain) {
      terminal.printError(say.usage({ usage: program.shownUsage() }));
      terminal.printError(say.more({ command: program.path() }));
    }
    return 2;
  }
  return tellFault(fault, terminal);
}

/** Options may also stand between a group and its verb: "device --json list" is "device list --json". */
function groupFirst(args: readonly string[], verbs: readonly Verb[]): string[] {
  const [name, ...rest] = args;
  const group = verbs.find((verb) => verb.name === name)?.verbs?.map((verb) => verb.name) ?? [];
  const at = rest.findIndex((arg) => group.includes(arg));
  if (name === undefined || at < 1 || !rest[0]?.startsWith('-')) return [...args];
  return [name, ...rest.slice(at, at + 1), ...rest.slice(0, at), ...rest.slice(at + 1)];
}

function add(verb: Verb, parent: Program, terminal: Terminal, outcome: { code: number }): void {
  const { language } = terminal;
  const program = new Program(terminal, verb.name).describe(verb.summary);
  for (const { shown, meaning, optional, repeats } of Object.values(verb.arguments ?? {})) {
    const name = `${shown}${repeats ? '...' : ''}`;
    program.argument(optional ? `[${name}]` : `<${name}>`, meaning[language]);
  }
  for (const [name, option] of Object.entries(verb.options ?? {})) addOption(name, option, program, terminal);
  program.end(verb.notes ?? []);
  parent.addCommand(program);
  for (const below of verb.verbs ?? []) add(below, program, terminal, outcome);
  const { load } = verb;
  if (load === undefined) {
    program.enablePositionalOptions().helpCommand(false);
    return;
  }
  program.action(async () => {
    const run = await load();
    try {
      outcome.code = await run(calledOf(verb, program, terminal));
    } catch (fault) {
      throw fault instanceof UsageError ? new Misuse(program, fault.text) : fault;
    }
  });
}

function addOption(name: string, option: Option, program: Program, { language }: Terminal): void {
  const { value, repeats } = option;
  const flags = value === undefined ? `--${name}` : `--${name} <${value}>`;
  if (!repeats) program.option(flags, describeOption(option)[language], option.default);
  else
    program.option(flags, describeOption(option)[language], (word: string, before: string[] = []) => [...before, word]);
}

function describeOption({ meaning, repeats, default: value }: Option): Text {
  const said = repeats ? say.repeatable({ meaning }) : meaning;
  return value === undefined ? said : say.withDefault({ meaning: said, value });
}

function calledOf(verb: Verb, program: Program, terminal: Terminal): Called {
  const parsed = program.opts<Record<string, unknown>>();
  const args = Object.keys(verb.arguments ?? {}).map((name, i) => [name, program.processedArgs[i]]);
  const options = Object.entries(verb.options ?? {}).map(([name, { value, repeats }]) => {
    const given =
      parsed[name.replace(/-(\w)/g, (_, letter: string) => letter.toUpperCase())] ?? (repeats ? [] : undefined);
    return [name, value === undefined ? given === true : given];
  });
  return { args: Object.fromEntries(args), options: Object.fromEntries(options), terminal };
}

/** Wrong usage of a verb; without a text nothing was asked at all. */
class Misuse extends Error {
  readonly program: Program;
  readonly text: Text | undefined;
  /** The text says what was meant; there is nothing to look up. */
  readonly isPlain: boolean;

  constructor(program: Program, text: Text | undefined, { isPlain = false } = {}) {
    super(text?.en);
    this.program = program;
    this.text = text;
    this.isPlain = isPlain;
  }
}

class Program extends Command {
  readonly #terminal: Terminal;

  constructor(terminal: Terminal, name: string) {
    super(name);
    this.#terminal = terminal;
    const { language, columns } = terminal;
    this.exitOverride();
    this.helpOption('-h, --help', say.help()[language]);
    this.configureOutput({
      getOutHelpWidth: () => columns,
      writeOut: (text) => terminal.write(text.replace(/\n$/, '')),
    });
    this.configureHelp(helpIn(terminal));
  }

  describe(text: Text): this {
    return this.description(text[this.#terminal.language]);
  }

  /** What every help ends with: the common options, then paragraphs. */
  end(texts: readonly Text[]): void {
    const { language, columns } = this.#terminal;
    this.option('--lang <en|ja>', say.lang()[language]);
    const paragraphs = texts.map((text) => hanging('', text[language], columns).join('\n'));
    const between = paragraphs.some((paragraph) => paragraph.includes('\n')) ? '\n\n' : '\n';
    if (paragraphs.length > 0) this.addHelpText('after', `\n${paragraphs.join(between)}`);
  }

  /** "machimori device add" */
  path(): string {
    return this.parent instanceof Program ? `${this.parent.path()} ${this.name()}` : this.name();
  }

  shownUsage(): string {
    return `${this.path()} ${this.usage()}`;
  }

  // What follows replaces commander's English.

  override usage(): string;
  override usage(text: string): this;
  override usage(text?: string): this | string {
    if (text !== undefined) return super.usage(text);
    const { language } = this.#terminal;
    const words = this.registeredArguments.map((argument) => {
      const name = argument.variadic ? `${argument.name()}...` : argument.name();
      return argument.required ? `<${name}>` : `[${name}]`;
    });
    return [
      ...(this.commands.length > 0 ? [say.usageCommand()[language]] : []),
      say.usageOptions()[language],
      ...words,
    ].join(' ');
  }

  /** Commander shows the help, as an error, if the verb of a group is missing. */
  override help(context?: unknown): never {
    if (!isError(context)) return super.help(context as HelpContext);
    const known = this.commands.map((command) => command.name());
    throw new Misuse(this, this.parent === null ? undefined : say.sayWhat({ known: listed(known) }));
  }

  missingArgument(name: string): never {
    throw new Misuse(this, say.missing({ what: `<${name}>` }));
  }

  optionMissingArgument(option: ParsedOption): never {
    throw new Misuse(this, say.noValue({ option: option.long ?? option.flags }));
  }

  unknownOption(flag: string): never {
    const known = this.createHelp()
      .visibleOptions(this)
      .flatMap(({ long }) => long ?? []);
    const meant = closest(flag, known);
    if (meant !== undefined) throw new Misuse(this, say.noOptionButMeant({ flag, meant }), { isPlain: true });
    throw new Misuse(this, say.noOption({ flag }));
  }

  unknownCommand(): never {
    const known = this.commands.map((command) => command.name());
    const name = this.args[0] ?? '';
    const meant = closest(name, known);
    if (meant !== undefined) throw new Misuse(this, say.noCommandButMeant({ name, meant }), { isPlain: true });
    throw new Misuse(this, say.noCommand({ name, known: listed(known) }));
  }

  _excessArguments(received: readonly string[]): never {
    throw new Misuse(this, say.tooMuch({ words: received.slice(this.registeredArguments.length).join(' ') }));
  }
}

function isError(context: unknown): boolean {
  return typeof context === 'object' && context !== null && 'error' in context && context.error === true;
}

/** Commander's help with titles in the terminal's language, and laid out by display width. */
function helpIn({ language, columns }: Terminal): Partial<Help> {
  const titles: Readonly<Record<string, string>> = {
    'Usage:': say.usageTitle()[language],
    'Arguments:': say.argumentsTitle()[language],
    'Options:': say.optionsTitle()[language],
    'Commands:': say.commandsTitle()[language],
  };
  return {
    styleTitle: (title) => titles[title] ?? title,
    displayWidth: width,
    boxWrap: (text, max) => wrapped(text, max).join('\n'),
    commandUsage: (command) => (command instanceof Program ? command.shownUsage() : command.name()),
    subcommandTerm: (command) => command.name(),
    optionDescription: ({ description }) => description,
    padWidth(command, helper) {
      const terms = [
        ...helper.visibleOptions(command).map((option) => helper.optionTerm(option)),
        ...helper.visibleCommands(command).map((below) => helper.subcommandTerm(below)),
        ...helper.visibleArguments(command).map((argument) => helper.argumentTerm(argument)),
      ].map(width);
      return Math.max(0, ...terms.filter((each) => each <= maxTermColumns));
    },
    formatItem(term, termColumns, description) {
      const indent = ' '.repeat(termColumns + 4);
      if (width(term) <= termColumns)
        return hanging(`  ${padded(term, termColumns)}  `, description, columns).join('\n');
      return [`  ${term}`, ...hanging(indent, description, columns)].join('\n');
    },
  };
}
