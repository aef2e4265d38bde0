import { once } from 'node:events';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { expect, onTestFinished, test, vi } from 'vitest';
import { controlSocketOf } from '../../../gateway/control/socket.ts';
import type { GatewayProcess } from '../../../gateway/rig/gateway-process.ts';
import { width } from '../../../gateway/words/layout.ts';
import { machimori } from '../../end-to-end/machimori.ts';
import { gatewayProcess, gaugeConfig } from '../../end-to-end/started.ts';
import { freePort } from '../net/free-port.ts';
import { temporaryFolder } from '../temporary-folder.ts';
import { KANA_OR_KANJI } from '../words/product-files.ts';

const MORE = { buffer: 'batch-age = "1s"', destination: '' };

async function running(config: string): Promise<GatewayProcess> {
  const gateway = gatewayProcess(config);
  await gateway.start();
  await vi.waitFor(() => expect(existsSync(join(gateway.folder, 'data/control.sock'))).toBe(true), 30_000);
  return gateway;
}

/** A folder with a configuration whose gateway is not running, and its data directory. */
function stopped(dataDirectory = 'data'): string {
  const folder = temporaryFolder();
  const toml = `[gateway]\nid = "g"\ndata-directory = "${dataDirectory}"\n`;
  writeFileSync(join(folder, 'gateway.toml'), toml);
  mkdirSync(join(folder, dataDirectory));
  return folder;
}

test('the status comes through the control socket, without a status server, in one language at a time', async () => {
  const { folder } = await running(gaugeConfig('gw-status', await freePort(), 'mqtt://127.0.0.1:1', MORE));
  const english = await machimori(folder, 'status', 'gateway.toml');
  expect(english).toMatchObject({ code: 1, err: '' });
  expect(english.out).toMatch(/^Gateway gw-status \(city\), release /);
  expect(english.out).toMatch(/^! Destination city is not connected/m);
  expect(english.out).not.toMatch(KANA_OR_KANJI);
  const japanese = await machimori(folder, 'status', 'gateway.toml', '--lang', 'ja');
  expect(japanese.out).toMatch(/^! 送信先 city に接続できません/m);
  expect(japanese.out).not.toMatch(/Ports|is not connected|ago\b/);
  for (const line of `${english.out}${japanese.out}`.split('\n')) expect(width(line)).toBeLessThanOrEqual(80);
  const json = await machimori(folder, 'status', 'gateway.toml', '--json');
  expect(JSON.parse(json.out)).toMatchObject({
    gateway: 'gw-status',
    healthy: false,
    problems: [{ code: 'status.disconnected', en: expect.any(String), ja: expect.any(String) }],
  });
}, 60_000);

test('without a gateway the status says so, and how to start one', async () => {
  const outcome = await machimori(stopped(), 'status', 'gateway.toml');
  expect(outcome).toMatchObject({ code: 1, out: '' });
  expect(outcome.err).toMatch(/data: no gateway is running here\. Start it with: machimori run <config\.toml>\n$/);
  const none = await machimori(stopped(), 'status', '--address', `127.0.0.1:${await freePort()}`);
  expect(none).toMatchObject({ code: 1, err: expect.stringMatching(/no gateway answers \(.*ECONNREFUSED/) });
});

test('a data folder whose path is too long for a socket is told from a gateway that does not run', async () => {
  const outcome = await machimori(stopped('d'.repeat(120)), 'status', 'gateway.toml');
  expect(outcome).toMatchObject({ code: 1, err: expect.stringContaining('Shorten data-directory') });
});

test('a gateway of an earlier release, which cannot be asked, is named as that', async () => {
  const folder = stopped();
  const fault = { code: 'bad-request', what: 'there is no action "status"', on: 'the request', hint: 'Use …' };
  const older = createServer((_, response) => response.writeHead(400).end(JSON.stringify(fault)));
  older.listen(controlSocketOf(join(folder, 'data')));
  await once(older, 'listening');
  onTestFinished(() => void older.close());
  const outcome = await machimori(folder, 'status', 'gateway.toml');
  expect(outcome).toMatchObject({ code: 1, out: '' });
  expect(outcome.err).toContain(
    'g: the running gateway is an earlier release and cannot answer this. Restart it so that it runs this release; until then, ask its status server with --address\n',
  );
});
