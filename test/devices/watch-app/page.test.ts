/** The page in a real browser: consent, detection, offline and back, withdrawal, in both languages, on a phone. */
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { build } from 'vite';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { say } from '../../../devices/watch-app/page/words.ts';
import type { OperatorList } from '../../../shared/enrolment/operators.ts';
import { uploadBytes } from '../../../shared/enrolment/upload.ts';
import { LANGUAGES, type Language } from '../../../shared/text.ts';
import { chromiumTests, seriousFaults } from '../../chromium.ts';
import { repositoryRoot } from '../../repository-root.ts';
import { chooseDevice, EmulatedBluetooth, openBrowserWithBluetooth } from './chromium.ts';
import { namesOf, type PageServer, startPageServer } from './page-server.ts';
import { type City, COMPANIES, DAY, newCity, openedBy, RIVER } from './phone.ts';

/** As the core has it by default. */
const slotMs = 30_000;

/** Counts in the page what Chromium hands it of what is in the air. */
const COUNTING_HEARD = `{
  const { prototype } = globalThis.BluetoothDevice ?? { prototype: {} };
  const { watchAdvertisements } = prototype;
  if (watchAdvertisements) prototype.watchAdvertisements = function (options) {
    this.addEventListener('advertisementreceived', () => { globalThis.heardByTest = (globalThis.heardByTest ?? 0) + 1; });
    return watchAdvertisements.call(this, options);
  };
}`;

/** Set it to keep the pictures, to look at them or to take those of the documents anew. */
const shots = process.env.WATCH_APP_SHOTS;

const folder = mkdtempSync(join(tmpdir(), 'machimori-'));
beforeAll(() =>
  build({ configFile: join(repositoryRoot, 'devices/watch-app/vite.config.ts'), build: { outDir: folder } }),
);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test('the page is less than 60 kB compressed', () => {
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((file) =>
    /\.(js|css|html)$/.test(file),
  );
  const bytes = files.map((file) => gzipSync(readFileSync(join(folder, file))).length);
  expect(files).toHaveLength(4);
  expect(bytes.reduce((sum, each) => sum + each)).toBeLessThan(60_000);
});

