/** The gateway that a rig runs itself: configured, told of its LoRaWAN devices, and started. */
import { execFile } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { promisify } from 'node:util';
import { MachimoriError, messageOf } from '../../shared/errors.ts';
import { Random } from '../../simulators/random.ts';
import type { Bench } from '../../simulators/rig/bench.ts';
import type { RigPlan } from '../../simulators/rig/plan.ts';
import { seedOf } from '../../simulators/rig/seed.ts';
import type { VirtualClock } from '../../simulators/virtual-clock.ts';
import type { FarEnds } from './far-ends.ts';
import { gatewayConfig, SENDER } from './gateway-config.ts';
import { startHere } from './gateway-here.ts';
import { MAIN, startProcess } from './gateway-process.ts';
import type { LorawanGroup } from './lorawan-groups.ts';
import { CONFIG_FILE, type UnderTest } from './under-test.ts';
import { startVirtual } from './virtual/gateway-virtual.ts';
import { VirtualWire } from './virtual/virtual-wire.ts';
import { say } from './words.ts';

export interface UnderTestSurroundings {
  readonly plan: RigPlan;
  readonly bench: Bench;
  readonly ends: FarEnds;
  readonly lorawan: readonly LorawanGroup[];
  /** Its own. */
  readonly folder: string;
  readonly clock: VirtualClock;
}

/** Undefined if the rig runs none. Rejects with what `startHere` and `startProcess` reject with. */
export async function openUnderTest(around: UnderTestSurroundings): Promise<UnderTest | undefined> {
  const { plan, bench, ends, folder, clock } = around;
  const { gateway } = plan;
  mkdirSync(folder, { recursive: true });
  const destinations = new Map([...ends.cities].map(([name, city]) => [name, city.destination({ ...SENDER, folder })]));
  const urls = new Map([...ends.cities].map(([name, { url }]) => [name, url]));
  if (gateway === undefined) return undefined;
  const config = gatewayConfig({ plan, bench, destinations, urls });
  await register(around, config);
  if (plan.rig.clock === 'virtual') {
    if (ends.virtual === undefined) throw new RangeError('a rig on the virtual clock has a city OS');
    const wires = [...bench.wires.values()].filter((wire) => wire instanceof VirtualWire);
    const random = new Random(seedOf(plan.rig.seed, 'gateway'));
    return startVirtual({ folder, config, clock, random, wires, city: ends.virtual });
  }
  const [program, ...words] = gateway.command ?? [];
  if (gateway.run === 'command' && program !== undefined)
    return startProcess({ folder, config, command: [program, ...words] });
  return gateway.run === 'process' ? startProcess({ folder, config }) : startHere({ folder, config });
}

/** What LoRaWAN devices have in common with their network server: their keys. */
async function register({ lorawan, folder }: UnderTestSurroundings, config: string): Promise<void> {
  for (const { settings, table } of lorawan) {
    const file = `${settings.name}.csv`;
    writeFileSync(join(folder, file), table, { mode: 0o600 });
    writeFileSync(join(folder, CONFIG_FILE), config);
    const words = [MAIN, 'device', 'add', CONFIG_FILE, '--import', file];
    try {
      await promisify(execFile)(process.execPath, words, { cwd: folder });
    } catch (cause) {
      const what = say.notRegistered({ name: settings.name, why: messageOf(cause) });
      throw new MachimoriError('rig-configuration', { what, on: join(folder, file), hint: say.checkLorawan(), cause });
    }
  }
}
