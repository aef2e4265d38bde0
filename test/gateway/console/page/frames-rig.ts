/** The console's page before a gateway of the product's own parts, in Chromium: for pages that need more than `site()` has. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { build } from 'vite';
import { afterAll, beforeAll, expect, onTestFinished } from 'vitest';
import { say } from '../../../../gateway/console/page/words.ts';
import type { ControlSources } from '../../../../gateway/control/actions.ts';
import type { Language, Text } from '../../../../shared/text.ts';
import { openBrowser, seriousFaults } from '../../../chromium.ts';
import { repositoryRoot } from '../../../repository-root.ts';
import { type FakeConsole, startConsole } from './fake-console.ts';
import { AT } from './site.ts';

/** Set it to keep the pictures. */
const shots = process.env.CONSOLE_SHOTS;

export const PHONE = { width: 360, height: 740 };
export const DESK = { width: 1280, height: 900 };
export const SIZES = [
  ['phone', PHONE],
  ['desk', DESK],
] as const;

export interface Opened {
  readonly page: Page;
  readonly context: BrowserContext;
  readonly server: FakeConsole;
  /** What the browser complained of. */
  readonly faults: string[];
}

interface Options {
  readonly sources: ControlSources;
  readonly hash: string;
  readonly role?: 'viewer' | 'technician';
  readonly language?: Language;
  readonly viewport?: typeof PHONE;
  readonly permissions?: readonly string[];
}

/** Builds the page and opens a browser for the tests of a file. */
export function pageTests(...flags: readonly string[]) {
  const folder = mkdtempSync(join(tmpdir(), 'machimori-'));
  let browser: Browser;
  beforeAll(async () => {
    await build({ configFile: join(repositoryRoot, 'gateway/console/page/vite.config.ts'), build: { outDir: folder } });
    browser = await openBrowser(...flags);
  });
  afterAll(async () => {
    await browser?.close();
    rmSync(folder, { recursive: true, force: true });
  });
  return async ({ sources, hash, role = 'technician', language = 'en', viewport = PHONE, permissions }: Options) => {
    const server = await startConsole(folder, { role, sources, at: AT });
    const locale = { en: 'en-GB', ja: 'ja-JP' }[language];
    const context = await browser.newContext({
      ...{ viewport, locale, timezoneId: 'Asia/Tokyo', deviceScaleFactor: 1 },
      ...(permissions && { permissions: [...permissions] }),
    });
    onTestFinished(async () => {
      await context.close();
      await server.close();
    });
    const page = await context.newPage();
    page.setDefaultTimeout(8_000);
    const faults: string[] = [];
    await context.exposeFunction('tellFault', (fault: string) => void faults.push(fault));
    await context.addInitScript(
      `addEventListener('securitypolicyviolation', ({ violatedDirective, blockedURI }) => tellFault('policy: ' + violatedDirective + ' ' + blockedURI))`,
    );
    page.on('pageerror', (fault) => void faults.push(String(fault)));
    page.on('request', (request) => {
      if (!/^(blob|data):/.test(request.url()) && !request.url().startsWith(server.url)) faults.push(request.url());
    });
    await page.clock.install({ time: AT });
    await page.goto(`${server.url}${hash}`);
    await page.locator('h1').waitFor();
    return { page, context, server, faults } satisfies Opened;
  };
}

export const button = (page: Page, text: Text, language: Language = 'en') =>
  page.getByRole('button', { name: text[language], exact: true });

/** It fits, has no serious fault of accessibility, nothing too small for a finger, and its picture is kept if that is asked for. */
export async function looksWell({ page, faults }: Opened, name: string, viewport: typeof PHONE, language: Language) {
  expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(viewport.width);
  expect(await seriousFaults(page)).toEqual([]);
  const tooSmall =
    await page.evaluate(`[...document.querySelectorAll('main a, main button, main select, main summary, main .check, main input:not([type=checkbox], [type=radio], [type=file])')]
    .filter((each) => each.getClientRects().length > 0)
    .map((each) => [each.outerHTML.slice(0, 80), each.getBoundingClientRect()])
    .filter(([, { width, height }]) => width < 44 || height < 44).map(([html]) => html)`);
  expect(tooSmall).toEqual([]);
  const kana = /[\p{Script=Hiragana}\p{Script=Katakana}]/u;
  expect(kana.test(await page.locator('main').innerText())).toBe(language === 'ja');
  expect(faults).toEqual([]);
  const where = viewport === PHONE ? 'phone' : 'desk';
  if (shots !== undefined) await page.screenshot({ path: join(shots, `console-${name}-${where}-${language}.png`) });
}

/** Opened, and the gateway's status has come. */
export const hasStatus = (page: Page) => expect.poll(() => page.getByText(say.opening().en).count()).toBe(0);
