/** The configuration on the page: the real file of a gateway, behind the console's real server. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { describe, expect, onTestFinished, test } from 'vitest';
import { readConfigFile } from '../../../../gateway/config/config.ts';
import { digestOf, FollowedFile } from '../../../../gateway/config/followed-file.ts';
import { ConfigVersions } from '../../../../gateway/config/versions.ts';
import { say } from '../../../../gateway/console/page/configuration/words.ts';
import type { Changed } from '../../../../gateway/control/config-actions.ts';
import { chromiumTests, seriousFaults } from '../../../chromium.ts';
import { builtPage, pageTests, shoot } from './page-rig.ts';
import { AT, site } from './site.ts';

const TOML = `# The box at the bridge
[gateway]
id = "box"

[[port]]
name = "bus"
type = "serial"
path = "/dev/ttyUSB0"
baud = 9600        # as the label says

[[device]]
id = "gauge-01"
type = "maxbotix"
mounting-height-m = 6.5
port = "bus"

[[destination]]
name = "city"
type = "city-os"
url = "mqtts://city-os.example.jp"
`;

/** A gateway that takes up whatever its file says. */
function followed() {
  const own = mkdtempSync(join(tmpdir(), 'machimori-'));
  onTestFinished(() => rmSync(own, { recursive: true, force: true }));
  const file = new FollowedFile(join(own, 'gateway.toml'));
  writeFileSync(file.path, TOML);
  const versions = new ConfigVersions(own);
  versions.keep(TOML.replace('9600', '4800'), AT - 60_000);
  versions.keep(TOML, AT);
  const read = readConfigFile(file.path);
  if (!read.ok) throw new Error(read.faults.map(({ what }) => what.en).join('\n'));
  let runs = TOML;
  const applied = { outcome: 'applied', ports: ['bus'], destinations: [], trialMs: 180_000 } as const;
  return {
    path: file.path,
    configuration: {
      standing: () => ({}),
      apply: async () => applied,
      read: () => ({ file: file.path, text: file.text(), digest: digestOf(file.text()), runs: runs === file.text() }),
      check: (edit: (text: string) => string) => file.check(edit),
      async change(edit: (text: string) => string, base?: string): Promise<Changed> {
        const changed = file.change(edit, read.config, { base, writing: () => {} });
        runs = file.text();
        return { ...applied, ...changed };
      },
      versions,
      restart: () => {},
    },
  };
}

describe.skipIf(chromiumTests.areSkipped)('the configuration in Chromium', () => {
  const open = pageTests(builtPage());

  async function opened({
    language = 'en' as 'en' | 'ja',
    role = 'technician' as 'technician' | 'viewer',
    width = 360,
  } = {}) {
    const { path, configuration } = followed();
    const sources = { ...site().control, configuration };
    const { page } = await open({ sources, hash: '#/configuration', role, language, viewport: { width, height: 800 } });
    return { page, path };
  }

  const write = async (page: Page, from: string, to: string) => {
    const area = page.getByRole('textbox');
    await area.fill((await area.inputValue()).replace(from, to));
  };

  test.each([
    ['en', 360],
    ['ja', 360],
    ['en', 1280],
    ['ja', 1280],
  ] as const)(
    'in %s, %s px wide, a slip is shown with its line and what to do, and then what changes',
    async (language, width) => {
      const { page, path } = await opened({ language, width });
      const button = (text: typeof say.check) => page.getByRole('button', { name: text()[language] });
      await write(page, 'baud = 9600', 'boud = 9600');
      await button(say.check).click();
      await page.getByText(say.faults({ count: 1 })[language]).waitFor();
      await page.getByRole('button', { name: say.atLine({ line: 9 })[language] }).click();
      expect(
        await page.evaluate(
          'getSelection().toString() || document.activeElement.value.slice(document.activeElement.selectionStart, document.activeElement.selectionEnd)',
        ),
      ).toContain('boud');
      expect(await button(say.takeUp).count()).toBe(0);
      expect(await seriousFaults(page)).toEqual([]);
      expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(width);
      await shoot(page, `configuration-fault-${width}-${language}`, true);
      await write(page, 'boud = 9600', 'baud = 19200');
      await button(say.check).click();
      await button(say.takeUp).waitFor();
      await shoot(page, `configuration-${width}-${language}`, true);
      expect(await seriousFaults(page)).toEqual([]);
      expect(await page.locator('.diff li').allInnerTexts()).toHaveLength(2);
      await button(say.takeUp).click();
      await page.getByText(say.applied({ parts: 'bus' })[language]).waitFor();
      expect(readFileSync(path, 'utf8')).toBe(TOML.replace('9600', '19200'));
    },
  );

  test('who wrote into the file meanwhile is not overwritten', async () => {
    const { page, path } = await opened();
    await write(page, '9600', '2400');
    writeFileSync(path, TOML.replace('9600', '1200'));
    await page.getByRole('button', { name: say.check().en }).click();
    await page.getByRole('button', { name: say.takeUp().en }).click();
    await page.getByText('changed by somebody else').waitFor();
    expect(readFileSync(path, 'utf8')).toContain('1200');
  });

  test('an earlier version is looked at first, and taken up like any other text', async () => {
    const { page, path } = await opened();
    await page.getByRole('button', { name: say.showVersion().en }).last().click();
    await page.getByText(say.shown().en).waitFor();
    expect(await page.getByRole('textbox').inputValue()).toContain('4800');
    expect(readFileSync(path, 'utf8')).toBe(TOML);
    await page.getByRole('button', { name: say.check().en }).click();
    await page.getByRole('button', { name: say.takeUp().en }).click();
    await page.getByText(say.applied({ parts: 'bus' }).en).waitFor();
    expect(readFileSync(path, 'utf8')).toContain('4800');
  });

  test('a viewer sees neither the text nor a button', async () => {
    const { page } = await opened({ role: 'viewer' });
    await page.getByText(say.onlyTechnicians().en).waitFor();
    expect(await page.getByRole('textbox').count()).toBe(0);
  });
});
