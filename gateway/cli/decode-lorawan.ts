/**
 * `machimori decode lorawan`: LoRaWAN frames checked and decrypted, one JSON object a line in and out.
 *
 * Promise: each line that is not empty gives one line, in the same order; what is wrong with it is {"error":"…"}, in
 * which no key is ever repeated. Bounds: lines of `maxLineBytes`; of a longer one each piece is an error.
 */
import * as v from 'valibot';
import type { Frame } from '../../devices/device-type.ts';
import { LineFramer } from '../../devices/framing/line-framer.ts';
import { describeFrame, KEY_NAMES, type KeyName, type Known } from '../../devices/lorawan/describe-frame.ts';
import { toCamel } from '../config/case.ts';
import { print, UsageError } from './command.ts';

export const lorawanHelp = [
  'decode lorawan reads {"phy":"<hex or base64>","keys":{"nwkSKey":"<hex>",…},"fCnt":n} a line, and prints a line for each.',
  `keys            ${KEY_NAMES.join(', ')}, in any letter case;`,
  '                with fNwkSIntKey, sNwkSIntKey or nwkSEncKey the rules of LoRaWAN 1.1 apply, else those of 1.0.x',
  'fCnt            the full frame counter or the last one before it; without it the 16 bits of the frame are taken',
  'confFCnt, txDr, txCh             what MICs of 1.1 cover besides (default: 0)',
  'joinEui, devNonce, joinReqType   what a join-accept of 1.1 answers: 255, the default, is a join-request, 0 to 2 a rejoin',
  'devEui          for a join-accept of 1.1 in place of jSIntKey and jSEncKey, which follow from it and nwkKey',
  '--option k=v    a key, or another of these, for the lines that do not have it: app-s-key=2b7e151628aed2a6…',
].join('\n');

/** Many times a frame of 255 bytes with all that can be known about it. */
const maxLineBytes = 16_384;

const NO_BYTES = 'must be the bytes of the frame, as hexadecimal digits or base64';

const NAME_OF_KEY = new Map<string, KeyName>(KEY_NAMES.map((name) => [name.toLowerCase(), name]));

const integer = (max: number) => {
  const message = `must be a whole number from 0 to ${max}`;
  return v.pipe(v.number(message), v.integer(message), v.minValue(0, message), v.maxValue(max, message));
};
const digits = (count: number) => {
  const message = `must be ${count} hexadecimal digits`;
  return v.pipe(v.string(message), v.regex(new RegExp(`^[0-9a-f]{${count}}$`, 'i'), message), v.toLowerCase());
};
const key = v.pipe(
  digits(32),
  v.transform((hex): Uint8Array => Buffer.from(hex, 'hex')),
);
const keys = v.pipe(
  v.record(v.string(), key, 'must be an object of keys by their names'),
  v.check((given) => Object.keys(given).every(isKeyName), `may only have ${KEY_NAMES.join(', ')}`),
  v.transform(namedKeys),
);

const knownEntries = {
  keys: v.optional(keys, {}),
  fCnt: v.optional(integer(0xffff_ffff)),
  confFCnt: v.optional(integer(0xffff_ffff)),
  txDr: v.optional(integer(0xff)),
  txCh: v.optional(integer(0xff)),
  joinEui: v.optional(digits(16)),
  devEui: v.optional(digits(16)),
  devNonce: v.optional(integer(0xffff)),
  joinReqType: v.optional(v.picklist([0xff, 0, 1, 2], 'must be 255, 0, 1 or 2')),
};
const known = v.strictObject(knownEntries);
/** What else a line holds, such as the RSSI, is no concern of this command. */
const line = v.object({
  phy: v.pipe(
    v.string(NO_BYTES),
    v.rawTransform(({ dataset, addIssue, NEVER }) => {
      const bytes = bytesOf(dataset.value);
      if (bytes !== undefined) return bytes;
      addIssue({ message: NO_BYTES });
      return NEVER;
    }),
  ),
  ...knownEntries,
});

