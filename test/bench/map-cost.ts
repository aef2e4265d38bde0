/**
 * What the map costs a gateway: `npm run build-tools && node --expose-gc build/test/bench/map-cost.js`.
 *
 * A hub of 20,000 devices (270 of them plows with a position every 20 s) of 1,000 gateways, and at its bound; a gateway of 200 devices.
 */
import { City } from '../../gateway/map/city.js';
import { mapSight } from '../../gateway/map/map-sight.js';
import type { DeviceDescription } from '../../shared/feed/birth.js';
import type { Reading } from '../../shared/reading.js';

const START = Date.UTC(2026, 0, 15, 3);
const megabytes = () => {
  globalThis.gc?.();
  globalThis.gc?.();
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return (heapUsed + arrayBuffers) / 1e6;
};
const round = (value: number, digits = 1) => Number(value.toFixed(digits));
const clockAt = (time: { now: number }) =>
  ({ moment: () => ({ wall: time.now, monotonic: time.now - START, synchronised: true }) }) as never; // what the map looks at

function level(device: string, at: number): Reading {
  return { device, kind: 'water-level', observedAt: at, values: { level: (at / 1_000) % 7, battery: 3.6 } };
}

function position(device: string, at: number, i: number): Reading {
  const values = {
    lat: 37.4 + ((at / 1_000 + i * 37) % 3_600) / 36_000,
    lon: 139.9 + (i % 50) / 500,
    speed: 8,
    course: 90,
  };
  return { device, kind: 'position', observedAt: at, values };
}

function hub(devices: number, gateways: number, plows: number): void {
  const time = { now: START };
  const each = devices / gateways;
  const described = (id: string): DeviceDescription => ({
    ...{ id, type: 'line', kinds: ['water-level'], units: { level: 'm', battery: 'V' } },
    place: { lat: 37.4, lon: 139.9, name: 'a bridge' },
    thresholds: [{ alarm: 'level 2', quantity: 'level', raise: 3, clear: 2.8 }],
  });
  const before = megabytes();
  const city = new City({
    ...{ clock: clockAt(time), run: 'bench', births: [], devicesOf: () => [], describe: described },
    alarmsOf: () => [],
  });
  const origins = Array.from({ length: gateways }, (_, i) => ({ tenant: 'city', gateway: `gateway-${i}` }));
  const round20s = (step: number) => {
    time.now = START + step * 20_000;
    let readings = 0;
    let ms = 0;
    origins.forEach((origin, g) => {
      const batch = Array.from({ length: each }, (_, i) => {
        const n = g * each + i;
        if (n < plows) return position(`plow-${n}`, time.now, n);
        return n % 3 === step % 3 ? level(`gauge-${n}`, time.now) : undefined; // once a minute
      }).filter((reading): reading is Reading => reading !== undefined);
      readings += batch.length;
      const begin = performance.now();
      city.sent(origin, batch);
      ms += performance.now() - begin;
    });
    return { readings, ms };
  };
  let last = { readings: 0, ms: 0 };
  for (let step = 1; step <= 180; step++) last = round20s(step);
  const kept = megabytes() - before;
  const read = (from: string) => {
    let [cursor, pages, bytes, longestMs] = [from, 0, 0, 0];
    const begin = performance.now();
    for (let hasMore = true; hasMore; ) {
      const at = performance.now();
      const page = city.read(cursor);
      bytes += JSON.stringify(page).length;
      longestMs = Math.max(longestMs, performance.now() - at);
      ({ cursor, hasMore } = page);
      pages += 1;
    }
    return {
      cursor,
      pages,
      kB: round(bytes / 1e3, 0),
      ms: round(performance.now() - begin),
      longestMs: round(longestMs),
    };
  };
  const whole = read('');
  last = round20s(181);
  const renewal = read(whole.cursor);
  print(`hub, ${devices} devices, ${plows} plows, an hour`, {
    MB: round(kept),
    readingsIn20s: last.readings,
    msIn20s: round(last.ms),
    usPerReading: round((last.ms * 1_000) / last.readings, 2),
    whole: { ...whole, cursor: undefined },
    renewal: { ...renewal, cursor: undefined },
  });
}

function own(devices: number, moving: number): void {
  const time = { now: START };
  const before = megabytes();
  const map = mapSight({ clock: clockAt(time), devices: { get: () => ({}) } });
  let [ms, readings] = [0, 0];
  for (let second = 0; second < 3_600; second += 10) {
    time.now = START + second * 1_000;
    for (let i = 0; i < devices; i++) {
      const reading = i < moving ? position(`car-${i}`, time.now, i) : level(`gauge-${i}`, time.now);
      const begin = performance.now();
      map.note(reading, { wall: time.now, monotonic: second * 1_000, synchronised: true });
      ms += performance.now() - begin;
      readings += 1;
    }
  }
  const MB = round(megabytes() - before, 2);
  const begin = performance.now();
  let [bytes, at, longestMs] = [0, begin, 0];
  for (const track of map.tracks()) {
    bytes += JSON.stringify(track).length;
    longestMs = Math.max(longestMs, performance.now() - at);
    at = performance.now();
  }
  const tracks = { kB: round(bytes / 1e3, 0), ms: round(at - begin), longestMs: round(longestMs) };
  print(`gateway, ${devices} devices, ${moving} moving, an hour`, {
    MB,
    usPerReading: round((ms * 1_000) / readings, 2),
    tracks,
  });
}

function print(what: string, figures: object): void {
  process.stdout.write(`${what}: ${JSON.stringify(figures)}\n`);
}

own(200, 0);
own(200, 20);
own(500, 500);
hub(20_000, 1_000, 270);
hub(100_000, 5_000, 1_000);
