/** Batches that a real Mosquitto does not take, and a broker that the test plays. */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { cityOs } from '../../../gateway/destinations/city-os/city-os.ts';
import type { Destination, Session } from '../../../gateway/destinations/destination.ts';
import { Forwarder } from '../../../gateway/destinations/forwarder.ts';
import { SystemClock } from '../../../gateway/machine/system-clock.ts';
import { codeOf } from '../../../shared/errors.ts';
import type { Receipt } from '../../../shared/feed/receipt.ts';
import type { Reading } from '../../../shared/reading.ts';
import { foreign, type Text } from '../../../shared/text.ts';
import { Random } from '../../../simulators/random.ts';
import { FeedReceiver } from '../../end-to-end/feed-receiver.ts';
import { connectWhenUp } from '../../end-to-end/mqtt-device.ts';
import { AT, alarm, BufferRig, CITY, idsOf, levels, stored } from '../buffer/buffer-rig.ts';
import { LogBook } from '../machine/log-book.ts';
import { freePort } from '../net/free-port.ts';

const random = new Random(5);
/** Readings that no compression makes small. */
const notes = (from: number, count: number, bytes: number): Reading[] =>
  Array.from({ length: count }, (_, n) => ({
    device: 'log-01',
    kind: 'measurement',
    observedAt: AT + from + n,
    values: { level: from + n, note: Buffer.from(random.bytes(bytes)).toString('latin1') },
  }));

const isInstalled = canRun('mosquitto');
const until = (condition: () => void) => vi.waitFor(condition, { timeout: 25_000, interval: 20 });

describe.skipIf(!isInstalled && process.env.CI !== 'true')('a real Mosquitto', () => {
  test.each([
    ['5', 'max_packet_size 20000', 'announces its limit'],
    ['5', 'message_size_limit 20000', 'refuses what is larger'],
    ['3.1.1', 'max_packet_size 20000', 'closes the connection on what is larger'],
  ] as const)(
    'of MQTT %s with %s %s: everything arrives once, in smaller batches',
    { timeout: 60_000 },
    async (protocol, setting, does) => {
      const broker = await mosquitto(setting);
      const receiver = new FeedReceiver();
      await receiver.connect(broker.url, 5);
      onTestFinished(() => receiver.close());
      const { buffer, forwarder, log } = forwarding(broker.url, protocol);
      await buffer.append(notes(1, 80, 1_000));
      await buffer.append([alarm(999)]);
      const ids = () => receiver.readings.map(({ values }) => values.level ?? values.value);
      await until(() => expect(ids()).toContain(999));
      await until(() => expect(new Set(ids()).size).toBe(81));
      expect(ids()).toHaveLength(81);
      expect(forwarder.stats.sizes.sealWithin).toBeLessThanOrEqual(20_000);
      const opened = log.at('info').filter(({ message }) => message === 'Connected to the destination');
      expect(opened.length).toBeLessThanOrEqual(does === 'announces its limit' ? 1 : 8);
      expect(buffer.stats().outboxes.city?.refused).toBe(0);
    },
  );

  test('a reading that alone is too large for it is set aside, and the others arrive', async () => {
    const broker = await mosquitto('max_packet_size 20000');
    const receiver = new FeedReceiver();
    await receiver.connect(broker.url, 5);
    onTestFinished(() => receiver.close());
    const { buffer, log } = forwarding(broker.url, '5');
    await buffer.append([...notes(1, 10, 1_000), ...notes(11, 1, 30_000), ...notes(12, 29, 1_000)]);
    await until(() => expect(receiver.readings).toHaveLength(39));
    await until(() =>
      expect(buffer.stats().outboxes.city).toMatchObject({ waiting: { routine: 0 }, refused: 1, gaps: 0 }),
    );
    expect([...buffer.refused()]).toMatchObject([{ reason: expect.stringMatching(/larger than the broker takes/) }]);
    expect(log.at('error')).toMatchObject([{ fields: { hint: expect.stringContaining('machimori refused retry') } }]);
  }, 60_000);
});

