/**
 * Lines of text that no type knows: their shape, and a profile by which `line` reads their numbers, named as the lines name them.
 *
 * Promise: several lines of one shape, which differ in their numbers alone, and hardly a byte that is none of theirs; anything else is
 * no text. Units are nobody's guess: they stay out, and so do lines with the address of somebody's device. Bounds: `maxLineBytes`, `maxNumbers` of a line.
 */
import type { DeviceType, Framer } from '../device-type.ts';
import { latin1Of } from '../framing/latin1.ts';
import { LineFramer } from '../framing/line-framer.ts';
import type { Guess, Piece } from '../signature.ts';
import { optionsOf } from './recognise.ts';

export interface PlainLines {
  readonly delimiter: 'lf' | 'cr';
  /** Of the same shape, and all. */
  readonly alike: number;
  readonly lines: number;
  /** Raw settings of a profile of `line`. */
  readonly profile: Guess;
  /** Shipped profiles that read such a line to its end: they may be meant. */
  readonly readBy: readonly string[];
}

const maxLineBytes = 512;
const maxNumbers = 32;
const enoughLines = 4;
/** Of the lines, how many must be alike; of the bytes, how many must be in lines of text. */
const minShare = 0.6;
const NUMBER = /[-+]?\d+(?:\.\d+)?/g;

/** How many lines of one shape there are by now: a few may become enough. */
export function linesAlike(heard: readonly Piece[]): number {
  const counts = (['\n', '\r'] as const).map(
    (end) => mostAlike(linesOf(heard, new LineFramer(maxLineBytes, end))).length,
  );
  return Math.max(...counts);
}

export function plainLines(heard: readonly Piece[], line: DeviceType): PlainLines | undefined {
  for (const delimiter of ['lf', 'cr'] as const) {
    const found = linesOf(heard, new LineFramer(maxLineBytes, delimiter === 'cr' ? '\r' : '\n'));
    const alike = mostAlike(found);
    const [first] = alike;
    if (first === undefined || alike.length < enoughLines || alike.length < found.length * minShare) continue;
    const profile = draft(first, delimiter);
    if (profile === undefined || !reads(line, { profile }, first)) continue;
    const readBy = Object.keys(line.profiles ?? {}).filter((name) => reads(line, { profile: name }, first));
    return { delimiter, alike: alike.length, lines: found.length, profile, readBy };
  }
  return undefined;
}

/** All that were cut; one that is no text is "". The first may have been half over when listening began. */
function linesOf(heard: readonly Piece[], framer: Framer): readonly string[] {
  const frames = heard.flatMap(({ bytes }) => framer.push(bytes));
  return frames.slice(1).map((frame) => (frame.ok && isText(frame.bytes) ? latin1Of(frame.bytes) : ''));
}

function isText(bytes: Uint8Array): boolean {
  return bytes.every((byte) => (byte >= 0x20 && byte < 0x7f) || byte === 0x09);
}

function mostAlike(lines: readonly string[]): readonly string[] {
  const byShape = new Map<string, string[]>();
  for (const text of lines) {
    if (text.search(NUMBER) < 0) continue;
    const shape = text.replace(NUMBER, '0');
    byShape.set(shape, [...(byShape.get(shape) ?? []), text]);
  }
  return [...byShape.values()].reduce<readonly string[]>((most, each) => (each.length > most.length ? each : most), []);
}

/** Whether `line` makes a reading of the text without rubbish. */
function reads(line: DeviceType, guess: Guess, text: string): boolean {
  const devices = [{ id: 'line', options: optionsOf(line, guess) }];
  const bytes = Uint8Array.from(text, (character) => character.charCodeAt(0));
  const step = line
    .decoder(devices, { transport: 'serial' })
    .decode(bytes, { wall: 0, monotonic: 0, synchronised: false });
  return (step.readings?.length ?? 0) > 0 && step.rubbish === undefined;
}

/** An address of a radio, as boxes write them: a line with one is of somebody's device, and no draft may carry it. */
const ADDRESS = /(?:[0-9a-f]{2}[:-]){5}[0-9a-f]{2}|(?<![0-9a-f])(?=\d*[a-f])[0-9a-f]{12}(?![0-9a-f])/i;

function draft(text: string, delimiter: 'lf' | 'cr'): Guess | undefined {
  if (ADDRESS.test(text)) return undefined;
  const end = delimiter === 'cr' ? { delimiter } : {};
  const json = jsonFields(text);
  if (json !== undefined) return json.length === 0 ? undefined : { format: 'json', fields: json, ...end };
  const separator = /^[-+.\d\s]+([,;\t])[-+.\d\s,;\t]+$/.exec(text)?.[1];
  const cells = separator === undefined ? [] : text.split(separator);
  if (separator !== undefined && cells.every((cell) => /^\s*[-+]?\d+(\.\d+)?\s*$/.test(cell))) {
    if (cells.length > maxNumbers) return undefined;
    const fields = cells.map((_, i) => ({ from: i + 1, quantity: `column${i + 1}` }));
    return { format: 'csv', ...(separator === ',' ? {} : { separator }), fields, ...end };
  }
  return patternOf(text, end);
}

/** Numbers at the top of an object; undefined if the text is no JSON object. */
function jsonFields(text: string): { from: string; quantity: string }[] | undefined {
  let object: unknown;
  try {
    object = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (typeof object !== 'object' || object === null || Array.isArray(object)) return undefined;
  const names = new Names();
  return Object.entries(object)
    .filter(([key, value]) => typeof value === 'number' && /^[A-Za-z]\w*$/.test(key))
    .slice(0, maxNumbers)
    .map(([key]) => ({ from: key, quantity: names.of(key) }));
}

/** The text as a pattern: its numbers are groups, and blanks may be as many as they like. */
function patternOf(text: string, end: Guess): Guess | undefined {
  const names = new Names();
  const fields: { from: string; quantity: string }[] = [];
  let pattern = '';
  let at = 0;
  for (const { 0: number, index } of text.matchAll(NUMBER)) {
    const before = text.slice(at, index);
    const name = names.of(/([A-Za-z][A-Za-z0-9]*)[\s"':=]*$/.exec(before)?.[1] ?? 'value');
    pattern += `${literally(before)}(?P<${name}>[-+.\\d]+)`;
    fields.push({ from: name, quantity: name });
    at = index + number.length;
  }
  if (fields.length === 0 || fields.length > maxNumbers) return undefined;
  return { format: 'pattern', pattern: pattern + literally(text.slice(at)), fields, ...end };
}

function literally(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&').replace(/\s+/g, '\\s+');
}

const maxNameLength = 32;

/** Quantities named after what stands before them, no two alike. */
class Names {
  readonly #taken = new Set<string>();

  of(word: string): string {
    const plain = word.replace(/[^A-Za-z0-9]/g, '').slice(0, maxNameLength);
    const name = plain.charAt(0).toLowerCase() + plain.slice(1);
    let free = name;
    for (let nth = 2; this.#taken.has(free) || free === 'quality'; nth++) free = `${name}No${nth}`;
    this.#taken.add(free);
    return free;
  }
}
