/** A rig's wires: one row a type. On the virtual clock every line is a virtual one. */
import { join } from 'node:path';
import type { RigPlan, WirePlan } from '../../simulators/rig/plan.ts';
import type { VirtualClock } from '../../simulators/virtual-clock.ts';
import { openPty } from '../../simulators/wires/pty-wire.ts';
import { openTcp } from '../../simulators/wires/tcp-wire.ts';
import type { Wire } from '../../simulators/wires/wire.ts';
import { VirtualWire } from './virtual/virtual-wire.ts';

export interface WireSurroundings {
  /** Where links to pseudo-terminals go. */
  readonly folder: string;
  readonly plan: Pick<RigPlan, 'path'>;
  readonly clock: VirtualClock;
  readonly isVirtual: boolean;
}

/** Rejects with what stands in its way: a MachimoriError "pty-missing", "link-taken", "port-taken" … */
export async function openWire(wire: WirePlan, { folder, plan, isVirtual }: WireSurroundings): Promise<Wire> {
  if (isVirtual) return new VirtualWire(wire.name, () => {});
  switch (wire.type) {
    case 'pty':
      return openPty({ link: wire.link === undefined ? join(folder, wire.name) : plan.path(wire.link) });
    case 'tcp':
      return openTcp({ port: wire.port });
    case 'serial':
    case 'dial-in':
      throw new RangeError(`no ${wire.type} yet`);
  }
}
