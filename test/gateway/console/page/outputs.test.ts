/** Outputs, gaps and plots from the history on the console's page. */
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { say as buffer } from '../../../../gateway/console/page/buffer/words.ts';
import { say as device } from '../../../../gateway/console/page/device/words.ts';
import { say } from '../../../../gateway/console/page/outputs/words.ts';
import { say as sayPage } from '../../../../gateway/console/page/words.ts';
import type { ControlSources } from '../../../../gateway/control/actions.ts';
import type { HistoryQuestion } from '../../../../gateway/history/history.ts';
import type { Order } from '../../../../gateway/outputs/output.ts';
import { Switchboard } from '../../../../gateway/outputs/switchboard.ts';
import { TextError } from '../../../../shared/errors.ts';
import type { HistoryAnswer, HistoryPoint } from '../../../../shared/history-answer.ts';
import { foreign, LANGUAGES } from '../../../../shared/text.ts';
import { chromiumTests } from '../../../chromium.ts';
import { LogBook } from '../../machine/log-book.ts';
import { builtPage, button, DESK, looksWell, pageTests, SIZES } from './page-rig.ts';
import { AT, site } from './site.ts';

const EACH = LANGUAGES.flatMap((language) => SIZES.map(([where, viewport]) => [language, where, viewport] as const));

/** A siren, a lamp and a board that cannot be reached, by a switchboard of the product's own. */
function alarmedSite() {
  const gateway = site();
  const { clock } = gateway.rig;
  const told: Record<string, Order> = {};
  const standing = [{ device: 'gauge-01', place: '引地川 河原橋', alarm: '氾濫危険水位' }];
  const output = (name: string, alarms: readonly string[]) =>
    [
      { name, alarms, devices: [], forMs: 600_000 },
      {
        async set(order: Order) {
          if (name === 'board') throw new TextError(foreign('ECONNREFUSED 192.0.2.9:502'));
          told[name] = order;
        },
      },
    ] as const;
  const outputs = [output('siren', []), output('lamp', ['gate']), output('board', [])];
  const switchboard = new Switchboard(outputs, {
    standing: () => standing,
    silenced: new Map(),
    clock,
    log: new LogBook(),
  });
  const stop = new AbortController();
  void switchboard.run(stop.signal);
  const status = { ...gateway.status, outputs: switchboard };
  const sources: ControlSources = { ...gateway.control, outputs: switchboard, status, switchboard } as ControlSources; // as run.ts wires it
  return { sources, told, settle: () => clock.advance(1_500), standing };
}

