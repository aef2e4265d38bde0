/**
 * What gateways say of themselves and their devices: their births, kept over restarts, and their last status, which they repeat.
 *
 * A stranger's birth is made fit before it is kept (strangers-birth.ts). Only enrolled gateways are heard, and
 * those of which a neighbouring hub speaks: `maxGateways` in all; further ones are not described.
 */
import {
  type Birth,
  type DeviceDescription,
  decodeBirth,
  encodeBirth,
  MAX_PROBLEMS_TOLD,
  type Status,
} from '../../shared/feed/birth.ts';
import type { Origin } from '../../shared/feed/topics.ts';
import type { Log } from '../machine/log.ts';
import { maxGateways } from './enrolled-gateways.ts';
import { readStrangersBirth } from './strangers-birth.ts';

/** Epochs of a gateway that are told apart. */
const maxEpochs = 8;
const PREFIX = 'hub/birth/';

export interface Heard {
  readonly birth: Birth;
  /** By id. */
  readonly devices: ReadonlyMap<string, DeviceDescription>;
}

interface BornEpoch {
  readonly epoch: string;
  /** Of its last birth, by its gateway's clock, epoch ms. */
  readonly bornAt: number;
}

export interface HeardStatus {
  readonly state: Status['state'];
  readonly clockSynchronised: boolean | undefined;
  /** How much it says is wrong with it. */
  readonly problems: number;
  /** Epoch ms, by this hub's clock. */
  readonly heardAt: number;
}

export class Births {
  readonly #births = new Map<string, Heard>();
  readonly #statuses = new Map<string, HeardStatus>();
  /** The last epochs of which a birth came, the current one last. */
  readonly #epochs = new Map<string, readonly BornEpoch[]>();
  readonly #rivals = new Map<string, number>();
  readonly #remember: (key: string, value: string) => void;

  /** `remember` keeps a value over restarts; `remembered` are those of earlier runs. */
  constructor(remembered: ReadonlyMap<string, string>, remember: (key: string, value: string) => void, log: Log) {
    this.#remember = remember;
    for (const [key, value] of remembered) {
      if (!key.startsWith(PREFIX)) continue;
      try {
        const birth = decodeBirth(Buffer.from(value, 'base64'));
        this.#births.set(key.slice(PREFIX.length), heardOf(birth));
        this.#epochs.set(key.slice(PREFIX.length), [{ epoch: birth.epoch, bornAt: birth.at }]);
      } catch {
        log.warn('What a gateway had said of itself could not be read; it will say it again', { gateway: key });
      }
    }
  }

  born(origin: Origin, birth: Birth, at: number): void {
    const key = keyOf(origin);
    const bounded = readStrangersBirth(birth, origin);
    if (this.#isOld(key, bounded) || (!this.#births.has(key) && this.#births.size >= maxGateways)) return;
    this.#noteEpoch(key, bounded, at);
    this.#births.set(key, heardOf(bounded));
    this.#remember(PREFIX + key, Buffer.from(encodeBirth(bounded)).toString('base64'));
  }

  reported(origin: Origin, status: Status, at: number): void {
    if (!this.#statuses.has(keyOf(origin)) && this.#statuses.size >= maxGateways) return;
    const { state, clockSynchronised, problems } = status;
    this.#statuses.set(keyOf(origin), {
      state,
      clockSynchronised: typeof clockSynchronised === 'boolean' ? clockSynchronised : undefined,
      problems: Array.isArray(problems) ? Math.min(problems.length, MAX_PROBLEMS_TOLD) : 0,
      heardAt: at,
    });
  }

  /** When two boxes were last found to send under this name, epoch ms: an epoch that had ended came back. */
  rivalAt(origin: Origin): number | undefined {
    return this.#rivals.get(keyOf(origin));
  }

  /**
   * A birth may come again by way of other hubs, late and repeatedly. A new epoch is news whatever its clock says, and times are only
   * compared within an epoch: the clock of another box may be behind.
   */
  #isOld(key: string, { epoch, at }: Birth): boolean {
    const known = this.#epochs.get(key)?.find((each) => each.epoch === epoch);
    return known !== undefined && at <= known.bornAt;
  }

  #noteEpoch(key: string, { epoch, at: bornAt }: Birth, at: number): void {
    const before = this.#epochs.get(key) ?? [];
    const others = before.filter((each) => each.epoch !== epoch);
    if (others.length < before.length && before.at(-1)?.epoch !== epoch) this.#rivals.set(key, at);
    this.#epochs.set(key, [...others, { epoch, bornAt }].slice(-maxEpochs));
  }

  *births(): Generator<Birth> {
    for (const { birth } of this.#births.values()) yield birth;
  }

  birthOf(origin: Origin): Birth | undefined {
    return this.#births.get(keyOf(origin))?.birth;
  }

  statusOf(origin: Origin): HeardStatus | undefined {
    return this.#statuses.get(keyOf(origin));
  }

  describe(device: string, origin: Origin): DeviceDescription | undefined {
    return this.#births.get(keyOf(origin))?.devices.get(device);
  }
}

function heardOf(birth: Birth): Heard {
  return { birth, devices: new Map(birth.devices.map((device) => [device.id, device])) };
}

/** Neither has a slash: both are levels of a topic. */
function keyOf({ tenant, gateway }: Origin): string {
  return `${tenant}/${gateway}`;
}
