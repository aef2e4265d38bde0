/** An operator's service that is killed while tags are enrolled and struck out: what it has answered holds, and nothing is left of who is gone. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import { giveToken } from '../../gateway/destinations/tags/accounts.ts';
import { readEnrolledTags } from '../../gateway/destinations/tags/enrolled-tags.ts';
import { identifier, newOperator } from '../gateway/destinations/tags/rig.ts';
import { freePort } from '../gateway/net/free-port.ts';
import { gatewayProcess } from './started.ts';

const patience = { timeout: 25_000, interval: 20 };
const kills = 6;

test('what was answered before a kill is in the table after it, and a tag that was struck out is in no file', async () => {
  const operator = await newOperator();
  const accounts = join(operator.folder, 'asking.accounts');
  const token = giveToken(accounts, 'clerk', { mayEnrol: true });
  const [port, asking] = [await freePort(), await freePort()];
  const gateway = gatewayProcess(`
    gateway = { id = "alsok-hub", tenant = "alsok" }
    clock = { synchronised = "always" }
    status = { enabled = false }
    [[port]]
    name = "city"
    type = "feed"
    listen = "127.0.0.1:${port}"
    [[destination]]
    name = "tags"
    type = "tags"
    tenants = ["*"]
    operators = ["alsok"]
    url = "sqlite:tags.sqlite"
    operator-key-file = "${operator.keyFile}"
    enrolled-file = "${operator.enrolledFile}"
    retention = "72h"
    listen = "127.0.0.1:${asking}"
    per-minute = 100000
    accounts-file = "${accounts}"`);
  const authorization = `Basic ${Buffer.from(`clerk:${token}`).toString('base64')}`;
  const send = async (method: string, path: string, content?: object) =>
    (
      await fetch(`http://127.0.0.1:${asking}/v1/tags${path}`, {
        ...{ method, headers: { authorization } },
        ...(content !== undefined && { body: JSON.stringify(content) }),
      })
    ).status;
  const put = (n: number) =>
    send('PUT', `/T-${n}-`, { identifier: `ibeacon:${identifier(n)}`, opt_in: '2026-05-01', consent: `B-${n}` });
  const isUp = () => vi.waitFor(async () => expect(await send('GET', '')).toBe(200), patience);

  const [enrolled, gone] = [new Set<number>(), new Set<number>()];
  let n = 0;
  await gateway.start();
  for (let kill = 0; kill < kills; kill++) {
    await isUp();
    for (let i = 0; i < 5 + kill; i++) {
      expect(await put(++n)).toBe(201);
      enrolled.add(n);
    }
    const victim = n - 1;
    expect(await send('DELETE', `/T-${victim}-`)).toBe(204);
    enrolled.delete(victim);
    gone.add(victim);
    const onTheWay = put(++n).catch(() => 0); // killed before, within or after it
    if (kill % 2 === 1) await new Promise((resolve) => setImmediate(resolve));
    await gateway.end('SIGKILL');
    if ((await onTheWay) === 201) enrolled.add(n);
    const { names } = await readEnrolledTags(operator.enrolledFile);
    for (const each of enrolled) expect(names).toContain(`T-${each}-`);
    for (const each of gone) expect(names).not.toContain(`T-${each}-`);
    await gateway.start();
  }
  await isUp();
  const [last = 0] = enrolled;
  expect(await send('DELETE', `/T-${last}-`)).toBe(204);
  gone.add(last);
  await gateway.end('SIGKILL');
  for (const folder of [gateway.folder, operator.folder]) {
    const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((each) => each.isFile());
    for (const { parentPath, name } of files) {
      if (parentPath.endsWith('tags-audit')) continue; // the record of who struck whom out
      const content = readFileSync(join(parentPath, name));
      for (const each of gone) {
        expect(content.includes(`T-${each}-`), name).toBe(false);
        expect(content.includes(identifier(each)), name).toBe(false);
      }
    }
  }
  expect(gateway.log.text).not.toMatch(/T-\d+-|f7826da6/);
}, 120_000);
