/** Orders on the console's page: at a hub given with a form and followed, with the roll-out; at a gateway those that it took. */
import { describe, expect, test } from 'vitest';
import { argumentsOf } from '../../../../gateway/console/page/orders/arguments.ts';
import { say } from '../../../../gateway/console/page/orders/words.ts';
import type { ControlSources } from '../../../../gateway/control/actions.ts';
import { orderForms } from '../../../../gateway/control/order-fields.ts';
import { HubOrders } from '../../../../gateway/hub/hub-orders.ts';
import { OrderBook } from '../../../../gateway/hub/order-book.ts';
import { orderKey } from '../../../../gateway/hub/order-key.ts';
import type { RollOutSight } from '../../../../gateway/hub/roll-out.ts';
import { encodeResult, type OrderResult } from '../../../../shared/orders/result.ts';
import { say as sayState } from '../../../../shared/orders/states-words.ts';
import { foreign, LANGUAGES } from '../../../../shared/text.ts';
import { chromiumTests } from '../../../chromium.ts';
import { LogBook } from '../../machine/log-book.ts';
import { temporaryFolder } from '../../temporary-folder.ts';
import { builtPage, button, DESK, looksWell, pageTests, SIZES, shoot } from './page-rig.ts';
import { AT, site } from './site.ts';

const EACH = LANGUAGES.flatMap((language) => SIZES.map(([where, viewport]) => [language, where, viewport] as const));
const TO = { tenant: 'toyama', gateway: 'gateway-01' };

/** A hub with orders of every end, and a roll-out in its second stage. */
async function hubSite() {
  const { control, rig } = site();
  const folder = temporaryFolder();
  const orders = new HubOrders({
    book: new OrderBook(new Map(), async () => {}, new LogBook()),
    key: () => orderKey(folder),
    audit: { append: async () => {} },
    keepBundle: () => '/var/lib/machimori/support/2026-01-15T030000_toyama_gateway-01_00112233.txt.gz',
    clock: rig.clock,
    log: new LogBook(),
  });
  const stopped: true[] = [];
  const rollOut = {
    get sight(): RollOutSight {
      const plan = { id: '1', version: '0.2.0', url: 'https://hub.example.jp/', stages: [0.01, 0.1, 0.5, 1] };
      return {
        plan: { ...plan, pauseMs: 86_400_000, patienceMs: 86_400_000, stopShare: 0.02 },
        state: { state: stopped.length > 0 ? 'stopped' : 'running', stage: 1, since: AT },
        tally: { chosen: 148, done: 97, failed: 1, newer: 2, quiet: 2, waiting: 50 },
      };
    },
    stop: async () => void stopped.push(true),
  };
  const hub = { ...control.hub, orders, rollOut } as unknown as ControlSources['hub']; // as far as it is asked here
  const give = async (action: string, about: Partial<OrderResult> | undefined, device?: string, args = {}) => {
    const order = await orders.send({ ...TO, action, device, arguments: args, by: 'tanaka' });
    const result = { order: order.digest, id: order.id, gateway: TO.gateway, outcome: 'done', ...about } as const;
    if (about !== undefined) await orders.result(TO, encodeResult(result));
    return order;
  };
  await give('support', { attachment: 'AAAA', details: { bytes: 18_234, logLines: 950 } });
  await give('write', { outcome: 'refused', text: foreign('must be 40 at most') }, 'heater', { name: 'a', value: 99 });
  await give('restart', undefined);
  return { orders, stopped, sources: { ...control, hub, by: 'sato' } satisfies ControlSources };
}

test('what is written becomes arguments as each action takes them', () => {
  const [level, interval, write] = ['log-level', 'interval', 'write'].map(
    (name) => orderForms().find(({ action }) => action === name)?.fields ?? [],
  );
  expect(argumentsOf(level ?? [], { level: 'debug', forMs: '90' })).toEqual({ level: 'debug', forMs: 90_000 });
  expect(argumentsOf(interval ?? [], { everyMs: '0.5' })).toEqual({ everyMs: 500 });
  expect(argumentsOf(write ?? [], { name: 'valve', value: 'true' })).toEqual({ name: 'valve', value: true });
  expect(argumentsOf(write ?? [], { name: 'valve', value: '23.5' })).toEqual({ name: 'valve', value: 23.5 });
});

