/** The processes that a benchmark starts, so that what is measured does not share its event loop with what measures. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import type { Postgres } from '../postgres/postgres.ts';
import { PROGRAM } from '../program.ts';

/** As deploy/machimori.service starts it. */
export const GATEWAY_FLAGS = ['--max-semi-space-size=1', '--max-old-space-size=128'];

/** A city OS on a port of its own; `url` is its broker's. What it stores is in the SQLite file. */
export interface CityOsProcess {
  readonly url: string;
  end(): Promise<void>;
}

export async function startCityOs(file: string): Promise<CityOsProcess> {
  const child = start(['simulate', 'city-os', '--file', file], ['ignore', 'pipe', 'ignore']);
  if (child.stdout === null) throw new Error('the city OS has no standard output');
  const [url] = await once(createInterface({ input: child.stdout }), 'line');
  return { url: String(url), end: () => endProcess(child, 'SIGTERM') };
}

export interface GatewayProcess {
  readonly pid: number;
  end(): Promise<void>;
}

/** A hub has more memory than a box on a lamp post, and more to do. */
export const HUB_FLAGS = ['--max-semi-space-size=8', '--max-old-space-size=512'];

export function startHubProcess(configFile: string): GatewayProcess {
  return startGatewayProcess(configFile, HUB_FLAGS);
}

export function startGatewayProcess(configFile: string, flags = GATEWAY_FLAGS): GatewayProcess {
  const child = start(['run', configFile], ['ignore', 'ignore', 'ignore'], flags);
  return { pid: child.pid ?? 0, end: () => endProcess(child, 'SIGTERM') };
}

/** Counts the fsyncs of a process from now on, as the system sees them. */
export interface SyncCount {
  /** How many there were; NaN where strace is not installed or may not watch. */
  end(): Promise<number>;
}

export async function countSyncs(pid: number): Promise<SyncCount> {
  const child = spawn('strace', ['-f', '-p', String(pid), '-e', 'trace=fsync,fdatasync'], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let isWatching = false;
  let syncs = 0;
  const lines = createInterface({ input: child.stderr });
  const begun = new Promise<void>((resolve) => {
    lines.on('line', (line) => {
      if (line.includes(' attached')) isWatching = true;
      if (/f(data)?sync\(/.test(line)) syncs++;
      resolve();
    });
    child.on('error', () => resolve());
    child.on('exit', () => resolve());
  });
  await begun;
  return {
    async end() {
      if (!isWatching) return Number.NaN;
      child.kill('SIGINT');
      await once(child, 'exit');
      return syncs;
    },
  };
}

/** Resident memory of a process in MB (10^6 bytes), by /proc; NaN where there is none. */
export function residentMb(pid: number): number {
  const kB = /VmRSS:\s+(\d+) kB/.exec(readProc(pid, 'status'))?.[1];
  return Math.round((Number(kB) * 1024) / 1e5) / 10;
}

/** Bytes that a process has caused to be written to disk, by /proc. */
export function writtenBytes(pid: number): number {
  return Number(/^write_bytes: (\d+)/m.exec(readProc(pid, 'io'))?.[1]);
}

function readProc(pid: number, file: string): string {
  try {
    return readFileSync(`/proc/${pid}/${file}`, 'utf8');
  } catch {
    return ''; // not Linux: the figure is then NaN
  }
}

function start(
  args: readonly string[],
  stdio: ('ignore' | 'pipe' | 'inherit')[],
  flags: readonly string[] = [],
): ChildProcess {
  const child = spawn(process.execPath, [...flags, PROGRAM, ...args], { stdio });
  const killAtExit = () => void child.kill('SIGKILL'); // it must not outlive whoever started it
  process.once('exit', killAtExit);
  child.once('exit', () => process.off('exit', killAtExit));
  return child;
}

async function endProcess(child: ChildProcess, signal: 'SIGTERM'): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  child.kill(signal);
  await once(child, 'exit');
}

const ticksPerSecond = 100; // sysconf(_SC_CLK_TCK) of Linux

/** CPU seconds of a process, with those of its children that have ended. */
export function cpuSeconds(pid: number): number {
  const fields = statOf(pid);
  return [13, 14, 15, 16].reduce((sum, i) => sum + Number(fields[i - 2] ?? 0), 0) / ticksPerSecond;
}

/** The fields of /proc/<pid>/stat from the third on, which is the first after the name in brackets. */
function statOf(pid: number): readonly string[] {
  return readFileSync(`/proc/${pid}/stat`, 'utf8')
    .replace(/^.*\) /s, '')
    .split(' ');
}

/** A postmaster and its children, as they run now. */
export function postgresPids({ folder }: Postgres): number[] {
  const postmaster = Number(readFileSync(`${folder}/data/postmaster.pid`, 'utf8').split('\n')[0]);
  const running = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
  const isChild = (pid: string) => {
    try {
      return Number(statOf(Number(pid))[1]) === postmaster;
    } catch {
      return false; // it has just ended
    }
  };
  return [postmaster, ...running.filter(isChild).map(Number)];
}
