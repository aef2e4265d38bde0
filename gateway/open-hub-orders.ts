/** The orders that a hub gives, with its book in the buffer's file, and the roll-out that gives some of them. */
import type { ReadingBuffer } from './buffer/buffer.ts';
import { rememberAll } from './buffer/remembering.ts';
import { type OrderAudit, orderAudit } from './commands/order-audit.ts';
import type { Config } from './config/settings.ts';
import { takesTenant } from './destinations/common-settings.ts';
import type { AskOrder, DestinationConfig } from './destinations/destination.ts';
import { askedOrder } from './hub/asked-orders.ts';
import type { Births } from './hub/births.ts';
import type { EnrolledGateways } from './hub/enrolled-gateways.ts';
import { HubOrders } from './hub/hub-orders.ts';
import { KeptBundles } from './hub/kept-bundles.ts';
import { maxBookBytes, OrderBook } from './hub/order-book.ts';
import { orderKey } from './hub/order-key.ts';
import { RollOut } from './hub/roll-out.ts';
import type { Log } from './machine/log.ts';
import type { SystemClock } from './machine/system-clock.ts';

interface Around {
  readonly config: Config;
  readonly buffer: ReadingBuffer;
  readonly clock: SystemClock;
  readonly log: Log;
}

/** Whom a release is rolled out to: what is enrolled. Neighbouring hubs look after their own. */
export function openRollOut(orders: HubOrders | undefined, births: Births, enrolled: EnrolledGateways, around: Around) {
  if (orders === undefined) return undefined;
  const { buffer, clock, log } = around;
  const gateways = () => enrolled.all.filter(({ isHub }) => !isHub);
  return new RollOut({
    orders,
    births,
    gateways,
    keep: rememberAll(buffer),
    remembered: buffer.remembered(),
    clock,
    log,
  });
}

/** Orders that are asked for by way of a destination: to enrolled gateways whose readings go there. At a worker its broker says who may connect. */
export function openAskedOrders(
  orders: HubOrders,
  destination: DestinationConfig,
  enrolled: EnrolledGateways,
  { config, clock }: Pick<Around, 'config' | 'clock'>,
): AskOrder {
  return (wanted) =>
    askedOrder(wanted, {
      orders,
      mayOrder: ({ tenant }) => takesTenant(destination, config, tenant),
      isEnrolled: (to) => enrolled.all.length === 0 || enrolled.has(to),
      by: `broker ${destination.name}`,
      clock,
    });
}

export function openHubOrders({
  config,
  buffer,
  clock,
  log,
  ...given
}: Around & { readonly orderAudit?: ((dataDirectory: string) => OrderAudit) | undefined }): HubOrders {
  const { dataDirectory } = config.gateway;
  const bundles = new KeptBundles(dataDirectory);
  return new HubOrders({
    book: new OrderBook(buffer.remembered(), rememberAll(buffer), log, bookBytesOf(config)),
    key: () => orderKey(dataDirectory),
    audit: (given.orderAudit ?? orderAudit)(dataDirectory),
    keepBundle: (order, at, bytes) => bundles.keep(order, at, bytes),
    clock,
    log,
  });
}

/** A share of the buffer, in which batches wait too. */
function bookBytesOf({ buffer: { maxSizeBytes } }: Config): number {
  return Math.min(maxBookBytes, maxSizeBytes / 8);
}
