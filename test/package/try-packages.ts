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
import { type Built, buildPackage, built } from './build-package.ts';
import { debianNode } from './debian-node.ts';
import { type DebianRoot, debootstrap } from './debian-root.ts';
import { runDemo } from './demo-under-qemu.ts';
import { judgeUnit } from './judge-unit.ts';
import { liveAtAHub } from './life-at-a-hub.ts';
import { liveThrough } from './life-of-a-package.ts';
import { stickFault } from './stick.ts';

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

/** All of them, once each has ended: nothing is left mounted or running by what came after a fault. Rejects with the first fault. */
async function together<T extends readonly unknown[] | []>(
  tries: T,
): Promise<{ -readonly [K in keyof T]: Awaited<T[K]> }> {
  await Promise.allSettled(tries);
  return Promise.all(tries);
}

async function tryAmd64(place: string): Promise<void> {
  const [debian, { packageFile, tree }] = await together([cleanDebian(place), build('amd64')]);
  const print = stopwatch('amd64');
  const exposure = judgeUnit(join(repositoryRoot, 'deploy/machimori.service'), join(tree, 'bin/machimori'), place);
  print(`the unit is sound, and its exposure ${exposure}`);
  const other = debian.copy(join(place, 'other-debian'));
  const printHub = stopwatch('amd64 at a hub');
  const fault = stickFault(join(place, 'stick'));
  if (fault !== undefined) printHub(`LEFT OUT, since this machine mounts no loop device: ${fault}`);
  await together([
    liveThrough(debian, { packageFile, tree }, print),
    ...(fault === undefined
      ? [liveAtAHub(other, { packageFile, tree, scratch: join(place, 'hub'), print: printHub })]
      : []),
  ]);
}

async function cleanDebian(place: string): Promise<DebianRoot> {
  const print = stopwatch('amd64');
  const debian = await debootstrap(join(place, 'debian'));
  print('a clean Debian is there');
  return debian;
}

async function build(architecture: Architecture): Promise<Built> {
  const print = stopwatch(architecture);
  const made = await buildPackage(architecture);
  print('built');
  return made;
}

async function tryUnderQemu(architecture: 'arm64' | 'armhf'): Promise<void> {
  const [root, { tree }] = await together([
    architecture === 'armhf' ? debianNode(built) : undefined,
    build(architecture),
  ]);
  const main = join(tree, 'app/main.js');
  const print = stopwatch(architecture);
  const stored = await (root === undefined
    ? runDemo({ emulator: 'qemu-aarch64-static', libraries: '/usr/aarch64-linux-gnu', node: join(tree, 'node'), main })
    : runDemo({ emulator: 'qemu-arm-static', libraries: root, node: join(root, 'usr/bin/node'), main }));
  print(`the demo, over an outage: ${stored} readings, none lost, none doubled`);
}

const { values } = parseArgs({
  options: { arch: { type: 'string', multiple: true, default: ['amd64', 'arm64', 'armhf'] } },
});
const place = mkdtempSync(join(tmpdir(), 'machimori-package-'));
const tries: Readonly<Record<Architecture, () => Promise<void>>> = {
  amd64: () => tryAmd64(place),
  arm64: () => tryUnderQemu('arm64'),
  armhf: () => tryUnderQemu('armhf'),
};
try {
  await together(values.arch.map((each) => tries[each as Architecture]())); // another one is no function
} finally {
  rmSync(place, { recursive: true, force: true });
}
