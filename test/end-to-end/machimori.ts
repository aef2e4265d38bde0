/** The command line as a technician uses it: a process of its own, from the compiled code, run to its end. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';

const MAIN = new URL('../../dist/gateway/main.js', import.meta.url).pathname;
const maxMs = 60_000;

export interface Outcome {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

export async function machimori(cwd: string, ...args: string[]): Promise<Outcome> {
  const child = spawn(process.execPath, [MAIN, ...args], { cwd, stdio: ['ignore', 'pipe', 'pipe'], timeout: maxMs });
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
