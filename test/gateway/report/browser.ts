/** A real Chromium with a profile of its own. */
import { type BrowserContext, chromium } from 'playwright-core';
import { chromiumFlags, executablePath } from '../../chromium.ts';

export type { Page } from 'playwright-core';
export type Browser = BrowserContext;

export function openBrowser(profile: string): Promise<Browser> {
  return chromium.launchPersistentContext(profile, { executablePath, headless: true, args: chromiumFlags });
}
