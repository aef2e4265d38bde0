/**
 * `npm run try-packages`: builds the packages for every processor and tries them, all beside each other. On an amd64 Debian, as root, with debootstrap, dosfstools,
 * qemu-user-static, systemd and the cross compilers, where file systems and loop devices may be mounted.
 *
 *   unit      systemd finds no fault with it, and its exposure is 2.5 or better
 *   amd64     on two clean Debians: installed, run with a city OS, upgraded, removed, installed again, purged; and set up by a stick, updated by
 *             its hub, on a read-only root
 *   arm64     the demo over an outage, under qemu-user
 *   armhf     the same, with Debian 13's Node.js, which it depends on
 *   --arch    one of them alone, as often as need be
 *
 * Each line says the seconds since the start, and those of the step.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import type { Architecture } from '../../deploy/package/architectures.ts';
import { repositoryRoot } from '../repository-root.ts';
import { Builds, built } from './builds.ts';
import { debianNode } from './debian-node.ts';
import { debootstrap } from './debian-root.ts';
import { runDemo } from './demo-under-qemu.ts';
import { judgeUnit } from './judge-unit.ts';
import { liveAtAHub } from './life-at-a-hub.ts';
import { liveThrough } from './life-of-a-package.ts';

const began = performance.now();

/** Prints what is over, with the seconds that it took since the one before. */
function stopwatch(of: string): (line: string) => void {
  let last = performance.now();
  return (line) => {
    const now = performance.now();
    const [total, step] = [now - began, now - last].map((ms) => (ms / 1000).toFixed(0).padStart(4));
    console.log(`${total} s ${step} s  ${of}: ${line}`);
    last = now;
  };
}

/** Rejects with the first fault once all have ended: nothing of them is left mounted or running. */
async function together(tries: readonly Promise<void>[]): Promise<void> {
  for (const each of tries) each.catch((fault) => console.error(fault));
  for (const ended of await Promise.allSettled(tries)) if (ended.status === 'rejected') throw ended.reason;
}

async function tryAmd64(builds: Builds, place: string): Promise<void> {
  const print = stopwatch('amd64');
  const clean = debootstrap(join(place, 'debian')).then((debian) => {
    stopwatch('amd64')('a clean Debian is there');
    return debian;
  });
  const { packageFile, tree } = await builds.make('amd64');
  print('built');
  const exposure = judgeUnit(join(repositoryRoot, 'deploy/machimori.service'), join(tree, 'bin/machimori'), place);
  print(`the unit is sound, and its exposure ${exposure}`);
  const debian = await clean;
  const other = debian.copy(join(place, 'other-debian'));
  print('and another');
  await together([
    liveThrough(debian, { packageFile, tree }, stopwatch('amd64')),
    liveAtAHub(other, { packageFile, tree, scratch: join(place, 'hub'), print: stopwatch('amd64 at a hub') }),
  ]);
}

async function tryUnderQemu(architecture: 'arm64' | 'armhf', builds: Builds): Promise<void> {
  const print = stopwatch(architecture);
  const system = architecture === 'armhf' ? debianNode(built) : undefined;
  const { tree } = await builds.make(architecture);
  print('built');
  const main = join(tree, 'app/main.js');
  const root = await system;
  const stored = await (root === undefined
    ? runDemo({ emulator: 'qemu-aarch64-static', libraries: '/usr/aarch64-linux-gnu', node: join(tree, 'node'), main })
    : runDemo({ emulator: 'qemu-arm-static', libraries: root, node: join(root, 'usr/bin/node'), main }));
  print(`the demo, over an outage: ${stored} readings, none lost, none doubled`);
}

const { values } = parseArgs({
  options: { arch: { type: 'string', multiple: true, default: ['amd64', 'arm64', 'armhf'] } },
});
const place = mkdtempSync(join(tmpdir(), 'machimori-package-'));
const builds = new Builds();
const tries: Readonly<Record<Architecture, () => Promise<void>>> = {
  amd64: () => tryAmd64(builds, place),
  arm64: () => tryUnderQemu('arm64', builds),
  armhf: () => tryUnderQemu('armhf', builds),
};
try {
  await together(values.arch.map((each) => tries[each as Architecture]())); // another one is no function
} finally {
  rmSync(place, { recursive: true, force: true });
}
