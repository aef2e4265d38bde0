/** The serial ports of this machine: what a technician chooses from, and whether a path is one at all. */
import { readdirSync, readFileSync, realpathSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { listSerial } from './serial.ts';

export interface SerialLine {
  /** "/dev/ttyUSB0". */
  readonly path: string;
  /** A name that stays when other adapters come and go: below /dev/serial/by-id, or by-path. */
  readonly stablePath?: string;
  /** Of the adapter, as it says itself. */
  readonly maker?: string;
  readonly serialNumber?: string;
}

const maxLines = 64;
const maxTextLength = 80;
/** The first that names a port is taken: by what the adapter is, then by where it is plugged in. */
const STABLE = ['/dev/serial/by-id', '/dev/serial/by-path'];

/** At most `maxLines`, those with an adapter first. Without udev only those that have a stable name are found. */
export async function serialLines(): Promise<readonly SerialLine[]> {
  const stable = stableNames();
  const listed = await listSerial().catch(() => []); // there is no udevadm on a small system
  const found = new Map<string, SerialLine>();
  for (const { path, manufacturer, serialNumber } of listed) {
    found.set(path, { path, ...named('maker', manufacturer), ...named('serialNumber', serialNumber) });
  }
  for (const [path, stablePath] of stable) found.set(path, { path, ...found.get(path), stablePath });
  const isThere = ({ path }: SerialLine) => isSerialPort(path);
  const isAdapter = ({ stablePath, maker }: SerialLine) => stablePath !== undefined || maker !== undefined;
  return [...found.values()]
    .filter(isThere)
    .toSorted((a, b) => Number(isAdapter(b)) - Number(isAdapter(a)) || a.path.localeCompare(b.path, 'en'))
    .slice(0, maxLines);
}

/** What the kernel's drivers call their terminals (proc(5), /proc/tty/drivers): "serial" is a port; "pty:slave" stands for one. */
const SERIAL_DRIVERS = new Set(['serial', 'pty:slave']);

/**
 * Whether a file is a serial port: a character device of a driver of serial ports, so neither the memory nor the console.
 * `drivers`: as /proc/tty/drivers has it.
 */
export function isSerialPort(path: string, drivers = driversHere()): boolean {
  const status = statSync(path, { throwIfNoEntry: false });
  if (status?.isCharacterDevice() !== true) return false;
  // As Linux packs them (makedev(3)): twelve bits of the major number, and a minor one around them.
  const major = (status.rdev >> 8) & 0xfff;
  const minor = (status.rdev & 0xff) | ((status.rdev >>> 12) & 0xfff00);
  return drivers.split('\n').some((line) => {
    const [type = '', range = '', number] = line.trim().split(/\s+/).toReversed();
    const [first = 0, last = first] = range.split('-').map(Number);
    return SERIAL_DRIVERS.has(type) && Number(number) === major && minor >= first && minor <= last;
  });
}

function driversHere(): string {
  try {
    return readFileSync('/proc/tty/drivers', 'utf8');
  } catch {
    return ''; // then nothing is known to be one
  }
}

function stableNames(): ReadonlyMap<string, string> {
  const names = new Map<string, string>();
  for (const folder of STABLE) {
    for (const name of namesIn(folder)) {
      const path = realpathOf(join(folder, name));
      if (path !== undefined && !names.has(path)) names.set(path, join(folder, name));
    }
  }
  return names;
}

function namesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder).toSorted();
  } catch {
    return []; // no adapter is plugged in
  }
}

function realpathOf(path: string): string | undefined {
  try {
    return realpathSync(path);
  } catch {
    return undefined; // unplugged meanwhile
  }
}

function named<K extends string>(key: K, text: string | undefined): { readonly [key in K]?: string } {
  return text === undefined || text === ''
    ? {}
    : ({ [key]: text.slice(0, maxTextLength) } as { readonly [key in K]?: string }); // one key
}
