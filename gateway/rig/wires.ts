/** A rig's wires: one row a type. On the virtual clock every line is a virtual one. */
import { join } from 'node:path';
import type { FaultBoard } from '../../simulators/fault-board.ts';
import { openFieldBroker } from '../../simulators/field-broker/field-broker.ts';
import type { RigPlan, WirePlan } from '../../simulators/rig/plan.ts';
import { openDialIn } from '../../simulators/wires/dial-in-wire.ts';
import { openPty } from '../../simulators/wires/pty-wire.ts';
import { openSerialWire } from '../../simulators/wires/serial-wire.ts';
import { openTcp } from '../../simulators/wires/tcp-wire.ts';
import type { Wire } from '../../simulators/wires/wire.ts';
import { splitAddress } from '../net/address.ts';
import { VirtualWire } from './virtual/virtual-wire.ts';

export interface WireSurroundings {
  /** Where links to pseudo-terminals go. */
  readonly folder: string;
  readonly plan: Pick<RigPlan, 'path'>;
  readonly isVirtual: boolean;
}

/** Rejects with what stands in its way: a MachimoriError "pty-missing", "link-taken", "port-taken", "serial-unavailable" … */
export async function openWire(
  wire: WirePlan,
  faults: FaultBoard,
  { folder, plan, isVirtual }: WireSurroundings,
): Promise<Wire> {
  if (isVirtual) return new VirtualWire(wire.name);
  switch (wire.type) {
    case 'pty':
      return openPty({ link: wire.link === undefined ? join(folder, wire.name) : plan.path(wire.link) });
    case 'tcp': {
      const { port, closesIdleAfterMs = 0 } = wire;
      return openTcp({ port, closesIdleAfterMs });
    }
    case 'serial':
      return openSerialWire({ ...wire, path: plan.path(wire.path) });
    case 'dial-in': {
      const { address, registration, heartbeat, heartbeatEveryMs: everyMs } = wire;
      return openDialIn({
        ...{ ...splitAddress(address), faults },
        ...(registration !== undefined && { registration }),
        ...(heartbeat !== undefined && { heartbeat: { text: heartbeat, everyMs } }),
      });
    }
    case 'broker': {
      const { port, retained, maxPacketBytes } = wire;
      const broker = await openFieldBroker({
        port,
        retained,
        faults,
        ...(maxPacketBytes !== undefined && { maxPacketBytes }),
      });
      return brokerWire(broker.url, () => broker.close());
    }
    case 'mqtt':
      return brokerWire(wire.url, async () => {});
  }
}

/** Its devices are clients of a broker: no bytes go over a line. */
function brokerWire(path: string, close: () => Promise<void>): Wire {
  return {
    ...{ path, isOpen: true, write: () => true, onBytes: () => () => {} },
    ...{ unplug() {}, replug: async () => {}, close },
  };
}
