/** The console's page in a real browser: on a phone and at a desk, in both languages, for those who may change and those who may look. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import type { Page } from 'playwright-core';
import { describe, expect, test } from 'vitest';
import { say } from '../../../../gateway/console/page/words.ts';
import { newPortActivity, noteClosed } from '../../../../gateway/intake/activity.ts';
import { readStatus } from '../../../../gateway/status/status.ts';
import { foreign, LANGUAGES, type Language, type Text } from '../../../../shared/text.ts';
import { chromiumTests, seriousFaults } from '../../../chromium.ts';
import { repositoryRoot } from '../../../repository-root.ts';
import { FINGERPRINT, PASSWORD } from './fake-console.ts';
import { builtPage, button, DESK, type Opened as OpenedPage, PHONE, pageTests, shoot } from './page-rig.ts';
import { AT, site } from './site.ts';

const folder = builtPage();

test('the first view is less than 150 kB compressed: what is seldom wanted comes later', () => {
  const read = (name: string) => readFileSync(join(folder, name), 'utf8');
  const first = new Set(['index.html']);
  // A set goes on to what is added meanwhile: what the page names, and what that imports before it runs.
  for (const name of first) {
    const named = name.endsWith('.html') ? /(?:src|href)="\.\/([^"]+)"/g : /(?:\bfrom|\bimport)\s*"\.\/([^"]+\.js)"/g;
    const path = (found: string) => (name.endsWith('.html') ? found : `assets/${found}`);
    if (/\.(html|js)$/.test(name)) for (const [, found = ''] of read(name).matchAll(named)) first.add(path(found));
  }
  const bytes = [...first].map((name) => gzipSync(readFileSync(join(folder, name))).length);
  expect([...first].filter((name) => name.endsWith('.js')).length).toBeGreaterThan(0);
  expect(bytes.reduce((sum, each) => sum + each)).toBeLessThan(150_000);
  expect(readdirSync(join(folder, 'assets')).some((name) => name.startsWith('plot-'))).toBe(true);
  expect([...first].join()).not.toContain('plot-');
});

test('nothing in the page comes from elsewhere, stands inline, or is made from text', () => {
  const html = readFileSync(join(folder, 'index.html'), 'utf8');
  expect(html).not.toMatch(/<style|<script(?![^>]* src=)|\son\w+=|\sstyle=|(src|href)="(https?:)?\/\//);
  for (const file of readdirSync(join(folder, 'assets')).filter((name) => name.endsWith('.js'))) {
    expect(readFileSync(join(folder, 'assets', file), 'utf8')).not.toMatch(/\beval\(|new Function|\bFunction\(/);
  }
});

test('what is loaded for one page changes nothing on the others', () => {
  const from = join(repositoryRoot, 'gateway/console/page');
  /** The names that a sheet of styles gives a look by themselves, on the screen. */
  const looks = (file: string) => {
    const css = readFileSync(join(from, file), 'utf8').replace(/\/\*[\s\S]*?\*\/|@media print[\s\S]*?\n\}/g, '');
    const selectors = [...css.matchAll(/([^{}]+)\{/g)].flatMap(([, each = '']) => each.split(','));
    return selectors.map((each) => each.trim()).filter((each) => /^\.[\w-]+$/.test(each));
  };
  const used = readFileSync(join(from, 'style.css'), 'utf8');
  const later = readdirSync(from, { recursive: true, encoding: 'utf8' }).filter((name) => /\/.*\.css$/.test(name));
  expect(later.length).toBeGreaterThan(1);
  for (const file of later) {
    const both = looks(file).filter((name) => new RegExp(`\\${name}(?![\\w-])`).test(used));
    expect(both, file).toEqual([]);
  }
});

interface Opened extends OpenedPage {
  readonly gateway: ReturnType<typeof site>;
}

