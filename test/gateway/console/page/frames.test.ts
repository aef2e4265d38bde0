/** Live frames on the console's page. */
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { say } from '../../../../gateway/console/page/frames/words.ts';
import { FrameTaps } from '../../../../gateway/intake/frame-tap.ts';
import type { WatchedPort } from '../../../../shared/live-frames.ts';
import { foreign, LANGUAGES } from '../../../../shared/text.ts';
import { chromiumTests } from '../../../chromium.ts';
import { builtPage, button, DESK, looksWell, pageTests, SIZES } from './page-rig.ts';
import { AT, site } from './site.ts';

const RIVER: WatchedPort = {
  name: 'river',
  shape: 'stream',
  devices: [{ id: 'gauge-01', type: 'maxbotix', options: ['mounting-height-m=6.5'], unwritten: [] }],
  isWithheld: false,
  asks: false,
};

/** A site whose port can be watched; the test plays the port. */
function watchedSite(about: Partial<WatchedPort> = {}) {
  const gateway = site();
  const frames = new FrameTaps();
  const tap = frames.open(() => ({ ...RIVER, ...about }));
  let count = 0;
  const at = () => ({ wall: AT + 1_000 * count, monotonic: 1_000 * count++, synchronised: true });
  return {
    sources: { ...gateway.control, frames },
    frames,
    tap,
    reading(distance: number): void {
      const moment = at();
      const values = { level: 6.5 - distance, distance };
      const reading = { device: 'gauge-01', kind: 'water-level', observedAt: moment.wall, values } as const;
      tap.note({ at: moment, bytes: Buffer.from(`R${distance * 1_000}`), step: { readings: [reading] } });
    },
    rubbish(bytes: Uint8Array): void {
      const detail = foreign('it has no digits');
      tap.note({ at: at(), bytes, step: { rubbish: [{ code: 'malformed', bytes, detail }] } });
    },
    written(bytes: Uint8Array): void {
      tap.note({ at: at(), step: { write: [bytes] } });
    },
  };
}

describe.skipIf(chromiumTests.areSkipped)('live frames in Chromium', () => {
  const opened = pageTests(builtPage());

  test.each(LANGUAGES.flatMap((language) => SIZES.map(([where, viewport]) => [language, where, viewport] as const)))(
    'in %s on a %s they fit, raw beside decoded',
    async (language, _, viewport) => {
      const { sources, reading, rubbish, written } = watchedSite();
      const all = await opened({ sources, hash: '#/frames', language, viewport });
      const { page } = all;
      await page.getByRole('link', { name: 'river', exact: true }).waitFor();
      await looksWell(all, 'frames-choice', viewport, language);
      await page.getByRole('link', { name: 'river', exact: true }).click();
      await page.locator('.badge.open', { hasText: say.watching()[language] }).waitFor();
      reading(1.2);
      rubbish(Buffer.from('R12\u0007\u202ex4'));
      written(Buffer.from('0103000000010a', 'hex'));
      await page.clock.runFor(300);
      await expect.poll(() => page.locator('.frame').count()).toBe(3);
      const newestFirst = await page.locator('.frame').allInnerTexts();
      expect(newestFirst[2]).toMatch(/52 31 32 30 30\nR1200/);
      expect(newestFirst[2]).toMatch(language === 'en' ? /gauge-01 Water level 5\.3 m · / : /gauge-01 水位 5\.3 m · /);
      for (const hidden of ['\u0007', '\u202e']) expect(newestFirst[1]).not.toContain(hidden);
      expect(newestFirst[1]).toContain('it has no digits');
      await looksWell(all, 'frames', viewport, language);
    },
  );

  test('what is saved is what is shown, as decode reads it', async () => {
    const { sources, reading, rubbish } = watchedSite();
    const { page } = await opened({ sources, hash: '#/frames/river', viewport: DESK });
    await page.locator('.badge.open').waitFor();
    reading(1.2);
    reading(1.3);
    rubbish(Buffer.from('R12x4'));
    await page.clock.runFor(300);
    await expect.poll(() => page.locator('.frame').count()).toBe(3);
    const saving = page.waitForEvent('download');
    await button(page, say.save()).click();
    const download = await saving;
    expect(download.suggestedFilename()).toMatch(/^gateway-01-river-20260115T0300\d\dZ\.hex$/);
    const lines = readFileSync(await download.path(), 'utf8').split('\n');
    expect(lines[1]).toBe('# machimori decode maxbotix --hex --device gauge-01 --option mounting-height-m=6.5 FILE');
    expect(lines.filter((line) => !line.startsWith('#'))).toEqual(['5231323030', '5231333030', '5231327834', '']);
    await page.getByText(say.saved({ count: 3 }).en).waitFor();
    await page.getByText(/^machimori decode maxbotix .*\.hex$/).waitFor();
  });

  test('while it is paused what is shown stands still, and what comes is counted', async () => {
    const { sources, reading, rubbish } = watchedSite();
    const { page } = await opened({ sources, hash: '#/frames/river' });
    await page.locator('.badge.open').waitFor();
    reading(1.2);
    await page.clock.runFor(300);
    await expect.poll(() => page.locator('.frame').count()).toBe(1);
    await button(page, say.pause()).click();
    reading(1.3);
    rubbish(Buffer.from('x'));
    await page.clock.runFor(300);
    await page.getByText(say.waitingBehind({ count: 2 }).en).waitFor();
    expect(await page.locator('.frame').count()).toBe(1);
    await button(page, say.resume()).click();
    await expect.poll(() => page.locator('.frame').count()).toBe(3);
    await page.getByLabel(say.onlyRubbish().en).check();
    await expect.poll(() => page.locator('.frame').count()).toBe(1);
    await button(page, say.clear()).click();
    await page.getByText(say.nothingYet().en).waitFor();
  });

  test('a port that ends is said, and watched again at a touch; leaving the page leaves the port', async () => {
    const { sources, tap, frames } = watchedSite();
    const { page } = await opened({ sources, hash: '#/frames/river' });
    await page.locator('.badge.open').waitFor();
    expect(tap.isWatched).toBe(true);
    tap.close();
    await page.clock.runFor(300);
    await page.getByText(say.portEnded().en).waitFor();
    await button(page, say.watchAgain()).click();
    await page
      .locator('[role=alert]')
      .getByText(/there is no port of this name/)
      .waitFor();
    const again = frames.open(() => RIVER);
    await button(page, say.watchAgain()).click();
    await page.locator('.badge.open').waitFor();
    expect(again.isWatched).toBe(true);
    await page.getByRole('link', { name: say.otherPort().en }).click();
    await expect.poll(() => again.isWatched).toBe(false);
  });

  test('of a port where strangers are heard only lengths are shown, and nothing can be saved', async () => {
    const { sources, rubbish } = watchedSite({ isWithheld: true });
    const { page } = await opened({ sources, hash: '#/frames/river' });
    await page.getByText(say.withheld().en).waitFor();
    rubbish(Buffer.from('665544332211', 'hex'));
    await page.clock.runFor(300);
    await page.getByText(say.notShown().en).waitFor();
    expect(await page.locator('main').innerText()).not.toMatch(/66 55|665544/);
    expect(await button(page, say.save()).count()).toBe(0);
  });

  test('a viewer is told that only technicians see frames, and asks for none', async () => {
    const { sources } = watchedSite();
    const { page, server } = await opened({ sources, hash: '#/frames/river', role: 'viewer' });
    await page.getByText(say.onlyTechnicians().en).waitFor();
    expect(server.asked.map(({ action }) => action)).not.toContain('watch-frames');
  });
});
