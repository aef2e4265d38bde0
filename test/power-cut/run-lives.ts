/** Several lives of the recorded process on one disk, one after the other. */
import { execFile } from 'node:child_process';
import { mkdirSync, readFileSync, realpathSync } from 'node:fs';
import { join } from 'node:path';
import { type DiskOperation, readRecording } from '../disk/recording.ts';
import { type DiskFault, watchedEnvironment } from '../disk/watched-disk.ts';
import { repositoryRoot } from '../repository-root.ts';

const PROGRAM = join(repositoryRoot, 'build/test/power-cut/recorded-run.js');
const idsPerLife = 1_000_000;
const maxLifeMs = 60_000;

export interface Life {
  readonly seed: number;
  readonly steps: number;
  /** Strikes its disk now and then; a "kill" ends the life. */
  readonly fault?: DiskFault;
}

export interface Lived {
  readonly directory: string;
  readonly operations: readonly DiskOperation[];
  /** Appends rejected while the disk failed. */
  readonly turnedDown: number;
}

/** `folder` must be empty. Rejects if a life ends in any way but by itself or by the fault "kill". */
export async function runLives(folder: string, library: string, lives: readonly Life[]): Promise<Lived> {
  const directory = join(realpathSync(folder), 'data');
  const recording = join(folder, 'recording');
  mkdirSync(directory);
  const env = watchedEnvironment({ library, directory, recording, faultFile: join(folder, 'fault') });
  let turnedDown = 0;
  for (const [index, { seed, steps, fault }] of lives.entries()) {
    const words = [
      directory,
      seed,
      index * idsPerLife + 1,
      steps,
      ...(fault === undefined ? [] : [JSON.stringify(fault)]),
    ];
    const said = await live(words.map(String), env, fault?.fault === 'kill');
    turnedDown += said === '' ? 0 : Number(JSON.parse(said).turnedDown);
  }
  return { directory, operations: [...readRecording(readFileSync(recording))], turnedDown };
}

function live(words: readonly string[], env: NodeJS.ProcessEnv, mayBeKilled: boolean): Promise<string> {
  return new Promise((resolve, reject) => {
    const options = { env, timeout: maxLifeMs, killSignal: 'SIGTERM' } as const;
    execFile(process.execPath, [PROGRAM, ...words], options, (fault, stdout, stderr) => {
      if (fault === null || (mayBeKilled && fault.signal === 'SIGKILL')) resolve(stdout);
      else reject(new Error(`it ended with ${fault.code ?? fault.signal}: ${stderr}`));
    });
  });
}
