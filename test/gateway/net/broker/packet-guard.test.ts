import { Buffer } from 'node:buffer';
import fc from 'fast-check';
import { generate, type IConnectPacket } from 'mqtt-packet';
import { expect, test, vi } from 'vitest';
import { maxLoginBytes, PacketGuard, PacketTooLong } from '../../../../gateway/net/broker/packet-guard.ts';

const maxPacketBytes = 65_536;
const maxUnsettled = 500;
const login: IConnectPacket = {
  cmd: 'connect',
  clientId: 'gauge',
  protocolId: 'MQTT',
  protocolVersion: 4,
  clean: true,
};
const publish = (bytes: number) =>
  generate({ cmd: 'publish', topic: 'a', payload: Buffer.alloc(bytes), qos: 0, dup: false, retain: false });

/** What comes out, and how it ended, when `bytes` arrive in pieces of these lengths, over and over. */
async function guarded(bytes: Buffer, pieces: readonly number[]) {
  const guard = new PacketGuard(maxPacketBytes, () => maxUnsettled);
  const out: Buffer[] = [];
  const fault = await new Promise<Error | undefined>((resolve) => {
    guard.on('data', (piece: Buffer) => out.push(piece));
    guard.on('error', resolve);
    guard.on('end', () => resolve(undefined));
    for (let at = 0, n = 0; at < bytes.length; n++) {
      const length = pieces[n % pieces.length] ?? 1;
      guard.write(bytes.subarray(at, at + length));
      at += length;
    }
    guard.end();
  });
  return { out: Buffer.concat(out), fault };
}

const lengths = fc.array(fc.integer({ min: 1, max: 5_000 }), { minLength: 1, maxLength: 5 });

test('packets within their bound pass as they are, however they are cut', async () => {
  const sizes = fc.array(fc.oneof(fc.integer({ min: 0, max: 300 }), fc.integer({ min: 0, max: maxPacketBytes - 3 })), {
    maxLength: 6,
  });
  await fc.assert(
    fc.asyncProperty(sizes, lengths, async (bodies, pieces) => {
      const bytes = Buffer.concat([generate(login), ...bodies.map(publish), generate({ cmd: 'pingreq' })]);
      const { out, fault } = await guarded(bytes, pieces);
      expect(fault).toBeUndefined();
      expect(out.equals(bytes)).toBe(true);
    }),
    { numRuns: 30 },
  );
});

test.each([
  ['a login', Buffer.concat([Buffer.from([0x10, 0x81, 0x20]), Buffer.alloc(maxLoginBytes + 1)]), maxLoginBytes],
  ['a message', Buffer.concat([generate(login), publish(maxPacketBytes)]), maxPacketBytes],
  [
    'a message of 256 MB, of which only the head has come',
    Buffer.concat([generate(login), Buffer.from([0x30, 0xff, 0xff, 0xff, 0x7f])]),
    maxPacketBytes,
  ],
])('%s beyond its bound ends the connection before it is whole', async (_title, bytes, max) => {
  for (const pieces of [[1], [7], [100_000]]) {
    const { fault } = await guarded(bytes, pieces);
    expect(fault).toBeInstanceOf(PacketTooLong);
    expect(fault).toHaveProperty('max', max);
  }
});

test('only so many messages pass before they are stored, whole and in order, and the rest follow', async () => {
  const packets = Array.from({ length: 3 * maxUnsettled }, (_, i) => publish(i % 7));
  const bytes = Buffer.concat([generate(login), ...packets, generate({ cmd: 'pingreq' })]);
  const guard = new PacketGuard(maxPacketBytes, () => maxUnsettled);
  const out: Buffer[] = [];
  guard.on('data', (piece: Buffer) => out.push(piece));
  const written = () => Buffer.concat(out);
  const passed = (count: number) => Buffer.concat([generate(login), ...packets.slice(0, count)]);
  for (let at = 0; at < bytes.length; at += 777) guard.write(bytes.subarray(at, at + 777));
  await vi.waitFor(() => expect(written().equals(passed(maxUnsettled))).toBe(true));
  for (let n = 0; n < maxUnsettled / 2 - 1; n++) guard.settled();
  await new Promise((resolve) => setImmediate(resolve));
  expect(written().equals(passed(maxUnsettled))).toBe(true);
  guard.settled();
  await vi.waitFor(() => expect(written().equals(passed(1.5 * maxUnsettled))).toBe(true));
  for (let n = 0; n < 3 * maxUnsettled; n++) {
    guard.settled();
    if (n % 100 === 0) await new Promise((resolve) => setImmediate(resolve));
  }
  await vi.waitFor(() => expect(written().equals(bytes)).toBe(true));
});
