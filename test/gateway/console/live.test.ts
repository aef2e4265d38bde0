/** The live view: what watchers are sent, what it costs, and who is dropped. */
import { once } from 'node:events';
import { type IncomingMessage, request } from 'node:http';
import { createGunzip } from 'node:zlib';
import { expect, onTestFinished, test } from 'vitest';
import { openConsole, type Signed, until } from './console-rig.ts';

type Rig = Awaited<ReturnType<typeof openConsole>>;

/** Watches, and collects what comes. */
async function watch({ port }: Rig, { cookie }: Pick<Signed, 'cookie'>, headers: Record<string, string> = {}) {
  const asking = request({ host: '127.0.0.1', port, path: '/live', agent: false, headers: { cookie, ...headers } });
  asking.on('error', () => {}); // it is destroyed at the end
  asking.end();
  const [response] = (await once(asking, 'response')) as [IncomingMessage];
  const seen = { text: '', isOver: false };
  const isZipped = response.headers['content-encoding'] === 'gzip';
  const stream = isZipped ? response.pipe(createGunzip()) : response;
  stream.on('data', (piece: Buffer) => {
    seen.text += piece.toString('utf8');
  });
  stream.on('error', () => {});
  response.on('error', () => {});
  response.on('close', () => {
    seen.isOver = true;
  });
  onTestFinished(() => void asking.destroy());
  const events = () =>
    seen.text
      .split('\n\n')
      .slice(0, -1)
      .flatMap((block) => {
        const [, event, data = ''] = /^event: (\w+)\ndata: (.*)$/.exec(block) ?? [];
        return event === undefined ? [] : [{ event, data: JSON.parse(data) }];
      });
  return { response, asking, seen, events, isZipped };
}

const arrived = (watcher: Awaited<ReturnType<typeof watch>>, count: number) =>
  until(() => expect(watcher.events()).toHaveLength(count));

test('a watcher gets the status at once, and again when it has changed, at most once a second', async () => {
  const rig = await openConsole();
  const watcher = await watch(rig, await rig.signIn('sato'));
  await arrived(watcher, 1);
  expect(watcher.response.headers).toMatchObject({ 'content-type': 'text/event-stream', 'cache-control': 'no-store' });
  expect(watcher.events()[0]).toMatchObject({ event: 'status', data: { gateway: 'gateway-01', problems: [] } });
  await rig.clock.advance(5_000);
  rig.all.port.bytes = 100;
  await rig.clock.advance(999);
  rig.all.port.bytes = 200;
  expect(watcher.events()).toHaveLength(1);
  await rig.clock.advance(1);
  await arrived(watcher, 2);
  expect(watcher.events()[1]?.data.ports.river.bytes).toBe(200);
});

test('what is compressed is compressed once for all and says the same, from whenever somebody watches', async () => {
  const rig = await openConsole();
  const signed = await rig.signIn();
  const plain = await watch(rig, signed);
  const early = await watch(rig, signed, { 'accept-encoding': 'gzip' });
  rig.all.port.bytes = 100;
  await rig.clock.advance(1_000);
  await arrived(plain, 2);
  const late = await watch(rig, signed, { 'accept-encoding': 'gzip, br' });
  rig.all.port.bytes = 200;
  await rig.clock.advance(1_000);
  await until(async () => {
    await rig.clock.advance(1_000); // what had not left yet when the next came
    expect([plain, early, late].map((each) => each.events().length)).toEqual([3, 3, 2]);
  });
  expect([plain, early, late].map(({ isZipped }) => isZipped)).toEqual([false, true, true]);
  expect(early.events()).toEqual(plain.events());
  expect(late.events()).toEqual(plain.events().slice(1));
});

