/**
 * A node of a private LoRa network that sends Cayenne LPP: its options, and what it says as a reading. Any modem's.
 *
 * Promise: a payload that is whole becomes one reading with its signal, one that is not becomes rubbish of that node.
 */
import * as v from 'valibot';
import type { Moment } from '../../shared/clock.ts';
import { hexBytes } from '../../shared/hex.ts';
import type { Reading } from '../../shared/reading.ts';
import type { ConfiguredDevice, Step } from '../device-type.ts';
import { latin1Of } from '../framing/latin1.ts';
import { LPP_NAMES, type LppValue, lppUnit, parseLpp } from '../profile/cayenne-lpp.ts';
import { hasQuantitiesOf, PROFILE_KINDS, QUANTITIES_OF_KINDS, quantityName } from '../profile/kinds.ts';
import { rubbishStep } from './rubbish-step.ts';

const maxMapped = 256;

const mapping = v.strictObject({
  channel: v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(255), v.description('The LPP channel.')),
  type: v.optional(
    v.pipe(
      v.picklist(LPP_NAMES),
      v.description('Which of the channel\'s values, such as "temperature" or "lat"; needed where it has several.'),
    ),
  ),
  quantity: v.pipe(quantityName, v.description('The quantity that it is.')),
});

/** The options that a node has behind any modem. */
export const nodeEntries = {
  payload: v.optional(
    v.pipe(
      v.picklist(['lpp', 'lpp-hex']),
      v.description('How the node writes its data: Cayenne LPP as bytes, or as hexadecimal text.'),
    ),
    'lpp',
  ),
  map: v.optional(
    v.pipe(
      v.array(mapping),
      v.maxLength(maxMapped),
      v.description('Which LPP channels are which quantities; the others are called by type and channel.'),
    ),
    [],
  ),
  kind: v.optional(
    v.pipe(v.picklist(PROFILE_KINDS), v.description('The kind of reading that the mapped quantities make.')),
    'measurement',
  ),
};

export type NodeOptions = v.InferOutput<v.ObjectSchema<typeof nodeEntries, undefined>>;

/** For `v.check`: the mapped quantities make the kind. */
export function isOfItsKind({ kind, map }: NodeOptions): boolean {
  return hasQuantitiesOf(kind, (quantity) => map.some((m) => m.quantity === quantity));
}
export const NOT_OF_ITS_KIND = `map must give the quantities of the kind: ${QUANTITIES_OF_KINDS}`;

/** SenML units of the mapped quantities, where the type is given and has one. */
export function mappedUnits({ map }: NodeOptions): Readonly<Record<string, string>> {
  return Object.fromEntries(
    map.flatMap(({ type, quantity }) => {
      const unit = type === undefined ? undefined : lppUnit(type);
      return unit === undefined ? [] : [[quantity, unit] as const];
    }),
  );
}

/** As the modem measured it; some measure the strength alone. */
export interface Signal {
  /** dBm. */
  readonly rssi?: number;
  /** dB. */
  readonly snr?: number;
}

/** The bytes that the node meant, out of those that were on the air; undefined where they are not hexadecimal text. */
export function payloadOf({ payload }: Pick<NodeOptions, 'payload'>, data: Uint8Array): Uint8Array | undefined {
  return payload === 'lpp' ? data : fromHex(latin1Of(data).trim());
}

/** The bytes of hexadecimal digits, of which there must be some. */
export function fromHex(digits: string): Uint8Array | undefined {
  return /^([0-9a-f]{2})+$/i.test(digits) ? hexBytes(digits) : undefined;
}

export function readNode(
  node: ConfiguredDevice<NodeOptions>,
  payload: Uint8Array,
  { signal, frame, at }: { readonly signal: Signal; readonly frame: Uint8Array; readonly at: Moment },
): Step {
  const parsed = parseLpp(payload);
  if (!parsed.ok) return rubbishStep('malformed', frame, parsed.detail, node.id);
  return { readings: [nodeReading(node, parsed.values, signal, at.wall)] };
}

/** A payload without the quantities of the node's kind (its battery alone, say) is a measurement. */
function nodeReading(
  { id, options }: ConfiguredDevice<NodeOptions>,
  lpp: readonly LppValue[],
  signal: Signal,
  observedAt: number,
): Reading {
  const values: Record<string, number> = {};
  const unused = new Set(options.map);
  for (const { channel, name, value } of lpp) {
    const mapped = [...unused].find((m) => m.channel === channel && (m.type ?? name) === name);
    if (mapped) unused.delete(mapped);
    values[mapped?.quantity ?? `${name}${channel}`] = value;
  }
  const kind = hasQuantitiesOf(options.kind, (quantity) => quantity in values) ? options.kind : 'measurement';
  return { device: id, kind, observedAt, values: { ...values, ...signal } } as Reading; // `hasQuantitiesOf` has just looked
}