test('nothing in the page comes from elsewhere, stands inline, or is made from text', () => {
  const html = readFileSync(join(folder, 'index.html'), 'utf8');
  expect(html).not.toMatch(/<style|<script(?![^>]* src=)|\son\w+=|\sstyle=|(src|href)="(https?:)?\/\//);
  expect(html).toContain("default-src 'none'; script-src 'self'; style-src 'self';");
  for (const file of readdirSync(join(folder, 'assets'))) {
    expect(readFileSync(join(folder, 'assets', file), 'utf8')).not.toMatch(/\beval\(|new Function|\bFunction\(/);
  }
});

interface Opened {
  readonly page: Page;
  readonly context: BrowserContext;
  readonly server: PageServer;
  readonly city: City;
  /** What the browser complained of. */
  readonly faults: string[];
}

describe.skipIf(chromiumTests.areSkipped)('the page in Chromium', () => {
  let browser: Browser;
  let bluetooth: EmulatedBluetooth;
  beforeAll(async () => {
    browser = await openBrowserWithBluetooth();
    bluetooth = await EmulatedBluetooth.of(browser);
  });
  afterAll(async () => {
    await browser?.close();
  });

  async function opened(
    language: Language,
    { list = {}, config = {} }: { list?: Partial<OperatorList>; config?: object } = {},
  ): Promise<Opened> {
    const city = await newCity(Date.now());
    const shown = { hub: '', listKey: city.listKey, contact: 'https://www.city.example.jp/' };
    const name = { city: { en: 'Kakogawa City', ja: '加古川市' } };
    const server = await startPageServer(folder, await city.list(list), { ...shown, ...name, ...config });
    const context = await browser.newContext({
      viewport: { width: 390, height: 844 },
      locale: { en: 'en-GB', ja: 'ja-JP' }[language],
      geolocation: { latitude: RIVER.lat, longitude: RIVER.lon, accuracy: RIVER.accuracy },
      permissions: ['geolocation'],
      deviceScaleFactor: 2,
    });
    onTestFinished(async () => {
      await context.close();
      await server.close();
    });
    // Headless Chromium cannot be told to allow requestLEScan: the page takes its other way.
    await context.addInitScript('delete globalThis.Bluetooth?.prototype.requestLEScan');
    await context.addInitScript(COUNTING_HEARD);
    const page = await context.newPage();
    await bluetooth.again();
    const faults: string[] = [];
    page.on('console', (message) => void (message.type() === 'error' && faults.push(message.text())));
    page.on('pageerror', (fault) => void faults.push(String(fault)));
    const onTheirWay = new Set<object>();
    inFlight.set(page, onTheirWay);
    page.on('request', (request) => void onTheirWay.add(request));
    page.on('requestfinished', (request) => void onTheirWay.delete(request));
    page.on('requestfailed', (request) => void onTheirWay.delete(request));
    page.on('request', (request) => void (request.url().startsWith(server.url) || faults.push(request.url())));
    // A phone that is switched on at the end of a slot of the clock listens until that end only, and would miss what a test sends then.
    await page.clock.install({ time: Math.ceil(Date.now() / slotMs) * slotMs + 1_000 });
    await page.goto(server.url);
    await page.locator('h1, [role=alert]').first().waitFor();
    return { page, context, server, city, faults };
  }

  /** A tag sends until the page has heard it: what is sent before a phone listens is heard by nobody. */
  async function sendUntilHeard(page: Page, company: number, data: Uint8Array, rssi: number): Promise<void> {
    const heard = async () => {
      await bluetooth.advertise(company, data, rssi);
      return page.evaluate('globalThis.heardByTest ?? 0');
    };
    await expect.poll(heard, { timeout: 10_000 }).toBeGreaterThan(0);
  }

  const touch = (page: Page, name: string) => page.getByRole('button', { name, exact: true }).click();
  const theSwitch = (page: Page) => page.getByRole('switch');
  const theStatus = (page: Page) => page.locator('.switch [role=status]').innerText();

  async function agreed(language: Language, options: Parameters<typeof opened>[1] = {}): Promise<Opened> {
    const all = await opened(language, options);
    await touch(all.page, say.agree()[language]);
    await theSwitch(all.page).waitFor();
    return all;
  }

  async function switchedOn(language: Language): Promise<Opened> {
    const all = await agreed(language);
    await chooseDevice(all.page);
    await theSwitch(all.page).click();
    await expect.poll(() => theStatus(all.page)).toContain(say.isOn()[language]);
    return all;
  }

  const inFlight = new WeakMap<Page, Set<object>>();

  /** Lets the page's time run until it is so, but not while it waits for an answer: that takes real time. */
  async function whileTimePasses(page: Page, isSo: () => boolean | Promise<boolean>): Promise<void> {
    for (let steps = 0; !(await isSo()); steps++) {
      if (steps === 400) throw new Error('it was not so within 33 minutes');
      await page.clock.runFor(5_000);
      await expect.poll(() => inFlight.get(page)?.size, { interval: 2 }).toBe(0);
    }
  }

  const keptIn = (page: Page) =>
    page.evaluate(
      `new Promise((resolve) => {
        const opening = indexedDB.open('watch-over', 1);
        opening.onsuccess = () => {
          const asking = opening.result.transaction('kept').objectStore('kept').getAllKeys();
          asking.onsuccess = () => { opening.result.close(); resolve(asking.result); };
        };
      })`,
    ) as Promise<string[]>;

  test.each(LANGUAGES)('fits a phone, reads well, and has no serious fault of accessibility (%s)', async (language) => {
    const { page, faults } = await opened(language);
    const shown = async (name?: string) => {
      expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(390);
      expect(await page.evaluate('document.documentElement.lang')).toBe(language);
      expect(await seriousFaults(page)).toEqual([]);
      if (shots === undefined || name === undefined) return;
      await page.screenshot({ path: join(shots, `watch-app-${name}-${language}.png`) });
    };
    await expect.poll(() => page.locator('dt').allTextContents()).toHaveLength(3);
    await shown('consent');
    await page.getByRole('link', { name: say.platforms()[language] }).click();
    await page.getByRole('heading', { name: say.here()[language] }).waitFor();
    await shown('platforms');
    await page.getByRole('link', { name: say.back()[language] }).click();
    await touch(page, say.agree()[language]);
    await theSwitch(page).waitFor();
    await shown();
    await chooseDevice(page);
    await theSwitch(page).click();
    await expect.poll(() => theStatus(page)).toContain(say.isOn()[language]);
    await shown('on');
    await page.emulateMedia({ colorScheme: 'dark' });
    await shown('dark');
    await page.emulateMedia({ colorScheme: 'light' });
    await page.locator('.leave').scrollIntoViewIfNeeded();
    await shown('withdraw');
    await theSwitch(page).click();
    await touch(page, say.withdraw()[language]);
    await page.getByText(say.withdrawn()[language]).waitFor();
    await shown();
    expect(faults).toEqual([]);
  });

  test('shows one language at a time, and the other at a touch, also after a reload', async () => {
    const { page } = await opened('ja');
    const kana = /[\p{Script=Hiragana}\p{Script=Katakana}]/u;
    const text = async () => (await page.locator('main').innerText()).replaceAll(/.*見守り$/gm, '');
    expect(await text()).toMatch(kana);
    await touch(page, 'English');
    expect(await text()).not.toMatch(kana);
    await page.reload();
    await page.getByRole('heading', { name: say.lead().en }).waitFor();
    expect(await text()).not.toMatch(kana);
    await touch(page, '日本語');
    await page.getByRole('heading', { name: say.lead().ja }).waitFor();
  });

  test('records consent before the first scan, and keeps nothing before that', async () => {
    const { page, context, server } = await opened('en');
    await context.addInitScript(`{
      const { watchAdvertisements } = BluetoothDevice.prototype;
      globalThis.keptAtScan = [];
      BluetoothDevice.prototype.watchAdvertisements = async function (...options) {
        await new Promise((resolve) => {
          const opening = indexedDB.open('watch-over', 1);
          opening.onsuccess = () => {
            const asking = opening.result.transaction('kept').objectStore('kept').getAllKeys();
            asking.onsuccess = () => { globalThis.keptAtScan.push(asking.result); resolve(); };
          };
        });
        return watchAdvertisements.apply(this, options);
      };
    }`);
    await page.reload();
    await expect.poll(() => page.locator('dt').count()).toBe(3);
    await page.clock.runFor(10 * 60_000);
    expect(await keptIn(page)).toEqual([]);
    expect(await page.evaluate('keptAtScan')).toEqual([]);
    expect(await page.getByRole('switch').count()).toBe(0);
    await touch(page, say.agree().en);
    await chooseDevice(page);
    await theSwitch(page).click();
    await expect.poll(() => page.evaluate('keptAtScan.length')).toBe(1);
    expect(await page.evaluate('keptAtScan[0]')).toContain('consent');
    expect(new Set(server.asked)).toEqual(new Set(['GET /v1/operators']));
  });

  test('a tag in the air reaches its operator, with the place, and nothing on the page tells of it', async () => {
    const { page, server, city, faults } = await switchedOn('ja');
    const tag = Uint8Array.of(1, 9, 8, 7, 6, 5, 4, 3, 2);
    const before = await page.locator('main').innerHTML();
    for (let i = 0; i < 3; i++) await sendUntilHeard(page, COMPANIES.midori, tag, -64);
    await whileTimePasses(page, () => server.hub.stored.size >= 3);
    const found = await Promise.all([...server.hub.stored.values()].map((bytes) => openedBy(city, 'midori', bytes)));
    expect(found.flat().map(({ id, place }) => [[...id.bytes], place])).toEqual([[[...tag.subarray(1)], RIVER]]);
    expect(await page.locator('main').innerHTML()).toBe(before);
    expect(server.hub.requests.map(({ bytes }) => bytes.length)).toEqual(
      Array(server.hub.requests.length).fill(uploadBytes),
    );
    expect(faults).toEqual([]);
  });

  test('offline and back: it opens without a network, and what waited arrives once', async () => {
    const { page, server, city } = await switchedOn('en');
    await page.evaluate('navigator.serviceWorker.ready.then(() => undefined)');
    await sendUntilHeard(page, COMPANIES.aoba, Uint8Array.of(1, 1, 1, 1, 1, 1, 1, 1, 1), -70);
    server.goAway();
    await whileTimePasses(page, async () => (await keptIn(page)).length >= 5);
    await expect.poll(() => theStatus(page)).toContain(say.offline().en);
    const waiting = (await keptIn(page)).filter((key) => key.startsWith('upload/'));
    await page.reload();
    await theSwitch(page).waitFor();
    expect(await theSwitch(page).getAttribute('aria-checked')).toBe('false');
    server.comeBack();
    await bluetooth.again();
    await chooseDevice(page);
    await theSwitch(page).click();
    await whileTimePasses(page, () => waiting.every((key) => server.hub.stored.has(key.split('/')[2] ?? '')));
    await whileTimePasses(page, async () => (await keptIn(page)).every((key) => !key.startsWith('upload/')));
    const names = namesOf(server.hub);
    expect(names).toHaveLength(new Set(names).size);
    const found = await Promise.all([...server.hub.stored.values()].map((bytes) => openedBy(city, 'aoba', bytes)));
    expect(found.flat()).toHaveLength(1);
  });

  test('withdrawn, it has erased everything and is silent', async () => {
    const { page, server } = await switchedOn('ja');
    server.goAway();
    await whileTimePasses(page, async () => (await keptIn(page)).length >= 4);
    server.comeBack();
    await touch(page, say.withdraw().ja);
    await page.getByText(say.withdrawn().ja).waitFor();
    expect(await keptIn(page)).toEqual([]);
    expect(await page.evaluate('[localStorage.length, sessionStorage.length, document.cookie]')).toEqual([0, 0, '']);
    const asked = server.asked.length;
    await page.clock.runFor(3 * 60 * 60_000);
    expect(await keptIn(page)).toEqual([]);
    expect(server.asked).toHaveLength(asked);
    await page.reload();
    await page.getByRole('button', { name: say.agree().ja }).waitFor();
  });

  test.each<[string, Parameters<typeof opened>[1], string]>([
    ['that is over', { list: { validUntil: Date.now() - DAY } }, say.listNone().en],
    ['that the city did not sign', { config: { listKey: 'A'.repeat(43) } }, say.listForged().en],
    ['of no operators', { list: { operators: [] } }, say.noOperators().en],
  ])('with a list %s nobody is asked to agree, and it is told in plain words', async (_, options, words) => {
    const { page } = await opened('en', options);
    await page.locator('.card').getByText(words).waitFor();
    expect(await page.locator('dt').count()).toBe(0);
    expect(await page.getByRole('button', { name: say.agree().en }).count()).toBe(0);
  });

  test('a phone that may not tell where it is is asked to', async () => {
    const { page, context } = await switchedOn('en');
    await context.clearPermissions();
    await whileTimePasses(page, async () => (await theStatus(page)).includes(say.placeUnknown().en));
  });

  test('a browser that cannot seal says so', async () => {
    const { page, context } = await opened('en');
    await context.addInitScript('SubtleCrypto.prototype.generateKey = () => Promise.reject(new Error("unknown"))');
    await page.reload();
    await page.getByText(say.tooOld().en).waitFor();
  });

  test('not set up, or open already, it says so', async () => {
    const { page: other } = await opened('en', { config: { listKey: '' } });
    await other.getByText(say.notSetUp().en).waitFor();
    const { context, server } = await opened('en');
    const second = await context.newPage();
    await second.goto(server.url);
    await second.getByText(say.secondTab().en).waitFor();
  });

  test('a browser without Bluetooth is told what can help', async () => {
    const { page, context } = await agreed('en');
    await context.addInitScript('Object.defineProperty(navigator, "bluetooth", { value: undefined })');
    await page.reload();
    await theSwitch(page).click();
    await expect.poll(() => theStatus(page)).toContain(say.notSupported().en);
    expect(await theSwitch(page).getAttribute('aria-checked')).toBe('false');
    await page.getByRole('link', { name: say.platforms().en }).click();
    await page.getByText(say.hereNone().en).waitFor();
  });

  const SHELL = `
    const said = (globalThis.said = []);
    export const client = {
      initialize: async () => {},
      isEnabled: async () => true,
      requestLEScan: async () => void said.push('scan'),
      stopLEScan: async () => {},
    };
    export const service = {
      start: async ({ title }) => said.push('service on', title),
      stop: async () => void said.push('service off'),
    };`;

  test('in the shell it takes the shell’s Bluetooth, and its service runs while it is on', async () => {
    const { page, context, faults } = await agreed('en');
    await context.addInitScript('globalThis.Capacitor = {}');
    await page.route('**/shell.js', (route) => route.fulfill({ contentType: 'text/javascript', body: SHELL }));
    await page.reload();
    await theSwitch(page).click();
    await expect.poll(() => page.evaluate('said')).toEqual(['scan', 'service on', say.name().en]);
    expect(await theStatus(page)).not.toContain(say.keepInFront().en);
    await theSwitch(page).click();
    await expect.poll(() => page.evaluate('said.at(-1)')).toBe('service off');
    await page.getByRole('link', { name: say.platforms().en }).click();
    await page.getByText(say.hereShell().en).waitFor();
    expect(faults).toEqual([]);
  });

  test('in the shell without permission it is off, and says why', async () => {
    const { page, context } = await agreed('en');
    await context.addInitScript('globalThis.Capacitor = {}');
    const refused = SHELL.replace(
      'initialize: async () => {}',
      'initialize: () => Promise.reject(new Error("denied"))',
    );
    const body = refused.replace("said.push('service on', title)", 'Promise.reject(new Error("denied"))');
    await page.route('**/shell.js', (route) => route.fulfill({ contentType: 'text/javascript', body }));
    await page.reload();
    await theSwitch(page).click();
    await expect.poll(() => theStatus(page)).toBe(`${say.isOff().en}\n\n${say.notAllowed().en}`);
  });
});
