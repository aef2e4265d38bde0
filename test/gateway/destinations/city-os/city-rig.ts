import { onTestFinished, vi } from 'vitest';
import type { Outgoing } from '../../../../gateway/buffer/outgoing.ts';
import { type CityOsOptions, cityOs } from '../../../../gateway/destinations/city-os/city-os.ts';
import type { Destination, Session } from '../../../../gateway/destinations/destination.ts';
import { encodeReceipt, type Receipt } from '../../../../shared/feed/receipt.ts';
import { BufferRig, levels, takeAll } from '../../buffer/buffer-rig.ts';
import type { Broker } from '../../net/broker.ts';

export const TOPIC = 'machimori/v1/kakogawa/gateway-01';
const DEVICES = [{ id: 'gauge-01', type: 'line', kinds: ['water-level'], units: { level: 'm' } }];
export const standing = {
  at: 1_768_446_000_000,
  sealed: 7,
  waiting: { routine: 2, urgent: 1 },
  clockSynchronised: true,
};
export const until = (condition: () => void) => vi.waitFor(condition, { timeout: 15_000, interval: 5 });

/** Sessions of the destination, with batches of a real buffer and a clock that the test moves. */
export class CityRig {
  readonly rig = new BufferRig();
  readonly buffer = this.rig.open();
  readonly epoch = this.buffer.stats().outboxes.city?.epoch ?? '';
  readonly #broker: Broker;

  constructor(broker: Broker) {
    this.#broker = broker;
  }

  async open(options: Partial<CityOsOptions> = {}, signal = new AbortController().signal): Promise<Session> {
    const session = await this.destination(options).open(signal);
    onTestFinished(() => session.close(standing));
    return session;
  }

  destination(options: Partial<CityOsOptions> = {}): Destination {
    return cityOs({
      silent: () => [],
      problems: () => [],
      name: 'city',
      gateway: 'gateway-01',
      tenant: 'kakogawa',
      software: 'machimori 0.1.0',
      epoch: () => this.epoch,
      devices: () => DEVICES,
      acknowledge: 'receipt',
      windowBytes: 1e6,
      reconnectWithinMs: 0,
      window: 8,
      receiptTimeoutMs: 30_000,
      clock: this.rig.clock,
      log: this.rig.log,
      ...options,
      broker: { url: this.#broker.url, protocol: '3.1.1', keepaliveMs: 30_000, ...options.broker },
    });
  }

  /** Batches of ten readings each. */
  async batches(count: number): Promise<readonly Outgoing[]> {
    await this.rig.put(this.buffer, levels(1, count * 10));
    return takeAll(this.buffer);
  }

  receipt(receipt: Receipt): void {
    this.#broker.publish(`${TOPIC}/receipt`, encodeReceipt(receipt));
  }
}
