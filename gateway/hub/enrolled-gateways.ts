/**
 * The gateways that may send to this hub: `gateways.json` in the data directory, changed by `machimori gateway`.
 *
 * Promise: a change is completely on the disk before it counts. A password is drawn with 256 bits, given out once and kept as its
 * SHA-256 only. A file that cannot be read is left untouched: nobody may send until it is repaired, and the status says so.
 * Bound: `maxGateways`.
 */
import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import * as v from 'valibot';
import { MachimoriError, textOf } from '../../shared/errors.ts';
import type { Origin } from '../../shared/feed/topics.ts';
import { id } from '../../shared/setting.ts';
import { makeFolder } from '../machine/make-folder.ts';
import { replaceFile } from '../machine/whole-file.ts';
import { suggestedName } from '../words/suggestion.ts';
import { say } from './words.ts';

export const maxGateways = 20_000;
const passwordBytes = 32;
const maxSuggested = 2_000;

const enrolledGateway = v.object({
  tenant: id,
  gateway: id,
  /** A neighbouring hub, which sends the batches of any gateway on. */
  isHub: v.optional(v.boolean(), false),
  /** SHA-256 of its password, in hexadecimal. */
  password: v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/)),
  /** Epoch ms. */
  enrolledAt: v.number(),
});
const file = v.object({ version: v.literal(1), gateways: v.array(enrolledGateway) });
export type EnrolledGateway = Readonly<v.InferOutput<typeof enrolledGateway>>;

export function gatewaysFileOf(dataDirectory: string): string {
  return join(dataDirectory, 'gateways.json');
}

/** Under which it logs in. */
export function userOf({ tenant, gateway }: Origin): string {
  return `${tenant}/${gateway}`;
}

export class EnrolledGateways {
  readonly #file: string;
  readonly #listeners = new Set<(revoked: Origin) => void>();
  readonly fault: MachimoriError | undefined;
  /** By user name. */
  #gateways: ReadonlyMap<string, EnrolledGateway>;

  private constructor(path: string, gateways: readonly EnrolledGateway[], fault?: MachimoriError) {
    this.#file = path;
    this.#gateways = byUser(gateways);
    this.fault = fault;
  }

  /** Reads the file; empty if there is none yet. If it cannot be read, `fault` says why. */
  static open(dataDirectory: string): EnrolledGateways {
    const path = gatewaysFileOf(dataDirectory);
    if (!existsSync(path)) return new EnrolledGateways(path, []);
    try {
      return new EnrolledGateways(path, v.parse(file, JSON.parse(readFileSync(path, 'utf8'))).gateways);
    } catch (cause) {
      const fault = new MachimoriError('gateways-unreadable', {
        what: say.gatewaysUnreadable({ why: textOf(cause) }),
        on: path,
        hint: say.restoreGateways(),
        cause,
      });
      return new EnrolledGateways(path, [], fault);
    }
  }

  get all(): readonly EnrolledGateway[] {
    return [...this.#gateways.values()];
  }

  has(origin: Origin): boolean {
    return this.#gateways.has(userOf(origin));
  }

  /** Who logs in; undefined if nobody may so. Compares in constant time, as long for a name that does not exist. */
  login(user: string, password: string): EnrolledGateway | undefined {
    const found = this.#gateways.get(user);
    const expected = Buffer.from(found?.password ?? '0'.repeat(64), 'hex');
    return timingSafeEqual(digest(password), expected) ? found : undefined;
  }

  /** Who a client is whose certificate the hub's CA has signed. */
  certified(name: string): EnrolledGateway | undefined {
    return this.#gateways.get(name);
  }

  /** Calls `listener` with each gateway that may no longer send, until the returned function is called. */
  onRevoked(listener: (revoked: Origin) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /**
   * Lets a gateway send, and returns its password, which is known to nobody afterwards. One that is enrolled gets another.
   * Throws a MachimoriError: "too-many-gateways", "gateways-unreadable", "file-unwritable".
   */
  enrol({ tenant, gateway, isHub = false }: Origin & { readonly isHub?: boolean }, at: number): string {
    if (this.fault !== undefined) throw this.fault;
    const user = userOf({ tenant, gateway });
    if (this.#gateways.size >= maxGateways && !this.#gateways.has(user)) {
      throw new MachimoriError('too-many-gateways', {
        what: say.tooManyGateways({ max: maxGateways }),
        on: user,
        hint: say.anotherHub(),
      });
    }
    const password = randomBytes(passwordBytes).toString('base64url');
    const before = this.#gateways.get(user);
    const enrolled = { tenant, gateway, isHub, password: digest(password).toString('hex'), enrolledAt: at };
    this.#write([...this.all.filter((each) => each !== before), enrolled]);
    if (before !== undefined) this.#tell(before); // what is connected with the former password
    return password;
  }

  /** Takes effect at once. Throws a MachimoriError "no-gateway-enrolled", "gateways-unreadable", "file-unwritable". */
  revoke(origin: Origin): void {
    if (this.fault !== undefined) throw this.fault;
    const user = userOf(origin);
    const found = this.#gateways.get(user);
    if (found === undefined) {
      const known = [...this.#gateways.keys()].slice(0, maxSuggested);
      const hint = suggestedName(user, known, say.listGateways());
      throw new MachimoriError('no-gateway-enrolled', { what: say.notEnrolled(), on: user, hint });
    }
    this.#write(this.all.filter((each) => each !== found));
    this.#tell(found);
  }

  #tell(revoked: EnrolledGateway): void {
    for (const listener of this.#listeners) listener(revoked);
  }

  #write(gateways: readonly EnrolledGateway[]): void {
    makeFolder(dirname(this.#file));
    replaceFile(this.#file, Buffer.from(`${JSON.stringify({ version: 1, gateways }, undefined, 1)}\n`));
    this.#gateways = byUser(gateways);
  }
}

function byUser(gateways: readonly EnrolledGateway[]): ReadonlyMap<string, EnrolledGateway> {
  return new Map(gateways.map((gateway) => [userOf(gateway), gateway]));
}

function digest(password: string): Buffer {
  return createHash('sha256').update(password).digest();
}
