/**
 * `npm run try-packages`: builds the packages for every processor and tries them. On an amd64 Debian, as root, with debootstrap, qemu-user-static, systemd and the
 * cross compilers; about five minutes, of which compiling SQLite takes most.
 *
 *   unit      systemd finds no fault with it, and its exposure is 2.5 or better
 *   amd64     installed into a clean Debian, run there with a city OS, removed, installed again, purged
 *   arm64     the demo over an outage, under qemu-user
 *   armhf     built; it runs with the Node.js of Debian 13
 *   --arch    one of them alone
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { readVersion } from '../../gateway/machine/release.ts';
import { repositoryRoot } from '../repository-root.ts';
import { DebianRoot } from './debian-root.ts';
import { runDemo } from './demo-under-qemu.ts';
import { judgeUnit } from './judge-unit.ts';
import { liveThrough } from './life-of-a-package.ts';

const began = performance.now();
const print = (line: string) =>
  console.log(`${((performance.now() - began) / 1000).toFixed(0).padStart(4)} s  ${line}`);
const { values } = parseArgs({
  options: { arch: { type: 'string', multiple: true, default: ['amd64', 'arm64', 'armhf'] } },
});
const built = join(repositoryRoot, 'build/package');
const place = mkdtempSync(join(tmpdir(), 'machimori-package-'));
try {
  for (const architecture of values.arch) {
    execFileSync(process.execPath, [
      join(repositoryRoot, 'build/deploy/package/make-package.js'),
      '--arch',
      architecture,
      '--quick',
    ]);
    print(`${architecture}: built`);
    const tree = join(built, `release-${architecture}`);
    if (architecture === 'amd64') {
      const exposure = judgeUnit(join(repositoryRoot, 'deploy/machimori.service'), join(tree, 'bin/machimori'), place);
      print(`the unit is sound, and its exposure ${exposure}`);
      const debian = new DebianRoot(join(place, 'debian'));
      print('a clean Debian is there');
      const file = join(built, `machimori_${readVersion()}_${architecture}.deb`);
      await liveThrough(debian, { packageFile: file, tree }, (line) => print(`${architecture}: ${line}`));
    } else if (architecture === 'arm64') {
      const [node, main] = [join(tree, 'node'), join(tree, 'app/main.js')];
      const stored = runDemo({ emulator: 'qemu-aarch64-static', libraries: '/usr/aarch64-linux-gnu', node, main });
      print(`${architecture}: the demo, over an outage: ${stored} readings, none lost, none doubled`);
    }
  }
} finally {
  rmSync(place, { recursive: true, force: true });
}
