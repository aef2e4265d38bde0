/**
 * What an operator's tags have in common, as data: public, and enough to tell that an advertisement may be of one of them, never whose.
 *
 * A `manufacturer` or `service` pattern is for what has no format of its own here: bytes that must be there (`match`, two hexadecimal
 * digits a byte or ".." for any), and where the identifier stands. Both count from the first byte after the company's or service's id. With
 * `address` the identifier is the resolvable private address (Core Spec Vol 6 Part B §1.3.2.2) of what sends those bytes; an edge of a release
 * that does not know this takes what stands at `id`.
 */
import * as v from 'valibot';
import { must, whole } from '../setting.ts';
import { maxTagIdBytes } from './tag-id.ts';
import { say } from './words.ts';

const hex = (digits: number) =>
  v.pipe(
    v.string(must(say.mustBeHex({ digits }))),
    v.regex(new RegExp(`^[0-9a-f]{${digits}}$`), must(say.mustBeHex({ digits }))),
  );
const uint16 = whole(0, 0xffff);
const match = v.pipe(v.string(must(say.mustBeMatch())), v.regex(/^([0-9a-f]{2}|\.\.){0,64}$/, must(say.mustBeMatch())));
/** First byte and count. */
const cut = v.object({
  at: whole(0, 250),
  length: whole(1, maxTagIdBytes),
});

const address = v.optional(v.literal('resolvable', must(say.mustBeResolvable())));

export const patternSchema = v.variant('format', [
  /** The UUID in 32 digits; without `major` any. */
  v.object({ format: v.literal('ibeacon'), uuid: hex(32), major: v.optional(uint16) }),
  /** The first 16 bytes of the id. */
  v.object({ format: v.literal('altbeacon'), organisation: hex(32) }),
  v.object({ format: v.literal('eddystone-uid'), namespace: hex(20) }),
  /** Every ephemeral id: only who has the identity keys can tell whose it is. */
  v.object({ format: v.literal('eddystone-eid') }),
  /** Every resolvable private address, and so every phone: no hub takes it, and no edge looks for it. Lists of before may have it. */
  v.object({ format: v.literal('resolvable-address') }),
  /** Company: as in the Assigned Numbers. */
  v.object({ format: v.literal('manufacturer'), company: uint16, match, id: cut, address }),
  /** A service's UUID: 4, 8 or 32 digits, highest first. */
  v.object({
    format: v.literal('service'),
    uuid: v.pipe(v.string(), v.regex(/^([0-9a-f]{4}|[0-9a-f]{8}|[0-9a-f]{32})$/, must(say.mustBeServiceUuid()))),
    match,
    id: cut,
    address,
  }),
]);

export type Pattern = v.InferOutput<typeof patternSchema>;

/** A pattern and whose tags have it. */
export interface OperatorPattern {
  readonly operator: string;
  readonly pattern: Pattern;
}
