/**
 * The nodes behind a modem, found out from their packets: whatever length of prefix makes Cayenne LPP of what is behind it.
 *
 * Promise: a prefix is named only if every packet that has it reads to its end, with values that can be. Bounds: prefixes of
 * `maxGuessedPrefix` bytes, `maxNodes` nodes.
 */
import { toHex } from '../../shared/hex.ts';
import type { Framer } from '../device-type.ts';
import { type LppValue, parseLpp } from '../profile/cayenne-lpp.ts';
import type { Guess, Piece } from '../signature.ts';

const maxGuessedPrefix = 4;
const maxNodes = 16;
/** Nodes number their values from 0 or 1. */
const maxChannel = 99;
/** What no station in Japan measures, and bytes by chance soon do. */
const LIMITS: Readonly<Record<string, readonly [number, number]>> = {
  temperature: [-60, 125],
  humidity: [0, 100],
  pressure: [80_000, 110_000],
  percentage: [0, 100],
  direction: [0, 360],
  digitalInput: [0, 1],
  digitalOutput: [0, 1],
  presence: [0, 1],
  lat: [-90, 90],
  lon: [-180, 180],
};

/** The settings of each node, the prefix of all as short as it can be; none if the packets are no Cayenne LPP. */
export function nodesHeard(payloads: readonly Uint8Array[]): readonly Guess[] {
  for (let length = 0; length <= maxGuessedPrefix; length++) {
    const readable = new Map<string, boolean>();
    for (const payload of payloads) {
      const prefix = toHex(payload.subarray(0, length));
      readable.set(prefix, readable.get(prefix) !== false && isPlausible(payload.subarray(length)));
    }
    const prefixes = [...readable].filter(([, isReadable]) => isReadable).map(([prefix]) => prefix);
    const explained = payloads.filter((payload) => prefixes.includes(toHex(payload.subarray(0, length)))).length;
    if (explained === 0 || explained * 4 < payloads.length * 3 || prefixes.length > maxNodes) continue;
    return length === 0 ? [{}] : prefixes.toSorted().map((prefix) => ({ prefix }));
  }
  return [];
}

/** The same; one node of which nothing is known if they are none. */
export function nodesOf(payloads: readonly Uint8Array[]): readonly Guess[] {
  const nodes = nodesHeard(payloads);
  return nodes.length === 0 ? [{}] : nodes;
}

/** The whole frames in what was heard. */
export function framesIn(heard: readonly Piece[], framer: Framer): readonly Uint8Array[] {
  return heard.flatMap(({ bytes }) => framer.push(bytes).flatMap((frame) => (frame.ok ? [frame.bytes] : [])));
}

/** Whether all of it reads as values that can be. */
function isPlausible(payload: Uint8Array): boolean {
  const { values, fault } = parseLpp(payload);
  return fault === undefined && values.every(canBe);
}

function canBe({ name, channel, value }: LppValue): boolean {
  const [min, max] = LIMITS[name] ?? [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY];
  return channel <= maxChannel && value >= min && value <= max;
}