test('one look serves ten watchers, and nobody looks while nobody watches', async () => {
  const rig = await openConsole();
  const signed = await rig.signIn();
  const atFirst = rig.looked.mock.calls.length;
  await rig.clock.advance(60_000);
  expect(rig.looked).toHaveBeenCalledTimes(atFirst);
  const watchers = await Promise.all(Array.from({ length: 10 }, () => watch(rig, signed)));
  const before = rig.looked.mock.calls.length;
  await rig.clock.advance(1_000);
  const forOneLook = rig.looked.mock.calls.length - before;
  for (const { asking } of watchers.slice(1)) asking.destroy();
  await until(async () => {
    const start = rig.looked.mock.calls.length;
    await rig.clock.advance(1_000);
    expect(rig.looked.mock.calls.length - start).toBe(forOneLook);
  });
  watchers[0]?.asking.destroy();
  await until(async () => {
    const start = rig.looked.mock.calls.length;
    await rig.clock.advance(10_000);
    expect(rig.looked.mock.calls.length).toBe(start);
  });
});

test('watchers are bounded, for a user and in all', async () => {
  const rig = await openConsole();
  const signed = await rig.signIn();
  const watchers = await Promise.all(Array.from({ length: 10 }, () => watch(rig, signed)));
  const eleventh = await rig.ask('GET', '/live', { headers: { cookie: signed.cookie } });
  expect([eleventh.status, eleventh.headers['retry-after']]).toEqual([503, '10']);
  watchers[0]?.asking.destroy();
  await until(async () => expect((await watch(rig, signed)).response.statusCode).toBe(200));
});

test('a watcher is told that it is over before the gateway ends', async () => {
  const rig = await openConsole();
  const watcher = await watch(rig, await rig.signIn());
  await arrived(watcher, 1);
  rig.stop.abort();
  await until(() => expect(watcher.seen.isOver).toBe(true));
  expect(watcher.events().map(({ event }) => event)).toEqual(['status', 'gone']);
});

test('watching is no use of a session: it ends in its time, and the view with it', async () => {
  const rig = await openConsole();
  const signed = await rig.signIn();
  const watcher = await watch(rig, signed);
  await rig.clock.advance(29 * 60_000);
  expect(watcher.seen.isOver).toBe(false);
  await rig.clock.advance(60_000);
  await until(() => expect(watcher.seen.isOver).toBe(true));
  expect(watcher.events().at(-1)?.event).toBe('gone');
  expect((await rig.session(signed.cookie)).status).toBe(401);
});

test('who signs out in one tab no longer watches in another', async () => {
  const rig = await openConsole();
  const signed = await rig.signIn();
  const watcher = await watch(rig, signed);
  await rig.ask('DELETE', '/session', { headers: { cookie: signed.cookie } });
  await rig.clock.advance(1_000);
  await until(() => expect(watcher.events().at(-1)?.event).toBe('gone'));
});

test('a watcher that takes nothing is dropped, and others go on', async () => {
  const rig = await openConsole();
  const signed = await rig.signIn();
  // So large that the system does not hold many of them for somebody who does not read.
  for (let n = 0; n < 2_000; n++) rig.all.rig.activity.addDevice(`device-${n}-${'x'.repeat(50)}`, 'line', 'river');
  const slow = await watch(rig, signed);
  slow.response.pause();
  const quick = await watch(rig, signed);
  for (let n = 1; n <= 60; n++) {
    rig.all.port.bytes = n;
    await until(async () => {
      await rig.clock.advance(1_000);
      expect(quick.seen.text).toMatch(new RegExp(`"bytes":${n},`));
    });
    quick.seen.text = '';
  }
  slow.response.resume();
  await until(() => expect(slow.seen.isOver).toBe(true));
  const taken = slow.events().length;
  expect(taken).toBeGreaterThan(0);
  expect(taken).toBeLessThan(45);
  expect(slow.events().at(-1)?.event).toBe('status');
  expect(quick.seen.isOver).toBe(false);
});

test('a line that nobody hears anything on is kept open by comments', async () => {
  const rig = await openConsole();
  const watcher = await watch(rig, await rig.signIn());
  await arrived(watcher, 1);
  await rig.clock.advance(15_000);
  await until(() => expect(watcher.seen.text).toMatch(/\n\n:\n\n$/));
  expect(watcher.events()).toHaveLength(1);
});

test('nobody watches without a session', async () => {
  const { ask } = await openConsole();
  expect((await ask('GET', '/live')).status).toBe(401);
});
