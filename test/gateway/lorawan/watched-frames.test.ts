/** What whoever watches a LoRaWAN port sees: frames of our devices, and of all others only that something came. */
import { expect, test } from 'vitest';
import { toHex } from '../../../shared/hex.ts';
import { type LiveFrame, readWatchLine, recordedLines, type WatchedPort } from '../../../shared/live-frames.ts';
import { LorawanDevice } from '../../../simulators/lorawan/device.ts';
import { Random } from '../../../simulators/random.ts';
import { APP_KEY, JOIN_EUI, NetworkRig } from './network-rig.ts';

const PORT: WatchedPort = { name: 'lora', shape: 'radio', devices: [], isWithheld: false, asks: false };

function watched() {
  const net = new NetworkRig();
  const lines: string[] = [];
  net.taps.watch('lora', { take: (line) => lines.push(line), ended: () => {} });
  const frames = (): LiveFrame[] =>
    lines.flatMap((line) => {
      const told = readWatchLine(line);
      return told !== undefined && 'frame' in told ? [told.frame] : [];
    });
  return { net, lines, frames };
}

test('a registered device is shown by its name, with its frames, its readings and what it is answered, and never a key', async () => {
  const { net, lines, frames } = watched();
  net.codec = () => ({ ok: true, output: { data: { level: 1.5 }, errors: [], warnings: [] } });
  const device = net.device();
  await net.join(device);
  const frame = device.uplink({ port: 2, payload: Uint8Array.of(0xca, 0xfe, 0xba, 0xbe) });
  net.hear(frame);
  await net.settle();
  const [join, uplink] = frames();
  expect(join).toMatchObject({ device: 'device-1', kind: 'join-request', written: [expect.any(String)] });
  expect(uplink).toMatchObject({ device: 'device-1', hex: toHex(frame.phyPayload), length: frame.phyPayload.length });
  expect(uplink?.readings[0]).toMatchObject({ device: 'device-1' });
  expect(lines.join('\n')).not.toContain(APP_KEY);
  expect(JSON.parse(recordedLines(uplink ?? expect.fail('nothing came'), PORT)[0] ?? '')).toMatchObject({
    phy: toHex(frame.phyPayload),
  });
});

test('of devices that are not registered here, and of garbage, only length and kind are told', async () => {
  const { net, lines, frames } = watched();
  const devEui = '70b3d57ed00099aa';
  const stranger = new LorawanDevice({
    random: new Random(2),
    version: '1.0.3',
    activation: { joinEui: JOIN_EUI, appKey: APP_KEY },
    devEui,
  });
  const request = stranger.joinRequest();
  net.hear(request);
  net.hear({ ...request, phyPayload: request.phyPayload.slice(0, 11) });
  await net.settle();
  expect(frames().map(({ length, kind, hex }) => [length, kind, hex])).toEqual([
    [23, 'join-request', undefined],
    [11, undefined, undefined],
  ]);
  const reversed = devEui.match(/../g)?.reverse().join('') ?? '';
  for (const hidden of [devEui, reversed, toHex(request.phyPayload)]) expect(lines.join('\n')).not.toContain(hidden);
  expect(frames().flatMap((frame) => recordedLines(frame, PORT))).toEqual([]);
});
