/** The README's ten lines, to the letter, in another app: a Capacitor app of its own with the package installed. */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { Browser } from 'playwright-core';
import { build } from 'vite';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { chromiumTests, openBrowser } from '../../chromium.ts';
import { repositoryRoot } from '../../repository-root.ts';
import { startPageServer } from './page-server.ts';
import { COMPANIES, newCity, openedBy, RIVER } from './phone.ts';

const readme = readFileSync(join(repositoryRoot, 'devices/watch-app/README.md'), 'utf8');
const code = readme.match(/^```ts\n(.*?)^```$/ms)?.[1] ?? '';

/** The plugin, as far as the lines use it: it hears what the test says. */
const PLUGIN = `export const BleClient = {
  initialize: async () => {},
  isEnabled: async () => true,
  requestLEScan: async (options, callback) => { globalThis.hear = callback; },
  stopLEScan: async () => { globalThis.hear = () => {}; },
};`;

test('it is ten lines', () => {
  expect(code.trimEnd().split('\n')).toHaveLength(10);
});

describe.skipIf(chromiumTests.areSkipped)('in another app', () => {
  const folder = mkdtempSync(join(tmpdir(), 'machimori-'));
  let browser: Browser;
  beforeAll(async () => {
    browser = await openBrowser();
  });
  afterAll(async () => {
    await browser?.close();
    rmSync(folder, { recursive: true, force: true });
  });
  const write = (file: string, text: string) => {
    mkdirSync(dirname(join(folder, file)), { recursive: true });
    writeFileSync(join(folder, file), text);
  };

  test('the lines build and run, and a tag that is heard reaches its operator', async () => {
    const city = await newCity(Date.now());
    const server = await startPageServer(join(folder, 'dist'), await city.list(), {});
    const filledIn = code.replace('https://hub.example.jp', server.url).replace('THE-CITY-S-KEY', city.listKey);
    expect(filledIn).toContain(city.listKey);
    write('watch-over.ts', filledIn);
    write('main.ts', `import { detector, help } from './watch-over';\nObject.assign(globalThis, { detector, help });`);
    write('index.html', '<!doctype html><title>City app</title><script type="module" src="./main.ts"></script>');
    const plugin = 'node_modules/@capacitor-community/bluetooth-le';
    write(`${plugin}/package.json`, '{ "type": "module", "exports": "./plugin.js" }');
    write(`${plugin}/plugin.js`, PLUGIN);
    symlinkSync(repositoryRoot, join(folder, 'node_modules/machimori'));
    await build({ configFile: false, root: folder, logLevel: 'warn' });

    const geolocation = { latitude: RIVER.lat, longitude: RIVER.lon, accuracy: RIVER.accuracy };
    const context = await browser.newContext({ geolocation, permissions: ['geolocation'] });
    const page = await context.newPage();
    await page.clock.install();
    await page.goto(server.url);
    await page.evaluate('help()');
    await expect.poll(() => page.evaluate('typeof globalThis.hear')).toBe('function');
    const data = `new DataView(Uint8Array.of(1, 8, 7, 6, 5, 4, 3, 2, 1).buffer)`;
    await page.evaluate(`hear({ rssi: -60, manufacturerData: { ${COMPANIES.sora}: ${data} } })`);
    for (let steps = 0; server.hub.stored.size === 0 && steps < 100; steps++) await page.clock.runFor(5_000);
    const [upload] = server.hub.stored.values();
    const found = await openedBy(city, 'sora', upload ?? new Uint8Array());
    expect(found.map(({ id, place }) => [[...id.bytes], place])).toEqual([[[8, 7, 6, 5, 4, 3, 2, 1], RIVER]]);
    await page.evaluate('detector.withdraw()');
    expect(await page.evaluate('detector.state.activity')).toBe('off');
    await context.close();
    await server.close();
  });
});
