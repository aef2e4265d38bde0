/**
 * The gateways that may send to this hub: `gateways.json` in the data directory, changed by `machimori gateway`.
 *
 * Promise: a change is completely on the disk before it counts. A password is drawn with 256 bits, given out once and kept as its
 * SHA-256 only; of a certificate its fingerprint, so that no other is accepted, whoever signed it. A file that cannot be read is left
 * untouched: nobody may send until it is repaired, and the status says so.
 * Bounds: `maxGateways`; `maxRevoked` certificates are remembered as revoked until they end, beyond it the oldest are forgotten (they are not
 * accepted here all the same, but they are missing in the revocation list for other brokers).
 */
import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import * as v from 'valibot';
import { MachimoriError, textOf } from '../../shared/errors.ts';
import type { Origin } from '../../shared/feed/topics.ts';
import { isoTime } from '../../shared/reading.ts';
import { id } from '../../shared/setting.ts';
import { makeFolder } from '../machine/make-folder.ts';
import { replaceFile } from '../machine/whole-file.ts';
import { suggestedName } from '../words/suggestion.ts';
import { say } from './words.ts';

export const maxGateways = 20_000;
export const maxRevoked = 100_000;
const passwordBytes = 32;
const maxSuggested = 2_000;

const sha256 = v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/));
const certificate = v.object({
  /** SHA-256 of the certificate in DER, in hexadecimal: this one counts, whatever else its authority has signed. */
  fingerprint: sha256,
  /** In hexadecimal. */
  serial: v.string(),
  /** Epoch ms: its notAfter. */
  endsAt: v.number(),
});
export type EnrolledCertificate = Readonly<v.InferOutput<typeof certificate>>;

/** How a gateway proves who it is: one of the two. */
const proof = {
  /** SHA-256 of its password, in hexadecimal. */
  password: v.optional(sha256),
  certificate: v.optional(certificate),
};
type Proof = Readonly<v.InferOutput<v.ObjectSchema<typeof proof, undefined>>>;

const enrolledGateway = v.object({
  tenant: id,
  gateway: id,
  /** A neighbouring hub, which sends the batches of any gateway on. */
  isHub: v.optional(v.boolean(), false),
  ...proof,
  /** What it proved itself with before a renewal; counts until the new one is first used. */
  former: v.optional(v.object(proof)),
  /** Epoch ms. */
  enrolledAt: v.number(),
});
export type EnrolledGateway = Readonly<v.InferOutput<typeof enrolledGateway>>;

const revokedCertificate = v.object({ serial: v.string(), endsAt: v.number(), revokedAt: v.number() });
export type RevokedCertificate = Readonly<v.InferOutput<typeof revokedCertificate>>;

const file = v.object({
  version: v.literal(1),
  gateways: v.array(enrolledGateway),
  revoked: v.optional(v.array(revokedCertificate), []),
});
type Content = Omit<v.InferOutput<typeof file>, 'version'>;

export function gatewaysFileOf(dataDirectory: string): string {
  return join(dataDirectory, 'gateways.json');
}

/** Under which it logs in. */
export function userOf({ tenant, gateway }: Origin): string {
  return `${tenant}/${gateway}`;
}

/** A gateway that is being enrolled. */
export interface Enrolling extends Origin {
  readonly isHub?: boolean;
  /** What it has had so far stays good until the new one is first used. */
  readonly renews?: boolean;
}

export class EnrolledGateways {
  readonly #file: string;
  readonly #listeners = new Set<(revoked: Origin) => void>();
  readonly fault: MachimoriError | undefined;
  /** By user name. */
  #gateways: ReadonlyMap<string, EnrolledGateway> = new Map();
  #byFingerprint: ReadonlyMap<string, EnrolledGateway> = new Map();
  #revoked: readonly RevokedCertificate[] = [];

  private constructor(path: string, content: Content, fault?: MachimoriError) {
    this.#file = path;
    this.#hold(content);
    this.fault = fault;
  }

  /** Reads the file; empty if there is none yet. If it cannot be read, `fault` says why. */
  static open(dataDirectory: string): EnrolledGateways {
    const path = gatewaysFileOf(dataDirectory);
    const nobody = { gateways: [], revoked: [] };
    if (!existsSync(path)) return new EnrolledGateways(path, nobody);
    try {
      return new EnrolledGateways(path, v.parse(file, JSON.parse(readFileSync(path, 'utf8'))));
    } catch (cause) {
      const fault = new MachimoriError('gateways-unreadable', {
        what: say.gatewaysUnreadable({ why: textOf(cause) }),
        on: path,
        hint: say.restoreGateways(),
        cause,
      });
      return new EnrolledGateways(path, nobody, fault);
    }
  }

