/** The orders of a gateway, with what they act on: itself, a device on a line, a LoRaWAN device, an output that shows texts. */

import { MachimoriError } from '../shared/errors.ts';
import { hexBytes } from '../shared/hex.ts';
import type { Order } from '../shared/orders/order.ts';
import type { ReadingBuffer } from './buffer/buffer.ts';
import { rememberAll } from './buffer/remembering.ts';
import { say } from './commands/acts-words.ts';
import { gatewayActs, takeUp } from './commands/gateway-acts.ts';
import { type OrderAudit, orderAudit } from './commands/order-audit.ts';
import { readOrderKeys } from './commands/order-keys.ts';
import { OrderMemory } from './commands/order-memory.ts';
import { type Act, type Acted, interrupted, Orders } from './commands/orders.ts';
import { withSettings } from './config/edit.ts';
import { orderKeysOf } from './config/order-keys.ts';
import type { Config, DeviceConfig } from './config/settings.ts';
import type { Configuration } from './control/config-actions.ts';
import { type LorawanSources, sendDownlink } from './control/lorawan-actions.ts';
import type { DeviceCommands } from './intake/device-commands.ts';
import type { DeviceTable } from './intake/device-table.ts';
import type { Log } from './machine/log.ts';
import type { SystemClock } from './machine/system-clock.ts';
import type { Switchboard } from './outputs/switchboard.ts';

interface OrdersSources {
  readonly config: Config;
  /** What it runs with now. */
  readonly running: () => Config;
  readonly commands: DeviceCommands;
  readonly configuration: Configuration | undefined;
  readonly acts: Readonly<Record<string, Act>> | undefined;
  readonly lorawan: () => LorawanSources;
  readonly outputs: () => Switchboard;
  readonly buffer: ReadingBuffer;
  readonly devices: DeviceTable;
  readonly clock: SystemClock;
  readonly log: Log;
  readonly orderAudit?: ((dataDirectory: string) => OrderAudit) | undefined;
}

/** Undefined if no key may order anything, which costs nothing then. */
export function openOrders(sources: OrdersSources): Orders | undefined {
  const { config, configuration, acts, buffer, devices, clock, log } = sources;
  const keys = orderKeysOf(config);
  if (keys.length === 0) return undefined;
  const all = { ...gatewayActs({ configuration, level: config.log.level, clock, log }), ...acts };
  return new Orders({
    tenant: config.gateway.tenant,
    gateway: config.gateway.id,
    keys: readOrderKeys(keys),
    memory: new OrderMemory(buffer.remembered(), rememberAll(buffer), config.buffer.maxSizeBytes / 8),
    actOf(action, id) {
      if (id !== undefined) return actOn(id, action, sources);
      return Object.hasOwn(all, action) ? all[action] : undefined;
    },
    device: (id) => devices.get(id) ?? boardOf(id, sources),
    audit: (sources.orderAudit ?? orderAudit)(config.gateway.dataDirectory),
    clock,
    log,
  });
}

function actOn(id: string, action: string, sources: OrdersSources): Act | undefined {
  const { running, commands, configuration, clock, lorawan, outputs } = sources;
  if (action === 'display') return boardOf(id, sources) && display(outputs());
  if (action === 'downlink') return lorawan().register.get(id) && downlink(lorawan());
  const device = running().devices.find((each) => each.id === id);
  if (device === undefined) return undefined;
  if (action === 'interval' && configuration !== undefined && 'intervalMs' in (device.options as object)) {
    return takeUp(configuration, clock, withInterval);
  }
  return commands.does(action, device) ? deviceAct(device, commands) : undefined;
}

/** An output that shows texts; it is ordered by its name. */
function boardOf(name: string, { running }: OrdersSources): { readonly id: string } | undefined {
  const output = running().outputs.find((each) => each.name === name && each.outputType.shows === true);
  return output && { id: output.name };
}

function withInterval({ device, arguments: { everyMs } }: Order): (text: string) => string {
  return (text) => withSettings(text, [{ setting: `device.${device}.interval`, value: `${everyMs}ms` }]);
}

/** Nobody knows what became of one that was cut off: the device may have done it. */
function deviceAct(device: DeviceConfig, commands: DeviceCommands): Act {
  return { run: async (order) => (await commands.run(device, order)) ?? interrupted() };
}

/** Done is that it waits in the device's queue, on the disk. What becomes of it there is a reading of kind "status". */
function downlink(lorawan: LorawanSources): Act {
  return {
    async run({ device = '', expiresAt, arguments: asked }): Promise<Acted> {
      const { payload, port, confirmed = false } = asked as { payload: string; port: number; confirmed?: boolean }; // `judge` has parsed it
      try {
        const id = await sendDownlink(device, { payload: hexBytes(payload), port, confirmed, expiresAt }, lorawan);
        return { outcome: 'done', details: { downlink: id } };
      } catch (fault) {
        if (!(fault instanceof MachimoriError)) throw fault;
        return { outcome: 'refused', reason: fault.code, text: fault.text };
      }
    },
  };
}

function display(outputs: Switchboard): Act {
  return {
    async run({ device = '', arguments: asked }): Promise<Acted> {
      const { text, forMs = 600_000 } = asked as { text: string; forMs?: number }; // `judge` has parsed it
      const how = await outputs.show(device, text, forMs);
      if (how === 'shown') return { outcome: 'done', details: { forMs } };
      if (how === 'alarm') return { outcome: 'refused', reason: 'alarm', text: say.showsAlarm() };
      return { outcome: 'failed', reason: 'not-told', ...(how && { text: how }) };
    },
  };
}
