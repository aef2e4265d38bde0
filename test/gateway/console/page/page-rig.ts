/** The console's page in Chromium, before a gateway of the product's own parts. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, BrowserContext, BrowserContextOptions, Page } from 'playwright-core';
import { build } from 'vite';
import { afterAll, beforeAll, expect, onTestFinished } from 'vitest';
import type { ControlSources } from '../../../../gateway/control/actions.ts';
import type { Language, Text } from '../../../../shared/text.ts';
import { openBrowser, pictureOf, seriousFaults } from '../../../chromium.ts';
import { repositoryRoot } from '../../../repository-root.ts';
import { type FakeConsole, startConsole } from './fake-console.ts';
import { AT } from './site.ts';

/** Set it to keep the pictures, to look at them or to renew those of the documents. */
export const shots = process.env.CONSOLE_SHOTS;

export const PHONE = { width: 360, height: 740 };
export const DESK = { width: 1280, height: 900 };
export const SIZES = [
  ['phone', PHONE],
  ['desk', DESK],
] as const;

interface Tab {
  readonly page: Page;
  readonly context: BrowserContext;
  /** What the browser complained of: the policy that was broken, faults of the page, requests elsewhere. */
  readonly faults: string[];
}

interface TabOptions extends BrowserContextOptions {
  readonly language?: Language;
  readonly viewport?: typeof PHONE;
  /** Takes the requests elsewhere; absent: they are faults. */
  readonly elsewhere?: string[];
}

/** The page as vite builds it, for the tests of a file. Returns its folder. */
export function builtPage(): string {
  const folder = mkdtempSync(join(tmpdir(), 'machimori-'));
  beforeAll(() =>
    build({ configFile: join(repositoryRoot, 'gateway/console/page/vite.config.ts'), build: { outDir: folder } }),
  );
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** A browser for the tests of a file. Returns what opens an empty tab of it, which closes after the test. */
export function browserTests(...flags: readonly string[]) {
  let browser: Browser;
  beforeAll(async () => {
    browser = await openBrowser(...flags);
  });
  afterAll(async () => {
    await browser?.close();
  });
  return async ({ language = 'en', viewport = PHONE, elsewhere, ...more }: TabOptions = {}): Promise<Tab> => {
    const locale = { en: 'en-GB', ja: 'ja-JP' }[language];
    const context = await browser.newContext({
      ...{ viewport, locale, timezoneId: 'Asia/Tokyo', deviceScaleFactor: 1 },
      ...more,
    });
    context.setDefaultTimeout(15_000);
    onTestFinished(() => context.close());
    const page = await context.newPage();
    const faults: string[] = [];
    await context.exposeFunction('tellFault', (fault: string) => void faults.push(fault));
    await context.addInitScript(
      `addEventListener('securitypolicyviolation', ({ violatedDirective, blockedURI }) => tellFault('policy: ' + violatedDirective + ' ' + blockedURI))`,
    );
    page.on('pageerror', (fault) => void faults.push(String(fault)));
    page.on('request', (request) => {
      const url = request.url();
      if (!/^(blob:|data:|http:\/\/127\.0\.0\.1:)/.test(url)) (elsewhere ?? faults).push(url);
    });
    return { page, context, faults };
  };
}

export interface Opened extends Tab {
  readonly server: FakeConsole;
}

interface Options extends TabOptions {
  readonly sources: ControlSources;
  readonly hash: string;
  readonly role?: 'viewer' | 'technician';
  readonly isSignedIn?: boolean;
  readonly tiles?: string;
  /** Before anything is loaded. */
  readonly prepare?: (context: BrowserContext) => Promise<unknown>;
}

/** A browser for the tests of a file, and the page in `folder`. Returns what opens it at a fake console whose time is `AT`. */
export function pageTests(folder: string, ...flags: readonly string[]) {
  const openTab = browserTests(...flags);
  return async ({ sources, hash, role = 'technician', isSignedIn = true, tiles = '', prepare, ...more }: Options) => {
    const server = await startConsole(folder, { role, sources, at: AT, isSignedIn, tiles });
    onTestFinished(() => server.close());
    const tab = await openTab(more);
    await prepare?.(tab.context);
    await tab.page.clock.install({ time: AT });
    await tab.page.goto(`${server.url}${hash}`);
    await tab.page.locator('h1').waitFor();
    return { ...tab, server } satisfies Opened;
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
  await shoot(page, `${name}-${viewport === PHONE ? 'phone' : 'desk'}-${language}`);
}

/** Keeps a picture if that is asked for: of what is seen, or of the whole page. */
export async function shoot(page: Page, name: string, isWhole = false): Promise<void> {
  if (shots === undefined) return;
  const path = join(shots, `console-${name}.png`);
  await (isWhole ? pictureOf(page, path) : page.screenshot({ path }));
}
