/**
 * Everybody else's devices: phones and earphones with addresses that change, exposure notifications, lost belongings, and iBeacons of
 * others. What they send is written from the formats' descriptions.
 */
import type { Random } from '../../random.ts';
import { advertise, manufacturerData } from '../../sensors/advertisement.ts';

const rotatesEveryS = 15 * 60;
const APPLE = 0x004c;
const MICROSOFT = 0x0006;
const FOREIGN_UUID = 'e2c56db5-dffb-48d2-b060-d0f5a71096e0';

const KINDS = ['apple', 'apple', 'apple', 'windows', 'windows', 'exposure', 'exposure', 'find-my', 'ibeacon'] as const;

export interface Belonging {
  /** As people write it. */
  readonly address: Uint8Array;
  readonly payload: Uint8Array;
  /** What of it is nobody's business: six bytes each. */
  readonly secrets: readonly Uint8Array[];
}

export class Stranger {
  readonly #random: Random;
  readonly #kind: (typeof KINDS)[number];
  #rotatesAtS: number;
  #now: Belonging;

  constructor(random: Random) {
    this.#random = random;
    this.#kind = random.pick(KINDS);
    this.#rotatesAtS = this.#kind === 'ibeacon' ? Number.POSITIVE_INFINITY : random.next() * rotatesEveryS;
    this.#now = this.#draw();
  }

  at(seconds: number): Belonging {
    if (seconds >= this.#rotatesAtS) {
      this.#rotatesAtS += rotatesEveryS;
      this.#now = this.#draw();
    }
    return this.#now;
  }

  #draw(): Belonging {
    const random = this.#random;
    const address = random.bytes(6);
    const top = this.#kind === 'ibeacon' ? 0xc0 : 0x40; // static, or resolvable private: Core Spec Vol 6 Part B §1.3.2
    address[0] = ((address[0] ?? 0) & 0x3f) | top;
    switch (this.#kind) {
      case 'apple': // Nearby Info: type 0x10 and five bytes
        return {
          address,
          payload: manufacturerData(APPLE, Uint8Array.of(0x10, 5, ...random.bytes(5))),
          secrets: [address],
        };
      case 'windows': // Connected Devices Platform beacon
        return {
          address,
          payload: manufacturerData(MICROSOFT, Uint8Array.of(1, 9, 0x20, 2, ...random.bytes(16))),
          secrets: [address],
        };
      case 'exposure': {
        // Exposure Notification Bluetooth Specification v1.2.2: identifier (16) and encrypted metadata (4)
        const identifier = random.bytes(16);
        const service = [0x03, 0x03, 0x6f, 0xfd, 0x17, 0x16, 0x6f, 0xfd, ...identifier, ...random.bytes(4)];
        const payload = Uint8Array.of(0x02, 0x01, 0x1a, ...service);
        return { address, payload, secrets: [address, identifier.subarray(0, 6)] };
      }
      case 'find-my': {
        // type 0x12, 25 bytes: status, 22 bytes of the key, two bits of it, a hint
        const key = random.bytes(22);
        return {
          address,
          payload: Uint8Array.of(0x1e, 0xff, 0x4c, 0x00, 0x12, 0x19, 0x10, ...key, 0x01, 0x00),
          secrets: [address, key.subarray(0, 6)],
        };
      }
      case 'ibeacon': {
        const [major, minor] = [random.int(1, 0xfffe), random.int(1, 0xfffe)];
        const own = Uint8Array.of(0x96, 0xe0, major >>> 8, major & 0xff, minor >>> 8, minor & 0xff);
        return {
          address,
          payload: advertise({ format: 'ibeacon', uuid: FOREIGN_UUID, major, minor }, -59),
          secrets: [address, own],
        };
      }
    }
  }
}
