/** Lines of a gateway's log: from journald, a file or standard input. */
import { spawn } from 'node:child_process';
import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { MachimoriError, messageOf } from '../../shared/errors.ts';
import { say } from './words/log.ts';

const UNIT = 'machimori';

export interface LogSource {
  /** A file, "-" for standard input; by default what journald has of the unit. */
  readonly file?: string | undefined;
  /** As journalctl(1) takes it: "1 hour ago". */
  readonly since?: string | undefined;
  readonly follow?: boolean;
  /** The last of journald's, at most. */
  readonly last?: number;
}

/** Rejects with a MachimoriError "no-log". */
export async function* logLines(source: LogSource): AsyncGenerator<string> {
  if (source.file !== undefined) {
    const stream = source.file === '-' ? process.stdin : createReadStream(source.file);
    try {
      yield* linesOf(stream);
    } catch (cause) {
      throw new MachimoriError('no-log', {
        what: say.unreadable({ why: messageOf(cause) }),
        on: source.file,
        hint: say.nameFile(),
        cause,
      });
    }
    return;
  }
  const { since, follow = false, last } = source;
  const args = [
    ...['--unit', UNIT, '--output', 'cat', '--no-pager', '--quiet'],
    ...(since === undefined ? [] : ['--since', since]),
    ...(last === undefined ? [] : ['--lines', String(last)]),
    ...(follow ? ['--follow'] : []),
  ];
  const journal = spawn('journalctl', args, { stdio: ['ignore', 'pipe', 'pipe'] });
  let told = '';
  journal.stderr.on('data', (chunk) => {
    told = `${told}${chunk}`.slice(-1_000);
  });
  const ended = new Promise<string | undefined>((resolve) => {
    journal.on('error', (fault) => resolve(messageOf(fault)));
    journal.on('close', (code) => resolve(code === 0 || code === null ? undefined : told.trim()));
  });
  try {
    yield* linesOf(journal.stdout);
    const why = await ended;
    if (why !== undefined)
      throw new MachimoriError('no-log', { what: say.noJournal({ why }), on: 'journalctl', hint: say.nameFile() });
  } finally {
    journal.kill();
  }
}

async function* linesOf(stream: Readable): AsyncGenerator<string> {
  let failed: unknown;
  stream.on('error', (fault) => {
    failed = fault;
  });
  yield* createInterface({ input: stream, crlfDelay: Number.POSITIVE_INFINITY });
  if (failed !== undefined) throw failed;
}
