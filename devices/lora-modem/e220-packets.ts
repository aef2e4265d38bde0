/**
 * How an E220 is known by its packets alone: nothing marks them, so that it takes several, silence between them, values that can be, a
 * signal strength that can be, and that neither is always the same: text at another speed ends in the same byte each time.
 */
import type { Guise, Piece, Signature } from '../signature.ts';
import type { E220Options } from './e220-options.ts';
import { nodesHeard } from './nodes-heard.ts';

/** As the option `gap` is by default. */
const gapMs = 100;
const enough = 3;
const maxPackets = 200;
/** dBm, at the antenna of the module. */
const STRENGTHS = { min: -130, max: -10 } as const;

/** It must not be asked: in normal mode it transmits whatever is written to it. */
export const e220Signature: Signature<E220Options> = { proof: 'structure', enough, guises };

function guises(heard: readonly Piece[]): readonly Guise[] {
  const packets = packetsOf(heard);
  if (packets.some((packet) => !isStrength(packet.at(-1)))) return [];
  const nodes = nodesHeard(packets.map((packet) => packet.subarray(0, -1)));
  const isVaried = new Set(packets.map((packet) => packet.at(-1))).size > 1;
  return nodes.length === 0 || (packets.length >= enough && !isVaried) ? [] : [{ devices: nodes }];
}

function isStrength(byte: number | undefined): boolean {
  const dBm = (byte ?? 0) - 256;
  return dBm >= STRENGTHS.min && dBm <= STRENGTHS.max;
}

/** Bytes with no silence between them. */
function packetsOf(heard: readonly Piece[]): readonly Uint8Array[] {
  const packets: Uint8Array[] = [];
  let lastAt = Number.NEGATIVE_INFINITY;
  for (const { bytes, at } of heard.slice(-maxPackets)) {
    const before = at.monotonic - lastAt < gapMs ? packets.pop() : undefined;
    packets.push(Uint8Array.of(...(before ?? []), ...bytes));
    lastAt = at.monotonic;
  }
  return packets;
}