describe.skipIf(chromiumTests.areSkipped)('orders in Chromium', () => {
  const opened = pageTests(builtPage());

  test.each(EACH)(
    'in %s on a %s each order says how it stands and why, and so does the roll-out',
    async (language, _, viewport) => {
      const { sources } = await hubSite();
      const all = await opened({ sources, hash: '#/orders', language, viewport });
      await expect.poll(() => all.page.locator('.order').count()).toBe(3);
      const [restart, write, support] = await all.page.locator('.order').allInnerTexts();
      expect(restart).toContain(sayState.waiting()[language]);
      expect(write).toContain('must be 40 at most');
      expect(support).toContain('.txt.gz');
      expect(await all.page.locator('.roll-out').innerText()).toContain('148');
      await shoot(all.page, `orders-${viewport === DESK ? 'desk' : 'phone'}-${language}`, true);
      await all.page.locator('summary').click();
      await looksWell(all, 'order', viewport, language);
    },
  );

  test('an order is given once it is confirmed, in the name of whoever is signed in, and its result comes by itself', async () => {
    const { sources, orders } = await hubSite();
    const { page, server } = await opened({ sources, hash: '#/orders', viewport: DESK });
    await page.locator('summary').click();
    await page.getByLabel(say.action().en, { exact: true }).selectOption('log-level');
    await page.getByLabel(say.gateway().en).fill('toyama/gateway-01');
    await page.getByLabel(say.level().en, { exact: true }).selectOption('debug');
    await button(page, say.send()).click();
    expect(server.asked.some(({ action }) => action === 'send-order')).toBe(false);
    await page.locator('dialog[open]').getByRole('button', { name: say.send().en, exact: true }).click();
    await page.getByText(say.sent().en).waitFor();
    const [order] = orders.book.all();
    expect(order).toMatchObject({ ...TO, action: 'log-level', by: 'sato' });
    if (order === undefined) throw new Error('nothing was ordered');
    await orders.result(TO, encodeResult({ order: order.digest, id: order.id, gateway: TO.gateway, outcome: 'done' }));
    await page.clock.runFor(4_000);
    await expect.poll(() => page.locator('.order').first().innerText()).toContain(sayState.done().en);
  });

  test('a roll-out is stopped once that is confirmed; a viewer sees all and orders nothing', async () => {
    const { sources, stopped } = await hubSite();
    const { page } = await opened({ sources, hash: '#/orders' });
    await button(page, say.stopRollOut()).click();
    expect(stopped).toEqual([]);
    await page.locator('dialog[open]').getByRole('button', { name: say.stopRollOut().en }).click();
    await page.getByText(say.hasStopped().en).waitFor();
    expect(stopped).toEqual([true]);
    const viewer = await opened({ sources, hash: '#/orders', role: 'viewer' });
    await expect.poll(() => viewer.page.locator('.order').count()).toBe(3);
    expect(await viewer.page.locator('main button, main summary').count()).toBe(0);
  });

  test('a gateway shows what it has taken, and nothing to order', async () => {
    const { control, status } = site();
    const result = { order: '00'.repeat(8), gateway: 'gateway-01', outcome: 'done', at: AT } as const;
    const taken = { digest: '00'.repeat(8), action: 'restart', by: 'tanaka', key: 'hub', expiresAt: AT + 600_000 };
    const orders = {
      counts: { done: 1, refused: 0, failed: 0, waiting: 0 },
      taken: () => [['1'.repeat(32), { ...taken, result }] as const],
    };
    const hub = { ...control.hub, orders: undefined, rollOut: undefined };
    const sources = { ...control, hub, status: { ...status, orders } };
    const { page } = await opened({ sources, hash: '#/orders' });
    await expect.poll(() => page.locator('.order').innerText()).toContain('tanaka');
    expect(await page.locator('main summary').count()).toBe(0);
  });
});
