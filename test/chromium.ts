/** Debian's Chromium, which talks to nobody else. Without one its tests are skipped, except in CI, where they fail. */
import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { type Browser, chromium, type Page } from 'playwright-core';

export const executablePath = '/usr/bin/chromium';

export const chromiumTests = { areSkipped: !existsSync(executablePath) && process.env.CI !== 'true' };
if (chromiumTests.areSkipped) console.warn('Skipped: no Chromium here. Install it with: apt-get install chromium');

export const chromiumFlags = [
  ...['--headless', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run'],
  ...['--disable-background-networking', '--disable-component-update', '--disable-sync'],
];

export function openBrowser(...moreFlags: readonly string[]): Promise<Browser> {
  return chromium.launch({ executablePath, headless: true, args: [...chromiumFlags, ...moreFlags] });
}

/** A picture of all of a page, with what stays at the bottom of the window at its bottom. */
export async function pictureOf(page: Page, path: string): Promise<void> {
  const before = page.viewportSize();
  const height = Number(await page.evaluate('document.documentElement.scrollHeight'));
  if (before !== null) await page.setViewportSize({ ...before, height: Math.max(height, before.height) });
  await page.screenshot({ path });
  if (before !== null) await page.setViewportSize(before);
}

let axe: string | undefined;

/** What axe-core finds that is serious or critical, with the elements. */
export async function seriousFaults(page: Page): Promise<string[]> {
  axe ??= readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
  await page.evaluate(axe);
  return page.evaluate(
    `axe.run().then(({ violations }) => violations.filter(({ impact }) => ['serious', 'critical'].includes(impact)).map(({ id, nodes }) => id + ' ' + nodes.map(({ html }) => html).join()))`,
  ) as Promise<string[]>;
}
