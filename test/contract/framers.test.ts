/**
 * What every device type promises about its framer and decoder, whatever arrives.
 *
 * Line framers drop only line ends, and a framer of documents the NUL that parts them, so bytes are counted without those: whatever went in and did not come
 * out is held. A megabyte within the runner's time limit proves linear time: a framer that rescanned everything it had
 * seen for each piece would take hours.
 */
import fc from 'fast-check';
import * as v from 'valibot';
import { describe, expect, test } from 'vitest';
import { DEVICE_TYPES } from '../../devices/catalogue.ts';
import type { DeviceType, Frame, Place, Step } from '../../devices/device-type.ts';
import { Random } from '../../simulators/random.ts';
import { DEVICE_SAMPLES, type DeviceSample, titleOf } from './device-samples.ts';

const megabyte = 1_000_000;

function typeOf(sample: DeviceSample): DeviceType {
  const type = DEVICE_TYPES.find(({ name }) => name === sample.type);
  if (!type) throw new Error(`no device type ${sample.type}`);
  return type;
}

function open(sample: DeviceSample, transport: Place['transport'] = sample.transport) {
  const type = typeOf(sample);
  const devices = [{ id: 'device-1', options: v.parse(type.options, sample.options) }];
  return { framer: type.framer(devices, { transport }), decoder: type.decoder(devices, { transport }) };
}

const momentAt = (ms: number) => ({ wall: Date.UTC(2026, 3, 1) + ms, monotonic: ms, synchronised: true });
const frameOf = ({ wire, lineEnd }: DeviceSample) => wire.slice(0, wire.length - lineEnd.length);
const isSame = (a: Uint8Array, b: Uint8Array) => Buffer.compare(a, b) === 0;

function countWithoutLineEnds(bytes: Uint8Array, { lineEnd }: DeviceSample): number {
  const dropped = new Set([0x0a, 0x0d, ...Buffer.from(lineEnd)]);
  let count = 0;
  for (const byte of bytes) if (!dropped.has(byte)) count++;
  return count;
}

/** A megabyte of trouble of one sort. */
const TROUBLES: Readonly<Record<string, (sample: DeviceSample) => Uint8Array>> = {
  'random bytes': () => new Random(1).bytes(megabyte),
  zeros: () => new Uint8Array(megabyte),
  'bytes of all ones': () => new Uint8Array(megabyte).fill(0xff),
  'its own start byte': ({ wire }) => new Uint8Array(megabyte).fill(wire[0] ?? 0),
  'the first half of a frame': ({ wire }) => Buffer.alloc(megabyte, wire.subarray(0, wire.length >> 1)),
  'frames without their last byte': ({ wire }) => Buffer.alloc(megabyte, wire.subarray(0, -1)),
};

test('every device type has a sample', () => {
  expect([...new Set(DEVICE_SAMPLES.map(({ type }) => type))].toSorted()).toEqual(
    DEVICE_TYPES.map(({ name }) => name).toSorted(),
  );
});

describe.each(DEVICE_SAMPLES.map((sample) => [titleOf(sample), sample] as const))('%s', (_, sample) => {
  test('a good frame gives one reading of the device', () => {
    const { framer, decoder } = open(sample);
    const frames = [...framer.push(sample.wire), ...framer.end()];
    expect(frames).toEqual([{ ok: true, bytes: frameOf(sample) }]);
    const steps = frames.map(({ bytes }) => decoder.decode(bytes, momentAt(0)));
    const readings = [...steps, decoder.end?.(momentAt(1)) ?? {}].flatMap((step) => step.readings ?? []);
    expect(readings.map(({ device }) => device)).toEqual(['device-1']);
  });

  test.each(Object.keys(TROUBLES))(
    'a megabyte of %s is held within the bound, and good frames are read after it',
    (trouble) => {
      const { framer } = open(sample);
      const bytes = TROUBLES[trouble]?.(sample) ?? new Uint8Array();
      const random = new Random(2);
      let held = 0;
      const account = (arrived: Uint8Array, frames: readonly Frame[]) => {
        held += countWithoutLineEnds(arrived, sample);
        for (const frame of frames) {
          held -= countWithoutLineEnds(frame.bytes, sample);
          if (frame.bytes.length === 0 || frame.bytes.length > framer.maxFrameBytes) {
            expect.fail(`a frame of ${frame.bytes.length} bytes`);
          }
        }
        if (held < 0 || held > framer.maxFrameBytes) expect.fail(`${held} bytes held`);
      };
      for (let at = 0; at < bytes.length; ) {
        const piece = bytes.subarray(at, at + random.int(1, 3000));
        account(piece, framer.push(piece));
        at += piece.length;
      }
      const after = [sample.wire, sample.wire].flatMap((wire) => {
        const frames = framer.push(wire);
        account(wire, frames);
        return frames;
      });
      expect(after.some((frame) => frame.ok && isReadFrom(sample, frame.bytes))).toBe(true);
      account(new Uint8Array(), framer.end());
      expect(held).toBe(0);
    },
  );

  test('no frame whatever makes its decoder throw, and what it reads is finite and its own', () => {
    const good = frameOf(sample);
    const damaged = fc
      .array(fc.tuple(fc.nat(good.length - 1), fc.nat(255)), { maxLength: 4 })
      .map((changes) => changes.reduce((frame, [at, byte]) => frame.with(at, byte), good));
    const frame = fc.oneof(
      fc.uint8Array({ maxLength: 300 }),
      fc.string().map((text) => Uint8Array.from(Buffer.from(text))),
      damaged,
      fc.nat(good.length).map((length) => good.subarray(0, length)),
    );
    const transport = fc.constantFrom<Place['transport'][]>('serial', 'tcp', 'file', 'message');
    fc.assert(
      fc.property(fc.array(frame, { maxLength: 30 }), transport, (frames, on) => {
        const { decoder } = open(sample, on);
        const steps: (Step | undefined)[] = [decoder.opened?.(momentAt(0))];
        for (const [i, bytes] of frames.entries()) {
          steps.push(decoder.decode(bytes, momentAt(i * 700)), decoder.due?.(momentAt(i * 700 + 350)));
        }
        steps.push(decoder.poll?.('device-1', momentAt(60_000)), decoder.end?.(momentAt(60_001)));
        for (const step of steps) expectSound(step ?? {}, typeOf(sample));
      }),
    );
  });
});

/** The frame itself, or a line that ends in it if the type takes the bytes before it for noise. */
function isReadFrom(sample: DeviceSample, bytes: Uint8Array): boolean {
  const frame = frameOf(sample);
  return isSame(bytes.subarray(-frame.length), frame) && (isSame(bytes, frame) || sample.type === 'nmea');
}

function expectSound({ readings = [], rubbish = [], remember }: Step, type: DeviceType): void {
  for (const { device, kind, observedAt, values } of readings) {
    expect(device).toBe('device-1');
    expect(type.kinds).toContain(kind);
    expect(Number.isFinite(observedAt)).toBe(true);
    for (const value of Object.values(values)) expect(typeof value !== 'number' || Number.isFinite(value)).toBe(true);
  }
  for (const { device } of rubbish) expect([undefined, 'device-1']).toContain(device);
  for (const [device, state] of remember ?? []) {
    expect(device).toBe('device-1');
    expect(JSON.parse(JSON.stringify(state))).toEqual(state);
  }
}
