/**
 * One NMEA 0183 sentence out of one line.
 *
 * Promise: a sentence is only believed with its checksum (NMEA 0183, checksum field: two hexadecimal digits after `*`, the
 * exclusive or of every character between `$` and `*`; lower case is accepted). Whatever stands before the last `$` of
 * a line (a logger's time, line noise, a TAG block) is no part of it. Bounded by the line; holds nothing; what is broken
 * comes back as rubbish.
 */
import type { Rubbish } from '../device-type.ts';

/** A sentence with a valid checksum: its three-letter formatter ("RMC") and its data fields, counted from 0. */
export interface Sentence {
  readonly ok: true;
  readonly type: string;
  readonly fields: readonly string[];
}

/** Comment lines, AIS (`!`), and proprietary sentences: right as they are, but no business of a position. */
interface PassedOver {
  readonly ok: true;
  readonly type: undefined;
}

const PASSED_OVER: PassedOver = { ok: true, type: undefined };

/** Reads one line, given without its line end. */
export function readSentence(line: Uint8Array): Sentence | PassedOver | { readonly ok: false; readonly why: Rubbish } {
  const text = Buffer.from(line).toString('latin1');
  if (text.startsWith('#')) return PASSED_OVER;
  const start = Math.max(text.lastIndexOf('$'), text.lastIndexOf('!'));
  if (start < 0) return { ok: false, why: { code: 'noise', bytes: line } };
  if (text[start] === '!') return PASSED_OVER;
  const match = /^([^*]*)\*([0-9a-f]{2})/i.exec(text.slice(start + 1));
  if (!match) return badChecksum(line, 'the sentence has no checksum');
  const [, content = '', given = ''] = match;
  const computed = checksum(content);
  if (Number.parseInt(given, 16) !== computed) {
    const hex = computed.toString(16).toUpperCase().padStart(2, '0');
    return badChecksum(line, `checksum is ${given}, the sentence's content gives ${hex}`);
  }
  const [address = '', ...fields] = content.split(',');
  // NMEA 0183, address field: two letters of talker and three of formatter, except that P starts a manufacturer's own sentence.
  if (!/^[A-OQ-Z][A-Z]{4}$/.test(address)) return PASSED_OVER;
  return { ok: true, type: address.slice(2), fields: fields.map((field) => field.trim()) };
}

function badChecksum(bytes: Uint8Array, detail: string) {
  return { ok: false, why: { code: 'bad-checksum', bytes, detail } } as const;
}

function checksum(content: string): number {
  let sum = 0;
  for (let i = 0; i < content.length; i += 1) sum ^= content.charCodeAt(i);
  return sum;
}
