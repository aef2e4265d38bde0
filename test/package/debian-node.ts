/** Debian 13's Node.js for armhf, with the libraries that it needs, in a folder: what the armhf package depends on. Nothing of it is installed here. */
import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';

const SOURCE =
  'deb [arch=armhf signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] http://deb.debian.org/debian trixie main\n';

/** A root for qemu-user: its node is usr/bin/node. Fetched once into `cache`. Rejects with apt's words. */
export async function debianNode(cache: string): Promise<string> {
  const root = join(cache, 'debian-13-armhf');
  if (existsSync(join(root, 'usr/bin/node'))) return root;
  const apt = join(cache, 'debian-13-armhf-apt');
  for (const folder of [root, apt]) rmSync(folder, { recursive: true, force: true });
  for (const folder of ['lists/partial', 'archives/partial']) mkdirSync(join(apt, folder), { recursive: true });
  writeFileSync(join(apt, 'sources.list'), SOURCE);
  const settings = {
    'Dir::Etc::sourcelist': join(apt, 'sources.list'),
    'Dir::Etc::sourceparts': '-',
    'Dir::State::lists': join(apt, 'lists'),
    'Dir::State::status': '/dev/null',
    'Dir::Cache': apt,
    'APT::Architecture': 'armhf',
    'APT::Architectures': 'armhf',
    'APT::Sandbox::User': 'root',
  };
  const options = Object.entries(settings).flatMap(([name, value]) => ['-o', `${name}=${value}`]);
  const run = promisify(execFile);
  await run('apt-get', [...options, '-qq', 'update']);
  await run('apt-get', [...options, '-qq', '-y', '--no-install-recommends', '--download-only', 'install', 'nodejs']);
  const unpacked = `${root}.part`;
  rmSync(unpacked, { recursive: true, force: true });
  mkdirSync(unpacked);
  for (const name of readdirSync(join(apt, 'archives')).filter((each) => each.endsWith('.deb')))
    await run('dpkg-deb', ['--extract', join(apt, 'archives', name), unpacked]);
  symlinkSync('usr/lib', join(unpacked, 'lib')); // as Debian's base-files does
  await run('mv', [unpacked, root]);
  rmSync(apt, { recursive: true });
  return root;
}
