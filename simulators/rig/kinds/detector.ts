/** BLE tag detectors: a Bluetooth controller on a line, and a box that prints what it heard. */
import * as v from 'valibot';
import { duration } from '../../../shared/duration.ts';
import { filled, finite, listOf, must, oneOf, setting, whole } from '../../../shared/setting.ts';
import type { TagFrame } from '../../sensors/advertisement.ts';
import { BEACON_BOX_FAULTS, simulateBeaconBox } from '../../sensors/beacon-box.ts';
import { DETECTOR_FAULTS, simulateBeaconDetector, type Tag } from '../../sensors/beacon-detector.ts';
import { childNear } from '../../town/scenarios.ts';
import { H4_PACKET, TEXT_LINE } from '../../wires/faults.ts';
import { type KindDevice, rigKind, type WorldSurroundings } from '../kind.ts';
import type { Sense } from '../quantity.ts';
import { senseSettings } from '../senses.ts';
import { say } from './words.ts';

const TAG_ID =
  /^ibeacon:[0-9a-f-]{32,36}\/\d{1,5}\/\d{1,5}$|^eddystone:[0-9a-f]{20}\/[0-9a-f]{12}$|^altbeacon:[0-9a-f]{40}$/;

const walk = v.strictObject({
  postAt: v.optional(setting(finite, say.postAt()), 18),
  lateMs: v.optional(setting(duration(), say.late()), '0s'),
});

const tag = v.strictObject({
  name: setting(filled, say.tagName()),
  id: setting(v.pipe(v.string(must(say.mustBeTag())), v.regex(TAG_ID, must(say.mustBeTag()))), say.tagId()),
  walk: v.optional(setting(walk, say.walk())),
  distance: v.optional(setting(senseSettings, say.distance())),
});
type TagSettings = v.InferOutput<typeof tag>;

const entries = {
  windowMs: v.optional(setting(duration(500), say.window()), '10s'),
  strangers: v.optional(setting(whole(0, 1_000), say.strangers()), 20),
  tag: v.optional(setting(listOf(tag, 100), say.tags()), []),
};
const controller = v.strictObject({
  ...entries,
  reports: v.optional(setting(oneOf(['legacy', 'extended', 'mixed']), say.reports()), 'legacy'),
});
const FORMATS = ['minew-g1', 'openblocks', 'ruuvi-gateway', 'ruuvi-gateway-mqtt', 'openmqttgateway'] as const;
const box = v.strictObject({ ...entries, format: v.optional(setting(oneOf(FORMATS), say.boxFormat()), 'openblocks') });
type Settings = { readonly windowMs: number; readonly strangers: number; readonly tag: readonly TagSettings[] };

/** Metres to each tag. */
function worlds({ tag }: Settings, { open }: WorldSurroundings): Readonly<Record<string, Sense>> {
  return Object.fromEntries(tag.map((each) => [each.name, worldOf(each, open)]));
}

function worldOf({ name, walk, distance }: TagSettings, open: WorldSurroundings['open']): Sense {
  if (distance !== undefined) return open(distance, name);
  return childNear(walk?.postAt ?? 18, (walk?.lateMs ?? 0) / 1000);
}

function tagsOf({ settings, quantities }: KindDevice<Settings>): readonly Tag[] {
  return settings.tag.map(({ name, id }) => ({
    frame: frameOf(id),
    distanceM: (seconds) => quantities[name]?.at(seconds),
  }));
}

/** Parsed by `TAG_ID`. */
function frameOf(id: string): TagFrame {
  const [format, rest = ''] = id.split(':');
  const [first = '', second = '', third = ''] = rest.split('/');
  if (format === 'eddystone') return { format, namespace: first, instance: second };
  if (format === 'altbeacon') return { format, id: first };
  return { format: 'ibeacon', uuid: first, major: Number(second), minor: Number(third) };
}

function enrolled({ windowMs, tag }: Settings): Readonly<Record<string, unknown>> {
  return { window: `${windowMs}ms`, tags: tag.map(({ name, id }) => ({ name, id })) };
}

export const detectorKinds = [
  rigKind<typeof controller>({
    name: 'ble-hci',
    meaning: say.bleHci(),
    settings: controller,
    quantities: {},
    worlds,
    faults: DETECTOR_FAULTS,
    maxOnLine: 1,
    open([device], { clock }) {
      if (device === undefined) throw new RangeError('a detector needs a device');
      const { windowMs, strangers, reports } = device.settings;
      const { faults, random } = device;
      const simulator = simulateBeaconDetector({
        ...{ clock, random, windowMs, strangers, reports, faults },
        tags: tagsOf(device),
      });
      const configured = { type: 'ble-hci', settings: enrolled(device.settings) };
      return { simulator, shape: H4_PACKET, isPolled: false, devices: [{ sent: simulator.sent, configured }] };
    },
  }),
  rigKind<typeof box>({
    name: 'beacon-box',
    meaning: say.beaconBox(),
    settings: box,
    quantities: {},
    worlds,
    faults: BEACON_BOX_FAULTS,
    maxOnLine: 1,
    open([device], { clock }) {
      if (device === undefined) throw new RangeError('a box needs a device');
      const { windowMs, strangers, format } = device.settings;
      const { faults, random } = device;
      const simulator = simulateBeaconBox({
        ...{ clock, random, windowMs, strangers, format, faults },
        tags: tagsOf(device),
      });
      const configured = { type: 'beacon-box', settings: { profile: format, ...enrolled(device.settings) } };
      return { simulator, shape: TEXT_LINE, isPolled: false, devices: [{ sent: simulator.sent, configured }] };
    },
  }),
];
