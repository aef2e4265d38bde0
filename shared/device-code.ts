/**
 * What a QR code on a LoRaWAN device says: LoRa Alliance TR005, "LoRaWAN Device Identification QR Codes", schema D0, or its DevEUI alone.
 *
 *   LW:D0:1122334455667788:AABBCCDDEEFF0011:AABB1122:OAABBCCDDEEFF:SYYWWNNNNNN:PFOOBAR:CAF2C
 *         JoinEUI          DevEUI           profile  owner token   serial      maker   checksum
 *
 * The profile is the maker's number at the LoRa Alliance and the maker's own number of the model, four digits each. The checksum is CRC-16/MODBUS
 * of all that stands before ":C". A code has no keys; what looks like one is never given out. Bound: `maxCodeLength`.
 */
import { plainDigits } from './hex.ts';
import { printable } from './text.ts';

/** The most that a QR code holds, in digits (ISO/IEC 18004, version 40-L). */
const maxCodeLength = 7_089;
const maxOthers = 20;
const maxOther = 100;

export interface DeviceCode {
  readonly form: 'tr005' | 'plain';
  /** Sixteen digits in lower case, as `joinEui`. */
  readonly devEui: string;
  readonly joinEui?: string;
  /** Four digits each, in upper case. */
  readonly vendor?: string;
  readonly model?: string;
  readonly ownerToken?: string;
  readonly serial?: string;
  /** What the maker added. */
  readonly proprietary?: string;
  /** What else stood in the code, without what looks like a key. */
  readonly others: readonly string[];
  /** It has what looks like a key. */
  readonly hasKey: boolean;
}

export type CodeFault =
  /** Nothing in it is a DevEUI. */
  | 'no-device'
  /** It has several that could be. */
  | 'several'
  /** Of a schema of TR005 that is later than this. */
  | 'other-schema'
  /** A part is missing, or is not what TR005 has there. */
  | 'malformed'
  /** It was misread or misprinted. */
  | 'bad-checksum'
  /** A DevEUI of zeros or of ones belongs to no device. */
  | 'no-eui';

export type ReadCode =
  | { readonly ok: true; readonly code: DeviceCode }
  | { readonly ok: false; readonly fault: CodeFault; readonly text: string };

/** `text`: what the code decodes to. Never throws. */
export function readDeviceCode(text: string): ReadCode {
  const given = text.slice(0, maxCodeLength).trim();
  const faulty = (fault: CodeFault): ReadCode => ({ ok: false, fault, text: shown(given) });
  const found = /^LW:/i.test(given) ? readTr005(given.toUpperCase()) : readPlain(given);
  if (typeof found === 'string') return faulty(found);
  return /^(0{16}|f{16})$/.test(found.devEui) ? faulty('no-eui') : { ok: true, code: found };
}

function readTr005(text: string): DeviceCode | CodeFault {
  const [, schema = '', joinEui = '', devEui = '', profile = '', ...extensions] = text.split(':');
  if (schema !== 'D0') return /^D[0-9A-F]$/.test(schema) ? 'other-schema' : 'malformed';
  if (!isDigits(joinEui, 16) || !isDigits(devEui, 16) || !isDigits(profile, 8)) return 'malformed';
  const last = extensions.at(-1) ?? '';
  if (/^C[0-9A-F]{4}$/.test(last)) {
    extensions.pop();
    if (last.slice(1) !== checksum(text.slice(0, text.lastIndexOf(':')))) return 'bad-checksum';
  }
  const of = (letter: string) => extensions.find((each) => each.startsWith(letter))?.slice(1);
  const [ownerToken, serial, proprietary] = [of('O'), of('S'), of('P')];
  const others = extensions.filter((each) => !/^[OSP]/.test(each));
  return {
    form: 'tr005',
    devEui: devEui.toLowerCase(),
    joinEui: joinEui.toLowerCase(),
    vendor: profile.slice(0, 4),
    model: profile.slice(4),
    ...(ownerToken !== undefined && { ownerToken: shown(ownerToken) }),
    ...(serial !== undefined && { serial: shown(serial) }),
    ...(proprietary !== undefined && { proprietary: shown(proprietary) }),
    ...othersOf(others.join(' ')),
  };
}

const EUI = /(?<![0-9A-F])(?:[0-9A-F]{16}|[0-9A-F]{2}(?:[-:][0-9A-F]{2}){7})(?![0-9A-F]|[-:][0-9A-F]{2}(?![0-9A-F]))/gi;

function readPlain(text: string): DeviceCode | CodeFault {
  const euis = [...new Set([...text.matchAll(EUI)].map(([digits]) => plainDigits(digits)))];
  const [devEui] = euis;
  if (devEui === undefined) return 'no-device';
  if (euis.length > 1) return 'several';
  return { form: 'plain', devEui, ...othersOf(text.replace(EUI, ' ')) };
}

/** A key has 32 digits (AES-128). */
const KEYS = /[0-9A-F]{32,}/gi;

function othersOf(text: string): Pick<DeviceCode, 'others' | 'hasKey'> {
  const parts = text.replace(KEYS, ' ').split(/[\s,;|]+/);
  const others = parts.filter((part) => /[\p{L}\p{N}]/u.test(part)).map(shown);
  return { others: others.slice(0, maxOthers), hasKey: text.search(KEYS) >= 0 };
}

function shown(text: string): string {
  return printable(text.replace(KEYS, '…').slice(0, maxOther));
}

function isDigits(text: string, count: number): boolean {
  return text.length === count && /^[0-9A-F]+$/.test(text);
}

/** CRC-16/MODBUS: reflected polynomial 0xA001, beginning with 0xFFFF. Four digits in upper case. */
export function checksum(text: string): string {
  let crc = 0xffff;
  for (const byte of new TextEncoder().encode(text)) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = (crc & 1) === 1 ? (crc >> 1) ^ 0xa001 : crc >> 1;
  }
  return crc.toString(16).toUpperCase().padStart(4, '0');
}
