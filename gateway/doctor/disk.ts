/** The disk that the data directory lies on: whether it can be written, its faults, space and wear. */
import { accessSync, constants, statfsSync, statSync } from 'node:fs';
import { codeOf, messageOf } from '../../shared/errors.ts';
import { bad, doubtful, type Finding, good, unknown } from './finding.ts';
import type { SystemFiles } from './system-files.ts';
import { say } from './words.ts';

/** Below it the buffer stops growing (buffer/disk-room.ts). */
const leastFreeBytes = 16e6;
const lowFreeBytes = 100e6;

/** `folder`: the data directory. */
export function examineDisk(folder: string, system: SystemFiles): Finding[] {
  let device: string;
  try {
    device = deviceOf(statSync(folder).dev);
  } catch (fault) {
    const isMissing = codeOf(fault) === 'ENOENT';
    return [
      isMissing
        ? unknown('disk', say.noFolder({ folder }))
        : bad('disk', say.folderUnreadable({ folder, why: messageOf(fault) }), say.asItsUser()),
    ];
  }
  return [writable(folder), space(folder), ...faults(device, system), ...wear(device, system)];
}

function writable(folder: string): Finding {
  try {
    accessSync(folder, constants.W_OK);
    return good('disk', say.writable({ folder }));
  } catch (fault) {
    const isReadOnly = codeOf(fault) === 'EROFS';
    return bad(
      'disk',
      (isReadOnly ? say.readOnly : say.mayNotWrite)({ folder }),
      isReadOnly ? say.replaceCard() : say.asItsUser(),
    );
  }
}

function space(folder: string): Finding {
  const { bavail, blocks, bsize, ffree, files } = statfsSync(folder);
  const free = bavail * bsize;
  const what = say.space({ free: Math.round(free / 1e6), total: Math.round((blocks * bsize) / 1e6) });
  if (files > 0 && ffree < files / 100) return bad('space', say.noInodes(), say.makeRoom());
  if (free < leastFreeBytes) return bad('space', what, say.makeRoom());
  return free < lowFreeBytes ? doubtful('space', what, say.makeRoom()) : good('space', what);
}

/** What ext4 has counted since the file system was last checked. */
function faults(device: string, system: SystemFiles): Finding[] {
  const name = blockName(device, system);
  const count = name === undefined ? undefined : system.number(`sys/fs/ext4/${name}/errors_count`);
  if (count === undefined) return [];
  return [
    count === 0
      ? good('disk faults', say.noDiskFaults())
      : bad('disk faults', say.diskFaults({ count }), say.replaceCard()),
  ];
}

/** eMMC tells it in tenths (JESD84-B51, EXT_CSD 268 and 269); SD cards do not. */
function wear(device: string, system: SystemFiles): Finding[] {
  const name = blockName(device, system);
  const disk = name === undefined ? undefined : /^(mmcblk\d+)/.exec(name)?.[1];
  const life = disk === undefined ? undefined : system.text(`sys/block/${disk}/device/life_time`);
  const used = Math.max(
    0,
    ...(life ?? '').split(/\s+/).map((each) => (/^0x[0-9a-f]{2}$/i.test(each) ? Number(each) : 0)),
  );
  if (disk === undefined || used === 0) return [];
  const percent = Math.min(used * 10, 100);
  const what = say.wear({ percent });
  return [percent >= 90 ? doubtful('wear', what, say.replaceCard()) : good('wear', what)];
}

/** "8:1" for a device number, as sysfs names it (makedev of Linux). */
function deviceOf(dev: number): string {
  const major = Math.floor(dev / 256) & 0xfff;
  const minor = (dev & 0xff) | (Math.floor(dev / 4096) & 0xfff00);
  return `${major}:${minor}`;
}

/** "mmcblk0p2". */
function blockName(device: string, system: SystemFiles): string | undefined {
  return /^DEVNAME=(.+)$/m.exec(system.text(`sys/dev/block/${device}/uevent`) ?? '')?.[1];
}
