/**
 * The gateways that may send to this hub: `gateways.json` in the data directory, changed by `machimori gateway`.
 *
 * Promise: a change is completely on the disk before it counts, and is made from what is on the disk then. A password is drawn with 256
 * bits, given out once and kept as its SHA-256 only; of a certificate its fingerprint, so that no other is accepted, whoever signed it. A file
 * that cannot be read is left untouched: nobody may send until it is repaired, and the status says so. Of an older copy that was put back
 * (marked-list.ts) nothing counts that was revoked or replaced since, and nothing is changed until somebody accepts it.
 * Bounds: `maxGateways`; `maxRevoked` passwords and certificates are remembered as revoked, beyond it the oldest are forgotten (they are not
 * accepted here all the same, but certificates are missing in the revocation list for other brokers, as they are when they have ended).
 */
import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import { join } from 'node:path';
import * as v from 'valibot';
import { MachimoriError, textOf } from '../../shared/errors.ts';
import type { Origin } from '../../shared/feed/topics.ts';
import { isoTime } from '../../shared/reading.ts';
import { id } from '../../shared/setting.ts';
import { changing } from '../machine/folder-lock.ts';
import { suggestedName } from '../words/suggestion.ts';
import { MarkedList, named } from './marked-list.ts';
import { say } from './words.ts';

export const maxGateways = 20_000;
export const maxRevoked = 100_000;
const passwordBytes = 32;

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

/** What no longer lets anybody in: the SHA-256 of a password or certificate, and of a certificate what a revocation list needs. */
const voided = v.object({
  proof: sha256,
  revokedAt: v.number(),
  serial: v.optional(v.string()),
  endsAt: v.optional(v.number()),
});
type Voided = Readonly<v.InferOutput<typeof voided>>;

/** What the file and its mark say. */
interface State {
  readonly gateways: readonly EnrolledGateway[];
  readonly revoked: readonly RevokedCertificate[];
  readonly voided: readonly Voided[];
}