  get all(): readonly EnrolledGateway[] {
    return [...this.#gateways.values()];
  }

  /** Certificates of the hub's own authority that no longer count and have not ended. */
  get revoked(): readonly RevokedCertificate[] {
    return this.#revoked;
  }

  has(origin: Origin): boolean {
    return this.#gateways.has(userOf(origin));
  }

  /** Who logs in; undefined if nobody may so. Compares in constant time, as long for a name that does not exist. */
  login(user: string, password: string, at: number): EnrolledGateway | undefined {
    const found = this.#gateways.get(user);
    const given = digest(password);
    const isNew = isDigest(given, found?.password);
    const isFormer = isDigest(given, found?.former?.password);
    if (isNew && found !== undefined) return this.#settled(found, at);
    return isFormer ? found : undefined;
  }

  /** Who has the certificate with this SHA-256 in hexadecimal; undefined if nobody has, or it has ended by `at` (epoch ms). */
  certified(fingerprint: string, at: number): EnrolledGateway | undefined {
    const found = this.#byFingerprint.get(fingerprint);
    if (found?.certificate?.fingerprint === fingerprint) {
      return found.certificate.endsAt > at ? this.#settled(found, at) : undefined;
    }
    return found?.former?.certificate !== undefined && found.former.certificate.endsAt > at ? found : undefined;
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
  enrol(origin: Enrolling, at: number): string {
    const password = randomBytes(passwordBytes).toString('base64url');
    this.#enrol(origin, { password: digest(password).toString('hex') }, at);
    return password;
  }

  /** The same with a certificate in place of a password. Throws also a MachimoriError "certificate-ended". */
  enrolCertified(origin: Enrolling, certificate: EnrolledCertificate, at: number): void {
    if (certificate.endsAt <= at) {
      const what = say.certificateEnded({ date: isoTime(certificate.endsAt).slice(0, 10) });
      throw new MachimoriError('certificate-ended', { what, on: userOf(origin), hint: say.enrolAnother() });
    }
    this.#enrol(origin, { certificate }, at);
  }

  /** Throws what `enrol` would throw, before anything is made for it. */
  checkRoom(origin: Origin): void {
    if (this.fault !== undefined) throw this.fault;
    const user = userOf(origin);
    if (this.#gateways.size < maxGateways || this.#gateways.has(user)) return;
    throw new MachimoriError('too-many-gateways', {
      what: say.tooManyGateways({ max: maxGateways }),
      on: user,
      hint: say.anotherHub(),
    });
  }

  #enrol({ tenant, gateway, isHub = false, renews = false }: Enrolling, proof: Proof, at: number): void {
    this.checkRoom({ tenant, gateway });
    const before = this.#gateways.get(userOf({ tenant, gateway }));
    const former = renews ? usedProof(before) : undefined;
    const enrolled = { tenant, gateway, isHub, ...proof, ...(former && { former }), enrolledAt: at };
    this.#replace(before, enrolled, at);
    if (before !== undefined && former === undefined) this.#tell(before); // what is connected with what it had
  }

  /** Takes effect at once. Throws a MachimoriError "no-gateway-enrolled", "gateways-unreadable", "file-unwritable". */
  revoke(origin: Origin, at: number): void {
    if (this.fault !== undefined) throw this.fault;
    const user = userOf(origin);
    const found = this.#gateways.get(user);
    if (found === undefined) {
      const known = [...this.#gateways.keys()].slice(0, maxSuggested);
      const hint = suggestedName(user, known, say.listGateways());
      throw new MachimoriError('no-gateway-enrolled', { what: say.notEnrolled(), on: user, hint });
    }
    this.#replace(found, undefined, at);
    this.#tell(found);
  }

  /** The renewed password or certificate has come into use: the former one ends. If that cannot be written, next time. */
  #settled(found: EnrolledGateway, at: number): EnrolledGateway {
    if (found.former === undefined) return found;
    const { former: _, ...renewed } = found;
    try {
      this.#replace(found, renewed, at);
    } catch {
      return found;
    }
    this.#tell(found);
    return renewed;
  }

  #tell(revoked: EnrolledGateway): void {
    for (const listener of this.#listeners) listener(revoked);
  }

  #replace(before: EnrolledGateway | undefined, after: EnrolledGateway | undefined, at: number): void {
    const gateways = this.all.filter((each) => each !== before);
    if (after !== undefined) gateways.push(after);
    const kept = certificatesOf(after).map(({ fingerprint }) => fingerprint);
    const ended = certificatesOf(before).filter(({ fingerprint }) => !kept.includes(fingerprint));
    const revoked = [...this.#revoked, ...ended.map(({ serial, endsAt }) => ({ serial, endsAt, revokedAt: at }))];
    const content = { gateways, revoked: revoked.filter(({ endsAt }) => endsAt > at).slice(-maxRevoked) };
    makeFolder(dirname(this.#file));
    replaceFile(this.#file, Buffer.from(`${JSON.stringify({ version: 1, ...content }, undefined, 1)}\n`));
    this.#hold(content);
  }

  #hold({ gateways, revoked }: Content): void {
    this.#gateways = new Map(gateways.map((each) => [userOf(each), each]));
    this.#byFingerprint = new Map(
      gateways.flatMap((each) => certificatesOf(each).map(({ fingerprint }) => [fingerprint, each] as const)),
    );
    this.#revoked = revoked;
  }
}

/** What a gateway that is enrolled surely has: of a renewal that has not come into use, what it replaces. */
function usedProof(before: EnrolledGateway | undefined): Proof | undefined {
  return before?.former ?? (before && { password: before.password, certificate: before.certificate });
}

function certificatesOf(gateway: EnrolledGateway | undefined): EnrolledCertificate[] {
  return [gateway?.certificate, gateway?.former?.certificate].filter((each) => each !== undefined);
}

/** In constant time, whether or not there is anything to compare with. */
function isDigest(given: Buffer, expected: string | undefined): boolean {
  return timingSafeEqual(given, Buffer.from(expected ?? '0'.repeat(64), 'hex')) && expected !== undefined;
}

function digest(password: string): Buffer {
  return createHash('sha256').update(password).digest();
}
