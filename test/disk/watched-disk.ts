/** The C library that stands between a process and its disk (watched-disk.c): compiles it and loads it into a process. */
import { execFileSync, spawnSync } from 'node:child_process';
import { realpathSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { repositoryRoot } from '../repository-root.ts';

const SOURCE = join(repositoryRoot, 'test/disk/watched-disk.c');

/** Why these tests cannot run here, or undefined. If `CI` is set they must run. */
export const cannotWatch: string | undefined = reasonNotTo();

function reasonNotTo(): string | undefined {
  if (process.env.CI === 'true') return undefined;
  if (process.platform !== 'linux') return 'needs Linux: a disk is watched through LD_PRELOAD';
  if (spawnSync('cc', ['--version']).status === 0) return undefined;
  return 'needs a C compiler: apt-get install gcc libc6-dev';
}

/** Compiles the library into a folder. Throws the compiler's message if it does not compile. */
export function buildWatchedDisk(folder: string): string {
  const library = join(folder, 'watched-disk.so');
  execFileSync('cc', ['-shared', '-fPIC', '-O1', '-Wall', '-Werror', '-o', library, SOURCE, '-ldl', '-lpthread']);
  return library;
}

export interface Watched {
  readonly library: string;
  readonly directory: string;
  /** The recording is appended to this file. */
  readonly recording: string;
  /** While this file exists, the disk fails as it says. */
  readonly faultFile: string;
}

/** The environment of a process whose disk is watched. */
export function watchedEnvironment({ library, directory, recording, faultFile }: Watched): NodeJS.ProcessEnv {
  return {
    ...process.env,
    LD_PRELOAD: library,
    WATCHED_DIRECTORY: realpathSync(directory),
    WATCHED_RECORDING: recording,
    WATCHED_FAULT: faultFile,
    FAULT_FILE: faultFile,
  };
}

export interface DiskFault {
  readonly operation: 'write' | 'fsync' | 'any';
  readonly fault: 'EIO' | 'ENOSPC' | 'short' | 'kill';
  readonly times: 'once' | 'always' | 'until-room';
}

/** Makes the disk fail from now on; undefined lets it recover. */
export function setFault(faultFile: string, fault: DiskFault | undefined): void {
  if (fault === undefined) rmSync(faultFile, { force: true });
  else writeFileSync(faultFile, `${fault.operation} ${fault.fault} ${fault.times}\n`);
}
