/** The log for people: a line each, filtered. */
import { logLines } from './log-lines.ts';
import { oneOfWords } from './values.ts';
import type { Called } from './verb.ts';
import type { logUsage } from './verbs/log.ts';
import { say } from './words/log.ts';

const LEVELS = ['debug', 'info', 'warn', 'error'] as const;
const SIGN: Readonly<Record<string, string>> = { debug: '·', info: ' ', warn: '△', error: '✗' };

interface Entry {
  readonly level: string;
  readonly time: string;
  readonly msg: string;
  readonly rest: Readonly<Record<string, unknown>>;
}

export async function log({ options, terminal }: Called<typeof logUsage>): Promise<number> {
  const least = LEVELS.indexOf(oneOfWords('--level', options.level, LEVELS));
  let shown = 0;
  const show = (line: string) => {
    shown++;
    terminal.write(line);
  };
  for await (const line of logLines({ file: options.file, since: options.since, follow: options.follow })) {
    const entry = entryOf(line);
    if (entry === undefined) {
      if (options.about === undefined && least === 0) show(line); // systemd's own, or a crash
      continue;
    }
    const isAbout =
      options.about === undefined || Object.values(entry.rest).some((value) => String(value) === options.about);
    if (LEVELS.indexOf(entry.level as (typeof LEVELS)[number]) >= least && isAbout) show(lineOf(entry));
  }
  if (shown === 0) terminal.printError(say.nothing());
  return 0;
}

/** Undefined if the line is none of a gateway's. */
function entryOf(line: string): Entry | undefined {
  try {
    const { level, time, msg, ...rest } = JSON.parse(line) as Record<string, unknown>;
    return typeof level === 'string' && typeof time === 'string' && typeof msg === 'string'
      ? { level, time, msg, rest }
      : undefined;
  } catch {
    return undefined;
  }
}

/** Times of this machine's zone. */
function lineOf({ level, time, msg, rest }: Entry): string {
  const at = new Date(time);
  const shown = Number.isNaN(at.getTime()) ? time : at.toLocaleString('sv'); // "2026-11-26 14:22:13"
  const details = Object.entries(rest).map(
    ([name, value]) => `${name}=${typeof value === 'string' ? value : JSON.stringify(value)}`,
  );
  return `${shown} ${SIGN[level] ?? '?'} ${[msg, ...details].join('  ')}`;
}