/** A broker that closes the connection on a batch that is larger, or for other reasons. */
class Played implements Destination {
  readonly name = 'city';
  readonly window = 4;
  readonly windowBytes = 1e6;
  readonly reconnectWithinMs = 1_000;
  readonly received: unknown[] = [];
  maxBytes = Number.POSITIVE_INFINITY;
  opens = 0;
  /** Whether it closes the connection although it took the batch. */
  fails: () => boolean = () => false;
  /** Who is silent about a batch until this resolves; undefined: it is answered. */
  silence: (ids: readonly unknown[]) => Promise<void> | undefined = () => undefined;

  async open(): Promise<Session> {
    this.opens++;
    let end: (why: Text) => void = () => {};
    const ended = new Promise<Text>((resolve) => {
      end = resolve;
    });
    let isOpen = true;
    const lose = () => {
      isOpen = false;
      end(foreign('read ECONNRESET'));
    };
    return {
      ended,
      report: async () => {},
      close: async () => end(foreign('closed')),
      send: (outgoing) => {
        if (!isOpen) return Promise.reject(new Error('lost'));
        const bytes = outgoing.kind === 'batch' ? outgoing.batch.bytes.length : 0;
        if (bytes > this.maxBytes || this.fails()) {
          lose();
          return ended.then((why): Receipt => {
            throw new Error(why.en);
          });
        }
        const silence = this.silence(idsOf(outgoing));
        if (silence !== undefined)
          return silence.then((): Receipt => {
            throw new Error('no receipt came in time');
          });
        this.received.push(...idsOf(outgoing));
        return Promise.resolve(stored(outgoing));
      },
    };
  }
}

function played(batchReadings = 100) {
  const rig = new BufferRig({ batchReadings });
  const buffer = rig.open();
  const city = new Played();
  const chance = new Random(9);
  const stop = new AbortController();
  const forwarder = new Forwarder({
    ...{ destination: city, buffer, clock: rig.clock, log: rig.log },
    random: () => chance.next(),
  });
  const running = forwarder.run(stop.signal);
  const end = async () => {
    stop.abort();
    await rig.clock.advance(0);
    await running;
  };
  return { rig, buffer, city, forwarder, end };
}

test.each([700, 5_000, 20_000])(
  'a limit of %d bytes that nobody announces is learnt, and alarms do not wait for it',
  async (maxBytes) => {
    const { rig, buffer, city, forwarder, end } = played();
    city.maxBytes = maxBytes;
    await rig.put(buffer, notes(1, 500, 200));
    for (let n = 0; n < 10; n++) {
      await rig.put(buffer, [alarm(1_000 + n)]);
      await rig.clock.advance(60_000);
      expect(city.received).toContain(1_000 + n);
    }
    await rig.clock.advance(600_000);
    const all = city.received.filter((id) => id !== undefined);
    expect(new Set(all).size).toBe(510);
    expect(all).toHaveLength(510);
    expect(forwarder.stats.sizes.tooLargeFrom).toBeGreaterThan(maxBytes);
    expect(city.opens).toBeLessThan(60);
    expect(buffer.stats().outboxes.city).toMatchObject({ waiting: { routine: 0 }, refused: 0, gaps: 0 });
    const { opens } = city;
    await rig.put(buffer, notes(1_100, 500, 200));
    await rig.clock.advance(60_000);
    expect(city.opens - opens).toBeLessThanOrEqual(6); // it knows
    await end();
  },
);

test('once the broker takes more, larger batches are sealed again', async () => {
  const { rig, buffer, city, forwarder, end } = played();
  city.maxBytes = 5_000;
  await rig.put(buffer, notes(1, 300, 200));
  await rig.clock.advance(600_000);
  expect(forwarder.stats.sizes.sealWithin).toBeLessThanOrEqual(10_000);
  city.maxBytes = 1e6;
  await rig.clock.advance(7 * 3_600_000);
  await rig.put(buffer, notes(301, 300, 200));
  await rig.clock.advance(60_000);
  expect(forwarder.stats.sizes).toEqual({ tooLargeFrom: undefined, sealWithin: undefined });
  await end();
});

test('a network that loses connections is not taken for a broker that does not take the size', async () => {
  const { rig, buffer, city, forwarder, end } = played(10);
  const chance = new Random(11);
  city.fails = () => chance.chance(0.3);
  for (let n = 0; n < 50; n++) {
    await rig.put(buffer, levels(n * 10 + 1, n * 10 + 10));
    await rig.clock.advance(60_000);
  }
  city.fails = () => false;
  await rig.clock.advance(600_000);
  expect(new Set(city.received).size).toBe(500);
  expect(forwarder.stats.sizes).toEqual({ tooLargeFrom: undefined, sealWithin: undefined });
  await end();
});

