/**
 * A stick as a device: an image with a file system, behind a loop device (loop(4)). FAT, as sticks are; ext4 where this machine's kernel has no FAT.
 */
import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { messageOf } from '../../shared/errors.ts';
import type { DebianRoot } from './debian-root.ts';

/** Bytes: FAT32 is not made any smaller, and files are of a few kilobytes. */
const size = 34 * 1024 * 1024;

export interface Stick {
  readonly fileSystem: 'vfat' | 'ext4';
  /** Has the box a device for it; returns its path in there. */
  plugInto(debian: DebianRoot): string;
  pullOut(): void;
}

/** Why no stick can be made on this machine, since a container may have no loop devices; undefined if one can. */
export function stickFault(scratch: string): string | undefined {
  const [files, at] = [join(scratch, 'nothing'), join(scratch, 'tried')];
  for (const folder of [files, at]) mkdirSync(folder, { recursive: true });
  try {
    makeStick(files, at).pullOut();
    return undefined;
  } catch (fault) {
    return messageOf(fault);
  }
}

/** What is in `files` is on the stick. `scratch` is for the image. Throws if there are no loop devices here, or the file system cannot be made. */
export function makeStick(files: string, scratch: string): Stick {
  const image = join(scratch, 'stick.img');
  const mountedAt = join(scratch, 'stick');
  writeFileSync(image, '');
  execFileSync('truncate', [`--size=${size}`, image]);
  const fileSystem = /\tvfat$/m.test(readFileSync('/proc/filesystems', 'utf8')) ? 'vfat' : 'ext4';
  execFileSync(`mkfs.${fileSystem}`, [image], { stdio: ['ignore', 'ignore', 'pipe'] });
  const device = execFileSync('losetup', ['--find', '--show', image], { encoding: 'utf8' }).trim();
  try {
    mkdirSync(mountedAt);
    execFileSync('mount', ['-t', fileSystem, device, mountedAt]);
    try {
      execFileSync('cp', ['--recursive', `${files}/.`, mountedAt]);
    } finally {
      execFileSync('umount', [mountedAt]);
    }
  } catch (fault) {
    execFileSync('losetup', ['--detach', device]);
    throw fault;
  }
  return {
    fileSystem,
    plugInto(debian) {
      const path = `/dev/${basename(device)}`;
      execFileSync('cp', ['--archive', device, join(debian.folder, path)]);
      return path;
    },
    pullOut() {
      execFileSync('losetup', ['--detach', device]);
      rmSync(image);
    },
  };
}
