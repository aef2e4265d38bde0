import { expect, test } from 'vitest';
import type { Decoder, Step } from '../../../devices/device-type.ts';
import { LineFramer } from '../../../devices/framing/line-framer.ts';
import { StreamReader } from '../../../gateway/intake/stream-reader.ts';
import type { Receiver, StreamPort } from '../../../gateway/ports/port.ts';
import { foreign } from '../../../shared/text.ts';
import { idsOf, level, takeAll } from '../buffer/buffer-rig.ts';
import { IntakeRig } from './intake-rig.ts';

/** A reader on a port that the test plays, with a decoder for lines that are numbers. */
function linked(decoder: Partial<Decoder> = {}, decodingMs = 0, ownTime = false) {
  const rig = new IntakeRig();
  let spentMs = 0;
  const written: string[] = [];
  const heard: number[] = [];
  let reopened = 0;
  const activity = rig.activity.addPort('river', 'memory');
  let receiver: Receiver | undefined;
  const port: StreamPort = {
    shape: 'stream',
    path: 'memory',
    transport: 'serial',
    run: (to, signal) => {
      receiver = to;
      return new Promise((resolve) => signal.addEventListener('abort', () => resolve()));
    },
    write: async (bytes) => {
      written.push(Buffer.from(bytes).toString('latin1'));
    },
    reopen: () => {
      reopened++;
    },
  };
  const reader = new StreamReader({
    name: 'river',
    port,
    framer: new LineFramer(32),
    decoder: {
      decode: (frame) => {
        spentMs += decodingMs;
        return { readings: [level(Number(Buffer.from(frame).toString()))] };
      },
      ...decoder,
    },
    ownTime,
    heard: (at) => heard.push(at),
    activity,
    intake: rig.intake,
    clock: {
      moment: () => ({ ...rig.clock.moment(), monotonic: rig.clock.moment().monotonic + spentMs }),
      sleep: (ms, signal) => rig.clock.sleep(ms, signal),
    },
    log: rig.rig.log,
  });
  const stop = new AbortController();
  const running = reader.run(stop.signal);
  return {
    rig,
    reader,
    activity,
    written,
    heard,
    get reopened() {
      return reopened;
    },
    say: (text: string) => receiver?.bytes(Buffer.from(text)),
    open: () => receiver?.opened(),
    close: (why: string) => receiver?.closed(foreign(why)),
    async stop() {
      stop.abort();
      await Promise.all([running, rig.clock.advance(10_000)]);
      await rig.clock.advance(2_000);
    },
    async levels() {
      await rig.clock.advance(2_000);
      return takeAll(rig.buffer).flatMap(idsOf);
    },
  };
}

test('when much comes at once and is slow to decode, the others have their turn in between, and nothing is lost', async () => {
  const { rig, open, say, levels, activity } = linked({}, 30);
  open();
  say(Array.from({ length: 10 }, (_, n) => `${n}\n`).join(''));
  expect(activity.frames).toBe(2); // the second has passed the bound
  let framesAtTurn = 0;
  void rig.clock.sleep(0).then(() => {
    framesAtTurn = activity.frames;
  });
  say('10\n');
  expect(await levels()).toEqual(expect.arrayContaining(Array.from({ length: 11 }, (_, n) => n)));
  expect(framesAtTurn).toBeLessThan(10);
  expect(activity).toMatchObject({ frames: 11, readings: 11, rubbish: 0 });
});

test('a flood that cannot be decoded in time is over the limit, and counted', async () => {
  const { open, say, activity, stop } = linked({}, 30);
  open();
  const lines = 100_000;
  say('0000000000000000001\n'.repeat(lines));
  await stop();
  const overLimit = activity.rubbishByCode.get('over-limit') ?? 0;
  expect(overLimit).toBeGreaterThan(0);
  expect(activity.frames + overLimit).toBe(lines);
});

test('what waits when the gateway stops still becomes readings', async () => {
  const { open, say, levels, stop } = linked({}, 30);
  open();
  say('1\n2\n3\n4\n5\n');
  await stop();
  expect(await levels()).toEqual(expect.arrayContaining([1, 2, 3, 4, 5]));
});

test('bytes become frames, frames readings, and both are counted', async () => {
  const { open, say, levels, activity } = linked();
  open();
  say('1\n2');
  say('7\n');
  expect(await levels()).toEqual(expect.arrayContaining([1, 27]));
  expect(activity).toMatchObject({ state: 'open', why: undefined, bytes: 5, frames: 2, readings: 2, rubbish: 0 });
});

test('what the framer cannot use is rubbish', () => {
  const { open, say, activity } = linked();
  open();
  say(`${'x'.repeat(40)}\n`);
  expect(activity).toMatchObject({ frames: 0 });
  expect(activity.rubbishByCode.get('too-long')).toBeGreaterThan(0);
});

