/** Who sets the clock, and how far it is off. */
import { doubtful, type Finding, good, unknown } from './finding.ts';
import type { SystemFiles } from './system-files.ts';
import { say } from './words.ts';

/** Further off than this, readings of two boxes can no longer be compared to the second, ms. */
const farMs = 500;

/** Runs a program of the machine and resolves with what it prints; undefined if it is not there or fails. */
export type RunProgram = (program: string, args: readonly string[]) => Promise<string | undefined>;

export async function examineClock(system: SystemFiles, run: RunProgram): Promise<Finding[]> {
  const chrony = await run('chronyc', ['-c', 'tracking']);
  if (chrony !== undefined) return [byChrony(chrony)];
  if (system.names('run/systemd/timesync').includes('synchronized')) {
    const told = /Offset:\s*([+-]?[\d.]+)(us|ms|s)\b/.exec((await run('timedatectl', ['timesync-status'])) ?? '');
    return [
      told === null ? good('clock', say.clockSet({ by: 'systemd-timesyncd' })) : offBy('systemd-timesyncd', inMs(told)),
    ];
  }
  const isWaiting =
    system.text('run/systemd/timesync') === undefined && system.names('run/systemd').includes('timesync');
  return [
    isWaiting ? doubtful('clock', say.clockNotSet(), say.letTimeThrough()) : unknown('clock', say.clockUnknown()),
  ];
}

/** Comma-separated: reference id, its name, stratum, reference time, offset of the system's clock in seconds, … (chronyc(1), tracking). */
function byChrony(told: string): Finding {
  const [, source = '', stratum = '0', , offset = ''] = told.trim().split(',');
  const offMs = Math.abs(Number(offset)) * 1000;
  if (stratum === '0' || source === '' || !Number.isFinite(offMs))
    return doubtful('clock', say.clockNotSet(), say.letTimeThrough());
  return offBy(`chrony, ${source}`, offMs);
}

function offBy(by: string, offMs: number): Finding {
  const what = say.clockOff({ by, off: offMs < 10 ? offMs.toFixed(1) : Math.round(offMs) });
  return offMs < farMs ? good('clock', what) : doubtful('clock', what, say.letTimeThrough());
}

function inMs([, number, unit]: RegExpExecArray): number {
  return Math.abs(Number(number)) * (unit === 's' ? 1000 : unit === 'ms' ? 1 : 0.001);
}
