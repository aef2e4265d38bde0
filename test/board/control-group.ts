/**
 * A control group that stands in for a small board: so much memory, so much of one core. Version 1 or 2, whichever the machine has
 * (Linux, Documentation/admin-guide/cgroup-v1/memory.rst and cgroup-v2.rst). Its folders can be made by root only, or by whoever was
 * given them.
 */
import { existsSync, mkdirSync, readFileSync, rmdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Of the CPU bandwidth controller: a process that has had its share waits until the next one begins. */
const PERIOD_US = 100_000;

export interface BoardLimits {
  readonly memoryBytes: number;
  /** Of one core. */
  readonly cpuPercent: number;
}

export interface GroupFigures {
  readonly usedBytes: number;
  readonly peakBytes: number;
  /** Memory of the processes' own, and pages of files. */
  readonly anonBytes: number;
  readonly fileBytes: number;
  /** How often memory had to be reclaimed because the limit was reached (version 1: failcnt; 2: memory.events max). */
  readonly timesFull: number;
  readonly cpuMs: number;
  readonly throttledMs: number;
}

export interface ControlGroup {
  readonly version: 1 | 2;
  /** Starts a program in it. */
  command(program: readonly [string, ...string[]]): [string, ...string[]];
  look(): GroupFigures;
  /** Once nothing runs in it. */
  remove(): void;
}

/** Throws if the machine has no control groups, or this user may not make one. */
export function openControlGroup(name: string, limits: BoardLimits, root = '/sys/fs/cgroup'): ControlGroup {
  return existsSync(join(root, 'cgroup.controllers')) ? ofVersion2(name, limits, root) : ofVersion1(name, limits, root);
}

function ofVersion1(name: string, { memoryBytes, cpuPercent }: BoardLimits, root: string): ControlGroup {
  const [memory, cpu, accounts] = ['memory', 'cpu', 'cpuacct'].map((controller) => join(root, controller, name));
  if (memory === undefined || cpu === undefined || accounts === undefined) throw new RangeError('three controllers');
  const folders = [...new Set([memory, cpu, accounts])];
  for (const folder of folders) mkdirSync(folder, { recursive: true });
  writeFileSync(join(memory, 'memory.limit_in_bytes'), String(memoryBytes));
  writeFileSync(join(cpu, 'cpu.cfs_period_us'), String(PERIOD_US));
  writeFileSync(join(cpu, 'cpu.cfs_quota_us'), String((PERIOD_US * cpuPercent) / 100));
  return {
    version: 1,
    command: (program) => entering(folders, program),
    look() {
      const stat = readFileSync(join(memory, 'memory.stat'), 'utf8');
      return {
        usedBytes: numberIn(join(memory, 'memory.usage_in_bytes')),
        peakBytes: numberIn(join(memory, 'memory.max_usage_in_bytes')),
        anonBytes: fieldOf(stat, 'rss'),
        fileBytes: fieldOf(stat, 'cache'),
        timesFull: numberIn(join(memory, 'memory.failcnt')),
        cpuMs: numberIn(join(accounts, 'cpuacct.usage')) / 1e6,
        throttledMs: fieldOf(readFileSync(join(cpu, 'cpu.stat'), 'utf8'), 'throttled_time') / 1e6,
      };
    },
    remove: () => folders.forEach((folder) => void rmdirSync(folder)),
  };
}

function ofVersion2(name: string, { memoryBytes, cpuPercent }: BoardLimits, root: string): ControlGroup {
  const folder = join(root, name);
  writeFileSync(join(root, 'cgroup.subtree_control'), '+memory +cpu');
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'memory.max'), String(memoryBytes));
  writeFileSync(join(folder, 'cpu.max'), `${(PERIOD_US * cpuPercent) / 100} ${PERIOD_US}`);
  return {
    version: 2,
    command: (program) => entering([folder], program),
    look() {
      const stat = readFileSync(join(folder, 'memory.stat'), 'utf8');
      const cpu = readFileSync(join(folder, 'cpu.stat'), 'utf8');
      return {
        usedBytes: numberIn(join(folder, 'memory.current')),
        peakBytes: numberIn(join(folder, 'memory.peak')),
        anonBytes: fieldOf(stat, 'anon'),
        fileBytes: fieldOf(stat, 'file'),
        timesFull: fieldOf(readFileSync(join(folder, 'memory.events'), 'utf8'), 'max'),
        cpuMs: fieldOf(cpu, 'usage_usec') / 1_000,
        throttledMs: fieldOf(cpu, 'throttled_usec') / 1_000,
      };
    },
    remove: () => rmdirSync(folder),
  };
}

/** A shell goes in and becomes the program, so that nothing of it is outside. */
function entering(folders: readonly string[], program: readonly [string, ...string[]]): [string, ...string[]] {
  const enter = folders.map((folder) => `echo $$ > '${folder}/cgroup.procs'`);
  return ['/bin/sh', '-c', `${enter.join(' && ')} && exec "$@"`, 'board', ...program];
}

function numberIn(file: string): number {
  return Number(readFileSync(file, 'utf8'));
}

function fieldOf(text: string, name: string): number {
  return Number(new RegExp(`^${name} (\\d+)$`, 'm').exec(text)?.[1] ?? Number.NaN);
}