describe.skipIf(chromiumTests.areSkipped)('the page in Chromium', () => {
  const open = pageTests(folder);
  const opened = async ({
    gateway = site(),
    ...options
  }: Partial<Parameters<typeof open>[0]> & Partial<Pick<Opened, 'gateway'>> = {}): Promise<Opened> => ({
    ...(await open({ sources: gateway.control, hash: '', ...options })),
    gateway,
  });

  const sum = (page: Page) => page.locator('.sum');
  /** By the link that is shown: a phone has some behind "more". */
  const goTo = async (page: Page, title: Text, language: Language) => {
    const link = (text: Text) => page.getByRole('link', { name: text[language], exact: true });
    if (!(await link(title).isVisible())) await link(say.more()).click();
    await link(title).filter({ visible: true }).click();
  };
  /** A site with something of everything: an alarm, readings for a plot, rubbish, a closed port, a refused reading, a stranger. */
  async function busySite() {
    const gateway = site();
    await gateway.refuse(2);
    for (const levelM of [1.2, 1.6, 2.1, 2.9]) await gateway.observe(levelM);
    gateway.breakPorts();
    gateway.meetStranger();
    return gateway;
  }

  describe.each(LANGUAGES)('in %s', (language) => {
    test.each([
      ['phone', PHONE],
      ['desk', DESK],
    ])('every page fits a %s, keeps the policy, and has no serious fault of accessibility', async (where, viewport) => {
      const gateway = await busySite();
      const { page, server, faults } = await opened({ language, viewport, gateway });
      const looksWell = async (name: string) => {
        expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(viewport.width);
        expect(await page.evaluate('document.documentElement.lang')).toBe(language);
        expect(await seriousFaults(page)).toEqual([]);
        await shoot(page, `${name}-${where}-${language}`);
      };
      await expect.poll(() => sum(page).innerText()).toBe(say.problems({ count: 2 })[language]);
      for (const levelM of [3.1, 3.5, 3.2, 2.95]) {
        await gateway.observe(levelM);
        await server.push();
      }
      await expect.poll(() => page.locator('.device').first().innerText()).toContain('2.95 m');
      await looksWell('today');
      await page.emulateMedia({ colorScheme: 'dark' });
      await looksWell('today-dark');
      await page.locator('#ports').scrollIntoViewIfNeeded();
      await shoot(page, `ports-${where}-${language}`);
      await page.emulateMedia({ colorScheme: 'light' });
      await page.getByRole('link', { name: 'gauge-01', exact: true }).click();
      await page.locator('canvas').first().waitFor();
      await looksWell('device');
      await page.locator('.plotted').first().scrollIntoViewIfNeeded();
      await shoot(page, `plot-${where}-${language}`);
      await goTo(page, say.buffer(), language);
      await page.locator('.refused li').first().waitFor();
      await looksWell('buffer');
      await goTo(page, say.lorawan(), language);
      await button(page, say.registerThis(), language).click();
      await page.getByRole('heading', { name: say.registerTitle()[language] }).waitFor();
      await looksWell('lorawan');
      await goTo(page, say.settings(), language);
      await page.getByText(FINGERPRINT).waitFor();
      await looksWell('settings');
      await button(page, say.signOut(), language).click();
      await page.getByLabel(say.password()[language]).waitFor();
      await looksWell('sign-in');
      expect(faults).toEqual([]);
    });

    test('all is in one language, but for names', async () => {
      const { page } = await opened({ language, gateway: await busySite() });
      const kana = /[\p{Script=Hiragana}\p{Script=Katakana}]/u;
      await expect.poll(() => sum(page).innerText()).toBe(say.problems({ count: 2 })[language]);
      expect(kana.test(await page.locator('main').innerText())).toBe(language === 'ja');
      if (language === 'ja') expect(await page.locator('main').innerText()).not.toMatch(/\bago\b|\bport\b|\bWater\b/);
    });
  });

  test('what a finger touches is at least 44 px high and wide', async () => {
    const { page } = await opened({ gateway: await busySite() });
    const tooSmall = () =>
      page.evaluate(`[...document.querySelectorAll('a, button, select, summary, .check, input:not([type=checkbox], [type=radio])')]
        .filter((each) => each.getClientRects().length > 0)
        .map((each) => [each.outerHTML.slice(0, 80), each.getBoundingClientRect()])
        .filter(([, { width, height }]) => width < 44 || height < 44).map(([html]) => html)`);
    await page.locator('.device').first().waitFor();
    expect(await tooSmall()).toEqual([]);
    for (const hash of ['#/device/gauge-01', '#/buffer', '#/lorawan', '#/settings']) {
      await page.goto(`${page.url().split('#')[0]}${hash}`);
      await page.locator('.card').first().waitFor();
      expect(await tooSmall(), hash).toEqual([]);
    }
  });

  test('a wrong password is said, too many are told when to try again, and the right one opens the page', async () => {
    const { page, server } = await opened({ isSignedIn: false });
    const enter = async (password: string) => {
      await page.getByLabel(say.user().en).fill('sato');
      await page.getByLabel(say.password().en).fill(password);
      await button(page, say.signIn()).click();
    };
    await enter('wrong');
    await page.getByText(say.wrongPassword().en).waitFor();
    expect(await page.locator('nav').count()).toBe(0);
    await enter(PASSWORD);
    await page.getByRole('heading', { name: say.today().en }).waitFor();
    server.endSession();
    await page.getByText(say.signedOut().en).waitFor();
    server.lockOut();
    await enter(PASSWORD);
    await page.getByText(say.tooManyTries({ seconds: 30 }).en).waitFor();
  });

  test('the language is turned at a touch, one at a time, and is remembered', async () => {
    const { page } = await opened({ language: 'ja', hash: '#/settings' });
    await page.getByLabel(say.thisLanguage().en).check();
    await page.getByRole('heading', { name: say.settings().en }).waitFor();
    await page.reload();
    await page.getByRole('heading', { name: say.settings().en }).waitFor();
    expect(await page.evaluate('document.documentElement.lang')).toBe('en');
  });

  test('all is well only when the status says so, and each problem is a sentence', async () => {
    const gateway = site();
    await gateway.observe(0.5);
    const { page, server } = await opened({ gateway });
    await expect.poll(() => sum(page).innerText()).toBe(say.allIsWell().en);
    gateway.disconnect();
    gateway.unsetClock();
    await server.push();
    await expect.poll(() => sum(page).innerText()).toBe(say.problems({ count: 2 }).en);
    const problems = await page.locator('.problems li').allInnerTexts();
    expect(problems.join()).toMatch(/ETIMEDOUT city-os\.example\.jp:8883/);
    expect(problems.join()).toContain('The clock has not been set');
    expect(await page.locator('.link').innerText()).toContain(say.disconnected().en);
    expect(await page.locator('.link').innerText()).toMatch(/Next attempt in \d+ s/);
  });

  test('when a whole network is down the first problems are told, the rest at a touch', async () => {
    const gateway = site();
    for (let i = 0; i < 30; i++) {
      const port = newPortActivity(`tcp://192.0.2.${i}:502`);
      gateway.status.activity.ports.set(`bus-${i}`, port);
      noteClosed(port, foreign('ETIMEDOUT'), { at: AT, isSteady: false });
    }
    const { page } = await opened({ gateway });
    const shown = page.locator('.problems li').filter({ visible: true });
    await expect.poll(() => shown.count()).toBe(5);
    await page.getByText(say.moreProblems({ count: 25 }).en, { exact: true }).click();
    await expect.poll(() => shown.count()).toBe(30);
  });

  test.each(['__proto__', 'constructor', 'toString'])('there is no device called %s', async (name) => {
    const { page, faults } = await opened({ hash: `#/device/${name}`, gateway: await busySite() });
    await page.getByText(say.noDevice().en, { exact: true }).waitFor();
    await page.goto(`${page.url().split('#')[0]}#/sheet/${name}`);
    await page.getByRole('heading', { name }).first().waitFor();
    expect(faults).toEqual([]);
  });

  test('a page that fails says so, and the others are still there', async () => {
    const { page } = await opened({ gateway: await busySite() });
    await page.route('**/do/list-gaps', (route) => route.fulfill({ body: 'null\n' }));
    await page.goto(`${page.url().split('#')[0]}#/buffer`);
    await page.getByText(say.pageFailed().en).waitFor();
    await goTo(page, say.today(), 'en');
    await page.locator('.device').first().waitFor();
  });

  test('an alarm that stands is not called well, and has the number of its level', async () => {
    const gateway = site();
    await gateway.observe(2.9);
    const { page } = await opened({ gateway });
    await expect.poll(() => sum(page).innerText()).toBe(say.alarmsStand({ count: 3 }).en);
    const alarms = await page.locator('.alarms .alarm').allTextContents();
    expect(alarms).toEqual(['Level 2 氾濫注意水位', 'Level 1 水防団待機水位', '▲ gate']);
  });

  test.each<[string, (opened: Opened) => Promise<void> | void, () => Text]>([
    ['breaks', ({ server }) => server.goAway(), say.lost],
    [
      'ends with the gateway',
      ({ server }) => {
        server.sayGone();
        server.fallSilent(); // or it would be back at once
      },
      say.gone,
    ],
    ['is lost since the phone is offline', ({ context }) => context.setOffline(true), say.lost],
    [
      'falls silent without an end',
      async ({ page, server }) => {
        server.fallSilent();
        await page.clock.fastForward(12_000);
      },
      say.lost,
    ],
  ])('when the connection %s, that is said and nothing is called well until it is back', async (_, lose, words) => {
    const gateway = site();
    await gateway.observe(0.5);
    const all = await opened({ gateway });
    const { page, server, context } = all;
    await expect.poll(() => sum(page).innerText()).toBe(say.allIsWell().en);
    await lose(all);
    await page.locator('[role=alert]').getByText(words().en.slice(0, 30)).waitFor();
    expect(await sum(page).innerText()).toBe(say.notKnown().en);
    expect(await page.getByText(say.allIsWell().en).count()).toBe(0);
    server.comeBack();
    await context.setOffline(false);
    await expect
      .poll(
        async () => {
          await page.clock.fastForward(4_000);
          return sum(page).innerText();
        },
        { timeout: 20_000 },
      )
      .toBe(say.allIsWell().en);
    expect(await page.locator('.connection').count()).toBe(0);
  });

  test('what could not be asked while the gateway was away is asked again when it is back', async () => {
    const { page, server, context } = await opened({ gateway: await busySite() });
    await page.locator('.device').first().waitFor();
    await context.setOffline(true);
    await page.locator('.connection').waitFor();
    await page.goto(`${page.url().split('#')[0]}#/lorawan`);
    await page.locator('.trouble').first().waitFor();
    server.comeBack();
    await context.setOffline(false);
    await expect
      .poll(
        async () => {
          await page.clock.fastForward(4_000);
          return page.locator('.trouble').count();
        },
        { timeout: 20_000 },
      )
      .toBe(0);
    await button(page, say.registerThis()).waitFor();
  });

  test('a gateway whose status stays the same is not taken for lost', async () => {
    const gateway = site();
    await gateway.observe(0.5);
    const { page } = await opened({ gateway });
    await expect.poll(() => sum(page).innerText()).toBe(say.allIsWell().en);
    for (let i = 0; i < 5; i++) {
      const asked = page.waitForResponse((response) => new URL(response.url()).pathname === '/');
      await page.clock.runFor(11_000);
      await asked;
    }
    expect(await sum(page).innerText()).toBe(say.allIsWell().en);
  });

  test('ages go by the gateway’s clock, and a difference from this device’s is said', async () => {
    const gateway = site();
    await gateway.observe(0.5);
    const { page, server } = await opened({ gateway });
    await expect.poll(() => page.locator('.device').first().innerText()).toMatch(/Observed \d+ s ago/);
    expect(await page.getByText(/One of the two is wrong/).count()).toBe(0);
    server.aheadMs = 600_000;
    await page.reload();
    await page.getByText(say.ahead({ span: say.minutes({ count: 10 }) }).en).waitFor();
    await expect.poll(() => page.locator('.device').first().innerText()).toMatch(/Observed 10 min ago/);
  });

  test('a closed port says why and when it is tried again; rubbish is counted by reason and the last is shown', async () => {
    const gateway = site();
    gateway.breakPorts();
    const { page } = await opened({ gateway });
    const bus = page.locator('.port', { hasText: 'tcp://192.0.2.7:502' });
    await expect.poll(() => bus.innerText()).toMatch(/ECONNREFUSED 192\.0\.2\.7:502\s+Next attempt in \d+ s/);
    const river = await page.locator('.port', { hasText: '/dev/ttyUSB0' }).innerText();
    expect(river).toContain('wrong checksum 3');
    expect(river).toContain('noise 1');
    expect(river).toContain('52 31 32\nR12');
  });

  test('readings in doubt say why', async () => {
    const gateway = site();
    await gateway.observe(9);
    const { page } = await opened({ gateway });
    await expect.poll(() => page.locator('.doubtful').first().innerText()).toMatch(/9 m \? out of range/);
  });

  test('a device is plotted from what came since the page was opened, with its thresholds and as a table', async () => {
    const gateway = site();
    await gateway.observe(1);
    const { page, server } = await opened({ gateway, hash: '#/device/gauge-01' });
    await page.locator('.plotted canvas').first().waitFor();
    for (const levelM of [1.5, 2.5]) {
      await gateway.observe(levelM);
      await server.push();
    }
    const plot = page.getByRole('img', { name: 'Water level' });
    const label = say.plot({ name: 'Water level', count: 3, low: '1 m', high: '2.5 m', last: '2.5 m' }).en;
    await expect.poll(() => plot.getAttribute('aria-label')).toBe(label);
    const table = page.locator('.plotted', { has: plot });
    await table.getByText(say.asTable().en).click();
    expect(await table.locator('tbody td:last-child').allInnerTexts()).toEqual(['2.5 m', '1.5 m', '1 m']);
    const thresholds = await page.locator('.thresholds li').allInnerTexts();
    expect(thresholds[0]).toMatch(/^Level 4: 氾濫危険水位\n.*raised at 3\.9 m, cleared at 3\.8 m/);
    expect(thresholds).toHaveLength(5);
  });

  test('refused readings are sent again or, when it is confirmed, dropped', async () => {
    const gateway = site();
    await gateway.refuse(3);
    const { page, server } = await opened({ gateway, hash: '#/buffer' });
    const rows = page.locator('.refused li');
    await expect.poll(() => rows.count()).toBe(3);
    expect(await rows.first().innerText()).toContain('level above 6.5 m');
    await rows.first().getByRole('checkbox').check();
    await button(page, say.sendAgain({ count: 1 })).click();
    await page.getByText(say.sentAgain({ count: 1, left: 0 }).en).waitFor();
    await expect.poll(() => rows.count()).toBe(2);
    await page.getByLabel(say.chooseAll().en).check();
    await button(page, say.drop({ count: 2 })).click();
    await button(page, say.keepThem()).click();
    expect(server.asked.map(({ action }) => action)).not.toContain('drop-refused');
    await button(page, say.drop({ count: 2 })).click();
    await button(page, say.dropThem()).click();
    await page.getByText(say.droppedNow({ count: 2 }).en).waitFor();
    await page.getByText(say.nothingRefused().en).waitFor();
    expect(gateway.rig.buffer.stats().outboxes.city?.refused).toBe(0);
  });

  test('what waits is saved as a parcel', async () => {
    const gateway = site();
    await gateway.observe(1);
    const { page, faults } = await opened({ gateway, hash: '#/buffer' });
    const saving = page.waitForEvent('download');
    await button(page, say.exportIt()).click();
    const download = await saving;
    expect(download.suggestedFilename()).toMatch(/^gateway-01-city-20260115T0300\d\dZ\.parcel$/);
    expect(readFileSync(await download.path()).length).toBeGreaterThan(20);
    expect(faults).toEqual([]);
  });

  test('a stranger is registered at a touch, and what is wrong is said by the gateway', async () => {
    const gateway = site();
    gateway.meetStranger();
    const { page } = await opened({ gateway, hash: '#/lorawan' });
    await button(page, say.registerThis()).click();
    expect(await page.getByLabel('DevEUI').inputValue()).toBe('70b3d57ed0051234');
    await page.locator('[name=id]').fill('soil-01');
    await page.locator('[name=project]').fill('toyama');
    await page.locator('[name=profile]').fill('lpp');
    await page.locator('[name=appKey]').fill('00112233');
    await button(page, say.register()).click();
    await page.locator('form .trouble').getByText('32').waitFor();
    await page.locator('[name=appKey]').fill('00112233445566778899AABBCCDDEEFF');
    await button(page, say.register()).click();
    await page.getByText(say.added({ id: 'soil-01' }).en).waitFor();
    await page.locator('.device').getByText('soil-01').waitFor();
    expect(await page.locator('main').innerHTML()).not.toMatch(/00112233445566/i);
  });

  test('a viewer sees no button that changes anything', async () => {
    const gateway = await busySite();
    const { page } = await opened({ gateway, role: 'viewer', hash: '#/buffer' });
    await page.locator('.refused li').first().waitFor();
    expect(await page.locator('main').getByRole('button').count()).toBe(0);
    expect(await page.getByRole('checkbox').count()).toBe(0);
    await goTo(page, say.lorawan(), 'en');
    await page.getByText('70b3d57ed0051234').waitFor();
    expect(await page.locator('main').getByRole('button').count()).toBe(0);
  });

  test('a technician whose role was taken meanwhile is told so', async () => {
    const gateway = site();
    await gateway.refuse(1);
    const { page } = await opened({ gateway, hash: '#/buffer' });
    await page.route('**/do/retry-refused', (route) => route.fulfill({ status: 403 }));
    await page.getByLabel(say.chooseAll().en).check();
    await button(page, say.sendAgain({ count: 1 })).click();
    await page.getByText(say.mayNot().en).waitFor();
  });

  test('what a stranger wrote is shown as text, and cannot pass for the page’s own', async () => {
    const gateway = site();
    const { page, server, faults } = await opened({ gateway });
    await page.locator('.device').first().waitFor();
    await gateway.observe(1);
    const status = JSON.parse(JSON.stringify(readStatus(gateway.status)));
    status.devices['gauge-01'].last.values = { '<img src=x onerror=alert(1)>': '<b>bold</b>\u202e' };
    await server.push(status);
    await page.getByText('<b>bold</b>\ufffd').waitFor();
    expect(await page.locator('main img, main b').count()).toBe(0);
    expect(faults).toEqual([]);
  });

  test('with 200 devices, only the cards whose device has changed are drawn again', async () => {
    const gateway = site(200);
    const { page, server } = await opened({ gateway, viewport: DESK });
    await expect.poll(() => page.locator('.device').count()).toBe(202);
    await page.clock.pauseAt(AT + 60_000);
    await page.evaluate(`globalThis.touched = new Set();
      new MutationObserver((changes) => {
        for (const { target } of changes) {
          const card = (target.nodeType === 1 ? target : target.parentElement).closest('.device');
          if (card) touched.add(card.querySelector('h3 a').textContent);
        }
      }).observe(document.querySelector('.cards'), { subtree: true, childList: true, characterData: true, attributes: true })`);
    for (const id of gateway.others.slice(0, 3)) await gateway.observeOther(id, 1.25);
    await server.push();
    await expect.poll(() => page.evaluate('[...touched].sort()')).toEqual(gateway.others.slice(0, 3));
    await page.getByLabel(say.searchDevice().en).fill('gauge-17');
    await expect.poll(() => page.locator('.device').count()).toBe(10);
  });
});
