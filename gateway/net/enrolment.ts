/**
 * A gateway's enrolment at a hub: one file, made by `machimori gateway enrol`, with all that the gateway needs to connect.
 * It is a secret.
 */
import * as v from 'valibot';
import { MachimoriError, textOf } from '../../shared/errors.ts';
import { readCredential } from './credentials.ts';
import { say } from './words.ts';

const enrolment = v.object({
  machimoriEnrolment: v.literal(1),
  tenant: v.string(),
  gateway: v.string(),
  /** mqtt:// or mqtts:// */
  url: v.string(),
  /** Absent: it shows a certificate. */
  username: v.optional(v.string()),
  password: v.optional(v.string()),
  /** PEM; absent if the gateway has them as files of its own. */
  certificate: v.optional(v.string()),
  key: v.optional(v.string()),
  /** PEM: the authority that signed the hub's certificate. */
  ca: v.optional(v.string()),
  /** Ed25519, base64url: who signs the operators' list. */
  listKey: v.optional(v.pipe(v.string(), v.regex(/^[A-Za-z0-9_-]{43}$/))),
  /** Whose orders the gateway takes, and for which actions ("*": all). */
  orderKeys: v.optional(
    v.pipe(
      v.array(
        v.object({
          name: v.pipe(v.string(), v.maxLength(64)),
          publicKey: v.pipe(v.string(), v.regex(/^[A-Za-z0-9_-]{43}$/)),
          actions: v.pipe(v.array(v.string()), v.maxLength(32)),
        }),
      ),
      v.maxLength(8),
    ),
  ),
});
export type Enrolment = v.InferOutput<typeof enrolment>;

const ofLaterVersion = v.object({ machimoriEnrolment: v.pipe(v.number(), v.gtValue(1)) });

/** Throws a MachimoriError "broker-credentials" if it cannot be read. */
export function readEnrolment(file: string): Enrolment {
  try {
    const text = readCredential(file)
      .toString('utf8')
      .replace(/^\ufeff/, '');
    const given: unknown = JSON.parse(text);
    if (v.is(ofLaterVersion, given))
      throw new MachimoriError('broker-credentials', {
        what: say.laterEnrolment({ format: given.machimoriEnrolment }),
        on: file,
        hint: say.updateFirst(),
      });
    return v.parse(enrolment, given);
  } catch (cause) {
    if (cause instanceof MachimoriError) throw cause;
    throw new MachimoriError('broker-credentials', {
      what: say.notEnrolment({ why: textOf(cause) }),
      on: file,
      hint: say.enrolAgain(),
      cause,
    });
  }
}

export function enrolmentText(of: Omit<Enrolment, 'machimoriEnrolment'>): string {
  return `${JSON.stringify({ machimoriEnrolment: 1, ...of }, undefined, 2)}\n`;
}
