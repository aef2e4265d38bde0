/** Cayenne Low Power Payload as a node packs it (myDevices, "Cayenne LPP 2.0"): channel, type, value, big-endian. */

/** One value: its LPP type, its length in bytes, and how many steps make one unit. */
const TYPES = {
  generic: { type: 100, bytes: 4, step: 1 },
  illuminance: { type: 101, bytes: 2, step: 1 },
  temperature: { type: 103, bytes: 2, step: 0.1 },
  humidity: { type: 104, bytes: 1, step: 0.5 },
  barometer: { type: 115, bytes: 2, step: 0.1 },
  voltage: { type: 116, bytes: 2, step: 0.01 },
  distance: { type: 130, bytes: 4, step: 0.001 },
} as const;

export const LPP_TYPES = Object.keys(TYPES) as (keyof typeof TYPES)[];

export interface LppValue {
  /** 0 to 255. */
  readonly channel: number;
  /** Generic sensor (no unit), lx, Cel, %RH, hPa, V, m. */
  readonly type: keyof typeof TYPES;
  readonly value: number;
}

export function cayenneLpp(values: readonly LppValue[]): Uint8Array {
  return Uint8Array.from(
    values.flatMap(({ channel, type, value }) => {
      const { bytes, step, type: code } = TYPES[type];
      const steps = Math.round(value / step);
      const digits = Array.from({ length: bytes }, (_, index) => (steps >> (8 * (bytes - 1 - index))) & 0xff);
      return [channel, code, ...digits];
    }),
  );
}
