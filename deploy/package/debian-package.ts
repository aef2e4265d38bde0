/**
 * The Debian package of a release tree. The same tree gives the same bytes: everything belongs to root and is as old as the release.
 *
 * Nothing in it is a conffile: /etc/machimori/gateway.toml is written once by postinst, and is the technician's from then on.
 */
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  chmodSync,
  cpSync,
  lstatSync,
  lutimesSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { RELEASED_AT, readVersion } from '../../gateway/machine/release.ts';
import { ARCHITECTURES, type Architecture } from './architectures.ts';

/** xz is a quarter smaller, zstd takes a thirtieth of the time. Debian 12 and later read both. */
export type Compression = 'xz' | 'zstd';

export interface PackageOptions {
  readonly root: string;
  readonly architecture: Architecture;
  /** The release. */
  readonly tree: string;
  /** Made anew: what the package puts into a system. */
  readonly stage: string;
  /** The package. */
  readonly file: string;
  readonly compression: Compression;
  /** Public keys (PEM) of those whose releases a box takes (docs/updates.md). */
  readonly releaseKeys: readonly string[];
}

const SCRIPTS = ['postinst', 'prerm', 'postrm'];
const PROGRAMS = ['package/debian/usb-port-name', 'box/releases', 'box/set-up'];

/** Throws if dpkg-deb fails. */
export function makeDebianPackage(options: PackageOptions): void {
  const { root, architecture, tree, stage, file, compression, releaseKeys } = options;
  rmSync(stage, { recursive: true, force: true });
  const put = (from: string, to: string, mode = 0o644) => {
    mkdirSync(dirname(join(stage, to)), { recursive: true });
    cpSync(from, join(stage, to));
    chmodSync(join(stage, to), mode);
  };
  const ours = (name: string) => join(root, 'deploy/package/debian', name);
  cpSync(tree, join(stage, 'usr/lib/machimori/release'), { recursive: true });
  for (const name of PROGRAMS) put(join(root, 'deploy', name), `usr/lib/machimori/${basename(name)}`, 0o755);
  const units = readdirSync(join(root, 'deploy/units')).map((name) => `units/${name}`);
  for (const unit of ['machimori.service', ...units]) {
    put(join(root, 'deploy', unit), `lib/systemd/system/${basename(unit)}`);
  }
  for (const key of releaseKeys) put(key, `usr/share/machimori/release-keys/${basename(key)}`);
  put(ours('machimori.rules'), 'lib/udev/rules.d/90-machimori.rules');
  put(ours('journald.conf'), 'usr/lib/systemd/journald.conf.d/machimori.conf');
  mkdirSync(join(stage, 'usr/bin'), { recursive: true });
  symlinkSync('/var/lib/machimori-releases/current/bin/machimori', join(stage, 'usr/bin/machimori'));
  const doc = join(stage, 'usr/share/doc/machimori');
  mkdirSync(doc, { recursive: true });
  for (const name of ['README.md', 'README.ja.md']) cpSync(join(root, name), join(doc, name));
  symlinkSync('../../../lib/machimori/release/docs', join(doc, 'docs'));
  symlinkSync('../../../lib/machimori/release/deploy/examples', join(doc, 'examples'));
  writeFileSync(join(doc, 'changelog.gz'), gzipSync(readFileSync(join(root, 'CHANGELOG.md')), { level: 9 }));
  writeFileSync(join(doc, 'copyright'), COPYRIGHT);
  writeControl(stage, architecture);
  for (const name of SCRIPTS) put(ours(name), `DEBIAN/${name}`, 0o755);
  settle(stage);
  const env = { ...process.env, SOURCE_DATE_EPOCH: String(RELEASED_AT / 1000) };
  execFileSync('dpkg-deb', ['--root-owner-group', `-Z${compression}`, '--build', stage, file], {
    stdio: ['ignore', 'ignore', 'inherit'],
    env,
  });
}

const COPYRIGHT = `Machimori is licensed under the Apache License 2.0: /usr/share/common-licenses/Apache-2.0.

The licences of the packages in it are in /usr/lib/machimori/release/app/licenses.txt, that of Node.js in node-license.txt beside it.
`;

function writeControl(stage: string, architecture: Architecture): void {
  const files = below(stage).filter((file) => !lstatSync(join(stage, file)).isDirectory());
  const size = files.reduce((sum, file) => sum + Math.ceil(lstatSync(join(stage, file)).size / 1024), 0);
  const sums = files.filter((file) => !lstatSync(join(stage, file)).isSymbolicLink());
  mkdirSync(join(stage, 'DEBIAN'));
  writeFileSync(
    join(stage, 'DEBIAN/control'),
    `Package: machimori
Version: ${readVersion()}
Architecture: ${architecture}
Maintainer: Machimori <machimori@example.jp>
Section: net
Priority: optional
Installed-Size: ${size}
Depends: libc6 (>= 2.34), libstdc++6 (>= 11), passwd${ARCHITECTURES[architecture].depends}
Recommends: systemd-timesyncd | time-daemon, udev
Description: edge runtime that carries a city's sensors into its city OS
 Machimori reads sensors on serial lines, LoRaWAN, MQTT and the web, keeps what
 they say on disk until the city OS has stored it, and raises alarms on the spot.
`,
  );
  writeFileSync(
    join(stage, 'DEBIAN/md5sums'),
    sums.map((file) => `${digestOf(join(stage, file))}  ${file}\n`).join(''),
  );
}

function digestOf(file: string): string {
  return createHash('md5').update(readFileSync(file)).digest('hex'); // the format's own; it finds damage, no forger
}

/** Everything below a folder, in order; links are not followed. */
function below(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true })
    .flatMap((entry) => [
      entry.name,
      ...(entry.isDirectory() ? below(join(folder, entry.name)).map((name) => join(entry.name, name)) : []),
    ])
    .toSorted();
}

/** One age for everything, and no rights that the umask or the checkout happened to give. */
function settle(stage: string): void {
  const moment = RELEASED_AT / 1000;
  for (const name of ['', ...below(stage)]) {
    const path = join(stage, name);
    const stat = lstatSync(path);
    if (!stat.isSymbolicLink()) chmodSync(path, stat.isDirectory() || (stat.mode & 0o100) !== 0 ? 0o755 : 0o644);
    lutimesSync(path, moment, moment);
  }
}
