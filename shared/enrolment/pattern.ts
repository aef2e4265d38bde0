/**
 * What an operator's tags have in common, as data: public, and enough to tell that an advertisement may be of one of them, never whose.
 *
 * A `manufacturer` or `service` pattern is for what has no format of its own here: bytes that must be there (`match`, two hexadecimal
 * digits a byte or ".." for any), and where the identifier stands. Both count from the first byte after the company's or service's id.
 */
import * as v from 'valibot';
import { maxTagIdBytes } from './tag-id.ts';

const hex = (digits: number) => v.pipe(v.string(), v.regex(new RegExp(`^[0-9a-f]{${digits}}$`)));
const uint16 = v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(0xffff));
const match = v.pipe(v.string(), v.regex(/^([0-9a-f]{2}|\.\.){0,64}$/));
/** First byte and count. */
const cut = v.object({
  at: v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(250)),
  length: v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(maxTagIdBytes)),
});

export const patternSchema = v.variant('format', [
  /** The UUID in 32 digits; without `major` any. */
  v.object({ format: v.literal('ibeacon'), uuid: hex(32), major: v.optional(uint16) }),
  /** The first 16 bytes of the id. */
  v.object({ format: v.literal('altbeacon'), organisation: hex(32) }),
  v.object({ format: v.literal('eddystone-uid'), namespace: hex(20) }),
  /** Every ephemeral id: only who has the identity keys can tell whose it is. */
  v.object({ format: v.literal('eddystone-eid') }),
  /** Every resolvable private address (Core Spec Vol 6 Part B §1.3.2.2), likewise. For detectors in the operator's own hands. */
  v.object({ format: v.literal('resolvable-address') }),
  /** Company: as in the Assigned Numbers. */
  v.object({ format: v.literal('manufacturer'), company: uint16, match, id: cut }),
  /** A service's UUID: 4, 8 or 32 digits, highest first. */
  v.object({
    format: v.literal('service'),
    uuid: v.pipe(v.string(), v.regex(/^([0-9a-f]{4}|[0-9a-f]{8}|[0-9a-f]{32})$/)),
    match,
    id: cut,
  }),
]);

export type Pattern = v.InferOutput<typeof patternSchema>;

/** A pattern and whose tags have it. */
export interface OperatorPattern {
  readonly operator: string;
  readonly pattern: Pattern;
}
