/** The box: its power, its heat and memory, its clock. */
import { bad, doubtful, type Finding, good, unknown } from './finding.ts';
import type { SystemFiles } from './system-files.ts';
import { say } from './words.ts';

/** Raspberry Pi firmware, `get_throttled`: bit 0 under-voltage now, 2 throttled now, 16 under-voltage since the boot. */
const THROTTLED = 'sys/devices/platform/soc/soc:firmware/get_throttled';
const UNDERVOLTAGE_NOW = 0x1;
const THROTTLED_NOW = 0x4;
const UNDERVOLTAGE_SINCE_BOOT = 0x10000;

/** °C: a Raspberry Pi slows down at 80. */
const hotC = 75;
/** Of the memory that is there, what should be free at least, bytes. */
const leastMemoryBytes = 40e6;

export function examineMachine(system: SystemFiles): Finding[] {
  return [power(system), heat(system), memory(system)];
}

function power(system: SystemFiles): Finding {
  const flags = hexOf(system.text(THROTTLED));
  if (flags !== undefined) {
    if ((flags & UNDERVOLTAGE_NOW) !== 0) return bad('power', say.undervoltage(), say.betterSupply());
    if ((flags & UNDERVOLTAGE_SINCE_BOOT) !== 0) return doubtful('power', say.wasUndervoltage(), say.betterSupply());
    if ((flags & THROTTLED_NOW) !== 0) return doubtful('power', say.throttled(), say.coolIt());
    return good('power', say.powerGood());
  }
  // Newer kernels tell it as a sensor (hwmon rpi_volt) instead.
  const sensor = system
    .names('sys/class/hwmon')
    .find((name) => system.text(`sys/class/hwmon/${name}/name`) === 'rpi_volt');
  if (sensor === undefined) return unknown('power', say.powerUnknown());
  return system.number(`sys/class/hwmon/${sensor}/in0_lcrit_alarm`) === 1
    ? bad('power', say.undervoltage(), say.betterSupply())
    : good('power', say.powerGood());
}

/** The firmware's file has its flags in hexadecimal, without "0x". */
function hexOf(text: string | undefined): number | undefined {
  return text !== undefined && /^(0x)?[0-9a-f]{1,8}$/i.test(text) ? Number.parseInt(text, 16) : undefined;
}

function heat(system: SystemFiles): Finding {
  const zones = system.names('sys/class/thermal').filter((name) => name.startsWith('thermal_zone'));
  const hottest = Math.max(
    ...zones.map((zone) => system.number(`sys/class/thermal/${zone}/temp`) ?? Number.NaN).filter((milli) => milli > 0),
  );
  if (!Number.isFinite(hottest)) return unknown('heat', say.heatUnknown());
  const celsius = Math.round(hottest / 1000);
  return celsius < hotC ? good('heat', say.heat({ celsius })) : doubtful('heat', say.heat({ celsius }), say.coolIt());
}

function memory(system: SystemFiles): Finding {
  const [, available] = /^MemAvailable:\s+(\d+) kB$/m.exec(system.text('proc/meminfo') ?? '') ?? [];
  if (available === undefined) return unknown('memory', say.memoryUnknown());
  const bytes = Number(available) * 1024;
  const what = say.memory({ free: Math.round(bytes / 1e6) });
  return bytes >= leastMemoryBytes ? good('memory', what) : doubtful('memory', what, say.freeMemory());
}
