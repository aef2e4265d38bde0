/** A technician changes a gateway's configuration from the console, and the whole gateway with it. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { accountsFileOf } from '../../gateway/config/console-accounts.ts';
import { accountLine } from '../gateway/console/console-rig.ts';
import { freePort } from '../gateway/net/free-port.ts';
import { temporaryFolder } from '../gateway/temporary-folder.ts';
import { supervised } from './started.ts';

async function box() {
  const folder = temporaryFolder();
  const port = await freePort();
  const file = join(folder, 'gateway.toml');
  const write = (level: string, more = '') =>
    writeFileSync(
      file,
      `[gateway]
id = "box"
data-directory = "."
[status]
enabled = false
[log]
level = "${level}"
[console]
enabled = true
listen = "127.0.0.1:${port}"
${more}`,
    );
  write('info');
  mkdirSync(folder, { recursive: true });
  writeFileSync(accountsFileOf(folder), await accountLine('suzuki', 'technician'), { mode: 0o600 });
  supervised(folder);
  const url = `http://127.0.0.1:${port}`;
  await expect
    .poll(() =>
      fetch(url).then(
        ({ status }) => status,
        () => 0,
      ),
    )
    .toBeGreaterThan(0);
  const signIn = async () => {
    const body = JSON.stringify({ user: 'suzuki', password: 'a river of cold tea' });
    const { headers } = await fetch(`${url}/session`, { method: 'POST', body });
    const cookie = headers.get('set-cookie')?.split(';')[0] ?? '';
    const { csrf } = (await (await fetch(`${url}/session`, { headers: { cookie } })).json()) as { csrf: string };
    const act = async (action: string) => {
      const response = await fetch(`${url}/do/${action}`, { method: 'POST', headers: { cookie, 'x-csrf': csrf } });
      return { status: response.status, answer: (await response.json()) as Record<string, unknown> };
    };
    return { cookie, act };
  };
  return { folder, url, write, signIn };
}

const LINE = `[[port]]
name = "line"
type = "tcp"
address = "127.0.0.1:9"
[[device]]
id = "gauge-01"
type = "line"
port = "line"
profile = { format = "json", fields = [{ from = "level", quantity = "level" }] }
`;

test('a configuration is taken up part by part while the session goes on, and a faulty one is told', async () => {
  const { write, signIn } = await box();
  const { act } = await signIn();
  expect((await act('apply-config')).answer).toMatchObject({ outcome: 'same' });
  write('info', LINE);
  expect(await act('apply-config')).toMatchObject({ status: 200, answer: { outcome: 'applied', ports: ['line'] } });
  expect((await act('status')).answer).toMatchObject({ ports: { line: { path: 'tcp://127.0.0.1:9' } } });
  write('loud', LINE);
  expect(await act('apply-config')).toMatchObject({
    status: 400,
    answer: { code: 'config-faulty', what: { en: expect.stringMatching(/line 7/) } },
  });
});

test('a change of more gets its answer, then the live view is told, and the console opens again for who was signed in', async () => {
  const { folder, url, write, signIn } = await box();
  const { cookie, act } = await signIn();
  const live = await fetch(`${url}/live`, { headers: { cookie, 'accept-encoding': 'identity' } });
  const seen = live.text();
  write('debug');
  expect((await act('apply-config')).answer).toMatchObject({ outcome: 'restarts' });
  expect(await seen).toMatch(/^event: status\n.*event: gone\ndata: \{\}\n\n$/s);
  await expect
    .poll(() =>
      fetch(`${url}/session`, { headers: { cookie } }).then(
        ({ status }) => status,
        () => 0,
      ),
    )
    .toBe(200);
  expect((await act('status')).answer).toMatchObject({
    gateway: 'box',
    console: { address: url.slice(7) },
  });
  const month = new Date().toISOString().slice(0, 7);
  const audit = readFileSync(join(folder, 'console-audit', `${month}.jsonl`), 'utf8')
    .trim()
    .split('\n');
  const said = audit.map((line) => JSON.parse(line)).map(({ action, outcome }) => `${action} ${outcome}`);
  expect(said).toEqual(['sign-in done', 'apply-config begun', 'apply-config done']);
});
