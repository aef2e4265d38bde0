/** QR codes of LoRaWAN devices, in photos and before a camera that Chromium plays from a file. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import encodeQR from 'qr';
import { afterAll, describe, expect, test } from 'vitest';
import { say } from '../../../../gateway/console/page/lorawan/words.ts';
import { say as page } from '../../../../gateway/console/page/words.ts';
import { LANGUAGES, type Text } from '../../../../shared/text.ts';
import { chromiumTests } from '../../../chromium.ts';
import { builtPage, button, looksWell, pageTests, SIZES } from './page-rig.ts';
import { site } from './site.ts';

const CODE = 'LW:D0:1122334455667788:AABBCCDDEEFF0011:AABB1122:OAABBCCDDEEFF:SYYWWNNNNNN:PFOOBAR:CAF2C';
const modulesOf = (text: string): boolean[][] => encodeQR(text, 'raw', { border: 4 });

/** A frame of a video of 640 × 480, as YUV4MPEG2 has it: the code in the middle, or a grey wall. */
function videoOf(text: string | undefined): Buffer {
  const [width, height] = [640, 480];
  const luma = Buffer.alloc(width * height, 120);
  const modules = text === undefined ? [] : modulesOf(text);
  const scale = Math.floor(400 / Math.max(1, modules.length));
  for (const [row, cells] of modules.entries()) {
    for (const [column, isDark] of cells.entries()) {
      for (let y = 0; y < scale; y++) {
        const from = (40 + row * scale + y) * width + 120 + column * scale;
        luma.fill(isDark ? 30 : 220, from, from + scale);
      }
    }
  }
  const frame = Buffer.concat([Buffer.from('FRAME\n'), luma, Buffer.alloc((width * height) / 2, 128)]);
  return Buffer.concat([Buffer.from(`YUV4MPEG2 W${width} H${height} F10:1 Ip A1:1 C420jpeg\n`), frame, frame, frame]);
}

/** Draws a printed code as a phone may take it. Runs in the browser. */
const DRAW = `({ modules, degrees = 0, noise = 0, tilt = 0, isShaded = false }) => {
  const canvas = document.createElement('canvas');
  [canvas.width, canvas.height] = [1200, 900];
  const context = canvas.getContext('2d');
  context.fillStyle = '#b9a98f';
  context.fillRect(0, 0, 1200, 900);
  context.translate(600, 450);
  context.rotate((degrees * Math.PI) / 180);
  context.transform(1, tilt, 0, 1, 0, 0);
  const size = 480 / Math.max(1, modules.length);
  for (const [row, cells] of modules.entries()) {
    for (const [column, isDark] of cells.entries()) {
      context.fillStyle = isDark ? '#222' : '#eee';
      context.fillRect(column * size - 240, row * size - 240, size + 0.5, size + 0.5);
    }
  }
  const picture = context.getImageData(0, 0, 1200, 900);
  let seed = 7;
  for (let i = 0; i < picture.data.length; i += 4) {
    seed = (seed * 1103515245 + 12345) % 2147483648;
    const change = (seed / 2147483648 - 0.5) * noise;
    const light = isShaded ? 0.45 + (0.55 * ((i / 4) % 1200)) / 1200 : 1;
    for (let part = 0; part < 3; part++) picture.data[i + part] = (picture.data[i + part] + change) * light;
  }
  context.putImageData(picture, 0, 0);
  return canvas.toDataURL('image/jpeg', 0.6).split(',')[1];
}`;

interface Taken {
  readonly degrees?: number;
  readonly noise?: number;
  readonly tilt?: number;
  readonly isShaded?: boolean;
}

async function photoOf(page: Page, text: string | undefined, taken: Taken = {}): Promise<Buffer> {
  const modules = text === undefined ? [] : modulesOf(text);
  const base64 = await page.evaluate(`(${DRAW})(${JSON.stringify({ modules, ...taken })})`);
  return Buffer.from(String(base64), 'base64');
}

const choose = (page: Page, buffer: Buffer, name = 'photo.jpg', mimeType = 'image/jpeg') =>
  page.locator('input[type=file]').setInputFiles({ name, mimeType, buffer });

