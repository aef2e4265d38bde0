/** Requests that other sites' pages make, and what each role may do. */
import { expect, test } from 'vitest';
import { ALLOWED } from '../../../gateway/console/allowed.ts';
import { ACTION_NAMES } from '../../../gateway/control/actions.ts';
import { openConsole, until } from './console-rig.ts';

const codeOf = (text: string) => JSON.parse(text).code;

test('every action of the control socket has its row, and no other', () => {
  expect(Object.keys(ALLOWED).toSorted()).toEqual([...ACTION_NAMES].toSorted());
});

test('a viewer may ask, a technician may change, and what is for the command line nobody may', async () => {
  const { signIn, act } = await openConsole();
  const [technician, viewer] = [await signIn(), await signIn('sato')];
  for (const [action, who] of Object.entries(ALLOWED)) {
    // Parameters that no action takes: whoever may do it gets as far as that, or an answer.
    const given = [(await act(action, viewer, { '': 1 })).status, (await act(action, technician, { '': 1 })).status];
    const may = (status: number | undefined) => status === 200 || status === 400;
    expect([action, ...given.map(may)]).toEqual([action, who === 'viewer', who !== 'command-line']);
    expect(given.every((status) => may(status) || status === 403)).toBe(true);
  }
});

test.each(['toString', '__proto__', 'constructor', 'nothing', 'Status', 'status/', '../do/status', 'status%00', ''])(
  'an action %j that does not exist is refused',
  async (action) => {
    const { signIn, ask } = await openConsole();
    const { cookie, csrf } = await signIn();
    const answer = await ask('POST', `/do/${action}`, { headers: { cookie, 'x-csrf': csrf }, body: '{}' });
    expect(answer.status).toBe(404);
  },
);

test('what is done needs the token of its own session', async () => {
  const { signIn, ask, act } = await openConsole();
  const [one, other] = [await signIn(), await signIn()];
  const { cookie } = one;
  const withToken = (token: Record<string, string>) =>
    ask('POST', '/do/status', { headers: { cookie, ...token }, body: '{}' });
  expect((await act('status', one)).status).toBe(200);
  for (const token of [{}, { 'x-csrf': '' }, { 'x-csrf': other.csrf }, { 'x-csrf': `${one.csrf}, ${one.csrf}` }]) {
    const answer = await withToken(token as Record<string, string>);
    expect([answer.status, codeOf(answer.text)]).toEqual([403, 'wrong-csrf']);
  }
  // In the address or the body it does not count.
  const path = `/do/status?x-csrf=${one.csrf}`;
  expect((await ask('POST', path, { headers: { cookie }, body: `{"x-csrf":"${one.csrf}"}` })).status).toBe(403);
});

test.each([
  { origin: 'https://evil.example' },
  { origin: 'null' },
  { origin: 'http://127.0.0.1' },
  { origin: 'http://127.0.0.1:1' },
  { 'sec-fetch-site': 'cross-site' },
  { 'sec-fetch-site': 'same-site' },
  { 'sec-fetch-site': 'none' },
])("another site's page (%j) can neither do anything, sign somebody in, nor sign them out", async (headers) => {
  const { signIn, ask, tryToSignIn, session } = await openConsole();
  const { cookie, csrf } = await signIn();
  const from = headers as Record<string, string>; // one of them
  const done = await ask('POST', '/do/status', { headers: { cookie, 'x-csrf': csrf, ...from }, body: '{}' });
  expect([done.status, codeOf(done.text)]).toEqual([403, 'other-site']);
  expect((await tryToSignIn('sato', undefined, { headers: from })).status).toBe(403);
  expect((await ask('DELETE', '/session', { headers: { cookie, ...from } })).status).toBe(403);
  expect((await session(cookie)).status).toBe(200);
});

test("another site's page can neither read the session nor watch", async () => {
  const { signIn, ask } = await openConsole();
  const { cookie } = await signIn();
  for (const path of ['/session', '/live']) {
    const headers = { cookie, 'sec-fetch-site': 'cross-site' };
    expect((await ask('GET', path, { headers })).status).toBe(403);
  }
});

test("the console's own page may do all of it", async () => {
  const { signIn, ask, port } = await openConsole();
  const headers = { origin: `http://127.0.0.1:${port}`, 'sec-fetch-site': 'same-origin' };
  const { cookie, csrf } = await signIn('suzuki', { headers });
  const done = await ask('POST', '/do/status', { headers: { ...headers, cookie, 'x-csrf': csrf } });
  expect([done.status, JSON.parse(done.text).gateway]).toEqual([200, 'gateway-01']);
  expect((await ask('DELETE', '/session', { headers: { ...headers, cookie } })).status).toBe(204);
});

test('a fault is told as the control socket tells it, in both languages', async () => {
  const { signIn, act } = await openConsole();
  const answer = await act('maintain', await signIn(), { device: 'gauge-02', until: 0 });
  expect(answer.status).toBe(400);
  expect(JSON.parse(answer.text)).toMatchObject({
    code: 'no-device',
    what: { code: 'control.no-device', en: 'there is no such device', ja: expect.stringContaining('機器') },
    on: 'gauge-02',
    hint: { code: expect.anything() },
  });
});

test.each([
  ['PUT', '/', 'GET, HEAD'],
  ['POST', '/assets/index-a1b2c3.js', 'GET, HEAD'],
  ['PUT', '/session', 'GET, POST, DELETE'],
  ['TRACE', '/session', 'GET, POST, DELETE'],
  ['POST', '/live', 'GET'],
  ['GET', '/do/status', 'POST'],
  ['OPTIONS', '/do/status', 'POST'],
])('%s %s is not allowed there, and no other site is let in by OPTIONS', async (method, path, allow) => {
  const { ask } = await openConsole();
  const { status, headers } = await ask(method, path, { headers: { origin: 'https://evil.example' } });
  expect([status, headers.allow, headers['access-control-allow-origin']]).toEqual([405, allow, undefined]);
});

test('of more than eight actions at once the next is turned away, and can come again', async () => {
  const { signIn, act, all } = await openConsole();
  const signed = await signIn();
  let begun = 0;
  let goOn = () => {};
  const held = new Promise<void>((resolve) => {
    goOn = resolve;
  });
  Object.assign(all.silence, {
    async maintain() {
      begun += 1;
      await held;
    },
  });
  const maintain = () => act('maintain', signed, { until: 0 });
  const eight = Array.from({ length: 8 }, maintain);
  await until(() => expect(begun).toBe(8));
  const ninth = await maintain();
  expect([ninth.status, ninth.headers['retry-after']]).toEqual([503, '1']);
  goOn();
  expect((await Promise.all(eight)).map(({ status }) => status)).toEqual(Array(8).fill(200));
  await until(async () => expect((await maintain()).status).toBe(200));
});
