import * as v from 'valibot';
import { expect, test } from 'vitest';
import { beaconBox } from '../../../devices/beacon-box/beacon-box.ts';
import { shippedProfiles } from '../../../devices/beacon-box/shipped-profiles.ts';
import type { Step } from '../../../devices/device-type.ts';
import { Random } from '../../../simulators/random.ts';
import { simulateBeaconBox } from '../../../simulators/sensors/beacon-box.ts';
import { VirtualClock } from '../../../simulators/virtual-clock.ts';
import { MemoryWire } from '../wires/memory-wire.ts';

const uuid = 'f7826da6-4fa2-4e98-8024-bc5b71e0893e';

test.each(['openblocks', 'minew-g1', 'ruuvi-gateway', 'ruuvi-gateway-mqtt', 'openmqttgateway'] as const)(
  'the sightings of a gateway at a box that prints %s are those that the box counts',
  async (format) => {
    const clock = new VirtualClock();
    const wire = new MemoryWire();
    const simulator = simulateBeaconBox({
      ...{ clock, random: new Random(1), windowMs: 5_000, strangers: 5, format },
      tags: [
        {
          frame: { format: 'ibeacon', uuid, major: 1, minor: 2 },
          distanceM: (seconds) => (seconds < 60 ? 5 : undefined),
        },
      ],
    });
    const stop = new AbortController();
    const running = simulator.run(wire, stop.signal);
    const tags = [{ name: 'child-12', id: `ibeacon:${uuid}/1/2` }];
    const options = v.parse(beaconBox.options, { profile: shippedProfiles[format], tags, windowMs: '5s' });
    const devices = [{ id: 'box-3', options }];
    const framer = beaconBox.framer(devices, { transport: 'serial' });
    const decoder = beaconBox.decoder(devices, { transport: 'serial' });
    let readings = 0;
    const take = ({ readings: more = [], rubbish = [] }: Step) => {
      expect(rubbish).toEqual([]);
      readings += more.length;
    };
    for (let read = 0, seconds = 0; seconds < 70; seconds += 0.25) {
      await clock.advance(250);
      for (; read < wire.frames.length; read++) {
        for (const frame of framer.push(wire.frames[read] ?? new Uint8Array())) {
          if (frame.ok) take(decoder.decode(frame.bytes, clock.moment()));
        }
      }
    }
    take(decoder.end?.(clock.moment()) ?? {});
    stop.abort();
    await running;
    expect(readings).toBeGreaterThan(10);
    expect(readings).toBe(simulator.sent.get('sighting'));
  },
);
