/** The walking test and the choice of a place, in a real browser with a position of its own. */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'vite';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { say } from '../../../../gateway/console/page/map/words.ts';
import { say as sayPage } from '../../../../gateway/console/page/words.ts';
import { answer } from '../../../../gateway/control/actions.ts';
import { LANGUAGES, type Language } from '../../../../shared/text.ts';
import { chromiumTests, seriousFaults } from '../../../chromium.ts';
import { repositoryRoot } from '../../../repository-root.ts';
import { startConsole } from './fake-console.ts';
import { mapSite } from './map-site.ts';
import { browserTests, PHONE, shoot } from './page-rig.ts';
import { AT } from './site.ts';

const configFile = join(repositoryRoot, 'gateway/console/page/vite.config.ts');
const folder = mkdtempSync(join(tmpdir(), 'machimori-'));
const picker = join(folder, 'picker');
/** The place picker alone, as a page that uses it holds it. */
const PICKER = `
  import { render } from 'preact';
  import { useMemo, useState } from 'preact/hooks';
  import { PlacePicker } from '${repositoryRoot}/gateway/console/page/map/place-picker.tsx';
  import { SignedInContext } from '${repositoryRoot}/gateway/console/page/surroundings.tsx';
  import '${repositoryRoot}/gateway/console/page/style.css';
  function Page() {
    const [place, setPlace] = useState({});
    const signedIn = useMemo(() => ({ door: { session: { tiles: '' } }, live: { onChange: () => () => {} } }), []);
    return (
      <SignedInContext.Provider value={signedIn}>
        <main>
          <h1>Picker</h1>
          <PlacePicker {...place} change={(lat, lon) => setPlace({ lat, lon })} />
          <output>{JSON.stringify(place)}</output>
        </main>
      </SignedInContext.Provider>
    );
  }
  render(<Page />, document.querySelector('#app'));`;

