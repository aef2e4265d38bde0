/** A rig is set and broken while it runs, by whoever may read its file, and by nobody else. */
import { once } from 'node:events';
import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { tellRig } from '../../../gateway/rig/control-client.ts';
import { CONTROL_FILE, serveRig } from '../../../gateway/rig/control-server.ts';
import { freePort } from '../../../gateway/rig/free-port.ts';
import { openRig } from '../../../gateway/rig/open-rig.ts';
import { planOf } from '../../simulators/rig/plans.ts';
import { folderInMemory } from '../temporary-folder.ts';

const RIG = `[rig]\nclock = "virtual"\nawait-reader = "0s"\n[[device]]\nid = "gauge"\ntype = "maxbotix"\nlevel = 1.5`;

/** A rig that nobody reads, which stands still. */
async function served(toml = RIG) {
  const folder = folderInMemory();
  const plan = planOf(toml, folder);
  const rig = await openRig(plan);
  onTestFinished(() => rig.close());
  await rig.start();
  const data = plan.path(plan.rig.folder);
  const file = join(data, CONTROL_FILE);
  writeFileSync(file, '{"url":"http://127.0.0.1:1","token":"of a rig that was killed"}', { mode: 0o644 });
  const control = await serveRig(rig, data);
  onTestFinished(() => control.close());
  const { token } = JSON.parse(readFileSync(file, 'utf8'));
  const ask = async (
    method: string,
    path: string,
    body?: unknown,
    headers: object = { authorization: `Bearer ${token}` },
  ) => {
    const text = typeof body === 'string' ? body : JSON.stringify(body);
    const response = await fetch(`${control.url}${path}`, {
      ...{ method, headers: { ...headers } },
      ...(body !== undefined && { body: text }),
    });
    return { status: response.status, body: await response.json() };
  };
  return { rig, plan, control, file, token, ask, gauge: () => rig.bench.devices.get('gauge') };
}

test('its address and token are in a file that only its user can read, also where a killed rig has left one', async () => {
  const { file, control } = await served();
  expect(statSync(file).mode & 0o777).toBe(0o600);
  expect(JSON.parse(readFileSync(file, 'utf8')).url).toBe(control.url);
  await control.close();
  expect(existsSync(file)).toBe(false);
});

test('it listens on loopback only, on the port of the rig file if that names one', async () => {
  const port = await freePort();
  const { control } = await served(RIG.replace('[rig]', `[rig]\ncontrol = "127.0.0.1:${port}"`));
  expect(control.url).toBe(`http://127.0.0.1:${port}`);
  for (const host of ['0.0.0.0', '192.168.0.1', 'example.org']) {
    expect(() => planOf(RIG.replace('[rig]', `[rig]\ncontrol = "${host}:9000"`))).toThrow();
  }
});

test.each([
  [{}],
  [{ authorization: 'Bearer wrong' }],
  [{ authorization: 'Bearer ' }],
  [{ authorization: 'Basic cmlnOnJpZw==' }],
])('without its token nothing is told and nothing is done: %o', async (headers) => {
  const { ask, gauge } = await served();
  for (const [method, path] of [
    ['GET', '/state'],
    ['POST', '/set'],
    ['POST', '/nothing'],
  ] as const) {
    const body = method === 'POST' ? { device: 'gauge', quantity: 'level', value: 9 } : undefined;
    expect(await ask(method, path, body, headers)).toMatchObject({ status: 401, body: { error: 'unauthorised' } });
  }
  expect(gauge()?.quantities.level?.isSet).toBe(false);
});

test('what it senses is set and freed, and its faults struck and cleared', async () => {
  const { ask, gauge, rig } = await served();
  expect((await ask('POST', '/set', { device: 'gauge', quantity: 'level', value: 2.4 })).status).toBe(200);
  expect((await ask('POST', '/fault', { on: 'gauge', fault: 'noise', with: { share: 0.5 } })).status).toBe(200);
  expect(rig.sensed('gauge', 'level')).toBe(2.4);
  expect(gauge()?.faults.get('noise')).toEqual({ share: 0.5 });
  expect((await ask('GET', '/state')).body).toEqual({
    seconds: 0,
    devices: [
      {
        id: 'gauge',
        type: 'maxbotix',
        path: 'gauge',
        isOpen: false,
        senses: { level: 2.4 },
        set: ['level'],
        sent: 0,
        faults: ['noise'],
      },
    ],
    faults: {},
    stored: {},
    gateway: 'none',
  });
  await ask('POST', '/set', { device: 'gauge', quantity: 'level', value: null });
  expect(rig.sensed('gauge', 'level')).toBe(1.5);
  await ask('POST', '/clear', {});
  expect(gauge()?.faults.standing).toEqual([]);
});

