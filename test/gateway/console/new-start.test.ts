/** A configuration that starts the gateway anew signs nobody out. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { accountsFileOf } from '../../../gateway/config/console-accounts.ts';
import { supervised } from '../../end-to-end/started.ts';
import { freePort } from '../net/free-port.ts';
import { temporaryFolder } from '../temporary-folder.ts';
import { accountLine, PASSWORD } from './console-rig.ts';

const soon = { timeout: 15_000 };

test('whoever is signed in changes what starts the gateway anew, and goes on', async () => {
  const folder = temporaryFolder();
  const file = join(folder, 'gateway.toml');
  const port = await freePort();
  mkdirSync(join(folder, 'data'), { mode: 0o700 });
  writeFileSync(accountsFileOf(join(folder, 'data')), await accountLine('suzuki', 'technician'), { mode: 0o600 });
  writeFileSync(
    file,
    `[gateway]\nid = "box"\n[clock]\nsynchronised = "always"\n[status]\nenabled = false\n[console]\nenabled = true\nlisten = "127.0.0.1:${port}"\n`,
  );
  const running = supervised(folder);
  const url = `http://127.0.0.1:${port}`;
  const ask = async (path: string, options: RequestInit) => {
    const response = await fetch(`${url}/${path}`, options).catch(() => undefined); // while it starts anew nobody is there
    return { status: response?.status, headers: response?.headers, body: JSON.parse((await response?.text()) || '{}') };
  };
  const signIn = () => ask('session', { method: 'POST', body: JSON.stringify({ user: 'suzuki', password: PASSWORD }) });
  let cookie = '';
  await expect
    .poll(async () => {
      const answer = await signIn();
      cookie = answer.headers?.get('set-cookie')?.split(';')[0] ?? '';
      return answer.status;
    }, soon)
    .toBe(204);
  const session = () => ask('session', { headers: { cookie } });
  const { csrf } = (await session()).body;
  const act = async (action: string, parameters: object) => {
    const headers = { cookie, 'x-csrf': csrf };
    return (await ask(`do/${action}`, { method: 'POST', headers, body: JSON.stringify(parameters) })).body;
  };
  const before = running.gateway;
  const { text, digest, runs, versions } = await act('read-config', {});
  expect([text, runs, versions.length]).toEqual([readFileSync(file, 'utf8'), true, 1]);
  const changes = [{ set: 'log.level', value: 'debug' }];
  expect(await act('check-config', { changes })).toMatchObject({
    faults: [],
    lines: ['+ 11: [log]', '+ 12: level = "debug"'],
  });
  expect(await act('change-config', { changes, base: digest })).toMatchObject({ outcome: 'restarts' });
  await expect.poll(() => running.gateway !== before, soon).toBe(true);
  await expect.poll(async () => (await session()).status, soon).toBe(200);
  expect(running.gateway.config.log.level).toBe('debug');
  expect(await act('change-config', { changes, base: digest })).toMatchObject({ code: 'config-changed' });
  expect(await act('change-config', { version: versions[0] })).toMatchObject({ outcome: 'restarts' });
  await expect.poll(() => running.gateway.config.log.level, soon).toBe('info');
});