export class LorawanDecoding {
  readonly #lines = new LineFramer(maxLineBytes);
  readonly #defaults: Known;

  /** `options` are words such as "nwk-s-key=…". Throws a UsageError for those that make no sense. */
  constructor(options: readonly string[]) {
    this.#defaults = parseOptions(options);
  }

  bytes(chunk: Uint8Array): void {
    this.#take(this.#lines.push(chunk));
  }

  end(): void {
    this.#take(this.#lines.end());
  }

  #take(lines: readonly Frame[]): void {
    for (const { ok, bytes } of lines) {
      const text = Buffer.from(bytes).toString();
      if (!ok) print(JSON.stringify({ error: `the line is longer than ${maxLineBytes} bytes` }));
      else if (text.trim() !== '') print(JSON.stringify(answer(text, this.#defaults)));
    }
  }
}

function answer(text: string, defaults: Known): unknown {
  let object: unknown;
  try {
    object = JSON.parse(text);
  } catch {
    return { error: 'the line is no JSON' }; // what JSON.parse says may repeat a key
  }
  const parsed = v.safeParse(line, object);
  if (!parsed.success) return { error: explain(parsed.issues[0]) };
  const { phy, ...given } = parsed.output;
  const described = describeFrame(phy, { ...defaults, ...given, keys: { ...defaults.keys, ...given.keys } });
  return described.ok ? described.description : { error: described.detail.en };
}

function explain(issue: v.GenericIssue): string {
  const path = v.getDotPath(issue);
  if (path === null) return 'the line is no JSON object';
  return issue.input === undefined ? `${path} is missing` : `${path} ${issue.message}`;
}

function parseOptions(words: readonly string[]): Known {
  const raw: Record<string, unknown> = {};
  const rawKeys: Record<string, unknown> = {};
  for (const word of words) {
    const at = word.indexOf('=');
    if (at < 1) throw new UsageError('--option is not followed by key=value');
    const [name, value] = [toCamel(word.slice(0, at)), word.slice(at + 1)];
    if (isKeyName(name)) rawKeys[name] = value;
    else if (name === 'keys') Object.assign(rawKeys, jsonOrText(value));
    else raw[name] = /^\d{1,10}$/.test(value) ? Number(value) : value; // an EUI of digits alone is no number
  }
  const parsed = v.safeParse(known, { ...raw, keys: rawKeys });
  if (parsed.success) return parsed.output;
  const issue = parsed.issues[0];
  const name = v.getDotPath(issue) ?? 'it';
  if (issue.type === 'strict_object') {
    throw new UsageError(`lorawan has no option ${name}; it has the keys and: ${Object.keys(knownEntries).join(', ')}`);
  }
  throw new UsageError(`--option ${name} ${issue.message}`);
}

function jsonOrText(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text; // which is no object of keys, as the check then says
  }
}

function isKeyName(name: string): boolean {
  return NAME_OF_KEY.has(name.toLowerCase());
}

function namedKeys(given: Readonly<Record<string, Uint8Array>>): Known['keys'] {
  const named: Partial<Record<KeyName, Uint8Array>> = {};
  for (const [written, bytes] of Object.entries(given)) {
    const name = NAME_OF_KEY.get(written.toLowerCase());
    if (name !== undefined) named[name] = bytes;
  }
  return named;
}

/** Hexadecimal digits where it can be these, else base64; undefined for neither. */
function bytesOf(text: string): Uint8Array | undefined {
  const compact = text.replace(/\s+/g, '');
  if (/^([0-9a-f]{2})*$/i.test(compact)) return Buffer.from(compact, 'hex');
  if (!/^[a-z0-9+/_-]+={0,2}$/i.test(compact) || compact.replace(/=/g, '').length % 4 === 1) return undefined;
  return Buffer.from(compact, 'base64');
}
