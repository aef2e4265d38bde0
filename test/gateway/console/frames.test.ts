/** Live frames by the console's server: who may watch, for how long, and what it takes from the others. */
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { type IncomingMessage, request } from 'node:http';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { quietMs } from '../../../gateway/control/frame-stream.ts';
import { FrameTaps, maxWatchers } from '../../../gateway/intake/frame-tap.ts';
import type { WatchedPort } from '../../../shared/live-frames.ts';
import { openConsole, type Signed, until } from './console-rig.ts';

const RIVER: WatchedPort = { name: 'river', shape: 'stream', devices: [], isWithheld: false, asks: false };

async function watchedConsole() {
  const frames = new FrameTaps();
  const tap = frames.open(() => RIVER);
  const rig = await openConsole({}, { more: { frames } });
  const note = () => tap.note({ at: rig.clock.moment(), bytes: Buffer.from('R1200'), step: {} });
  const watch = async ({ cookie, csrf }: Signed, isRead = true) => {
    const headers = { cookie, 'x-csrf': csrf };
    const asking = request({
      host: '127.0.0.1',
      port: rig.port,
      method: 'POST',
      path: '/do/watch-frames',
      agent: false,
      headers,
    });
    asking.on('error', () => {}); // it is destroyed at the end
    asking.end(JSON.stringify({ port: 'river' }));
    onTestFinished(() => void asking.destroy());
    const [response] = (await once(asking, 'response')) as [IncomingMessage];
    const seen = { text: '', isOver: false };
    if (isRead) response.on('data', (piece) => (seen.text += piece));
    response.on('error', () => {});
    response.on('close', () => (seen.isOver = true));
    return { asking, response, seen };
  };
  const audit = () => {
    const file = join(
      rig.folder,
      'console-audit',
      `${new Date(rig.clock.moment().wall).toISOString().slice(0, 7)}.jsonl`,
    );
    return readFileSync(file, 'utf8')
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
  };
  return { ...rig, frames, tap, note, watch, audit };
}

test('a technician watches, which is in the audit; a viewer may not', async () => {
  const { signIn, act, watch, note, tap, audit } = await watchedConsole();
  const refused = await act('watch-frames', await signIn('sato'), { port: 'river' });
  expect([refused.status, JSON.parse(refused.text).code]).toEqual([403, 'not-allowed']);
  expect(tap.isWatched).toBe(false);
  const { seen, asking } = await watch(await signIn());
  note();
  await until(() => expect(seen.text).toContain('"hex":"5231323030"'));
  expect(audit().at(-1)).toMatchObject({ action: 'watch-frames', outcome: 'begun', parameters: { port: 'river' } });
  asking.destroy();
  await until(() => expect(tap.isWatched).toBe(false));
  await until(() => expect(audit().at(-1)).toMatchObject({ action: 'watch-frames', outcome: 'done' }));
});

test('it ends with the session: nothing is told to who has signed out', async () => {
  const { signIn, watch, note, tap, ask } = await watchedConsole();
  const { cookie, csrf } = await signIn();
  const { seen } = await watch({ cookie, csrf });
  await until(() => expect(seen.text).toContain('"port"'));
  expect((await ask('DELETE', '/session', { headers: { cookie, 'x-csrf': csrf } })).status).toBe(204);
  note();
  await until(() => expect(seen.isOver).toBe(true));
  expect(seen.text).not.toContain('"frame"');
  await until(() => expect(tap.isWatched).toBe(false));
});

test('watchers take no place from other actions, and so many may watch; who leaves makes room', async () => {
  const { signIn, act, watch, frames } = await watchedConsole();
  const signed = await signIn();
  const watchers = [];
  for (let i = 0; i < maxWatchers; i++) watchers.push(await watch(signed));
  const refused = await act('watch-frames', signed, { port: 'river' });
  expect([refused.status, JSON.parse(refused.text).code]).toEqual([400, 'too-many']);
  expect((await act('status', signed)).status).toBe(200);
  watchers[0]?.asking.destroy();
  await until(() => expect(frames.isFull).toBe(false));
  await watch(signed);
});

test('a watcher that never reads holds up nobody, and is gone once it is', async () => {
  const { signIn, watch, tap, note, clock, act } = await watchedConsole();
  const signed = await signIn();
  const { response } = await watch(signed, false);
  response.pause();
  for (let second = 0; second < 100; second++) {
    for (let i = 0; i < 50; i++) tap.note({ at: clock.moment(), bytes: new Uint8Array(4_096), step: {} });
    await clock.advance(1_000);
  }
  note();
  expect((await act('status', signed)).status).toBe(200);
  response.destroy();
  await until(() => expect(tap.isWatched).toBe(false));
});

test('a port that ends while it is watched is said, and the answer is whole', async () => {
  const { signIn, watch, tap, clock } = await watchedConsole();
  const { seen, response } = await watch(await signIn());
  await until(() => expect(seen.text).toContain('"port"'));
  await clock.advance(quietMs);
  tap.close();
  await until(() => expect(seen.isOver).toBe(true));
  expect(seen.text.endsWith('{"ended":"port"}\n')).toBe(true);
  expect(response.complete).toBe(true);
});
