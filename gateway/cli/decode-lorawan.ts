/**
 * `machimori decode lorawan`: LoRaWAN frames checked and decrypted, one JSON object a line in and out.
 *
 * Promise: each line that is not empty gives one line (line-answers.ts). What is wrong with one never repeats a key.
 */
import * as v from 'valibot';
import { describeFrame, KEY_NAMES, type KeyName, type Known } from '../../devices/lorawan/describe-frame.ts';
import { plainDigits } from '../../shared/hex.ts';
import { must } from '../../shared/setting.ts';
import { listed, type Text } from '../../shared/text.ts';
import { toCamel } from '../config/case.ts';
import { type SchemaFault, schemaFault } from '../words/fault.ts';
import { LineAnswers } from './line-answers.ts';
import type { Terminal } from './terminal.ts';
import { UsageError } from './verb.ts';
import { say } from './words/decode.ts';

/** Many times a frame of 255 bytes with all that can be known about it. */
const maxLineBytes = 16_384;

const NO_BYTES = must(say.mustBeFrame());

const NAME_OF_KEY = new Map<string, KeyName>(KEY_NAMES.map((name) => [name.toLowerCase(), name]));

const integer = (max: number) => {
  const message = must(say.mustBeWhole({ max }));
  return v.pipe(v.number(message), v.integer(message), v.minValue(0, message), v.maxValue(max, message));
};
const digits = (count: number) => {
  const message = must(say.mustBeHex({ count }));
  return v.pipe(v.string(message), v.transform(plainDigits), v.regex(new RegExp(`^[0-9a-f]{${count}}$`), message));
};
const key = v.pipe(
  digits(32),
  v.transform((hex): Uint8Array => Buffer.from(hex, 'hex')),
);
const keys = v.pipe(
  v.record(v.string(), key, must(say.mustBeKeys())),
  v.check((given) => Object.keys(given).every(isKeyName), must(say.mayOnlyHave({ names: listed(KEY_NAMES) }))),
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
  joinReqType: v.optional(v.picklist([0xff, 0, 1, 2], must(say.mustBeJoinType()))),
};
const known = v.strictObject(knownEntries);
/** Anything else that a line holds, such as the RSSI, is ignored. */
const line = v.object({
  phy: v.pipe(
    v.string(NO_BYTES),
    v.check((text) => bytesOf(text) !== undefined, NO_BYTES),
    v.transform((text) => bytesOf(text) ?? new Uint8Array()),
  ),
  ...knownEntries,
});

/** `options` are words such as "nwk-s-key=…". Throws a UsageError for those that make no sense. */
export function lorawanDecoding(options: readonly string[], terminal: Terminal): LineAnswers {
  const defaults = parseOptions(options);
  return new LineAnswers(maxLineBytes, terminal, (bytes) => {
    const text = Buffer.from(bytes).toString();
    return text.trim() === '' ? undefined : answerTo(text, defaults);
  });
}

/** What a line says, or what is wrong with it. */
function answerTo(text: string, defaults: Known): object | Text {
  let object: unknown;
  try {
    object = JSON.parse(text);
  } catch {
    return say.noJsonLine(); // the message of JSON.parse may repeat a key
  }
  const fault = schemaFault(line, object);
  if (fault !== undefined) return explain(fault);
  const { phy, ...given } = v.parse(line, object);
  const described = describeFrame(phy, { ...defaults, ...given, keys: { ...defaults.keys, ...given.keys } });
  return described.ok ? described.description : say.frameFault({ why: described.detail });
}

function explain({ issue, message }: SchemaFault): Text {
  const name = v.getDotPath(issue);
  if (name === null) return say.noObjectLine();
  return issue.input === undefined ? say.memberMissing({ name }) : say.memberFault({ name, fault: message });
}

function parseOptions(words: readonly string[]): Known {
  const raw: Record<string, unknown> = {};
  const rawKeys: Record<string, unknown> = {};
  for (const word of words) {
    const at = word.indexOf('=');
    if (at < 1) throw new UsageError(say.noKeyValueAfter()); // the word may be a key
    const [name, value] = [toCamel(word.slice(0, at)), word.slice(at + 1)];
    if (isKeyName(name)) rawKeys[name] = value;
    else if (name === 'keys') Object.assign(rawKeys, jsonOrText(value));
    else raw[name] = /^\d{1,10}$/.test(value) ? Number(value) : value; // longer digits are an EUI
  }
  const members = { ...raw, keys: rawKeys };
  const fault = schemaFault(known, members);
  if (fault === undefined) return v.parse(known, members);
  const name = v.getDotPath(fault.issue) ?? '';
  throw new UsageError(
    fault.issue.type === 'strict_object'
      ? say.lorawanNoOption({ name, known: listed(Object.keys(knownEntries)) })
      : say.lorawanBadOption({ name, fault: fault.message }),
  );
}

function jsonOrText(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text; // which the check then refuses
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

/** Hexadecimal digits if it can be these, else base64; undefined for neither. */
function bytesOf(text: string): Uint8Array | undefined {
  const compact = text.replace(/\s+/g, '');
  if (/^([0-9a-f]{2})*$/i.test(compact)) return Buffer.from(compact, 'hex');
  if (!/^[a-z0-9+/_-]+={0,2}$/i.test(compact) || compact.replace(/=/g, '').length % 4 === 1) return undefined;
  return Buffer.from(compact, 'base64');
}
