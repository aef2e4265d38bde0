/** A worker's door at a real NATS server: its bounds, its login, and what it does when the server goes. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'valibot';
import { afterAll, beforeAll, describe, expect, onTestFinished, test, vi } from 'vitest';
import { SystemClock } from '../../../../gateway/machine/system-clock.ts';
import { connectNats } from '../../../../gateway/net/nats-connection.ts';
import { feedPort } from '../../../../gateway/ports/feed/feed.ts';
import { feedSettings } from '../../../../gateway/ports/feed/settings.ts';
import type { FeedReceiver, PortSurroundings } from '../../../../gateway/ports/port.ts';
import { isNatsMissing, type NatsServers, startNats } from '../../../nats/nats.ts';
import { LogBook } from '../../machine/log-book.ts';
import { certificates } from '../../net/certificates.ts';
import { temporaryFolder } from '../../temporary-folder.ts';

const until = (condition: () => unknown) => vi.waitFor(condition, { timeout: 20_000, interval: 20 });
const signal = () => new AbortController().signal;

interface Heard {
  readonly topics: string[];
  readonly ignored: string[];
  readonly turnedAway: string[];
  readonly closed: string[];
  opened: number;
  /** Answers all that wait, and whatever comes from now on. */
  answer(): void;
}

/** A worker's port until the test is over; nothing is stored before `answer`. */
function worker(settings: Record<string, unknown>): Heard {
  let answer: () => void = () => {};
  const answered = new Promise<void>((resolve) => {
    answer = resolve;
  });
  const heard: Heard = { topics: [], ignored: [], turnedAway: [], closed: [], opened: 0, answer };
  const receiver: FeedReceiver = {
    opened: () => {
      heard.opened++;
    },
    async take({ tenant, gateway }, message) {
      heard.topics.push(`${tenant}/${gateway}/${message}`);
      await answered;
      return Uint8Array.of(42);
    },
    turnedAway: ({ detail }) => heard.turnedAway.push(detail?.en ?? ''),
    ignored: ({ code }) => heard.ignored.push(code),
    closed: (why) => heard.closed.push(why.en),
  };
  const surroundings = {
    tenant: 'region',
    gateway: 'worker-1',
    clock: new SystemClock('always'),
    log: new LogBook(),
    random: () => 0,
  } as unknown as PortSurroundings; // the rest is for other doors
  const parsed = parse(feedSettings, {
    name: 'gateways',
    type: 'feed',
    share: 'workers',
    trustBroker: true,
    ...settings,
  });
  const stop = new AbortController();
  const running = feedPort(parsed, surroundings).run(receiver, stop.signal);
  onTestFinished(async () => {
    stop.abort();
    await running;
  });
  return heard;
}

async function client(url: string) {
  const connection = await connectNats({ url, keepaliveMs: 30_000 }, 'test', signal());
  onTestFinished(() => connection.close());
  return connection;
}