test('a batch that may be too large and gets no receipt holds up no other that may be', async () => {
  const { rig, buffer, city, forwarder, end } = played(10);
  city.fails = () => city.opens <= 2;
  city.silence = (ids) => (ids.includes(1) ? rig.clock.sleep(30_000) : undefined);
  await rig.put(buffer, notes(1, 60, 200)); // the connection is closed on them twice
  for (let n = 0; n < 60; n++) {
    await rig.put(buffer, levels(n * 10 + 101, n * 10 + 110));
    await rig.clock.advance(20_000);
  }
  expect(forwarder.passedOver).toBe(1);
  expect(new Set(city.received).size).toBe(650);
  await end();
});

test('a limit is forgotten by a forwarder that has nothing to send, too', async () => {
  const { rig, buffer, city, forwarder, end } = played();
  city.maxBytes = 5_000;
  await rig.put(buffer, notes(1, 300, 200));
  await rig.clock.advance(600_000);
  expect(forwarder.stats.sizes.tooLargeFrom).toBeGreaterThan(5_000);
  await rig.clock.advance(7 * 3_600_000);
  expect(forwarder.stats.sizes).toEqual({ tooLargeFrom: undefined, sealWithin: undefined });
  await end();
});

test('a broker that closes on everything is tried less and less often, and the backlog stays in few batches', async () => {
  const { rig, buffer, city, end } = played();
  city.fails = () => true;
  await rig.put(buffer, notes(1, 1_000, 200));
  await rig.clock.advance(3_600_000);
  expect(city.opens).toBeLessThan(100);
  expect(buffer.stats().outboxes.city?.waiting.routine).toBeLessThan(400);
  city.fails = () => false;
  await rig.clock.advance(600_000);
  expect(new Set(city.received.filter((id) => id !== undefined)).size).toBe(1_000);
  await end();
});

function forwarding(url: string, protocol: '3.1.1' | '5') {
  const clock = new SystemClock('always');
  const log = new LogBook();
  const rig = new BufferRig({ clock, batchReadings: 40, batchAgeMs: 100, outboxes: [CITY] });
  rig.isTaken = false;
  const buffer = rig.open();
  const destination = cityOs({
    name: 'city',
    gateway: 'gateway-01',
    tenant: 'kakogawa',
    software: 'machimori 0.1.0',
    epoch: () => buffer.stats().outboxes.city?.epoch ?? '',
    devices: () => [],
    silent: () => [],
    problems: () => [],
    broker: { url, protocol, keepaliveMs: 30_000 },
    acknowledge: 'receipt',
    window: 8,
    windowBytes: 1e6,
    reconnectWithinMs: 0,
    receiptTimeoutMs: 5_000,
    clock,
    log,
  });
  const stop = new AbortController();
  const forwarder = new Forwarder({ destination, buffer, clock, log, random: Math.random });
  const running = forwarder.run(stop.signal);
  onTestFinished(async () => {
    stop.abort();
    await running;
  });
  return { buffer, forwarder, log };
}

async function mosquitto(setting: string): Promise<{ readonly url: string }> {
  const port = await freePort();
  const file = join(new BufferRig().folder, 'mosquitto.conf');
  writeFileSync(file, `listener ${port} 127.0.0.1\nallow_anonymous true\npersistence false\nuser root\n${setting}\n`);
  const child = spawn('mosquitto', ['-c', file], { stdio: 'ignore' });
  onTestFinished(() => stopped(child));
  await (await connectWhenUp(port, 'probe')).endAsync();
  return { url: `mqtt://127.0.0.1:${port}` };
}

async function stopped(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  child.kill('SIGTERM');
  await once(child, 'exit');
}

function canRun(command: string): boolean {
  try {
    execFileSync(command, ['-h'], { stdio: 'ignore' });
    return true;
  } catch (fault) {
    return codeOf(fault) !== 'ENOENT'; // it ran and disliked its arguments, which is enough
  }
}
