import * as v from 'valibot';
import type { Decoder, Json, Place, Step } from '../../../devices/device-type.ts';
import { modbus } from '../../../devices/modbus/modbus.ts';
import { shippedProfiles } from '../../../devices/modbus/shipped-profiles.ts';
import type { Moment } from '../../../shared/clock.ts';

/** The wall clock when the monotonic clock is at 0. */
export const wallOrigin = Date.UTC(2026, 3, 1);

export const momentAt = (monotonic: number): Moment => ({
  wall: wallOrigin + monotonic,
  monotonic,
  synchronised: true,
});

/** A profile of single unsigned holding registers r0, r1, … */
export const profileOf = (addresses: readonly number[]) => ({
  kind: 'measurement',
  registers: addresses.map((address) => ({ quantity: `r${address}`, function: 3, address, type: 'uint16' })),
});

export const keller30 = shippedProfiles['keller-30'];
export const peopleCounter2Way = shippedProfiles['people-counter-2way'];

export const deviceOf = (options: Record<string, unknown>, id = 'unit', remembered?: Json) => ({
  id,
  options: v.parse(modbus.options, { unit: 1, ...options }),
  ...(remembered === undefined ? {} : { remembered }),
});

export function decoderOf(options: Record<string, unknown>, transport: Place['transport'] = 'serial'): Decoder {
  return modbus.decoder([deviceOf(options)], { transport });
}

/** The body and its CRC, bit by bit as MODBUS over Serial Line V1.02 §6.2.2 describes it: not the code under test. */
export function withCrc(body: Iterable<number>): Uint8Array {
  let crc = 0xffff;
  for (const byte of body) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >> 1) ^ 0xa001 : crc >> 1;
  }
  return Uint8Array.from([...body, crc & 0xff, crc >> 8]);
}

export const bytes = (hex: string) => Uint8Array.from(Buffer.from(hex.replaceAll(' ', ''), 'hex'));
export const hex = (data: Uint8Array | undefined) => Buffer.from(data ?? []).toString('hex');
export const written = (step: Step | undefined) => (step?.write ?? []).map(hex);
