/** The orders of a gateway, with what they act on. */
import type { ReadingBuffer } from './buffer/buffer.ts';
import { rememberAll } from './buffer/remembering.ts';
import { gatewayActs } from './commands/gateway-acts.ts';
import { orderAudit } from './commands/order-audit.ts';
import { readOrderKeys } from './commands/order-keys.ts';
import { OrderMemory } from './commands/order-memory.ts';
import { type Act, Orders } from './commands/orders.ts';
import { orderKeysOf } from './config/order-keys.ts';
import type { Config } from './config/settings.ts';
import type { Configuration } from './control/config-actions.ts';
import type { DeviceTable } from './intake/device-table.ts';
import type { Log } from './machine/log.ts';
import type { SystemClock } from './machine/system-clock.ts';

interface OrdersSources {
  readonly config: Config;
  readonly configuration: Configuration | undefined;
  readonly acts: Readonly<Record<string, Act>> | undefined;
  readonly buffer: ReadingBuffer;
  readonly devices: DeviceTable;
  readonly clock: SystemClock;
  readonly log: Log;
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
    memory: new OrderMemory(buffer.remembered(), rememberAll(buffer)),
    actOf: (action, device) => (device === undefined && Object.hasOwn(all, action) ? all[action] : undefined),
    device: (id) => devices.get(id),
    audit: orderAudit(config.gateway.dataDirectory),
    clock,
    log,
  });
}