describe('what cannot be done is refused, and changes nothing', () => {
  test.each([
    ['/set', { device: 'gague', quantity: 'level', value: 1 }, 'no-target'],
    ['/set', { device: 'gauge', quantity: 'depth', value: 1 }, 'no-quantity'],
    ['/set', { device: 'gauge', quantity: 'constructor', value: 1 }, 'no-quantity'],
    ['/set', { device: 'gauge', quantity: 'level', value: 'high' }, 'bad-request'],
    ['/set', { device: 'gauge', quantity: 'level', value: 1, more: 1 }, 'bad-request'],
    ['/set', [], 'bad-request'],
    ['/set', '{"device":', 'bad-request'],
    ['/set', '', 'bad-request'],
    ['/set', `{"device":"${'x'.repeat(100_000)}"}`, 'bad-request'],
    ['/fault', { on: 'gauge', fault: 'nose' }, 'no-fault'],
    ['/fault', { on: 'gauge', fault: 'noise', with: { share: 2 } }, 'no-fault'],
    ['/fault', { on: 'gauge', fault: 'noise', with: { part: 1 } }, 'no-fault'],
    ['/fault', { on: 'nobody', fault: 'noise' }, 'no-target'],
    ['/clear', { on: 'nobody' }, 'no-target'],
  ])('%s %j', async (path, body, error) => {
    const { ask, gauge } = await served();
    expect(await ask('POST', path, body)).toMatchObject({ status: 400, body: { error } });
    expect([gauge()?.quantities.level?.isSet, gauge()?.faults.standing]).toEqual([false, []]);
    expect((await ask('GET', '/state')).status).toBe(200);
  });

  test.each([
    ['GET', '/'],
    ['GET', '/set'],
    ['POST', '/state'],
    ['POST', '/constructor'],
    ['DELETE', '/fault'],
    ['GET', '//state'],
  ])('%s %s', async (method, path) => {
    const { ask } = await served();
    expect((await ask(method, path, method === 'GET' ? undefined : {})).status).toBe(404);
  });
});

test('whoever hangs up, or says what is no HTTP, ends nothing', async () => {
  const { ask, control, token } = await served();
  const { port } = new URL(control.url);
  for (const said of [
    'GARBAGE\r\n\r\n',
    `POST /set HTTP/1.1\r\nhost: rig\r\nauthorization: Bearer ${token}\r\ncontent-length: 500\r\n\r\n{"dev`,
    `GET http://[ HTTP/1.1\r\nhost: rig\r\nauthorization: Bearer ${token}\r\n\r\n`,
  ]) {
    const socket = connect(Number(port), '127.0.0.1').on('error', () => {});
    await once(socket, 'connect');
    socket.end(said);
    await once(socket.resume(), 'close');
  }
  expect((await ask('GET', '/state')).status).toBe(200);
});

describe('the command line', () => {
  test('tells a rig by its file', async () => {
    const { plan, rig } = await served();
    await tellRig(plan, 'set', { device: 'gauge', quantity: 'level', value: 3 });
    expect(rig.sensed('gauge', 'level')).toBe(3);
    await expect(tellRig(plan, 'fault', { on: 'gauge', fault: 'nose' })).rejects.toMatchObject({ code: 'no-fault' });
  });

  test('is told that no rig runs: none has, one has ended, one was killed, or its file is damaged', async () => {
    const { plan, control, file } = await served();
    await control.close();
    const tell = () => tellRig(plan, 'clear', {});
    await expect(tell()).rejects.toMatchObject({ code: 'no-rig' });
    writeFileSync(file, JSON.stringify({ url: `http://127.0.0.1:${await freePort()}`, token: 'old' }));
    await expect(tell()).rejects.toMatchObject({ code: 'no-rig' });
    writeFileSync(file, '{"url":');
    await expect(tell()).rejects.toMatchObject({ code: 'no-rig' });
  });
});