test('a decoder that throws is logged, the frame is lost, the port goes on', async () => {
  const { rig, open, say, levels } = linked({
    decode(frame) {
      const text = Buffer.from(frame).toString();
      if (text === 'trap') throw new Error('a fault of the decoder');
      return { readings: [level(Number(text))] };
    },
  });
  open();
  say('1\ntrap\n2\n');
  expect((await levels()).toSorted()).toEqual([1, 2]);
  expect(rig.rig.log.at('error')).toEqual([
    expect.objectContaining({ fields: { port: 'river', fault: 'a fault of the decoder' } }),
  ]);
});

test('the decoder is called when it is due, and asked anew after every call', async () => {
  let dueAt = 1_000;
  const at: number[] = [];
  const { rig, open, stop } = linked({
    dueAt: () => dueAt,
    due: ({ monotonic }): Step => {
      at.push(monotonic);
      dueAt = at.length < 3 ? monotonic + 250 : Number.POSITIVE_INFINITY;
      return { write: [Buffer.from('?')] };
    },
  });
  open();
  await rig.clock.advance(10_000);
  expect(at).toEqual([1_000, 1_250, 1_500]);
  await stop();
});

test('a frame can put off what is due, or bring it forward', async () => {
  let dueAt = Number.POSITIVE_INFINITY;
  const at: number[] = [];
  const { rig, open, say } = linked({
    decode: (frame) => {
      dueAt = Number(Buffer.from(frame).toString());
      return {};
    },
    dueAt: () => dueAt,
    due: ({ monotonic }) => {
      at.push(monotonic);
      dueAt = Number.POSITIVE_INFINITY;
      return {};
    },
  });
  open();
  say('5000\n');
  say('2000\n');
  await rig.clock.advance(1_999);
  say('3000\n');
  await rig.clock.advance(10_000);
  expect(at).toEqual([3_000]);
});

test('a decoder that throws when it is due is called again at its next time', async () => {
  let calls = 0;
  const { rig, open } = linked({
    dueAt: () => (calls < 2 ? (calls + 1) * 100 : Number.POSITIVE_INFINITY),
    due: () => {
      calls++;
      throw new Error('a fault of the decoder');
    },
  });
  open();
  await rig.clock.advance(1_000);
  expect(calls).toBe(2);
});

test('what the decoder wants written is written in order: at opening, on a poll', () => {
  const { reader, open, written } = linked({
    opened: () => ({ write: [Buffer.from('hello'), Buffer.from('mode')] }),
    poll: (device) => ({ write: [Buffer.from(`read ${device}`)] }),
  });
  open();
  reader.poll('gauge-01');
  expect(written).toEqual(['hello', 'mode', 'read gauge-01']);
});

test('a port that opens again begins a new frame, and what was half-read is void', async () => {
  const { open, say, close, levels, activity } = linked();
  open();
  say('12');
  close('unplugged');
  expect(activity).toMatchObject({ state: 'closed', why: { en: 'unplugged' } });
  open();
  say('3\n');
  expect(await levels()).toEqual([3]);
  expect(activity.rubbishByCode).toEqual(new Map([['truncated', 1]]));
});

test('what is pending when the gateway stops still becomes readings', async () => {
  const { rig, open, stop } = linked({ end: () => ({ readings: [level(42)] }) });
  open();
  await stop();
  expect(takeAll(rig.buffer).flatMap(idsOf)).toEqual([42]);
});

test('a reading that has the gateway’s time for want of its own waits for the clock, and then has the right one', async () => {
  const decode = (frame: Uint8Array) => ({
    readings: [level(Number(Buffer.from(frame).toString()))],
    ...(frame[0] === 0x31 && { hasGatewayTime: true as const }),
  });
  const { rig, open, say } = linked({ decode }, 0, true);
  rig.clock.synchronised = false;
  open();
  say('1\n2\n');
  await rig.clock.advance(1_000);
  expect(rig.buffer.stats().held).toBe(1);
});

test('a frame proves that a device works only if its decoder says so, and then the port is understood', () => {
  const { open, say, heard, activity } = linked({
    decode: (frame) => (Buffer.from(frame).toString() === 'heard' ? { isHeard: true } : {}),
  });
  open();
  activity.rubbishInARow = 19;
  say('answer\n');
  expect(heard).toEqual([]);
  say('heard\n');
  expect(heard).toHaveLength(1);
  expect(activity.rubbishInARow).toBe(0);
});

test('a decoder for which nothing else helps has its port opened again', () => {
  const link = linked({ decode: () => ({ reopen: true }) });
  link.open();
  link.say('1\n');
  expect(link.reopened).toBe(1);
});