describe.skipIf(chromiumTests.areSkipped)('outputs, gaps and plots in Chromium', () => {
  const opened = pageTests(builtPage());

  test.each(EACH)('in %s on a %s each output says how it stands and why', async (language, _, viewport) => {
    const { sources, settle } = alarmedSite();
    await settle();
    const all = await opened({ sources, hash: '#/outputs', language, viewport });
    await expect.poll(() => all.page.locator('.output').count()).toBe(3);
    const [siren, lamp, board] = await all.page.locator('.output').allInnerTexts();
    expect(siren).toContain(say.because({ alarm: foreign('氾濫危険水位'), place: '引地川 河原橋' })[language]);
    expect(lamp).toContain(say.off()[language]);
    expect(board).toContain('ECONNREFUSED 192.0.2.9:502');
    await looksWell(all, 'outputs', viewport, language);
  });

  test('an output is tested, the test is ended without silencing an alarm, and an alarm is silenced only when that is confirmed', async () => {
    const { sources, settle, told, standing } = alarmedSite();
    await settle();
    const { page, server } = await opened({ sources, hash: '#/outputs', viewport: DESK });
    const lamp = page.locator('.output', { has: page.getByRole('heading', { name: 'lamp', exact: true }) });
    await lamp.getByLabel(say.seconds().en).fill('30');
    await lamp.getByRole('button', { name: say.startTest().en, exact: true }).click();
    await page.getByText(say.tested({ output: 'lamp', seconds: 30 }).en).waitFor();
    await settle();
    await server.push();
    expect(told.lamp).toEqual({ on: true, why: 'test' });
    standing.push({ device: 'gauge-02', place: 'b', alarm: 'gate' });
    await lamp.getByRole('button', { name: say.endTest().en }).click();
    await page.getByText(say.testEnded({ output: 'lamp' }).en).waitFor();
    await settle();
    await server.push();
    expect(told.lamp).toMatchObject({ on: true, why: { alarm: 'gate' } });
    const siren = page.locator('.output', { has: page.getByRole('heading', { name: 'siren', exact: true }) });
    await siren.getByRole('button', { name: say.silence().en, exact: true }).click();
    await button(page, say.leaveOn()).click();
    expect(server.asked.map(({ action }) => action)).not.toContain('silence-output');
    await siren.getByRole('button', { name: say.silence().en, exact: true }).click();
    await button(page, say.silenceIt()).click();
    await page.getByText(say.isSilenced({ output: 'siren' }).en).waitFor();
    await settle();
    await server.push();
    await expect.poll(() => siren.innerText()).toContain(say.silenced().en);
    expect(told.siren).toEqual({ on: false });
  });

  test('a viewer sees how outputs stand and no button; without outputs it is said how to add one', async () => {
    const { sources, settle } = alarmedSite();
    await settle();
    const { page } = await opened({ sources, hash: '#/outputs', role: 'viewer' });
    await expect.poll(() => page.locator('.output').count()).toBe(3);
    expect(await page.locator('main').getByRole('button').count()).toBe(0);
    const none = await opened({ sources: site().control, hash: '#/outputs' });
    await none.page.getByText(say.none().en).waitFor();
    await none.page.getByText(say.howToAdd().en).waitFor();
  });

  test('what was dropped is told with its numbers and the reason, until the city OS has acknowledged it', async () => {
    const gateway = site();
    await gateway.observe(1);
    const { page, server } = await opened({ sources: gateway.control, hash: '#/buffer', role: 'viewer' });
    await page.getByText(buffer.noGaps().en).waitFor();
    await gateway.loseSome();
    await server.push();
    const gap = page.locator('section', { has: page.locator('#gaps') });
    await expect.poll(() => gap.locator('li').count()).toBe(1);
    expect(await gap.innerText()).toContain(buffer.erased().en);
    expect(await gap.innerText()).toContain(buffer.gapsNote().en);
    gateway.acknowledge();
    await server.push();
    await page.getByText(buffer.noGaps().en).waitFor();
  });

  test.each(EACH)('in %s on a %s a gap fits', async (language, _, viewport) => {
    const gateway = site();
    await gateway.observe(1);
    await gateway.loseSome();
    const all = await opened({ sources: gateway.control, hash: '#/buffer', language, viewport });
    await all.page.getByText(buffer.erased()[language]).waitFor();
    await all.page.locator('#gaps').scrollIntoViewIfNeeded();
    await looksWell(all, 'gaps', viewport, language);
  });

  /** A week of a river: a wave a day, a silence of six hours, a value in doubt. */
  function pastSite(source: HistoryAnswer['source'] = 'memory') {
    const gateway = site();
    const asked: HistoryQuestion[] = [];
    const ask = async (question: HistoryQuestion): Promise<HistoryAnswer> => {
      asked.push(question);
      const { from, to, quantities } = question;
      const bucketMs = Math.ceil((to - from) / question.maxPoints);
      const points: HistoryPoint[] = [];
      for (let at = from; at < to - 60_000; at += Math.max(60_000, bucketMs)) {
        const hour = (at / 3_600_000) % 24;
        if (to - from > 20 * 3_600_000 && hour > 6 && hour < 12) continue;
        const level = 1.5 + Math.sin((at / 86_400_000) * 2 * Math.PI);
        const spread = bucketMs > 60_000 ? 0.2 : 0;
        points.push([at, level - spread, level + spread, level, points.length === 5 ? 1 : 0]);
      }
      const series = Object.fromEntries(quantities.map((quantity) => [quantity, points]));
      return { source, bucketMs, series, ...(source === 'memory' && { since: AT - 7 * 86_400_000 }) };
    };
    return { gateway, asked, sources: { ...gateway.control, history: { ask } } };
  }

  test.each(EACH)('in %s on a %s a device is plotted from what was before', async (language, _, viewport) => {
    const { gateway, sources } = pastSite();
    await gateway.observe(1.2);
    const all = await opened({ sources, hash: '#/device/gauge-01', language, viewport });
    const { page } = all;
    await page.locator('.plotted canvas').first().waitFor();
    await page.getByLabel(sayPage.hours({ count: 24 })[language], { exact: true }).check();
    await page
      .getByText(device.together({ span: { code: '', en: '3 min', ja: '3分' } })[language])
      .first()
      .waitFor();
    await page.locator('.plotted').first().scrollIntoViewIfNeeded();
    await looksWell(all, 'history', viewport, language);
  });

  test('live values go on from where the history ends, ranges are asked for, and what is shown is saved', async () => {
    const { gateway, sources, asked } = pastSite();
    await gateway.observe(1);
    const { page, server } = await opened({ sources, hash: '#/device/gauge-01', viewport: DESK });
    const plot = page.getByRole('img', { name: 'Water level' });
    const count = async () => Number(/: (\d+) readings/.exec((await plot.getAttribute('aria-label')) ?? '')?.[1]);
    await expect.poll(count).toBeGreaterThan(50);
    const before = await count();
    await gateway.observe(1.5);
    await server.push();
    await expect.poll(count).toBeGreaterThan(before - 2);
    await expect.poll(() => plot.getAttribute('aria-label')).toContain('the last 1.5 m');
    expect(await page.getByLabel(device.days({ count: 30 }).en, { exact: true }).count()).toBe(0);
    await page.getByLabel(device.days({ count: 7 }).en, { exact: true }).check();
    await expect.poll(() => (asked.at(-1)?.to ?? 0) - (asked.at(-1)?.from ?? 0)).toBe(7 * 86_400_000);
    await page
      .getByText(device.together({ span: { code: '', en: '21 min', ja: '' } }).en)
      .first()
      .waitFor();
    const saving = page.waitForEvent('download');
    await page.locator('.plotted', { has: plot }).getByRole('button', { name: sayPage.saveCsv().en }).click();
    const rows = readFileSync(await (await saving).path(), 'utf8').split('\r\n');
    expect(rows[0]).toBe('time,"level (m)",least,greatest,doubtful');
    expect(rows.length).toBeGreaterThan(300);
    expect(rows.at(-2)).toMatch(/^2026-01-15T02:59:30.000Z,1\.5,1\.5,1\.5,0$/);
  });

  test('what came while the connection was lost, or the page stayed open for long, is asked for', async () => {
    const { gateway, sources, asked } = pastSite();
    await gateway.observe(1);
    const { page, server } = await opened({ sources, hash: '#/device/gauge-01', viewport: DESK });
    await expect.poll(() => asked.length).toBe(1);
    server.sayGone();
    await page.clock.runFor(5_000);
    await expect.poll(() => asked.length, { timeout: 8_000 }).toBe(2);
    await page.clock.runFor(600_000);
    await expect.poll(() => asked.length).toBeGreaterThan(2);
  });

  test('with an archive a month can be seen', async () => {
    const { gateway, sources } = pastSite('archive');
    await gateway.observe(1);
    const { page } = await opened({ sources, hash: '#/device/gauge-01', viewport: DESK });
    await page.getByText(device.fromArchive().en).waitFor();
    await page.getByLabel(device.days({ count: 30 }).en, { exact: true }).check();
    await page
      .getByText(device.together({ span: { code: '', en: '1 h', ja: '' } }).en)
      .first()
      .waitFor();
  });
});