beforeAll(async () => {
  await build({ configFile, build: { outDir: join(folder, 'page') } });
  mkdirSync(picker);
  symlinkSync(join(repositoryRoot, 'node_modules'), join(picker, 'node_modules'));
  writeFileSync(join(picker, 'main.jsx'), PICKER);
  const html = readFileSync(join(repositoryRoot, 'gateway/console/page/index.html'), 'utf8');
  const own = html.replace('./main.tsx', './main.jsx').replace(/<link rel="(icon|stylesheet)".*/g, '');
  writeFileSync(join(picker, 'index.html'), own);
  await build({
    configFile,
    root: picker,
    build: { outDir: join(folder, 'picker-built') },
  });
}, 120_000);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe.skipIf(chromiumTests.areSkipped)('in Chromium', () => {
  const openTab = browserTests();

  interface Options {
    readonly built?: 'page' | 'picker-built';
    readonly language?: Language;
    readonly isAllowed?: boolean;
    readonly hash?: string;
  }

  async function opened({ built = 'page', language = 'en', isAllowed = true, hash = '#/walk/soil-01' }: Options = {}) {
    const gateway = mapSite();
    await registerIn(gateway, 'soil-01');
    const server = await startConsole(join(folder, built), { role: 'viewer', sources: gateway.control, at: AT });
    server.aheadMs = Date.now() - AT; // its clock is right
    onTestFinished(() => server.close());
    const position = { latitude: 36.7, longitude: 137.2, accuracy: 8 };
    const tab = await openTab({ language, geolocation: position, permissions: isAllowed ? ['geolocation'] : [] });
    const { page } = tab;
    await page.goto(`${server.url}${built === 'page' ? hash : ''}`);
    await page.locator('h1').waitFor();
    return { ...tab, server, gateway };
  }

  async function registerIn({ control }: ReturnType<typeof mapSite>, id: string): Promise<void> {
    const device = {
      ...{ id, project: 'toyama', devEui: '70b3d57ed0051234', joinEui: '70b3d57ed0000001', activation: 'otaa' },
      ...{ version: '1.0.4', profile: 'lpp', keys: { appKey: '00112233445566778899aabbccddeeff' } },
    };
    await answer('add-devices', { devices: [device] }, control);
  }

  /** A frame is heard; the status tells that there was one. */
  async function hear({ gateway, server }: Awaited<ReturnType<typeof opened>>, frameCounter: number, stations: number) {
    const { network, rig } = { network: gateway.status.network, rig: gateway.rig };
    network.recentUplinks.note(
      'soil-01',
      {
        frameCounter,
        observedAt: Date.now(),
        dataRate: 'SF10BW125',
        stations: Array.from({ length: stations }, (_, i) => ({
          station: `b827ebfffe00000${i}`,
          rssi: -80 - i,
          snr: 7,
        })),
      },
      rig.clock.moment(),
    );
    network.stats.uplinks++;
    await server.push();
  }

  test.each(LANGUAGES)('in %s a walk shows who heard the device where, and is saved', async (language) => {
    const all = await opened({ language });
    const { page, context, server, faults } = all;
    await page.getByText(say.walkWaits()[language]).waitFor();
    expect(server.asked.filter(({ action }) => action === 'uplinks')[0]?.parameters).toEqual({
      device: 'soil-01',
      after: 0,
    });
    await expect.poll(() => server.watchers()).toBe(1);
    await hear(all, 1, 3);
    await page.locator('.card').first().waitFor();
    expect(await page.locator('.card').first().innerText()).toContain(say.noPlace()[language]);
    await page.getByRole('button', { name: say.follow()[language] }).click();
    await page.getByText(say.following({ metres: '8' })[language]).waitFor();
    await hear(all, 2, 2);
    await expect.poll(() => page.locator('.card').count()).toBe(2);
    await context.setGeolocation({ latitude: 36.702, longitude: 137.203, accuracy: 4 });
    await page.getByText(say.following({ metres: '4' })[language]).waitFor();
    await hear(all, 5, 1);
    await expect.poll(() => page.locator('.card').count()).toBe(3);
    await page.getByText(say.missed({ count: 2 })[language]).waitFor();
    const newest = await page.locator('.card').first().innerText();
    expect(newest).toContain('36.702000, 137.203000');
    expect(newest).toContain('SF10BW125');
    expect(await seriousFaults(page)).toEqual([]);
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(PHONE.width);
    await shoot(page, `walk-phone-${language}`, true);
    const saving = page.waitForEvent('download');
    await page.getByRole('button', { name: say.saveGeoJson()[language] }).click();
    const saved = await saving;
    expect(saved.suggestedFilename()).toBe('soil-01-walk.geojson');
    const { features } = JSON.parse(readFileSync(await saved.path(), 'utf8'));
    expect(features.map(({ geometry }: { geometry: { coordinates: unknown } }) => geometry.coordinates)).toEqual([
      [137.2, 36.7],
      [137.203, 36.702],
    ]);
    await page.getByRole('button', { name: say.startOver()[language] }).click();
    await page.getByText(say.walkWaits()[language]).waitFor();
    expect(faults).toEqual([]);
  });

  test('whoever leaves the walk and comes back finds it as it was; each uplink is there once', async () => {
    const all = await opened();
    const { page, server } = all;
    await expect.poll(() => server.watchers()).toBe(1);
    await page.getByText(say.walkWaits().en).waitFor();
    await hear(all, 1, 1);
    await expect.poll(() => page.locator('.card').count()).toBe(1);
    await page.goto(`${server.url}#/lorawan`);
    await page.getByRole('heading', { name: sayPage.registered().en }).waitFor();
    await page.getByRole('link', { name: 'Walking test' }).click();
    await expect.poll(() => page.locator('.card').count()).toBe(1);
    await hear(all, 2, 1);
    await expect.poll(() => page.locator('.card').count()).toBe(2);
  });

  test('a phone that may not tell where it is says what to do, and the walk goes on without', async () => {
    const all = await opened({ isAllowed: false });
    const { page, server } = all;
    await expect.poll(() => server.watchers()).toBe(1);
    await page.getByRole('button', { name: say.follow().en }).click();
    await page.getByText(say.locationDenied().en).waitFor();
    await hear(all, 1, 1);
    await expect.poll(() => page.locator('.card').count()).toBe(1);
  });

  test('without a device those that are registered are offered; one that is not is refused in words', async () => {
    const { page, server } = await opened({ hash: '#/walk' });
    await page.getByRole('link', { name: 'soil-01' }).click();
    await page.getByRole('heading', { name: say.walkOf({ device: 'soil-01' }).en }).waitFor();
    await page.goto(`${server.url}#/walk/nobody`);
    await page.locator('main [role=alert]').getByText('nobody').waitFor();
  });

  test('a place is chosen by a touch, by typing, by the arrow keys, and by where the phone is', async () => {
    const { page, faults } = await opened({ built: 'picker-built' });
    const place = async () => JSON.parse(await page.locator('output').innerText());
    await page.locator('.maplibregl-canvas').waitFor();
    await page.getByText(say.drawing().en).waitFor({ state: 'detached' });
    await page.locator('.maplibregl-canvas').click();
    await expect.poll(place).toEqual({ lat: expect.closeTo(38.5, 0), lon: expect.closeTo(137, 0) });
    await page.locator('.maplibregl-marker').waitFor();
    await page.getByLabel(say.lat().en).fill('36.5');
    await page.getByLabel(say.lon().en).focus();
    await page.getByLabel(say.lon().en).fill('137.25');
    await page.keyboard.press('Tab');
    await page.getByLabel(say.lon().en).focus();
    await page.keyboard.press('ArrowUp');
    await expect.poll(place).toEqual({ lat: 36.5, lon: 137.25001 });
    await page.getByLabel(say.lat().en).fill('91');
    await page.keyboard.press('Tab');
    expect(await place()).toEqual({ lat: 36.5, lon: 137.25001 });
    await page.getByRole('button', { name: say.usePhone().en }).click();
    await page.getByText(say.located({ metres: '8' }).en).waitFor();
    await expect.poll(place).toEqual({ lat: 36.7, lon: 137.2 });
    expect(await seriousFaults(page)).toEqual([]);
    await shoot(page, 'picker-phone-en', true);
    expect(faults).toEqual([]);
  });

  test('half of a place is none: nothing is chosen until both degrees are there', async () => {
    const { page } = await opened({ built: 'picker-built' });
    await page.getByLabel(say.lat().en).fill('36.5');
    await page.getByLabel(say.lon().en).focus();
    expect(await page.locator('output').innerText()).toBe('{}');
    await page.getByLabel(say.lon().en).fill('137.2');
    await page.getByLabel(say.lat().en).focus();
    await expect.poll(() => page.locator('output').innerText()).toBe('{"lat":36.5,"lon":137.2}');
  });

  test('a phone that may not tell where it is says so, and the place stays', async () => {
    const { page } = await opened({ built: 'picker-built', isAllowed: false });
    await page.getByRole('button', { name: say.usePhone().en }).click();
    await page.getByText(say.locationDenied().en).waitFor();
    expect(await page.locator('output').innerText()).toBe('{}');
  });
});
