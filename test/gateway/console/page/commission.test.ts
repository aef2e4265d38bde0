/**
 * A technician commissions a device on the console: a real gateway, real pseudo-terminals, a stand-in for the city OS behind a real broker, and
 * Chromium on a phone and at a desk, in both languages.
 */
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { describe, expect, test } from 'vitest';
import { say as sheet } from '../../../../gateway/console/page/commission/sheet-words.ts';
import { say as testing } from '../../../../gateway/console/page/commission/test-words.ts';
import { say } from '../../../../gateway/console/page/commission/words.ts';
import { say as map } from '../../../../gateway/console/page/map/words.ts';
import { say as page } from '../../../../gateway/console/page/words.ts';
import { LANGUAGES, type Language, type Text } from '../../../../shared/text.ts';
import { chromiumTests, seriousFaults } from '../../../chromium.ts';
import {
  type Box,
  configuredGauge,
  gauge,
  openBox as openGateway,
  plugIn,
  pressureProbe,
} from '../../commission/box.ts';
import { PASSWORD } from '../console-rig.ts';
import { browserTests, builtPage, button, DESK, PHONE, shoot, shots } from './page-rig.ts';

const slow = { timeout: 120_000 };

const folder = builtPage();
const openBox = (options: Omit<Parameters<typeof openGateway>[0], 'pageFolder'> = {}) =>
  openGateway({ ...options, pageFolder: folder });
const PLACE = { latitude: 35.339123, longitude: 139.489712, accuracy: 6 };