describe.skipIf(isNatsMissing)('a queue group', () => {
  let nats: NatsServers;
  beforeAll(async () => {
    nats = await startNats();
  });
  afterAll(() => nats?.remove());

  test('more than may be on its way is left alone and counted, and what was taken is answered', async () => {
    const heard = worker({ url: nats.url, maxInFlight: 10 });
    const gateway = await client(nats.url);
    await until(() => expect(heard.opened).toBe(1));
    const receipts: string[] = [];
    await gateway.subscribe('machimori.v1.*.*.receipt', undefined, (subject) => receipts.push(subject));
    for (let i = 0; i < 25; i++) gateway.publish('machimori.v1.toyama.g1.batch', Uint8Array.of(i));
    await until(() => expect(heard.ignored).toEqual(Array.from({ length: 15 }, () => 'over-limit')));
    expect(heard.topics).toHaveLength(10);
    heard.answer();
    await until(() => expect(receipts).toEqual(Array.from({ length: 10 }, () => 'machimori.v1.toyama.g1.receipt')));
    gateway.publish('machimori.v1.toyama.g1.gap', Uint8Array.of(1)); // there is room again
    await until(() => expect(heard.topics.at(-1)).toBe('toyama/g1/gap'));
  });

  test('births come to every worker, batches to one of them', async () => {
    const [one, other] = [worker({ url: nats.url }), worker({ url: nats.url })];
    const gateway = await client(nats.url);
    await until(() => expect([one.opened, other.opened]).toEqual([1, 1]));
    gateway.publish('machimori.v1.toyama.g1.birth', Uint8Array.of(1));
    for (let i = 0; i < 200; i++) gateway.publish('machimori.v1.toyama.g1.batch', Uint8Array.of(1));
    await until(() => expect(one.topics.length + other.topics.length).toBe(202));
    for (const { topics } of [one, other]) {
      expect(topics.filter((topic) => topic.endsWith('birth'))).toHaveLength(1);
      expect(topics.length).toBeGreaterThan(1);
    }
  });

  test('what is no name of a gateway is turned away, and what is no message of the feed is not heard', async () => {
    const heard = worker({ url: nats.url });
    const stranger = await client(nats.url);
    await until(() => expect(heard.opened).toBe(1));
    stranger.publish('machimori.v1.toyama.-x.batch', Uint8Array.of(1));
    stranger.publish('machimori.v1.toyama.a/b.batch', Uint8Array.of(1));
    stranger.publish('machimori.v1.toyama.g1.batch', Uint8Array.of(1));
    await until(() => expect(heard.topics).toEqual(['toyama/g1/batch']));
    expect(heard.turnedAway).toHaveLength(1);
  });
});

describe.skipIf(isNatsMissing)('a NATS server that asks who is there', () => {
  test.each([
    ['user and password', 'authorization { user: city, password: "right-1" }', { username: 'city' }],
    ['a token', 'authorization { token: "right-1" }', {}],
  ])('lets a worker in by %s, and a wrong one is told what to check', async (_, authorization, login) => {
    const nats = await startNats(1, authorization);
    onTestFinished(() => nats.remove());
    const file = (secret: string) => {
      const path = join(temporaryFolder(), 'secret');
      writeFileSync(path, `${secret}\n`, { mode: 0o600 });
      return path;
    };
    const right = worker({ url: nats.url, ...login, passwordFile: file('right-1') });
    const wrong = worker({ url: nats.url, ...login, passwordFile: file('wrong') });
    await until(() => expect(right.opened).toBe(1));
    await until(() => expect(wrong.closed[0]).toMatch(/did not accept the connection/));
    expect(wrong.opened).toBe(0);
  });

  test('lets a worker in by its certificate over TLS, and one that does not know the authority says what is wrong', async () => {
    const folder = temporaryFolder();
    const { caFile, certFile, keyFile } = certificates(folder);
    const files = `cert_file: "${join(folder, 'server.pem')}", key_file: "${join(folder, 'server.key')}"`;
    const nats = await startNats(1, `tls { ${files}, ca_file: "${caFile}", verify: true }`);
    onTestFinished(() => nats.remove());
    const url = nats.url.replace('nats:', 'tls:');
    const right = worker({ url, caFile, certFile, keyFile });
    const wrong = worker({ url, certFile, keyFile });
    await until(() => expect(right.opened).toBe(1));
    await until(() => expect(wrong.closed[0]).toMatch(/certificate[\s\S]*with ca-file/));
  });

  test('a server that is killed and comes back is found again, and the others meanwhile', async () => {
    const nats = await startNats(3);
    onTestFinished(() => nats.remove());
    const heard = worker({ url: nats.url });
    await until(() => expect(heard.opened).toBe(1));
    for (const each of nats.servers.slice(0, 2)) await each.kill();
    const gateway = await client(`nats://127.0.0.1:${nats.servers[2]?.port}`);
    await until(() => {
      gateway.publish('machimori.v1.toyama.g1.batch', Uint8Array.of(1));
      expect(heard.topics.length).toBeGreaterThan(0);
    });
  }, 60_000);
});
