/** Faults that the town must find: each is planted where a careless change of the product would bring it. */
import Database from 'better-sqlite3';
import type { Decoder, DeviceType, Step } from '../../devices/device-type.ts';
import type { DeviceConfig } from '../../gateway/config/settings.ts';
import type { Log } from '../../gateway/machine/log.ts';
import type { Moment } from '../../shared/clock.ts';
import { toHex } from '../../shared/hex.ts';

/**
 * 'logged address': detectors log whom they hear. 'stored identifier': they also report tags in the clear. 'wrong archive': alpha gets
 * beta's sightings too. 'wrong place': detectors take themselves for another. 'lost sightings': some are never told. 'parked GPS': a bus is told to
 * be where it began. 'free pages kept': gateways delete without overwriting. 'damaged copy left': one that was set aside lies under another name.
 * 'retention forgotten': operators' sightings may wait for a month. 'archive copy left', 'struck out in part': somebody has copied the database.
 */
export const PLANTS = [
  'logged address',
  'stored identifier',
  'wrong archive',
  'wrong place',
  'lost sightings',
  'parked GPS',
  'free pages kept',
  'damaged copy left',
  'retention forgotten',
  'archive copy left',
  'struck out in part',
] as const;
export type Plant = (typeof PLANTS)[number];

/** Those that are planted in detectors. */
const IN_DETECTORS: readonly Plant[] = ['logged address', 'stored identifier', 'wrong place', 'lost sightings'];

const LE_META = 0x3e;
const LEGACY_REPORT = 0x02;
/** Of a packet with an advertising report: where the first address begins, lowest byte first. */
const addressAt = { legacy: 7, extended: 8 };

export function spoiler(plant: Plant | undefined): ((device: DeviceConfig, log: Log) => DeviceConfig) | undefined {
  if (plant === undefined || !IN_DETECTORS.includes(plant)) return undefined;
  return (device, log) => ({
    ...device,
    deviceType: spoiled(device.deviceType, (step, at, frame) => {
      const { tags = [] } = step;
      if (plant === 'wrong place') return { ...step, tags: tags.map((tag) => ({ ...tag, device: 'detector-1' })) };
      if (plant === 'lost sightings') return { ...step, tags: tags.slice(1) };
      if (frame?.[1] !== LE_META) return step;
      if (plant === 'logged address') {
        const from = frame[3] === LEGACY_REPORT ? addressAt.legacy : addressAt.extended;
        const address = frame.slice(from, from + 6).toReversed();
        log.debug('An advertisement', { from: [...address].map((byte) => toHex(Uint8Array.of(byte))).join(':') });
        return step;
      }
      const tag = toHex(frame.subarray(-32));
      const reading = {
        device: device.id,
        kind: 'sighting',
        observedAt: at.wall,
        values: { tag, count: 1, firstAt: at.wall, lastAt: at.wall },
      } as const;
      return { ...step, readings: [...(step.readings ?? []), reading] };
    }),
  });
}

/** Databases that this process opens from now on delete without overwriting. Returns what undoes it. */
export function keepFreePages(): () => void {
  const { pragma } = Database.prototype;
  Database.prototype.pragma = function (this: Database.Database, source, options) {
    return pragma.call(this, source === 'secure_delete = ON' ? 'secure_delete = OFF' : source, options);
  };
  return () => {
    Database.prototype.pragma = pragma;
  };
}

/** `frame`: what the step comes from, unless it comes from time alone. */
type Spoil = (step: Step, at: Moment, frame?: Uint8Array) => Step;

function spoiled(type: DeviceType, spoil: Spoil): DeviceType {
  return { ...type, decoder: (devices, place) => spoiledDecoder(type.decoder(devices, place), spoil) };
}

function spoiledDecoder(decoder: Decoder, spoil: Spoil): Decoder {
  return new Proxy(decoder, {
    get(whole, name) {
      if (name === 'decode') return (frame: Uint8Array, at: Moment) => spoil(whole.decode(frame, at), at, frame);
      if (name === 'due') return (at: Moment) => spoil(whole.due?.(at) ?? {}, at);
      const member: unknown = Reflect.get(whole, name, whole);
      return typeof member === 'function' ? member.bind(whole) : member;
    },
  });
}
