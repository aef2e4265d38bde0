/** A command of ours that goes on until it is stopped: `machimori record`, `machimori replay`. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { onTestFinished } from 'vitest';
import { PROGRAM } from '../program.ts';

export class Command {
  out = '';
  err = '';
  readonly #child: ChildProcess;
  readonly #closed: Promise<unknown[]>;

  constructor(cwd: string, ...args: string[]) {
    this.#child = spawn(process.execPath, [PROGRAM, ...args], { cwd, env: { ...process.env, LC_ALL: 'C' } });
    this.#child.stdout?.on('data', (text: Buffer) => {
      this.out += text;
    });
    this.#child.stderr?.on('data', (text: Buffer) => {
      this.err += text;
    });
    this.#closed = once(this.#child, 'close');
    onTestFinished(() => void this.#child.kill('SIGKILL'));
  }

  /** Resolves with its exit code, or the signal's name. */
  async ended(): Promise<unknown> {
    const [code, signal] = await this.#closed;
    return code ?? signal;
  }

  end(signal: NodeJS.Signals): Promise<unknown> {
    this.#child.kill(signal);
    return this.ended();
  }
}
