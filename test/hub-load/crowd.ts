/** What the devices of a region observe: 270 plows every 20 s, detectors, river gauges, people counters; spread over the gateways. */
import type { DeviceDescription } from '../../shared/feed/birth.ts';
import type { Reading } from '../../shared/reading.ts';

export interface Device {
  readonly description: DeviceDescription;
  readonly everyMs: number;
  /** When it observes first, ms after the start. */
  readonly offsetMs: number;
  observe(at: number): Reading;
}

const PLACE = { lat: 34.34, lon: 134.05 };

/** The devices of each of `gateways` gateways. */
export function crowd(gateways: number, plows: number, detectors: number): readonly (readonly Device[])[] {
  return Array.from({ length: gateways }, (_, i) => [
    gauge(i),
    ...(i < plows ? [plow(i)] : []),
    ...(i < detectors ? [detector(i)] : []),
    ...(i % 5 === 0 ? [counter(i)] : []),
  ]);
}

function offsetOf(i: number, everyMs: number): number {
  return (i * 7_919) % everyMs;
}

function gauge(i: number): Device {
  const id = `gauge-${i}`;
  const place = { lat: PLACE.lat + (i % 40) / 1_000, lon: PLACE.lon + Math.floor(i / 40) / 1_000, name: `River ${i}` };
  return {
    description: { id, type: 'maxbotix', kinds: ['water-level'], units: { level: 'm' }, place },
    everyMs: 60_000,
    offsetMs: offsetOf(i, 60_000),
    observe: (at) => ({
      device: id,
      kind: 'water-level',
      observedAt: at,
      values: { level: round(1 + Math.sin(at / 6e5 + i) / 2) },
    }),
  };
}

function plow(i: number): Device {
  const id = `plow-${i}`;
  return {
    description: { id, type: 'nmea', kinds: ['position'], units: { speed: 'm/s' } },
    everyMs: 20_000,
    offsetMs: offsetOf(i, 20_000),
    observe: (at) => {
      const turn = at / 3e5 + i;
      const values = { lat: PLACE.lat + Math.sin(turn) / 50, lon: PLACE.lon + Math.cos(turn) / 50, speed: 5 };
      return { device: id, kind: 'position', observedAt: at, values };
    },
  };
}

function detector(i: number): Device {
  const id = `detector-${i}`;
  return {
    description: { id, type: 'ble-hci', kinds: ['sighting', 'status'], units: { rssi: 'dBm' }, place: PLACE },
    everyMs: 30_000,
    offsetMs: offsetOf(i, 30_000),
    observe: (at) => ({
      device: id,
      kind: 'sighting',
      observedAt: at,
      values: {
        tag: `tag-${(i * 31 + Math.floor(at / 30_000)) % 500}`,
        rssi: -60 - (i % 30),
        count: 3,
        firstAt: at - 20_000,
        lastAt: at,
      },
    }),
  };
}

function counter(i: number): Device {
  const id = `counter-${i}`;
  return {
    description: { id, type: 'line', kinds: ['people-count'], units: {}, place: PLACE },
    everyMs: 60_000,
    offsetMs: offsetOf(i, 60_000),
    observe: (at) => ({ device: id, kind: 'people-count', observedAt: at, values: { entered: i % 7, left: i % 5 } }),
  };
}

function round(value: number): number {
  return Math.round(value * 1_000) / 1_000;
}
