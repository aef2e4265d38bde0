/** Orders on their way to gateways: when they are given, when their gateway is heard, and again while nothing is heard of them. */
import type { Clock } from '../../../shared/clock.ts';
import { formatTopic, type Origin } from '../../../shared/feed/topics.ts';
import type { WaitingOrders } from '../port.ts';

const lookEveryMs = 15_000;

export interface OrdersTold {
  /** A gateway has been heard by this door. `isNew`: by its birth. */
  heard(from: Origin, isNew: boolean): void;
  close(): void;
}

export function tellOrders(
  orders: WaitingOrders | undefined,
  clock: Clock,
  publish: (topic: string, bytes: Uint8Array) => void,
): OrdersTold {
  if (orders === undefined) return { heard: () => {}, close: () => {} };
  const over = new AbortController();
  const tell = ({ tenant, gateway }: Origin, message: Uint8Array) =>
    publish(formatTopic({ tenant, gateway, message: 'command' }), message);
  const forget = orders.onOrdered(tell);
  const look = async () => {
    while (!over.signal.aborted) {
      await clock.sleep(lookEveryMs, over.signal);
      if (over.signal.aborted) return;
      // What could not be written is looked at again.
      for (const { to, message } of await orders.again().catch(() => [])) tell(to, message);
    }
  };
  void look();
  return {
    heard(from, isNew) {
      for (const message of orders.due(from, isNew)) tell(from, message);
    },
    close() {
      forget();
      over.abort();
    },
  };
}
