/** The demo, over an outage, with the program of a release tree for another processor, under qemu-user. */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

export interface Emulated {
  /** "qemu-aarch64-static". */
  readonly emulator: string;
  /** Where its dynamic linker and libraries are. */
  readonly libraries: string;
  readonly node: string;
  readonly main: string;
}

/** Seconds of the demo, and from which to which the outage is: enough for an emulated processor to start everything. */
const [SECONDS, OUTAGE] = ['32', '12:20'];
const maxMs = 240_000;

/** Returns how many readings were stored. Rejects if any was lost or doubled. */
export async function runDemo({ emulator, libraries, node, main }: Emulated): Promise<number> {
  const args = ['-L', libraries, node, main, 'demo', '--seconds', SECONDS, '--outage', OUTAGE, '--json'];
  const { stdout } = await promisify(execFile)(emulator, args, { timeout: maxMs });
  const { lost, duplicated, stored } = JSON.parse(stdout) as {
    readonly lost: number;
    readonly duplicated: number;
    readonly stored: Readonly<Record<string, number>>;
  }; // the demo's own
  const count = Object.values(stored).reduce((sum, each) => sum + each, 0);
  assert.deepEqual({ lost, duplicated }, { lost: 0, duplicated: 0 });
  assert.ok(count > 0, 'nothing was stored');
  return count;
}
