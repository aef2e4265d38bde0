/** Two nodes of a private LoRa network, a gauge in a side channel and a weather station, and how a gateway reads them. */

import { cayenneLpp } from '../lorawan/cayenne-lpp.ts';
import type { AirNode } from '../sensors/air-nodes.ts';
import type { FleetDevice } from './fleet-device.ts';
import { FLOOD_THRESHOLDS_M, flood, type World, weather } from './scenarios.ts';

export interface RiverNode {
  readonly node: AirNode;
  readonly device: Pick<FleetDevice, 'id' | 'place' | 'thresholdsM'>;
  /** Without what identifies the node. */
  readonly settings: Readonly<Record<string, unknown>>;
}

/** Channel 44 is a comma on the wire. */
export function riverNodes({ world }: { readonly world: World }): {
  readonly gauge: RiverNode;
  readonly weather: RiverNode;
} {
  const level = flood({ ...world, seed: world.seed + 4 });
  const air = weather(world);
  return {
    gauge: {
      node: {
        kind: 'water-level',
        periodMs: 3000,
        payload: (seconds) =>
          cayenneLpp([
            { channel: 1, type: 'distance', value: level(seconds) },
            { channel: 44, type: 'voltage', value: 3.61 },
          ]),
        rssi: -71,
        snr: 9,
      },
      device: {
        id: 'gauge-channel',
        place: { lat: 37.5066, lon: 139.9221 },
        thresholdsM: FLOOD_THRESHOLDS_M,
      },
      settings: {
        kind: 'water-level',
        map: [
          { channel: 1, quantity: 'level' },
          { channel: 44, quantity: 'battery' },
        ],
      },
    },
    weather: {
      node: {
        kind: 'measurement',
        periodMs: 5000,
        payload: (seconds) => {
          const { temperatureCel, humidityPercent, pressureHpa } = air(seconds);
          return cayenneLpp([
            { channel: 44, type: 'temperature', value: temperatureCel },
            { channel: 2, type: 'humidity', value: humidityPercent },
            { channel: 3, type: 'barometer', value: pressureHpa },
          ]);
        },
        rssi: -96,
        snr: 4,
      },
      device: { id: 'weather-riverside', place: { lat: 37.5049, lon: 139.9188 } },
      settings: {
        map: [
          { channel: 44, quantity: 'temperature' },
          { channel: 2, quantity: 'humidity' },
          { channel: 3, quantity: 'pressure' },
        ],
      },
    },
  };
}
