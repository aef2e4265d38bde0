/** The map on the console's page, in a real browser: drawn by software WebGL, with tiles that the test serves. */
import type { Page } from 'playwright-core';
import { describe, expect, test } from 'vitest';
import { say } from '../../../../gateway/console/page/map/words.ts';
import { say as sayPage } from '../../../../gateway/console/page/words.ts';
import { LANGUAGES, type Language } from '../../../../shared/text.ts';
import { chromiumTests, seriousFaults } from '../../../chromium.ts';
import { mapSite } from './map-site.ts';
import { builtPage, DESK, PHONE, pageTests, shoot } from './page-rig.ts';
import { AT } from './site.ts';

const TILES = 'https://cyberjapandata.gsi.go.jp/xyz/std/{z}/{x}/{y}.png';
/** Grey, 1 × 1. */
const PNG = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR42mM4AQAAygDJNEIn8wAAAABJRU5ErkJggg==',
  'base64',
);

interface Options {
  readonly language?: Language;
  readonly viewport?: typeof PHONE;
  readonly hash?: string;
  readonly tiles?: string;
  /** Whether tiles come. */
  readonly isOnline?: boolean;
  readonly gateway?: ReturnType<typeof mapSite>;
  readonly script?: string;
}

describe.skipIf(chromiumTests.areSkipped)('the map in Chromium', () => {
  const open = pageTests(builtPage());

  async function opened({ hash = '#/map', isOnline = true, script = '', gateway = mapSite(), ...more }: Options = {}) {
    const [elsewhere, loaded]: [string[], string[]] = [[], []];
    const all = await open({
      ...{ role: 'viewer', sources: gateway.control, hash, viewport: DESK, elsewhere, ...more },
      async prepare(context) {
        if (script !== '') await context.addInitScript(script);
        await context.route(/^https:/, (route) =>
          isOnline
            ? route.fulfill({ contentType: 'image/png', body: PNG, headers: { 'access-control-allow-origin': '*' } })
            : route.abort(),
        );
        context.on('request', (request) => void loaded.push(request.url()));
      },
    });
    return { ...all, elsewhere, loaded };
  }

  const rows = (page: Page) => page.locator('.spot-list button');
  const drawn = async (page: Page) => {
    await page.locator('.maplibregl-canvas').waitFor();
    await page.getByText(say.drawing().en).waitFor({ state: 'detached' });
  };
  const filledSite = async () => {
    const gateway = mapSite();
    await gateway.observe(2.9);
    gateway.fill();
    return gateway;
  };

  describe.each(LANGUAGES)('in %s', (language) => {
    test.each([
      ['phone', PHONE],
      ['desk', DESK],
    ])('it fits a %s, keeps the policy, and has no serious fault of accessibility', async (where, viewport) => {
      const gateway = await filledSite();
      const { page, faults, elsewhere } = await opened({ language, viewport, gateway, tiles: TILES });
      await drawn(page);
      await expect.poll(() => rows(page).count()).toBe(8);
      await page.getByText(say.legend()[language]).click();
      const looksWell = async (name: string) => {
        expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(viewport.width);
        expect(await seriousFaults(page)).toEqual([]);
        await shoot(page, `map-${name}-${where}-${language}`, true);
      };
      await looksWell('all');
      await rows(page).filter({ hasText: 'plow-01' }).click();
      await page.locator('.spot').waitFor();
      await page.waitForFunction('document.querySelector(".maplibregl-canvas")');
      await page.clock.runFor(3_000);
      await looksWell('plow');
      await page.emulateMedia({ colorScheme: 'dark' });
      await looksWell('dark');
      expect(await page.getByText(say.tilesFailed()[language]).count()).toBe(0);
      expect(faults).toEqual([]);
      expect(elsewhere.length).toBeGreaterThan(0);
      expect(elsewhere.filter((url) => !url.startsWith('https://cyberjapandata.gsi.go.jp/xyz/std/'))).toEqual([]);
      const source = page.locator('.attribution a');
      expect(await source.innerText()).toBe(say.gsiTiles()[language]);
      expect(await source.getAttribute('href')).toMatch(/^https:\/\/maps\.gsi\.go\.jp\//);
    });
  });

  test('the first view loads no map; opening it does', async () => {
    const { page, loaded } = await opened({ hash: '' });
    await page.locator('.device').first().waitFor();
    const isOfMaps = (url: string) => /\/(ground|map|spot|walk)/.test(url);
    expect(loaded.filter(isOfMaps)).toEqual([]);
    await page.getByRole('link', { name: 'Map', exact: true }).click();
    await drawn(page);
    expect(loaded.filter((url) => url.includes('/ground-map-'))).toHaveLength(2); // its script and its style sheet
  });

  test('without tiles nothing is asked of anybody else, and there is a scale', async () => {
    const { page, faults, elsewhere } = await opened({ gateway: await filledSite() });
    await drawn(page);
    await page.getByText(say.noTiles().en).waitFor();
    await expect.poll(() => page.locator('.maplibregl-ctrl-scale').innerText()).toMatch(/\d+\s?k?m/);
    expect(elsewhere).toEqual([]);
    expect(faults).toEqual([]);
  });

  test('tiles that do not come are said and no fault; when they come again it is over', async () => {
    const { page, faults, context } = await opened({ gateway: await filledSite(), tiles: TILES, isOnline: false });
    await drawn(page);
    await page.getByText(say.tilesFailed().en).waitFor();
    await expect.poll(() => rows(page).count()).toBe(8);
    expect(faults).toEqual([]);
    await context.unroute(/^https:/);
    await context.route(/^https:/, (route) =>
      route.fulfill({ contentType: 'image/png', body: PNG, headers: { 'access-control-allow-origin': '*' } }),
    );
    await page.getByRole('button', { name: say.zoomIn().en }).click();
    await page.getByText(say.tilesFailed().en).waitFor({ state: 'detached' });
  });

  test('a browser that cannot draw says so, and the list says everything', async () => {
    const script = `HTMLCanvasElement.prototype.getContext = ((own) => function (kind, ...more) {
      return kind.startsWith('webgl') ? null : own.call(this, kind, ...more);
    })(HTMLCanvasElement.prototype.getContext)`;
    const { page, faults } = await opened({ gateway: await filledSite(), script });
    await page.getByText(say.noDrawing().en).waitFor();
    await rows(page).filter({ hasText: 'gauge-jinzu' }).click();
    await expect.poll(() => page.locator('.spot').innerText()).toMatch(/Level\s+4\s+氾濫危険水位[\s\S]*3\.2 m/);
    expect(faults).toEqual([]);
  });

  test('by the keyboard alone a device is found, chosen and left again; the most urgent is first', async () => {
    const { page } = await opened({ gateway: await filledSite() });
    await expect.poll(() => rows(page).count()).toBe(8);
    expect(await rows(page).first().innerText()).toContain('gauge-jinzu');
    await page.getByLabel(say.search().en).focus();
    await page.keyboard.type('EKIMAE');
    await expect.poll(() => rows(page).count()).toBe(1);
    for (let i = 0; i < 4; i++) await page.keyboard.press('Tab'); // kind, state, tenant, row
    await page.keyboard.press('Enter');
    await expect
      .poll(() => page.locator('.spot').innerText())
      .toMatch(/counter-ekimae[\s\S]*gateway-07 of toyama[\s\S]*Entered\s*12/);
    await page.getByRole('button', { name: sayPage.close().en }).press('Enter');
    expect(await page.locator('.spot').count()).toBe(0);
    await page.getByLabel(say.search().en).fill('');
    await page.getByLabel(sayPage.tenant().en).selectOption('takamatsu');
    await expect.poll(() => rows(page).count()).toBe(1);
    await page.getByLabel(say.state().en).selectOption('alarm');
    await page.getByText(say.none().en).waitFor();
  });

  test('on a phone, whoever chooses in the list sees the map and the device', async () => {
    const { page } = await opened({ gateway: await filledSite(), viewport: PHONE });
    await drawn(page);
    await rows(page).filter({ hasText: 'shelter-chuo' }).click();
    const isSeen = (selector: string) =>
      page.evaluate(`(() => {
        const { top, bottom } = document.querySelector('${selector}').getBoundingClientRect();
        return top >= 0 && bottom <= document.querySelector('nav').getBoundingClientRect().top;
      })()`);
    await expect.poll(() => isSeen('.ground .drawn')).toBe(true);
    expect(await isSeen('.spot h2')).toBe(true);
  });

  test('a touch on a mark shows the device, and its link leads to its page', async () => {
    const { page } = await opened({ gateway: await filledSite(), viewport: PHONE });
    await drawn(page);
    await page.getByLabel(say.search().en).fill('gauge-01');
    await expect.poll(() => rows(page).count()).toBe(1);
    await page.getByRole('button', { name: say.showAll().en }).click();
    const canvas = page.locator('.maplibregl-canvas');
    await expect
      .poll(async () => {
        await page.clock.runFor(1_000);
        await canvas.click(); // in its middle
        return page.locator('.spot').count();
      })
      .toBe(1);
    expect(await page.locator('.spot h2').innerText()).toContain('gauge-01');
    await shoot(page, 'map-mark-phone-en', true);
    await page.getByRole('link', { name: say.openDevice().en }).click();
    await page.getByRole('heading', { name: 'gauge-01', level: 1 }).waitFor();
    await page.getByRole('link', { name: 'On the map' }).click();
    await expect.poll(() => page.locator('.spot h2').innerText()).toContain('gauge-01');
  });

  test('own devices are live, the city is renewed within 20 s by what has changed, and tracks go on', async () => {
    const gateway = await filledSite();
    const { page, server, faults } = await opened({ gateway });
    await drawn(page);
    await expect.poll(() => rows(page).count()).toBe(8);
    const asked = () => server.asked.filter(({ action }) => action === 'city');
    expect(asked()).toHaveLength(1);
    await gateway.observe(1.5);
    await server.push();
    await expect.poll(() => rows(page).filter({ hasText: 'gauge-01' }).first().innerText()).toContain('1.5 m');
    gateway.toyama('water-level', 'gauge-jinzu', { level: 3.4 }, { observedAt: AT });
    gateway.drive(20);
    await page.clock.runFor(20_000);
    await expect.poll(() => rows(page).filter({ hasText: 'gauge-jinzu' }).innerText()).toContain('3.4 m');
    expect(asked()).toHaveLength(2);
    expect(asked()[1]?.parameters).toEqual({ cursor: expect.stringMatching(/^[0-9a-f]+-0\.\d+$/) });
    expect(server.asked.filter(({ action }) => action === 'tracks')).toHaveLength(1);
    expect(faults).toEqual([]);
  });

  test('of a gateway that is no hub the city is asked once', async () => {
    const gateway = mapSite();
    const { map, ...own } = gateway;
    const control = { ...own.control, map: { ...map, city: undefined } };
    const { page, server } = await opened({ gateway: { ...gateway, control } });
    await expect.poll(() => rows(page).count()).toBe(2);
    await page.clock.runFor(60_000);
    expect(server.asked.filter(({ action }) => action === 'city')).toHaveLength(1);
    expect(await page.getByLabel(sayPage.tenant().en).count()).toBe(0);
  });

  test('when the city cannot be renewed that is said, what is known stays, and it is tried again', async () => {
    const { page } = await opened({ gateway: await filledSite() });
    await expect.poll(() => rows(page).count()).toBe(8);
    await page.route('**/do/city', (route) => route.fulfill({ status: 503, body: '{}' }));
    await page.clock.runFor(20_000);
    await page.locator('main [role=alert]').getByText('HTTP 503').waitFor();
    expect(await rows(page).count()).toBe(8);
    await page.unroute('**/do/city');
    await page.clock.runFor(20_000);
    await page.getByText('HTTP 503').waitFor({ state: 'detached' });
  });

  test('no tag, and nowhere that one was, is on the map', async () => {
    const { page } = await opened({ gateway: await filledSite() });
    await rows(page).filter({ hasText: 'detector-01' }).click();
    await page.locator('.spot').waitFor();
    expect(await page.locator('main').innerHTML()).not.toContain('child-7');
  });

  test('what a finger touches is at least 44 px high and wide', async () => {
    const { page } = await opened({ gateway: await filledSite(), viewport: PHONE, tiles: TILES });
    await drawn(page);
    await rows(page).first().click();
    const tooSmall =
      await page.evaluate(`[...document.querySelectorAll('main a, main button, main select, main summary, main input')]
      .filter((each) => each.getClientRects().length > 0)
      .map((each) => [each.outerHTML.slice(0, 80), each.getBoundingClientRect()])
      .filter(([, { width, height }]) => width < 44 || height < 44).map(([html]) => html)`);
    expect(tooSmall).toEqual([]);
  });

  test('a city of 20,000 devices is shown as groups, and the list is bounded', async () => {
    const gateway = mapSite(20_000);
    const { page, faults } = await opened({ gateway });
    await drawn(page);
    await expect.poll(() => page.locator('#spots .count').innerText(), { timeout: 20_000 }).toMatch(/^20,007 of/);
    expect(await rows(page).count()).toBe(200);
    await page.clock.runFor(6_000);
    await shoot(page, 'map-many-desk-en', true);
    expect(faults).toEqual([]);
  });
});