describe.skipIf(chromiumTests.areSkipped)('commissioning in Chromium', () => {
  const openTab = browserTests();

  interface Options {
    readonly language?: Language;
    readonly viewport?: typeof PHONE;
    readonly user?: string;
  }

  async function opened(box: Box, { language = 'en', viewport = PHONE, user = 'suzuki' }: Options = {}) {
    const all = await openTab({ language, viewport, geolocation: PLACE, permissions: ['geolocation'] });
    const { page: tab } = all;
    await tab.goto(box.url);
    await tab.getByLabel(page.user()[language]).fill(user);
    await tab.getByLabel(page.password()[language]).fill(PASSWORD);
    await tab.getByRole('button', { name: page.signIn()[language] }).click();
    await tab.locator('.sum, .verdict').first().waitFor();
    return all;
  }

  const field = (tab: Page, text: Text, language: Language = 'en') => tab.getByLabel(text[language], { exact: false });
  const step = (tab: Page, name: Text, language: Language = 'en') =>
    tab.getByRole('heading', { name: name[language], level: 2, exact: true });
  const go = (tab: Page, url: string, hash: string) => tab.goto(`${url}/${hash}`);

  /** From the list of lines to what was recognised. */
  async function listen(tab: Page, path: string, language: Language = 'en'): Promise<void> {
    await tab.getByRole('button', { name: path }).click();
    await step(tab, say.listenStep(), language).waitFor();
    await button(tab, say.listen(), language).click();
  }

  describe.each(LANGUAGES)('in %s', (language) => {
    test.each([
      ['phone', PHONE],
      ['desk', DESK],
    ])('a gauge is commissioned on a %s, to the receipt and the sheet', slow, async (where, viewport) => {
      const wire = await plugIn(gauge(4.27));
      const box = await openBox({ lines: [{ path: wire.path, maker: 'FTDI', serialNumber: 'A10KZP4X' }] });
      const { page: tab, faults } = await opened(box, { language, viewport });
      const looksWell = async (name: string) => {
        for (const colorScheme of ['dark', 'light'] as const) {
          await tab.emulateMedia({ colorScheme });
          expect(await seriousFaults(tab), `${name}, ${colorScheme}`).toEqual([]);
          await shoot(tab, `commission-${name}-${where}-${language}-${colorScheme}`, true);
        }
        expect(await tab.evaluate('document.documentElement.scrollWidth'), name).toBeLessThanOrEqual(viewport.width);
      };
      await tab.getByRole('link', { name: page.commission()[language], exact: true }).filter({ visible: true }).click();
      await tab.getByRole('button', { name: wire.path }).waitFor();
      await looksWell('1-line');
      await tab.getByRole('button', { name: wire.path }).click();
      await step(tab, say.listenStep(), language).waitFor();
      await looksWell('2-listen');
      await button(tab, say.listen(), language).click();
      await tab.locator('.hunt').waitFor();
      await tab.getByText(say.found()[language]).waitFor({ timeout: 40_000 });
      await tab.getByText(say.likely()[language]).waitFor();
      await tab.getByText(say.rawBytes()[language]).click();
      expect(await tab.locator('pre.raw').innerText()).toContain('52 34 32 37 30 0D');
      await looksWell('2-found');
      await tab.getByRole('button', { name: 'maxbotix' }).click();
      await step(tab, say.placeStep(), language).waitFor();
      await expect.poll(() => field(tab, say.deviceName(), language).inputValue()).toBe('gauge-01');
      await button(tab, say.next(), language).click();
      await tab.getByText(say.needHeight()[language]).waitFor();
      await field(tab, say.mountingHeight(), language).fill('6.5');
      await field(tab, say.placeName(), language).fill('引地川 河原橋');
      await button(tab, map.usePhone(), language).click();
      await tab.getByText(map.located({ metres: '6' })[language]).waitFor();
      expect(await field(tab, map.lat(), language).inputValue()).toBe('35.339123');
      await field(tab, say.deviceSerial(), language).fill('MB7389-0421');
      await field(tab, say.wiring(), language).fill('5 TX → RX\n6 V+\n7 GND');
      await looksWell('3-place');
      await button(tab, say.next(), language).click();
      await step(tab, say.thresholdsStep(), language).waitFor();
      for (const [name, text] of [
        ['水防団待機', '2.0'],
        ['氾濫注意', '2.8'],
        ['避難判断', '2.4'],
        ['氾濫危険', '3.9'],
      ] as const)
        await tab.getByLabel(name).fill(text);
      await tab.getByText(say.notAscending({ upper: 3, lower: 2 })[language]).waitFor();
      await tab.getByLabel('避難判断').fill('3.4');
      expect(await tab.getByText(say.notAscending({ upper: 3, lower: 2 })[language]).count()).toBe(0);
      expect(await tab.locator('.mark').count()).toBe(4);
      await looksWell('4-levels');
      await button(tab, say.next(), language).click();
      await step(tab, say.writeStep(), language).waitFor();
      await expect.poll(() => tab.locator('pre.boxed').innerText()).toContain('mounting-height-m = 6.5');
      await looksWell('5-write');
      await button(tab, say.writeIt(), language).click();
      await step(tab, say.liveStep(), language).waitFor();
      await tab.getByText(say.valueCame()[language]).waitFor({ timeout: 20_000 });
      await tab.locator('.water').waitFor();
      await looksWell('6-live');
      await button(tab, say.next(), language).click();
      await step(tab, say.testStep(), language).waitFor();
      await expect
        .poll(() => box.supervised.gateway.sources.forwarders[0]?.stats.state, { timeout: 20_000 })
        .toBe('connected');
      await button(tab, testing.send(), language).click();
      await tab.locator('.card.well').waitFor({ timeout: 20_000 });
      expect(await tab.locator('.card.well').innerText()).toContain('city');
      await looksWell('7-test');
      await tab.getByRole('link', { name: say.toSheet()[language] }).click();
      await tab.locator('.sheet').waitFor();
      await expect.poll(() => tab.locator('.sheet').innerText()).toContain('A10KZP4X');
      const shown = await tab.locator('.sheet').innerText();
      for (const each of ['hikichi-01', 'fujisawa', 'MB7389-0421', '引地川 河原橋', '9600 8N1', '5 TX → RX', 'suzuki'])
        expect(shown).toContain(each);
      expect(shown).toMatch(language === 'en' ? /Stored: the receipt came after \d+ ms/ : /保存されました/);
      await looksWell('8-sheet');
      if (shots !== undefined) {
        await tab.emulateMedia({ media: 'print' });
        await tab.setViewportSize({ width: 690, height: 980 });
        await shoot(tab, `commission-print-${where}-${language}`, true);
        await tab.pdf({ path: join(shots, `commission-sheet-${where}-${language}.pdf`), preferCSSPageSize: true });
      }
      expect(box.config()).toContain('alarm = "氾濫危険水位"');
      const stored = [...box.city.store.readings()].map(({ reading }) => reading);
      expect(stored).toContainEqual(expect.objectContaining({ device: 'gauge-01', values: { test: true } }));
      expect(faults).toEqual([]);
    });
  });

  test('a unit of a bus is commissioned, and another of the same line after it', slow, async () => {
    const wire = await plugIn(pressureProbe(2));
    const box = await openBox({ lines: [{ path: wire.path }] });
    const { page: tab, faults } = await opened(box, { viewport: DESK });
    await go(tab, box.url, '#/commission');
    await listen(tab, wire.path);
    await tab.getByRole('button', { name: 'modbus' }).waitFor({ timeout: 60_000 });
    await tab.getByRole('button', { name: 'modbus' }).click();
    await step(tab, say.placeStep()).waitFor();
    await button(tab, say.next()).click();
    await step(tab, say.thresholdsStep()).waitFor();
    await button(tab, say.next()).click();
    await expect.poll(() => tab.locator('pre.boxed').innerText()).toMatch(/profile = "keller-30"/);
    await button(tab, say.writeIt()).click();
    await tab.getByText(say.valueCame().en).waitFor({ timeout: 30_000 });
    await button(tab, say.next()).click();
    await button(tab, say.finish()).click();
    await tab.getByRole('button', { name: wire.path }).waitFor();
    expect(await tab.getByRole('button', { name: wire.path }).innerText()).toContain('gauge-01');
    await listen(tab, wire.path);
    await tab.getByText(say.pausesNow({ port: 'line' }).en).waitFor();
    expect(await seriousFaults(tab)).toEqual([]);
    await button(tab, say.stop()).click();
    const port = () => box.supervised.gateway.sources.activity.ports.get('line');
    await expect.poll(() => port()?.state, { timeout: 20_000 }).toBe('open');
    expect(faults).toEqual([]);
  });

  test('the page may be loaded again in the middle, of a hunt too, and nothing is lost', slow, async () => {
    const [silent, wire] = [await plugIn(), await plugIn(gauge())];
    const box = await openBox({ lines: [{ path: silent.path }, { path: wire.path }] });
    const { page: tab } = await opened(box);
    await go(tab, box.url, '#/commission');
    await listen(tab, silent.path);
    await tab.locator('.hunt').waitFor();
    await tab.reload();
    await tab.locator('.hunt').waitFor();
    await button(tab, say.stop()).click();
    await button(tab, say.listen()).waitFor({ timeout: 20_000 });
    await button(tab, say.back()).click();
    await listen(tab, wire.path);
    await tab.getByRole('button', { name: 'maxbotix' }).click({ timeout: 40_000 });
    await field(tab, say.mountingHeight()).fill('6.5');
    await field(tab, say.notes()).fill('key in the pump house');
    await tab.reload();
    await step(tab, say.placeStep()).waitFor();
    expect(await field(tab, say.mountingHeight()).inputValue()).toBe('6.5');
    expect(await field(tab, say.notes()).inputValue()).toBe('key in the pump house');
    await button(tab, say.next()).click();
    await step(tab, say.thresholdsStep()).waitFor();
    await tab.getByText(say.position({ step: 4, all: 7 }).en).waitFor();
  });

  test('a cable that is pulled during the hunt is said, and the hunt can be begun again', slow, async () => {
    const wire = await plugIn();
    const box = await openBox({ lines: [{ path: wire.path }] });
    const { page: tab } = await opened(box);
    await go(tab, box.url, '#/commission');
    await listen(tab, wire.path);
    await tab.locator('.hunt').getByText('9600').waitFor({ timeout: 20_000 });
    await wire.unplug();
    await tab.locator('p.trouble').waitFor({ timeout: 40_000 });
    expect(await tab.locator('p.trouble').innerText()).toMatch(/plug|cable/i);
    await button(tab, say.listen()).waitFor();
  });

  test('a phone that slept is told that its hunt was stopped, and nothing is concluded from it', slow, async () => {
    const wire = await plugIn();
    const box = await openBox({ lines: [{ path: wire.path }] });
    const { page: tab } = await opened(box);
    await go(tab, box.url, '#/commission');
    await listen(tab, wire.path);
    await tab.locator('.hunt').waitFor();
    await go(tab, box.url, '#/settings');
    const { lines } = await (await box.signIn())('begin-probe', { line: wire.path });
    expect(lines[0]).toMatchObject({ code: 'probe-runs' });
    await expect
      .poll(async () => (await (await box.signIn())('begin-probe', { line: '/dev/null' })).lines[0]?.code, {
        timeout: 30_000,
        interval: 2_000,
      })
      .toBe('no-line');
    await go(tab, box.url, '#/commission');
    await tab.getByText(say.wasStopped().en).waitFor();
    expect(await tab.getByText(say.nothingCame().en).count()).toBe(0);
  });

  test('a second technician is told that a line is being listened to', slow, async () => {
    const [one, other] = [await plugIn(), await plugIn()];
    const box = await openBox({ lines: [{ path: one.path }, { path: other.path }] });
    const [first, second] = [await opened(box), await opened(box)];
    for (const { page: tab } of [first, second]) await go(tab, box.url, '#/commission');
    await listen(first.page, one.path);
    await first.page.locator('.hunt').waitFor();
    await listen(second.page, other.path);
    await second.page.getByText('another line is being listened to').waitFor();
  });

  test('what is silent is not recognised, with what to check, and the type can be chosen by hand', slow, async () => {
    const wire = await plugIn();
    const box = await openBox({ lines: [] });
    const { page: tab } = await opened(box, { viewport: DESK });
    await go(tab, box.url, '#/commission');
    await tab.getByText(say.noLines().en).waitFor();
    await field(tab, say.typeLine()).fill('/etc/shadow');
    await button(tab, say.useThis()).click();
    await button(tab, say.listen()).click();
    await tab.getByText('no serial port of this name').waitFor();
    await button(tab, say.back()).click();
    await field(tab, say.typeLine()).fill(wire.path);
    await button(tab, say.useThis()).click();
    await tab.getByText(say.listenOnly().en).click();
    await button(tab, say.listen()).click();
    await tab.getByText(say.nothingCame().en).waitFor({ timeout: 50_000 });
    expect(await seriousFaults(tab)).toEqual([]);
    await tab.getByText(say.byHand().en).click();
    await tab.getByLabel(page.type().en).selectOption('maxbotix');
    await button(tab, say.chooseType()).click();
    await field(tab, say.mountingHeight()).fill('5');
    await button(tab, say.next()).click();
    await button(tab, say.next()).click();
    await expect.poll(() => tab.locator('pre.boxed').innerText()).toContain('type = "maxbotix"');
    await button(tab, say.writeIt()).click();
    await tab.getByText(say.noBytes({ port: 'line' }).en).waitFor({ timeout: 40_000 });
    await button(tab, say.goAnyway()).waitFor();
    await button(tab, say.takeBack()).click();
    await step(tab, say.thresholdsStep()).waitFor();
    expect(box.config()).not.toContain('maxbotix');
    expect(box.config()).not.toContain('[[port]]');
  });

  test(
    'a city OS that is away is said while it is waited for, and one that refuses with its reason',
    slow,
    async () => {
      const wire = await plugIn(gauge());
      const box = await openBox({ more: configuredGauge(wire.path) });
      const connected = () => box.supervised.gateway.sources.forwarders[0]?.stats.state;
      await expect.poll(connected, { timeout: 20_000 }).toBe('connected');
      const { page: tab } = await opened(box);
      await go(tab, box.url, '#/device/gauge-01');
      await tab.getByRole('link', { name: page.test().en, exact: true }).click();
      box.city.misbehaviour = { refuse: ({ values }) => (values.test === true ? 'tests are not for us' : undefined) };
      await button(tab, testing.send()).click();
      await tab.getByText('tests are not for us').waitFor({ timeout: 20_000 });
      await tab.getByText(testing.refusedHint().en).waitFor();
      expect(await seriousFaults(tab)).toEqual([]);
      await box.city.close();
      await expect.poll(connected, { timeout: 20_000 }).toBe('disconnected');
      await button(tab, testing.sendAnother()).click();
      await tab.getByText(/^… Not connected for \d+ s/).waitFor({ timeout: 20_000 });
      expect(await seriousFaults(tab)).toEqual([]);
    },
  );

  test('a viewer sees no commissioning, and may read the sheet', slow, async () => {
    const wire = await plugIn(gauge());
    const box = await openBox({ more: configuredGauge(wire.path) });
    const { page: tab, faults } = await opened(box, { user: 'sato', viewport: DESK });
    expect(await tab.getByRole('link', { name: page.commission().en, exact: true }).count()).toBe(0);
    await go(tab, box.url, '#/commission');
    await tab.getByText(say.techniciansOnly().en).waitFor();
    await go(tab, box.url, '#/test/gauge-01');
    await tab.getByText(say.techniciansOnly().en).waitFor();
    await go(tab, box.url, '#/sheet/gauge-01');
    await tab.getByText(sheet.noTests().en).waitFor();
    expect(await button(tab, testing.send()).count()).toBe(0);
    const photo = { name: 'pole.png', mimeType: 'image/png', buffer: await tab.screenshot() };
    const other = { name: 'notes.txt', mimeType: 'text/plain', buffer: Buffer.from('no picture') };
    await tab.locator('input[type=file]').setInputFiles([photo, other]);
    await tab.getByRole('img', { name: sheet.photo({ number: 1 }).en }).waitFor();
    await tab.getByText(sheet.badPhoto().en).waitFor();
    expect(await tab.evaluate("document.querySelector('.photos img').naturalWidth")).toBe(1_280);
    await button(tab, sheet.removePhoto({ number: 1 })).click();
    expect(await tab.locator('.photos img').count()).toBe(0);
    expect(faults).toEqual([]);
    await go(tab, box.url, '#/sheet');
    await tab.getByRole('heading', { name: sheet.sheetOf({ device: 'gauge-01' }).en }).waitFor();
    expect(await seriousFaults(tab)).toEqual([]);
  });
});
