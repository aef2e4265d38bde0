/**
 * The NMEA 0183 sentences in one line.
 *
 * Promise: a sentence is accepted only with its checksum, unless they are optional (NMEA 0183, checksum field: two hexadecimal digits after `*`, the
 * exclusive or of every character between `$` and `*`; lower case is accepted). A line may hold several if a line end was
 * lost; one that the next cuts short is "truncated". Anything else before, between and after sentences (a logger's time,
 * binary messages, line noise, a TAG block) is skipped; a line without a sentence is noise. Bounded by the line; holds
 * nothing.
 */
import type { Rubbish } from '../device-type.ts';
import { latin1Of } from '../framing/latin1.ts';
import { say } from './words.ts';

/** Some receivers and loggers can be set to send no checksums. One that is there is always checked. */
export type Checksums = 'required' | 'optional';

/** A sentence with a valid checksum: its three-letter formatter ("RMC") and its data fields, counted from 0. */
export interface Sentence {
  readonly ok: true;
  readonly type: string;
  readonly fields: readonly string[];
  readonly bytes: Uint8Array;
}

export type Found = Sentence | { readonly ok: false; readonly why: Rubbish };

/** A sentence begins with a start character and an address. Text and binary messages may hold a lone `$` or `!`. */
const START = /[$!](?=[A-Z][A-Z0-9]{2,}[,*])/g;

/**
 * Reads one line, given without its line end. Skips comment lines (#), AIS (!) and proprietary sentences, which have nothing
 * to do with a position.
 */
export function readSentences(line: Uint8Array, checksums: Checksums = 'required'): readonly Found[] {
  const text = latin1Of(line);
  if (text.startsWith('#') || text.trim() === '') return [];
  const starts = Array.from(text.matchAll(START), ({ index }) => index);
  if (starts.length === 0) return [{ ok: false, why: { code: 'noise', bytes: line } }];
  return starts.flatMap((start, i) => {
    const end = starts[i + 1];
    return text[start] === '!'
      ? []
      : (readSentence(text.slice(start, end), line.slice(start, end), { checksums, next: end }) ?? []);
  });
}

function readSentence(
  text: string,
  bytes: Uint8Array,
  { checksums, next }: { readonly checksums: Checksums; readonly next: number | undefined },
): Found | undefined {
  const match = /^\$([^*]*)\*([0-9a-f]{2})/i.exec(text) ?? (checksums === 'optional' && /^\$([^*]*)$/.exec(text));
  if (!match || (match[2] === undefined && next !== undefined)) {
    const code = next === undefined ? 'bad-checksum' : 'truncated';
    return { ok: false, why: { code, bytes, detail: say.noChecksum() } };
  }
  const [, content = '', given] = match;
  const computed = checksum(content);
  if (given !== undefined && Number.parseInt(given, 16) !== computed) {
    const hex = computed.toString(16).toUpperCase().padStart(2, '0');
    return { ok: false, why: { code: 'bad-checksum', bytes, detail: say.badChecksum({ given, computed: hex }) } };
  }
  const [address = '', ...fields] = content.split(',');
  // NMEA 0183, address field: two letters of talker and three of formatter; P starts a manufacturer's own sentence.
  if (!/^[A-OQ-Z][A-Z]{4}$/.test(address)) return undefined;
  return { ok: true, type: address.slice(2), fields: fields.map((field) => field.trim()), bytes };
}

function checksum(content: string): number {
  let sum = 0;
  for (let i = 0; i < content.length; i += 1) sum ^= content.charCodeAt(i);
  return sum;
}
