/**
 * What a new box is given: a folder `machimori/` on a stick, on the boot partition, or written by cloud-init.
 *
 *   <any>.enrolment       from `machimori gateway enrol` at the hub
 *   gateway.toml          optional: the configuration; without it the box begins with no port, enrolled
 *   files/…               optional: what the configuration names beside it (certificates, codecs, passwords)
 *   network/…             optional: connections of NetworkManager (*.nmconnection) or systemd-networkd (*.network), as those want them
 *   hostname, timezone    optional: one line each, "river-07", "Asia/Tokyo"
 *   time-servers          optional: one to a line
 *   release-keys/*.pem    optional: whose releases the box takes besides the package's
 *
 * Everything is read and checked before anything is written. A file under almost one of these names is a fault: it would be passed over unnoticed.
 * Bounds: `maxFiles` files, `maxFileBytes` each; links are not followed.
 */
import { lstatSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { basename, join } from 'node:path';
import { MachimoriError, textOf } from '../../shared/errors.ts';
import type { Text } from '../../shared/text.ts';
import { publicKeyIn } from '../machine/ed25519-file.ts';
import { type Enrolment, readEnrolment } from '../net/enrolment.ts';
import { say } from './words.ts';

export const SEED_FOLDER = 'machimori';
/** Of `/etc/machimori`: what the set-up makes itself, after everything has been checked. */
const OWN_FILES: readonly string[] = ['gateway.toml', 'set-up.json', 'set-up.unfinished', 'city-os.enrolment'];
const ONE_OF_EACH = ['gateway.toml', 'hostname', 'timezone', 'time-servers'] as const;
const maxFiles = 200;
const maxFileBytes = 1024 * 1024;

/** Hidden files are left by file managers. */
const VISIBLE = /^[\p{L}\p{N}_]\P{C}*$/u;

export interface SeedFile {
  readonly name: string;
  readonly bytes: Buffer;
}

export interface Seed {
  readonly folder: string;
  readonly enrolment: Enrolment;
  readonly enrolmentFile: SeedFile;
  /** Its path; the bytes are not looked at yet. */
  readonly config: string | undefined;
  readonly files: readonly SeedFile[];
  readonly connections: readonly SeedFile[];
  readonly networks: readonly SeedFile[];
  readonly hostname: string | undefined;
  readonly timeZone: string | undefined;
  readonly timeServers: readonly string[];
  readonly releaseKeys: readonly SeedFile[];
}

/** `zones`: where the time zones are. Throws a MachimoriError "seed-faulty", "broker-credentials". */
export function readSeed(folder: string, zones: string): Seed {
  checkNames(folder);
  const enrolments = filesIn(folder, /\.enrolment$/);
  const [enrolmentFile, ...others] = enrolments;
  if (enrolmentFile === undefined || others.length > 0) {
    throw faulty(folder, say.oneEnrolment({ count: enrolments.length }), say.enrolFirst());
  }
  const [config] = filesIn(folder, /^gateway\.toml$/);
  const network = filesIn(join(folder, 'network'), /./);
  const hostname = lineOf(folder, 'hostname', /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/i, say.notHostname());
  const timeZone = lineOf(folder, 'timezone', /^[A-Za-z0-9_+-]+(\/[A-Za-z0-9_+-]+){0,2}$/, say.notTimeZone());
  if (timeZone !== undefined && !statSync(join(zones, timeZone), { throwIfNoEntry: false })?.isFile()) {
    throw faulty(join(folder, 'timezone'), say.notTimeZone(), say.writeTimeZone());
  }
  for (const { name } of network) {
    if (!/\.(nmconnection|network)$/.test(name))
      throw faulty(join(folder, 'network', name), say.notRead(), say.nameNetwork());
  }
  const files = filesIn(join(folder, 'files'), /./);
  const reserved = files.find((file) => OWN_FILES.includes(file.name));
  if (reserved !== undefined) {
    throw faulty(join(folder, 'files', reserved.name), say.ownFile(), say.moveFile());
  }
  const releaseKeys = filesIn(join(folder, 'release-keys'), /\.pem$/);
  for (const { name, bytes } of releaseKeys) checkReleaseKey(join(folder, 'release-keys', name), bytes);
  return {
    folder,
    enrolment: readEnrolment(join(folder, enrolmentFile.name)),
    enrolmentFile,
    config: config && join(folder, config.name),
    files,
    connections: network.filter(({ name }) => name.endsWith('.nmconnection')),
    networks: network.filter(({ name }) => name.endsWith('.network')),
    hostname,
    timeZone,
    timeServers: timeServersIn(folder),
    releaseKeys,
  };
}

/** Windows hides the ".txt" that an editor has added, and FAT the letters' case. */
function checkNames(folder: string): void {
  const names = readdirSync(folder).filter((name) => VISIBLE.test(name));
  for (const name of names) {
    const meant = ONE_OF_EACH.find((each) => name.toLowerCase().startsWith(each));
    if (meant !== undefined && !names.includes(meant))
      throw faulty(join(folder, name), say.notRead(), say.nameIt({ name: meant }));
  }
  const enrolment = names.find((name) => /\.enrolment/i.test(name));
  if (enrolment !== undefined && !names.some((name) => name.endsWith('.enrolment')))
    throw faulty(
      join(folder, enrolment),
      say.notRead(),
      say.nameIt({ name: enrolment.replace(/\.enrolment.*/i, '.enrolment') }),
    );
}

/** The box would pass over one that is none (update/trusted-keys.ts), and nobody is there who could bring another. */
function checkReleaseKey(file: string, bytes: Buffer): void {
  try {
    publicKeyIn(bytes);
  } catch {
    throw faulty(file, say.notReleaseKey(), say.makeReleaseKey());
  }
}

function timeServersIn(folder: string): readonly string[] {
  const [file] = filesIn(folder, /^time-servers$/);
  const names = (file?.bytes.toString('utf8') ?? '').split(/\s+/).filter((name) => name !== '');
  const wrong = names.find((name) => !/^[A-Za-z0-9.:-]{1,253}$/.test(name));
  if (wrong !== undefined) throw faulty(join(folder, 'time-servers'), say.notHost({ name: wrong }), say.writeHosts());
  return names;
}

/** The one line of a file; undefined if there is no such file. */
function lineOf(folder: string, name: string, pattern: RegExp, what: Text): string | undefined {
  const [file] = filesIn(folder, new RegExp(`^${name}$`));
  const line = file?.bytes.toString('utf8').trim();
  if (line !== undefined && !pattern.test(line)) throw faulty(join(folder, name), what, say.writeOneLine());
  return line;
}

/** Regular files of a folder by their names; none if there is no such folder. Hidden ones, which file managers leave, are none. */
function filesIn(folder: string, name: RegExp): readonly SeedFile[] {
  if (!lstatSync(folder, { throwIfNoEntry: false })?.isDirectory()) return [];
  const found = readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isFile() && name.test(entry.name) && VISIBLE.test(entry.name))
    .map((entry) => entry.name)
    .toSorted();
  if (found.length > maxFiles) throw faulty(folder, say.tooManyFiles({ max: maxFiles }), say.leaveOut());
  return found.map((each) => {
    const file = join(folder, each);
    const { size } = lstatSync(file);
    if (size > maxFileBytes) throw faulty(file, say.fileTooLarge({ bytes: size, max: maxFileBytes }), say.leaveOut());
    return { name: basename(file), bytes: readOf(file) };
  });
}

function readOf(file: string): Buffer {
  try {
    return readFileSync(file);
  } catch (cause) {
    throw faulty(file, textOf(cause), say.tryAnotherStick());
  }
}

function faulty(on: string, what: Text, hint: Text): MachimoriError {
  return new MachimoriError('seed-faulty', { what, on, hint });
}
