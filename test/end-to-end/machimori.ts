/** The command line as a technician uses it: a process of its own, run to its end. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { PROGRAM } from '../program.ts';

const maxMs = 60_000;

export interface Outcome {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

export function machimori(cwd: string, ...args: string[]): Promise<Outcome> {
  return machimoriReading('', cwd, ...args);
}

/** The same with something on its standard input. */
export async function machimoriReading(input: string, cwd: string, ...args: string[]): Promise<Outcome> {
  const child = spawn(process.execPath, [PROGRAM, ...args], {
    cwd,
    env: { ...process.env, LC_ALL: 'C' }, // in English, unless --lang says otherwise
    stdio: ['pipe', 'pipe', 'pipe'],
    timeout: maxMs,
  });
  child.stdin.on('error', () => {}); // it need not read it
  child.stdin.end(input);
  let out = '';
  let err = '';
  child.stdout.on('data', (text: Buffer) => {
    out += text;
  });
  child.stderr.on('data', (text: Buffer) => {
    err += text;
  });
  const [code] = await once(child, 'close');
  return { code, out, err };
}
