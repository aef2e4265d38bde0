/** A support bundle fits into a result, whatever there is to tell, and says what it had no room for. */
import { gunzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import type { Status } from '../../../gateway/status/status.ts';
import type { BundleParts } from '../../../gateway/support/bundle.ts';
import { compressedBundle } from '../../../gateway/support/compressed-bundle.ts';
import { maxAttachmentBytes } from '../../../shared/orders/result.ts';
import { Random } from '../../../simulators/random.ts';

const random = new Random(7);
const noise = (length: number) => Array.from({ length }, () => random.int(0, 35).toString(36)).join('');

function parts(about: Partial<BundleParts> & { readonly devices?: number }): BundleParts {
  const { devices = 1, ...rest } = about;
  const status = {
    gateway: 'box',
    devices: Object.fromEntries(Array.from({ length: devices }, (_, i) => [`gauge-${i}`, { note: noise(40) }])),
    gateways: [],
  } as unknown as Status; // as far as a bundle looks into it
  return { title: 'machimori', findings: ['disk: good'], status, written: {}, logLines: [], secrets: [], ...rest };
}

async function opened(of: BundleParts) {
  const { bytes, ...about } = await compressedBundle(of, maxAttachmentBytes);
  expect(bytes.length).toBeLessThanOrEqual(maxAttachmentBytes);
  return { text: gunzipSync(bytes).toString('utf8'), ...about };
}

test('what fits is there whole', async () => {
  const logLines = Array.from({ length: 1_000 }, (_, i) => `{"msg":"line ${i}"}`);
  const { text, ...about } = await opened(parts({ logLines }));
  expect(about).toEqual({ logLines: 1_000, isCut: false });
  expect(text).toContain('line 0"');
});

test('of a long log the last lines are there', async () => {
  const logLines = Array.from({ length: 4_000 }, (_, i) => `{"msg":"${noise(30)} ${i}"}`);
  const { text, ...about } = await opened(parts({ logLines }));
  expect(about.isCut).toBe(false);
  expect(about.logLines).toBeGreaterThan(200);
  expect(text).toContain(' 3999"');
  expect(text).toContain('gauge-0');
});

test('thousands of devices leave room for the log', async () => {
  const logLines = Array.from({ length: 300 }, (_, i) => `{"msg":"${noise(30)} ${i}"}`);
  const { text, ...about } = await opened(parts({ logLines, devices: 5_000 }));
  expect(about).toEqual({ logLines: 300, isCut: true });
  expect(text).not.toContain('gauge-');
});

test('what never fits is cut at its end, without the secrets that were blotted out before', async () => {
  const secret = noise(40);
  const findings = Array.from({ length: 5_000 }, () => `${noise(30)} ${secret}`);
  const { text, isCut } = await opened(parts({ findings, secrets: [secret] }));
  expect(isCut).toBe(true);
  expect(text).toMatch(/^machimori/);
  expect(text).not.toContain(secret.slice(0, 12));
});