const NOBODY: State = { gateways: [], revoked: [], voided: [] };

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
  readonly #directory: string;
  readonly #kept: MarkedList<v.InferOutput<typeof file>, Voided>;
  readonly #listeners = new Set<(revoked: Origin) => void>();
  #fault: MachimoriError | undefined;
  /** By user name. */
  #gateways: ReadonlyMap<string, EnrolledGateway> = new Map();
  #byFingerprint: ReadonlyMap<string, EnrolledGateway> = new Map();
  #revoked: readonly RevokedCertificate[] = [];
  #voided: readonly Voided[] = [];

  private constructor(directory: string) {
    this.#directory = directory;
    this.#kept = new MarkedList({ path: gatewaysFileOf(directory), content: file, revoked: voided });
  }

  /** Reads the file; empty if there is none yet. If it cannot be read, or is not as this hub left it, `fault` says why. */
  static open(dataDirectory: string): EnrolledGateways {
    const opened = new EnrolledGateways(dataDirectory);
    try {
      opened.#load();
    } catch (fault) {
      opened.#fault = fault as MachimoriError; // all that #load throws
    }
    return opened;
  }

  get fault(): MachimoriError | undefined {
    return this.#fault;
  }

  /** Whether those that may send are known all the same: an older copy of the file was put back. */
  get isRestored(): boolean {
    return this.#fault?.code === 'gateways-restored';
  }

  /** All that it may have made, for who looks after their owner. */
  get files(): readonly string[] {
    return this.#kept.files;
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
    if (this.#fault !== undefined) throw this.#fault;
    const user = userOf(origin);
    if (this.#gateways.size < maxGateways || this.#gateways.has(user)) return;
    throw new MachimoriError('too-many-gateways', {
      what: say.tooManyGateways({ max: maxGateways }),
      on: user,
      hint: say.anotherHub(),
    });
  }

  #enrol({ tenant, gateway, isHub = false, renews = false }: Enrolling, proof: Proof, at: number): void {
    const { before, after } = this.#replace({ tenant, gateway }, at, (before) => {
      this.checkRoom({ tenant, gateway });
      const former = renews ? usedProof(before) : undefined;
      return { tenant, gateway, isHub, ...proof, ...(former && { former }), enrolledAt: at };
    });
    if (before !== undefined && after?.former === undefined) this.#tell(before); // what is connected with what it had
  }

  /** Takes effect at once. Throws a MachimoriError "no-gateway-enrolled", "gateways-restored" and what `enrol` throws. */
  revoke(origin: Origin, at: number): void {
    const { before } = this.#replace(origin, at, (found) => {
      if (found !== undefined) return undefined;
      const user = userOf(origin);
      const known = [...this.#gateways.keys()];
      const hint = suggestedName(user, known, say.listGateways());
      throw new MachimoriError('no-gateway-enrolled', { what: say.notEnrolled(), on: user, hint });
    });
    if (before !== undefined) this.#tell(before);
  }

  /** Takes the file as it is, without what was revoked or replaced. False: it is as this hub left it. Throws what `enrol` throws. */
  accept(at: number): boolean {
    return changing(this.#directory, () => {
      this.#load();
      if (this.#fault === undefined) return false;
      if (!this.isRestored) throw this.#fault;
      this.#write({ gateways: this.all, revoked: this.#revoked, voided: this.#voided }, at);
      return true;
    });
  }

  /** Begins the mark of a file that an earlier release has left. Throws a MachimoriError "file-busy", "file-unwritable". */
  adopt(): void {
    if (this.#fault === undefined) this.#kept.adopt(this.#voided, 0);
  }

  /** The renewed password or certificate has come into use: the former one ends. If that cannot be written, next time. */
  #settled(found: EnrolledGateway, at: number): EnrolledGateway {
    if (found.former === undefined) return found;
    try {
      const { after = found } = this.#replace(found, at, (before) => {
        if (before?.former === undefined || !isSameProof(before, found)) return before; // another process has changed it meanwhile
        const { former: _, ...renewed } = before;
        return renewed;
      });
      this.#tell(found);
      return after;
    } catch {
      return found;
    }
  }

  #tell(revoked: EnrolledGateway): void {
    for (const listener of this.#listeners) listener(revoked);
  }

  /** Throws a MachimoriError if it cannot be read: a hub that runs goes on with what it has read before. */
  #load(): void {
    const path = gatewaysFileOf(this.#directory);
    try {
      const { content = NOBODY, revoked: voided, isOther } = this.#kept.read();
      const isVoid = new Set(voided.map(({ proof }) => proof));
      const gateways = content.gateways.flatMap((each) => withoutVoid(each, isVoid));
      const serials = new Set(content.revoked.map(({ serial }) => serial));
      const revoked = voided.flatMap(({ serial, endsAt, revokedAt }) =>
        serial === undefined || endsAt === undefined || serials.has(serial) ? [] : [{ serial, endsAt, revokedAt }],
      );
      this.#hold({ gateways, revoked: [...content.revoked, ...revoked], voided });
      const out = content.gateways.map(userOf).filter((user) => !this.#gateways.has(user));
      this.#fault = isOther ? restored(path, gateways.length, out) : undefined;
    } catch (cause) {
      if (cause instanceof MachimoriError) throw cause;
      const [what, hint] = [say.gatewaysUnreadable({ why: textOf(cause) }), say.restoreGateways()];
      throw new MachimoriError('gateways-unreadable', { what, on: path, hint, cause });
    }
  }

  /** `change`: from what is enrolled on the disk to what is to be. Throws a MachimoriError. */
  #replace(
    origin: Origin,
    at: number,
    change: (before: EnrolledGateway | undefined) => EnrolledGateway | undefined,
  ): { readonly before: EnrolledGateway | undefined; readonly after: EnrolledGateway | undefined } {
    return changing(this.#directory, () => {
      this.#load();
      if (this.#fault !== undefined) throw this.#fault;
      const before = this.#gateways.get(userOf(origin));
      const after = change(before);
      if (after === before) return { before, after };
      const gateways = this.all.filter((each) => each !== before);
      if (after !== undefined) gateways.push(after);
      const kept = proofsOf(after);
      const isEnded = (proof: string) => !kept.includes(proof);
      const passwords = passwordsOf(before).filter(isEnded);
      const ended = certificatesOf(before).filter(({ fingerprint }) => isEnded(fingerprint));
      const newlyVoid = [
        ...passwords.map((proof) => ({ proof, revokedAt: at })),
        ...ended.map(({ fingerprint: proof, serial, endsAt }) => ({ proof, revokedAt: at, serial, endsAt })),
      ];
      const voided = [...this.#voided.filter(({ proof }) => isEnded(proof)), ...newlyVoid];
      const revoked = [...this.#revoked, ...ended.map(({ serial, endsAt }) => ({ serial, endsAt, revokedAt: at }))];
      this.#write({ gateways, revoked, voided }, at);
      return { before, after };
    });
  }

  #write({ gateways, revoked, voided }: State, at: number): void {
    const state = {
      gateways,
      revoked: revoked.filter(({ endsAt }) => endsAt > at).slice(-maxRevoked),
      voided: voided.slice(-maxRevoked),
    };
    const content = { version: 1, gateways, revoked: state.revoked };
    this.#kept.write(content, { revoked: state.voided, number: 0 });
    this.#hold(state);
    this.#fault = undefined;
  }

  #hold({ gateways, revoked, voided }: State): void {
    this.#gateways = new Map(gateways.map((each) => [userOf(each), each]));
    this.#byFingerprint = new Map(
      gateways.flatMap((each) => certificatesOf(each).map(({ fingerprint }) => [fingerprint, each] as const)),
    );
    this.#revoked = revoked;
    this.#voided = voided;
  }
}

