/** A gateway's half of orders on a disk that is a map, with a key of the city's and a clock that the test moves. */

import type { OrderEntry } from '../../../gateway/commands/order-audit.ts';
import { type OrderKeySettings, readOrderKeys } from '../../../gateway/commands/order-keys.ts';
import { OrderMemory } from '../../../gateway/commands/order-memory.ts';
import type { Act, Acted } from '../../../gateway/commands/orders.ts';
import { Orders } from '../../../gateway/commands/orders.ts';
import { toBase64url } from '../../../shared/enrolment/base64url.ts';
import { newKeys, readKeys } from '../../../shared/enrolment/keys.ts';
import { type Order, signOrder } from '../../../shared/orders/order.ts';
import { decodeResult, type OrderResult } from '../../../shared/orders/result.ts';
import { type Signer, signerOf } from '../../../shared/signing/sign1.ts';
import { VirtualClock } from '../../../simulators/virtual-clock.ts';
import { LogBook } from '../machine/log-book.ts';

export interface TestKey {
  readonly publicKey: string;
  readonly signer: Signer;
}

export async function testKey(): Promise<TestKey> {
  const { pkcs8, publicKey } = await newKeys('Ed25519');
  const { privateKey } = await readKeys('Ed25519', pkcs8, publicKey);
  return { publicKey: toBase64url(publicKey), signer: await signerOf(privateKey, publicKey) };
}

let drawn = 0;
export function nextId(): string {
  return (++drawn).toString(16).padStart(32, '0');
}

/** Called wherever the gateway could be cut off; what it returns is awaited. */
export type Step = (name: string) => Promise<void>;

export interface BoxOptions {
  readonly keys: readonly OrderKeySettings[];
  readonly step?: Step;
  readonly act?: Act;
  readonly remember?: (values: ReadonlyMap<string, string | undefined>) => void;
  /** Of what is remembered, at most. */
  readonly memoryBytes?: number;
}

export class OrdersRig {
  readonly clock: VirtualClock;
  readonly #gateway: string;
  readonly log = new LogBook();
  /** What is on the disk. */
  readonly disk = new Map<string, string>();
  readonly audited: OrderEntry[] = [];
  /** The ids that were done. */
  readonly acted: string[] = [];

  constructor(gateway = 'gateway-01', clock = new VirtualClock()) {
    this.#gateway = gateway;
    this.clock = clock;
  }

  order(about: Partial<Order> = {}): Order {
    const { wall } = this.clock.moment();
    return {
      ...{ id: nextId(), tenant: 'toyama', gateway: 'gateway-01', action: 'restart', arguments: {}, by: 'tanaka' },
      ...{ issuedAt: wall, expiresAt: wall + 600_000, ...about },
    };
  }

  /** A start of the gateway. */
  start({ keys, step = async () => {}, act = this.actOf(step), remember, memoryBytes }: BoxOptions): Orders {
    const write = async (values: ReadonlyMap<string, string | undefined>) => {
      await step('before a write');
      remember?.(values);
      for (const [key, value] of values) {
        if (value === undefined) this.disk.delete(key);
        else this.disk.set(key, value);
      }
      await step('after a write');
    };
    const memory = new OrderMemory(this.disk, write, memoryBytes);
    return new Orders({
      ...{ tenant: 'toyama', gateway: this.#gateway, memory, clock: this.clock, log: this.log },
      keys: readOrderKeys(keys),
      actOf: (action) => (action === 'update' ? undefined : act),
      device: (id) => (id.startsWith('pump') ? { id, group: 'pumps' } : undefined),
      audit: {
        append: async (entry) => {
          await step('before the audit');
          this.audited.push(entry);
        },
        recent: async () => [...this.audited],
      },
    });
  }

  actOf(step: Step): Act {
    return {
      run: async ({ id }): Promise<Acted> => {
        await step('before it acts');
        this.acted.push(id);
        await step('after it has acted');
        return { outcome: 'done', details: { times: this.acted.filter((each) => each === id).length } };
      },
    };
  }
}

/** What the gateway answers, once it has settled everything that it took; undefined if it says nothing. */
export async function answerOf(orders: Orders, message: Uint8Array): Promise<OrderResult | undefined> {
  let result: OrderResult | undefined;
  await orders.take(message, (bytes) => {
    result = decodeResult(bytes);
  });
  await orders.idle();
  return result;
}

export function everything(publicKey: string, about: Partial<OrderKeySettings> = {}): OrderKeySettings {
  return { name: 'city', publicKey, actions: ['*'], devices: [], groups: [], ...about };
}

export { signOrder };