describe.skipIf(chromiumTests.areSkipped)('QR codes in Chromium', () => {
  const folder = mkdtempSync(join(tmpdir(), 'machimori-'));
  const video = join(folder, 'camera.y4m');
  writeFileSync(video, videoOf(CODE));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  const opened = pageTests(
    builtPage(),
    ...['--use-fake-ui-for-media-stream', '--use-fake-device-for-media-stream'],
    `--use-file-for-fake-video-capture=${video}`,
  );
  const scanning = async (options: Partial<Parameters<typeof opened>[0]> = {}) => {
    const gateway = site();
    const all = await opened({ sources: gateway.control, hash: '#/lorawan', ...options });
    await button(all.page, say.scan(), options.language).click();
    return { ...all, gateway };
  };

  test.each<[string, Taken]>([
    ['straight', {}],
    ['upside down', { degrees: 180 }],
    ['turned by 33 degrees', { degrees: 33 }],
    ['with noise', { noise: 120 }],
    ['turned, aslant, in the shade, with noise', { degrees: -17, tilt: 0.12, noise: 60, isShaded: true }],
  ])('a photo %s fills in the form', async (_, taken) => {
    const { page, faults } = await scanning();
    await choose(page, await photoOf(page, CODE, taken));
    await page.getByText(say.found({ devEui: 'aabbccddeeff0011' }).en).waitFor();
    expect(await page.locator('[name=devEui]').inputValue()).toBe('aabbccddeeff0011');
    expect(await page.locator('[name=joinEui]').inputValue()).toBe('1122334455667788');
    expect(await page.locator('[name=appKey]').inputValue()).toBe('');
    expect(await page.locator('.scanner').innerText()).toMatch(/AABB.*1122.*YYWWNNNNNN/s);
    expect(faults).toEqual([]);
  });

  test('the camera reads a code that it is shown, and is switched off then', async () => {
    const { page, faults } = await scanning({ permissions: ['camera'] });
    await button(page, say.useCamera()).click();
    await page.locator('video').waitFor();
    await expect
      .poll(
        async () => {
          await page.clock.runFor(200);
          return page.getByText(say.found({ devEui: 'aabbccddeeff0011' }).en).count();
        },
        { timeout: 15_000 },
      )
      .toBe(1);
    expect(await page.locator('video').count()).toBe(0);
    await button(page, say.useCamera()).waitFor();
    expect(faults).toEqual([]);
  });

  test('without TLS the camera is not offered, and why is said; a photo still works', async () => {
    const { page, context } = await scanning();
    await context.addInitScript('Object.defineProperty(globalThis, "isSecureContext", { value: false })');
    await page.reload();
    await button(page, say.scan()).click();
    await page.getByText(say.notSecure().en).waitFor();
    expect(await button(page, say.useCamera()).count()).toBe(0);
    await choose(page, await photoOf(page, '70B3D57ED0051234'));
    await page.getByText(say.found({ devEui: '70b3d57ed0051234' }).en).waitFor();
    expect(await page.locator('[name=joinEui]').inputValue()).toBe('');
  });

  test.each<[string, string | undefined, Text]>([
    ['no code', undefined, say.noCode()],
    ['the address of a manual', 'https://example.jp/m', say.noDevice({ text: 'https://example.jp/m' })],
    [
      'a misprinted code',
      CODE.replace('FOOBAR', 'FOOBAZ'),
      say.badChecksum({ text: CODE.replace('FOOBAR', 'FOOBAZ') }),
    ],
    ['hostile text', '<img src=x onerror=alert(1)>', say.noDevice({ text: '<img src=x onerror=alert(1)>' })],
  ])('a photo of %s is said to be that, and fills in nothing', async (_, text, said) => {
    const { page, faults } = await scanning();
    await choose(page, await photoOf(page, text));
    await page.locator('.scanner [role=alert]').getByText(said.en).waitFor({ timeout: 15_000 });
    expect(await page.locator('[name=devEui]').count()).toBe(0);
    expect(await page.locator('main img').count()).toBe(0);
    expect(faults).toEqual([]);
  });

  test('what is no picture, and a device that is registered already, are said', async () => {
    const { page, gateway } = await scanning();
    await choose(page, Buffer.from('%PDF-1.7'), 'manual.pdf', 'application/pdf');
    await page.locator('.scanner [role=alert]').getByText('The browser cannot open this file').waitFor();
    const keys = { appKey: '00112233445566778899aabbccddeeff' };
    const device = {
      id: 'soil-01',
      project: 'toyama',
      profile: 'lpp',
      devEui: 'aabbccddeeff0011',
      joinEui: '1122334455667788',
    };
    gateway.control.register.add([{ ...device, activation: 'otaa', version: '1.0.4', keys } as never], 0); // parsed by the action otherwise
    await page.reload();
    await button(page, say.scan()).click();
    await page.locator('.device').getByText('soil-01').waitFor();
    await choose(page, await photoOf(page, CODE));
    await page.getByText(say.alreadyHere({ devEui: 'aabbccddeeff0011', id: 'soil-01' }).en).waitFor();
    expect(await page.locator('[name=devEui]').count()).toBe(0);
  });

  test.each(LANGUAGES.flatMap((language) => SIZES.map(([where, viewport]) => [language, where, viewport] as const)))(
    'in %s on a %s what was read fits',
    async (language, _, viewport) => {
      const all = await scanning({ language, viewport });
      await choose(all.page, await photoOf(all.page, CODE));
      await all.page.getByText(say.found({ devEui: 'aabbccddeeff0011' })[language]).waitFor();
      await all.page.getByRole('heading', { name: page.registerTitle()[language] }).waitFor();
      await all.page.locator('#scan').scrollIntoViewIfNeeded();
      await looksWell(all, 'scan', viewport, language);
    },
  );

  test('a viewer may not register, and has nothing to scan', async () => {
    const { page } = await opened({ sources: site().control, hash: '#/lorawan', role: 'viewer' });
    await page.getByText('No unregistered device').waitFor();
    expect(await button(page, say.scan()).count()).toBe(0);
  });
});
