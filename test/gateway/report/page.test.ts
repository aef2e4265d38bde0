/** The page in a real browser: on a phone, on paper, in both languages, with names from strangers. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { monthPeriod, type Period } from '../../../gateway/report/period.ts';
import type { MonthTally } from '../../../gateway/report/tally/month-tally.ts';
import { writeReport } from '../../../gateway/report/write-report.ts';
import { LANGUAGES, type Language } from '../../../shared/text.ts';
import { chromiumTests } from '../../chromium.ts';
import { type Browser, openBrowser, type Page } from './browser.ts';
import { shownMonth } from './shown-month.ts';

/** Set it to keep the pictures, to look at them. */
const shots = process.env.REPORT_SHOTS;

const november = monthPeriod('2026-11', 'Asia/Tokyo') as Period; // there is one
const about = {
  archive: 'history',
  gateway: 'hub-kakogawa',
  version: '0.1.0',
  madeAt: november.to + 36e5,
  retentionMs: undefined,
};

describe.skipIf(chromiumTests.areSkipped)('the page in Chromium', () => {
  const folder = mkdtempSync(join(tmpdir(), 'machimori-'));
  let browser: Browser;

  beforeAll(async () => {
    browser = await openBrowser(join(folder, 'profile'));
  });
  afterAll(async () => {
    await browser?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  /** What the browser saw that it should not. */
  async function opened(
    name: string,
    language: Language,
    month: MonthTally,
    width: number,
  ): Promise<{ page: Page; faults: string[] }> {
    const out = join(folder, `${name}-${language}`);
    await writeReport(out, month, { ...about, period: november }, language);
    const page = await browser.newPage();
    await page.setViewportSize({ width, height: 800 });
    const faults: string[] = [];
    const url = pathToFileURL(join(out, 'report.html')).href;
    page.on(
      'console',
      (message) => void (['error', 'warning'].includes(message.type()) && faults.push(message.text())),
    );
    page.on('pageerror', (fault) => void faults.push(String(fault)));
    page.on(
      'request',
      (request) => void (request.url() !== url && !request.url().startsWith('data:') && faults.push(request.url())),
    );
    page.on('dialog', (dialog) => {
      faults.push(dialog.message());
      void dialog.dismiss();
    });
    await page.goto(url);
    return { page, faults };
  }

  test.each(LANGUAGES)('fits a phone and asks nobody for anything (%s)', async (language) => {
    const { page, faults } = await opened('phone', language, shownMonth(november), 375);
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(375);
    if (shots !== undefined) await page.screenshot({ path: join(shots, `phone-${language}.png`), fullPage: true });
    expect(faults).toEqual([]);
    await page.close();
  });

  test.each(LANGUAGES)('has its headings, its plots and proper tables (%s)', async (language) => {
    const { page, faults } = await opened('screen', language, shownMonth(november), 1100);
    expect(await page.evaluate('document.documentElement.lang')).toBe(language);
    expect(await page.title()).toBe(
      { en: 'Sensor operation report, November 2026', ja: 'センサー稼働報告書（2026年11月）' }[language],
    );
    const headings = await page.locator('h2').allTextContents();
    expect(headings).toEqual(
      {
        en: [
          ...['At a glance', 'Readings per day', 'The devices to look after first', 'Availability by day'],
          ...['How late readings arrived', 'Gateways', 'Gaps', 'Alarms', 'Devices', 'How these figures are counted'],
        ],
        ja: [
          ...[
            '概要',
            '日ごとの測定値の数',
            '優先して点検する機器',
            '日ごとの稼働率',
            '到着の遅れ',
            'ゲートウェイ',
            '欠落',
          ],
          ...['警報', '機器', '集計の方法'],
        ],
      }[language],
    );
    expect(await page.locator('svg[role=img]').count()).toBe(3);
    expect(await page.locator('table').count()).toBe(5);
    expect(await page.locator('thead th:not([scope=col])').count()).toBe(0);
    expect(await page.locator('tbody tr').count()).toBe(await page.locator('tbody th[scope=row]').count());
    expect(await page.locator('script').count()).toBe(0);
    if (shots !== undefined) await page.screenshot({ path: join(shots, `screen-${language}.png`), fullPage: true });
    expect(faults).toEqual([]);
    await page.close();
  });

  test.each(LANGUAGES)('is printed on A4 with nothing cut off (%s)', async (language) => {
    const { page, faults } = await opened('paper', language, shownMonth(november), 1100);
    await page.emulateMedia({ media: 'print' });
    const printable = Math.floor(((210 - 26) / 25.4) * 96);
    await page.setViewportSize({ width: printable, height: 1000 });
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(printable);
    const pdf = await page.pdf({
      preferCSSPageSize: true,
      ...(shots !== undefined && { path: join(shots, `paper-${language}.pdf`) }),
    });
    const text = pdf.toString('latin1');
    expect(text.startsWith('%PDF')).toBe(true);
    const [, width = '', height = ''] = /\/MediaBox \[0 0 ([\d.]+) ([\d.]+)\]/.exec(text) ?? [];
    expect([Math.round(Number(width)), Math.round(Number(height))]).toEqual([595, 842]);
    expect(faults).toEqual([]);
    await page.close();
  });

  test('a stranger’s names are text, not markup', async () => {
    const evil = `<img src=x onerror=alert(1)>"'><script>alert(2)</script><svg onload=alert(3)>\u202e`;
    const { page, faults } = await opened('evil', 'en', shownMonth(november, evil), 375);
    expect(faults).toEqual([]);
    expect(await page.locator('img, script, svg[onload], [onerror]').count()).toBe(0);
    expect(await page.locator('tbody th', { hasText: '<img src=x onerror=alert(1)>' }).count()).toBeGreaterThan(0);
    expect(await page.content()).not.toContain('\u202e');
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(375);
    await page.close();
  });
});
