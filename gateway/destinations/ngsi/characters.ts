/**
 * What a context broker takes in ids, names and texts.
 *
 * Orion refuses a whole request for one character of < > " ' = ; ( ) in any text, and further ones in ids and names, of which it takes
 * 256 characters at most (orion-api.md, "General syntax restrictions" and "Identifiers"). NGSI-LD wants a URI as an id. So ids and
 * names are encoded, from which the original can be read again, and in texts the eight characters are left out, with controls and
 * halves of surrogate pairs. Full-width forms and every other language pass.
 */
import { createHash } from 'node:crypto';
import type { Origin } from '../../../shared/feed/topics.ts';
import { wellFormed } from '../../../shared/text.ts';

const maxIdLength = 256;
/** Hexadecimal digits of a digest that stands for the end of an id that is too long. */
const digestLength = 16;
const maxNameLength = 256;

/** `urn:ngsi-ld:<type>:<tenant>:<gateway>:<device>`, and what it is of the device if it has several of the type. */
export function entityId(type: string, { tenant, gateway }: Origin, device: string, part?: string): string {
  const parts = [type, tenant, gateway, device, ...(part === undefined ? [] : [part])];
  const id = `urn:ngsi-ld:${parts.map(encoded).join(':')}`;
  if (id.length <= maxIdLength) return id;
  const digest = createHash('sha256').update(id).digest('hex').slice(0, digestLength);
  const kept = id.slice(0, maxIdLength - digestLength - 1).replace(/%.?$/, ''); // no half of an encoded byte
  return `${kept}:${digest}`;
}

/** One part of an id: every byte but letters, digits, ".", "_" and "-" as "%XX" (RFC 3986 §2.1). */
function encoded(part: string): string {
  if (/^[A-Za-z0-9._-]*$/.test(part)) return part;
  return wellFormed(part).replace(/[^A-Za-z0-9._-]/gu, (character) =>
    [...Buffer.from(character, 'utf8')].map((byte) => `%${byte.toString(16).toUpperCase().padStart(2, '0')}`).join(''),
  );
}

/** A name of an attribute: what is no ASCII letter, digit or "_" as "_uXXXX". Stellio takes nothing else in a name. */
export function attributeName(quantity: string): string {
  const name = quantity.replace(/[^A-Za-z0-9_]/g, (unit) => `_u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);
  return name.slice(0, maxNameLength);
}

/** A text without what Orion refuses. */
export function plainText(text: string): string {
  return wellFormed(text).replace(/[<>"'=;()\p{Cc}]/gu, '');
}

/** Whether Orion takes the text as it is. */
export function isPlainText(text: string): boolean {
  return plainText(text) === text;
}

/** A broker's words as they were meant: Orion escapes them for HTML (OrionError.cpp). */
export function unescaped(words: string): string {
  return words.replace(/&(?:#(\d{1,7})|#x([0-9a-fA-F]{1,6})|(lt|gt|quot|apos|amp));/g, (whole, decimal, hex, name) => {
    if (name !== undefined) return NAMED[String(name)] ?? whole;
    const code = decimal === undefined ? Number.parseInt(String(hex), 16) : Number(decimal);
    return code <= 0x10ffff ? String.fromCodePoint(code) : whole;
  });
}

const NAMED: Readonly<Record<string, string>> = { lt: '<', gt: '>', quot: '"', apos: "'", amp: '&' };
