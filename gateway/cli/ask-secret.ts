/** Asks for a secret: at a terminal without showing it, otherwise the first line of standard input. Never on the command line, where everybody sees it. */
import { createInterface } from 'node:readline';
import { Writable } from 'node:stream';
import type { Text } from '../../shared/text.ts';
import type { Terminal } from './terminal.ts';

const maxBytes = 4_096;

/** Undefined if the input ends first, or whoever is asked gives up (Ctrl-C, Ctrl-D). */
export function askSecret(
  question: Text,
  terminal: Terminal,
): Promise<{ readonly secret: string; readonly wasTyped: boolean } | undefined> {
  return process.stdin.isTTY === true ? typed(question, terminal) : firstLine();
}

function typed(question: Text, { language }: Terminal): Promise<{ secret: string; wasTyped: true } | undefined> {
  process.stderr.write(question[language]);
  const nowhere = new Writable({ write: (_piece, _encoding, done) => done() });
  const asking = createInterface({ input: process.stdin, output: nowhere, terminal: true, historySize: 0 });
  return new Promise((resolve) => {
    asking.on('line', (secret) => resolve({ secret, wasTyped: true }));
    asking.on('close', () => resolve(undefined));
  }).then((answer) => {
    asking.close();
    process.stderr.write('\n');
    return answer as { secret: string; wasTyped: true } | undefined;
  });
}

async function firstLine(): Promise<{ secret: string; wasTyped: false } | undefined> {
  const pieces: Buffer[] = [];
  let bytes = 0;
  for await (const piece of process.stdin as AsyncIterable<Buffer>) {
    pieces.push(piece);
    bytes += piece.length;
    if (piece.includes(0x0a) || bytes > maxBytes) break;
  }
  const [line = ''] = Buffer.concat(pieces).toString('utf8').split(/\r?\n/, 1);
  return bytes === 0 || bytes > maxBytes ? undefined : { secret: line, wasTyped: false };
}
