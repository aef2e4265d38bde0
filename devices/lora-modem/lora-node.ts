/**
 * A node of a private LoRa network that sends Cayenne LPP, behind any modem: its options, and its payloads as readings.
 *
 * Promise: the values of a payload become one reading with its signal; what cannot be read of it is rubbish of that node.
 */
import * as v from 'valibot';
import type { Moment } from '../../shared/clock.ts';
import { hexBytes } from '../../shared/hex.ts';
import type { Reading, Units } from '../../shared/reading.ts';
import { listOf, oneOf, setting, table, whole } from '../../shared/setting.ts';
import { type ConfiguredDevice, rubbishStep, type Step } from '../device-type.ts';
import { latin1Of } from '../framing/latin1.ts';
import { LPP_NAMES, type LppValue, lppUnit, parseLpp } from '../profile/cayenne-lpp.ts';
import { hasQuantitiesOf, PROFILE_KINDS, profileUnits, quantityName } from '../profile/kinds.ts';
import { say } from './words.ts';

const maxMapped = 256;

const mapping = table({
  channel: setting(whole(0, 255), say.channel()),
  type: v.optional(setting(oneOf(LPP_NAMES), say.lppType())),
  quantity: setting(quantityName, say.quantity()),
});

/** The options of a node, whatever the modem. */
export const nodeEntries = {
  payload: v.optional(setting(oneOf(['lpp', 'lpp-hex']), say.payload()), 'lpp'),
  map: v.optional(setting(listOf(mapping, maxMapped), say.map()), []),
  kind: v.optional(setting(oneOf(PROFILE_KINDS), say.kind()), 'measurement'),
};

export type NodeOptions = v.InferOutput<v.ObjectSchema<typeof nodeEntries, undefined>>;

/** Whether the mapped quantities make a reading of the kind; for `v.check`. */
export function isOfItsKind({ kind, map }: NodeOptions): boolean {
  return hasQuantitiesOf(kind, (quantity) => map.some((m) => m.quantity === quantity));
}

/** SenML units: of the mapped quantities those of their types, if they are given, and those of the signal. */
export function nodeUnits({ kind, map }: NodeOptions): Units {
  const fields = map.map(({ type, quantity }) => ({ quantity, unit: type === undefined ? undefined : lppUnit(type) }));
  return { ...SIGNAL_UNITS, ...profileUnits(kind, fields) };
}

/** As the modem measured it; some measure only the strength. */
export interface Signal {
  /** dBm. */
  readonly rssi?: number;
  /** dB. */
  readonly snr?: number;
}

const SIGNAL_UNITS = { rssi: 'dBm', snr: 'dB' } as const satisfies Record<keyof Signal, string>;

/** The node's payload in the data received; undefined if it should be hexadecimal text and is not. */
export function payloadOf({ payload }: Pick<NodeOptions, 'payload'>, data: Uint8Array): Uint8Array | undefined {
  return payload === 'lpp' ? data : fromHex(latin1Of(data).trim());
}

/** The bytes of hexadecimal digits; undefined for anything else and for no digits at all. */
export function fromHex(digits: string): Uint8Array | undefined {
  return /^([0-9a-f]{2})+$/i.test(digits) ? hexBytes(digits) : undefined;
}

export function readNode(
  node: ConfiguredDevice<NodeOptions>,
  payload: Uint8Array,
  { signal, frame, at }: { readonly signal: Signal; readonly frame: Uint8Array; readonly at: Moment },
): Step {
  const { values, fault } = parseLpp(payload);
  return {
    ...(values.length > 0 && { readings: [nodeReading(node, values, signal, at.wall)] }),
    ...(fault && rubbishStep('malformed', frame, fault, node.id)),
  };
}

/** A payload without the quantities of the node's kind (only its battery, say) is a measurement. */
function nodeReading(
  { id, options }: ConfiguredDevice<NodeOptions>,
  lpp: readonly LppValue[],
  signal: Signal,
  observedAt: number,
): Reading {
  const values: Record<string, number> = {};
  const unused = new Set(options.map);
  for (const { channel, name, quantity, value } of lpp) {
    const mapped = [...unused].find((m) => m.channel === channel && (m.type ?? name) === name);
    if (mapped) unused.delete(mapped);
    values[mapped?.quantity ?? quantity] = value;
  }
  const kind = hasQuantitiesOf(options.kind, (quantity) => quantity in values) ? options.kind : 'measurement';
  return { device: id, kind, observedAt, values: { ...values, ...signal } } as Reading; // `hasQuantitiesOf` checked it
}
