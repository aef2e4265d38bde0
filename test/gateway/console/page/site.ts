/** A gateway by a river, of the product's own parts: what the page shows is what they say. */
import type { ControlSources } from '../../../../gateway/control/actions.ts';
import { newPortActivity, noteBytes, noteClosed, noteFrame, noteRubbish } from '../../../../gateway/intake/activity.ts';
import { DeviceTable } from '../../../../gateway/intake/device-table.ts';
import { Silence } from '../../../../gateway/intake/silence.ts';
import type { Policy } from '../../../../gateway/policy/policy.ts';
import type { Reading } from '../../../../shared/reading.ts';
import { foreign } from '../../../../shared/text.ts';
import { AT, stored, takeAll } from '../../buffer/buffer-rig.ts';
import { entry } from '../../intake/intake-rig.ts';
import { lorawanConfig } from '../../lorawan/lorawan-config.ts';
import { sources } from '../../status/status-rig.ts';

export { AT };

/** The river's four reference levels, and an alarm of the city's own. */
const POLICY: Policy = {
  ranges: [{ quantity: 'level', min: -0.5, max: 6 }],
  thresholds: [
    { alarm: '水防団待機水位', quantity: 'level', raise: 2, clear: 1.9 },
    { alarm: '氾濫注意水位', quantity: 'level', raise: 2.8, clear: 2.7 },
    { alarm: '避難判断水位', quantity: 'level', raise: 3.4, clear: 3.3 },
    { alarm: '氾濫危険水位', quantity: 'level', raise: 3.9, clear: 3.8 },
    { alarm: 'gate', quantity: 'level', raise: 1, clear: 0.9 },
  ],
};

const RIVER = 'gauge-01';
const PLACE = { lat: 35.3391, lon: 139.4897, name: '引地川 河原橋' };
const WEATHER = 'weather-01';
/** When the first reading was observed, and how long after each the next is. */
const BEGAN = AT - 40_000;
const EVERY_MS = 10_000;

/** With so many more gauges on the same port. */
export function site(more = 0) {
  const { rig, from, port, forwarder } = sources({}, { policies: new Map([[RIVER, POLICY]]) });
  const config = lorawanConfig(rig.rig.folder);
  const others = Array.from({ length: more }, (_, i) => `gauge-${String(i + 2).padStart(3, '0')}`);
  const devices = new DeviceTable(config, [
    entry(RIVER, {
      type: 'maxbotix',
      policy: POLICY,
      place: PLACE,
      units: { level: 'm', distance: 'm', battery: 'V' },
    }),
    entry(WEATHER, { units: { temperature: 'Cel', humidity: '%RH', pressure: 'Pa' } }),
    ...others.map((id) => entry(id)),
  ]);
  const silence = new Silence({ devices, intake: rig.intake, clock: rig.clock });
  from.activity.addDevice(WEATHER, 'line', 'river');
  for (const id of others) from.activity.addDevice(id, 'line', 'river');
  const status = { ...from, devices, silence };
  const control: ControlSources = { ...status, status };
  let order = 0;

  async function take(readings: readonly Reading[]): Promise<void> {
    const origin = { port, at: rig.clock.moment(), ownTime: false, awaited: true };
    await Promise.all([rig.intake.take({ readings }, origin), rig.clock.advance(1_000)]);
    for (const { device } of readings) silence.heard(device, rig.clock.moment().monotonic);
    noteBytes(port, readings.length * 24, rig.clock.moment().wall);
    noteFrame(port, rig.clock.moment().wall);
  }

  return {
    control,
    rig,
    forwarder,
    status,
    /** The river's level, and the weather beside it; a reading each. */
    async observe(levelM: number): Promise<void> {
      const observedAt = BEGAN + EVERY_MS * order++;
      await take([
        {
          device: RIVER,
          kind: 'water-level',
          observedAt,
          values: { level: levelM, distance: 6.5 - levelM, battery: 3.61 },
        },
        {
          device: WEATHER,
          kind: 'measurement',
          observedAt,
          values: { temperature: 8.25, humidity: 61, pressure: 101_320 },
        },
      ]);
      await settle();
    },
    async observeOther(id: string, levelM: number): Promise<void> {
      await take([
        { device: id, kind: 'water-level', observedAt: BEGAN + EVERY_MS * order++, values: { level: levelM } },
      ]);
    },
    others,
    /** A second port cannot be opened, and the first has heard noise. */
    breakPorts(): void {
      const bus = newPortActivity('tcp://192.0.2.7:502');
      from.activity.ports.set('bus', bus);
      noteClosed(bus, foreign('ECONNREFUSED 192.0.2.7:502'), { at: AT + 42_000, isSteady: false });
      const bytes = Uint8Array.of(0x52, 0x31, 0x32);
      port.showsRubbish = true;
      for (let i = 0; i < 3; i++)
        noteRubbish(port, { code: 'bad-checksum', bytes, detail: foreign('5A is said, 5B is right') }, AT);
      noteRubbish(port, { code: 'noise', bytes, detail: foreign('between two frames') }, AT);
    },
    /** Nobody is at the other end. */
    disconnect(): void {
      forwarder.stats.state = 'disconnected';
      forwarder.stats.why = foreign('ETIMEDOUT city-os.example.jp:8883');
      forwarder.stats.retry = { at: AT + 20_000, isSteady: false };
    },
    /** The city OS refuses as many readings. */
    async refuse(count: number): Promise<void> {
      await settle();
      for (let i = 0; i < count; i++) {
        const values = { level: 7 + i };
        await take([{ device: RIVER, kind: 'water-level', observedAt: BEGAN + EVERY_MS * order++, values }]);
      }
      for (const outgoing of takeAll(rig.buffer)) {
        rig.buffer.settle('city', outgoing, stored(outgoing, [{ index: 0, reason: 'level above 6.5 m' }]));
      }
      await rig.clock.advance(10_000);
    },
    /** A reading that waits is erased: its number will never come. */
    async loseSome(): Promise<void> {
      const reading: Reading = { device: RIVER, kind: 'water-level', observedAt: AT, values: { level: 1 } };
      await take([reading]);
      rig.buffer.sealOpen();
      const erasing = rig.buffer.erase(() => true);
      await rig.clock.advance(10_000);
      await erasing;
    },
    /** The city OS acknowledges all that waits. */
    acknowledge(): void {
      for (const outgoing of takeAll(rig.buffer)) rig.buffer.settle('city', outgoing, stored(outgoing));
    },
    unsetClock(): void {
      rig.clock.synchronised = false;
    },
    meetStranger(): void {
      const at = AT - 60_000;
      from.network.strangers.meet({
        devEui: '70b3d57ed0051234',
        joinEui: '70b3d57ed0000001',
        station: 'b827ebfffe012345',
        at,
      });
    },
  };

  async function settle(): Promise<void> {
    forwarder.stats.lastReceiptAt = rig.clock.moment().wall;
    for (const outgoing of takeAll(rig.buffer)) rig.buffer.settle('city', outgoing, stored(outgoing));
    await rig.clock.advance(10);
  }
}