function restored(path: string, count: number, out: readonly string[]): MachimoriError {
  return new MachimoriError('gateways-restored', {
    what: say.gatewaysRestored({ count, out: named(out) }),
    on: path,
    hint: say.acceptGateways(),
  });
}

/** With what still counts of its proofs; none if nothing does. */
function withoutVoid(gateway: EnrolledGateway, isVoid: ReadonlySet<string>): EnrolledGateway[] {
  const { password, certificate, former, ...rest } = gateway;
  const counting = ({ password, certificate }: Proof): Proof | undefined => {
    const isOut = isVoid.has(password ?? certificate?.fingerprint ?? '');
    return isOut ? undefined : { ...(password && { password }), ...(certificate && { certificate }) };
  };
  const [now, before] = [counting({ password, certificate }), former && counting(former)];
  if (now !== undefined) return [{ ...rest, ...now, ...(before && { former: before }) }];
  return before === undefined ? [] : [{ ...rest, ...before }];
}

/** What a gateway that is enrolled surely has: of a renewal that has not come into use, what it replaces. */
function usedProof(before: EnrolledGateway | undefined): Proof | undefined {
  return before?.former ?? (before && { password: before.password, certificate: before.certificate });
}

function certificatesOf(gateway: EnrolledGateway | undefined): EnrolledCertificate[] {
  return [gateway?.certificate, gateway?.former?.certificate].filter((each) => each !== undefined);
}

function passwordsOf(gateway: EnrolledGateway | undefined): string[] {
  return [gateway?.password, gateway?.former?.password].filter((each) => each !== undefined);
}

function proofsOf(gateway: EnrolledGateway | undefined): string[] {
  return [...passwordsOf(gateway), ...certificatesOf(gateway).map(({ fingerprint }) => fingerprint)];
}

function isSameProof(one: Proof, other: Proof): boolean {
  return one.password === other.password && one.certificate?.fingerprint === other.certificate?.fingerprint;
}

/** In constant time, whether or not there is anything to compare with. */
function isDigest(given: Buffer, expected: string | undefined): boolean {
  return timingSafeEqual(given, Buffer.from(expected ?? '0'.repeat(64), 'hex')) && expected !== undefined;
}

function digest(password: string): Buffer {
  return createHash('sha256').update(password).digest();
}
