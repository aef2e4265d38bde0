/**
 * Makes a new box the gateway that its seed says (seed.ts), once.
 *
 *   seed checked ─▶ /etc/machimori: files, enrolment ─▶ configuration made and checked ─▶ network, name, time ─▶ set-up.json
 *
 * Promise: a faulty seed changes neither the configuration nor the network, and the box can be set up by another. `set-up.json` comes last, so a box
 * that loses its power is set up again from the start; with it no other seed is taken, so nobody who plugs in a stick can take the box over.
 * `set-up.unfinished` beside it tells the script `set-up` (deploy/box/) that the services are still to be started.
 * Every file is replaced whole.
 */
import { chmodSync, existsSync, mkdirSync, rmSync, symlinkSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { MachimoriError } from '../../shared/errors.ts';
import { isoTime } from '../../shared/reading.ts';
import { readConfig } from '../config/config.ts';
import { readText } from '../config/document.ts';
import { withSettings, withTable } from '../config/edit.ts';
import { replaceFile } from '../machine/whole-file.ts';
import type { LocatedFault } from '../words/fault.ts';
import { readSeed, type Seed, type SeedFile } from './seed.ts';
import { say } from './words.ts';

/** Readable by the group of its folder, which is the gateway's. */
const ofGateway = { mode: 0o640 } as const;
const ofAll = { mode: 0o644 } as const;
const UNFINISHED = 'set-up.unfinished';
const ENROLMENT = 'city-os.enrolment';

export interface SettingUp {
  /** The seed's folder. */
  readonly folder: string;
  /** The root of the box's file system: "/", or a folder for an image. */
  readonly root: string;
  /** Epoch ms. */
  readonly at: number;
}

export type SetUp =
  | {
      readonly ok: true;
      readonly gateway: string;
      readonly notes: readonly LocatedFault[];
      readonly hostname: string | undefined;
    }
  | { readonly ok: false; readonly faults: readonly LocatedFault[] };

/** Throws a MachimoriError "set-up-already", "seed-faulty", "broker-credentials", "file-unwritable". */
export function setUp({ folder, root, at }: SettingUp): SetUp {
  const etc = join(root, 'etc');
  const own = join(etc, 'machimori');
  const mark = join(own, 'set-up.json');
  if (existsSync(mark)) {
    throw new MachimoriError('set-up-already', { what: say.alreadySetUp(), on: mark, hint: say.removeMark({ mark }) });
  }
  const seed = readSeed(folder, join(root, 'usr/share/zoneinfo'));
  for (const { name, bytes } of seed.files) put(join(own, name), bytes, ofGateway);
  put(join(own, ENROLMENT), seed.enrolmentFile.bytes, ofGateway);
  const file = join(own, 'gateway.toml');
  const from = seed.config ?? (existsSync(file) ? file : undefined);
  const given = from === undefined ? { ok: true as const, text: '' } : readText(from);
  if (!given.ok) return given;
  const text = configOf(seed, given.text);
  const read = readConfig(text ?? given.text, file);
  if (!read.ok)
    return { ok: false, faults: asGiven(read.faults, text ?? given.text, { ...given, file: from ?? file }) };
  setMachine(seed, etc);
  put(file, Buffer.from(read.text), ofGateway);
  const gateway = `${seed.enrolment.tenant}/${seed.enrolment.gateway}`;
  put(join(own, UNFINISHED), Buffer.from(''), ofAll);
  put(mark, Buffer.from(`${JSON.stringify({ gateway, at: isoTime(at) })}\n`), ofAll);
  return { ok: true, gateway, notes: read.notes, hostname: seed.hostname };
}

/** What is written there as the gateway that was enrolled, with its hub as a destination. Undefined if it is no TOML. */
function configOf({ enrolment: { tenant, gateway } }: Seed, given: string): string | undefined {
  try {
    const named = withSettings(given, [
      { setting: 'gateway.id', value: gateway },
      { setting: 'gateway.tenant', value: tenant },
      { setting: 'gateway.data-directory', value: '/var/lib/machimori' },
    ]);
    if (/^\s*enrolment-file\s*=/m.test(named)) return named;
    return withTable(named, 'destination', [
      { setting: 'name', value: 'hub' },
      { setting: 'type', value: 'city-os' },
      { setting: 'enrolment-file', value: ENROLMENT },
    ]);
  } catch (fault) {
    if (fault instanceof MachimoriError && fault.code === 'not-toml') return undefined;
    throw fault;
  }
}

/** Where the one who wrote the file finds them: in that file, and at its lines, which what was written into it may have moved. */
function asGiven(
  faults: readonly LocatedFault[],
  read: string,
  { text, file }: { readonly text: string; readonly file: string },
): readonly LocatedFault[] {
  const [lines, given] = [read.split(/\r?\n/), text.split(/\r?\n/)];
  return faults.map((each) => {
    const at = given.flatMap((line, i) => (line === lines[each.line - 1] ? [i + 1] : []));
    const [line = each.line] = at.toSorted((a, b) => Math.abs(a - each.line) - Math.abs(b - each.line));
    return { ...each, file, line };
  });
}

function setMachine({ connections, networks, hostname, timeZone, timeServers, releaseKeys }: Seed, etc: string): void {
  putAll(join(etc, 'NetworkManager/system-connections'), connections, { mode: 0o600 });
  putAll(join(etc, 'systemd/network'), networks, ofAll);
  putAll(join(etc, 'machimori-release-keys'), releaseKeys, ofAll);
  if (hostname !== undefined) put(join(etc, 'hostname'), Buffer.from(`${hostname}\n`), ofAll);
  if (timeZone !== undefined) {
    rmSync(join(etc, 'localtime'), { force: true });
    symlinkSync(`/usr/share/zoneinfo/${timeZone}`, join(etc, 'localtime'));
    put(join(etc, 'timezone'), Buffer.from(`${timeZone}\n`), ofAll);
  }
  if (timeServers.length > 0) {
    const text = `[Time]\nNTP=${timeServers.join(' ')}\n`;
    put(join(etc, 'systemd/timesyncd.conf.d/machimori.conf'), Buffer.from(text), ofAll);
  }
}

function putAll(folder: string, files: readonly SeedFile[], rights: { readonly mode: number }): void {
  for (const { name, bytes } of files) put(join(folder, name), bytes, rights);
}

function put(file: string, bytes: Uint8Array, rights: { readonly mode: number }): void {
  const made = mkdirSync(dirname(file), { recursive: true });
  if (made !== undefined) for (let at = dirname(file); at.startsWith(made); at = dirname(at)) chmodSync(at, 0o755); // whatever the umask
  replaceFile(file, bytes, rights);
}
