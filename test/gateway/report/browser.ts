/** A real Chromium with a profile of its own, that talks to nobody. Without one its tests are skipped, except in CI, where they fail. */
import { existsSync } from 'node:fs';
import { type BrowserContext, chromium } from 'playwright-core';

export type { Page } from 'playwright-core';
export type Browser = BrowserContext;

const executablePath = '/usr/bin/chromium';

export const chromiumTests = { areSkipped: !existsSync(executablePath) && process.env.CI !== 'true' };
if (chromiumTests.areSkipped) console.warn('Skipped: no Chromium here. Install it with: apt-get install chromium');

export function openBrowser(profile: string): Promise<Browser> {
  return chromium.launchPersistentContext(profile, {
    executablePath,
    headless: true,
    args: [
      ...['--headless', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run'],
      ...['--disable-background-networking', '--disable-component-update', '--disable-sync'],
    ],
  });
}
