/** Fifty bad configurations from the console, while a gauge speaks: each is refused or taken back, and the city OS has every reading once. */
import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { answer } from '../../gateway/control/actions.ts';
import type { City } from '../../gateway/rig/city.ts';
import { FIFTY_KINDS, goodSite } from '../gateway/config/fifty-kinds.ts';
import { piecesOf } from '../gateway/control/pieces.ts';
import { freePort } from '../gateway/net/free-port.ts';
import { temporaryFolder } from '../gateway/temporary-folder.ts';
import { feedCity, supervised } from './started.ts';

/** A gauge that counts its lines, for whoever is connected. */
async function countingGauge() {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    socket.on('error', () => {}); // whoever is at the other end may go
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  let said = 0;
  const saying = setInterval(() => {
    if (sockets.size === 0) return;
    said++;
    for (const socket of sockets) socket.write(`{"level":${said}}\n`);
  }, 20);
  onTestFinished(() => {
    clearInterval(saying);
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  return {
    address: `127.0.0.1:${(server.address() as AddressInfo).port}`, // it listens on TCP
    stop: () => clearInterval(saying),
    said: () => said,
  };
}

const stored = (city: City) => [...city.readings()].map(({ values }) => Number(values.level)).sort((a, b) => a - b);

test('a gauge loses nothing while fifty kinds of mistakes are tried', { timeout: 120_000 }, async () => {
  const gauge = await countingGauge();
  const city = await feedCity();
  const folder = temporaryFolder();
  const file = join(folder, 'gateway.toml');
  const good = goodSite(gauge.address, city.url);
  writeFileSync(file, good);
  const running = supervised(folder, { trialMs: 3_000 });
  const act = async (action: string, parameters: unknown) => {
    const { sources } = running.gateway;
    return JSON.parse(
      Buffer.concat(await piecesOf(answer(action, parameters, { ...sources, status: sources }))).toString(),
    );
  };
  await expect.poll(() => stored(city).length, { timeout: 15_000 }).toBeGreaterThan(10);
  const { config } = running.gateway;

  for (const [what, from, to] of FIFTY_KINDS) {
    const local = (text: string) =>
      text.replaceAll('127.0.0.1:4001', gauge.address).replaceAll('mqtt://127.0.0.1:1883', city.url);
    const spoiled = good.replace(local(from), () => local(to));
    expect([what, spoiled === good]).toEqual([what, false]);
    const { faults } = await act('check-config', { text: spoiled });
    expect([what, faults.length > 0]).toEqual([what, true]);
    await expect(act('change-config', { text: spoiled }), what).rejects.toMatchObject({
      code: expect.stringMatching(/^config-/),
    });
    expect(readFileSync(file, 'utf8')).toBe(good);
  }
  expect(running.gateway.config).toBe(config);

  const nobody = `mqtt://127.0.0.1:${await freePort()}`;
  expect(await act('change-config', { changes: [{ set: 'destination.city.url', value: nobody }] })).toMatchObject({
    outcome: 'applied',
    trialMs: 3_000,
  });
  await expect
    .poll(() => running.gateway.sources.configStanding?.(), { timeout: 20_000 })
    .toMatchObject({ takenBack: { why: 'not-reached', isInFile: true } });
  expect(readFileSync(file, 'utf8')).toBe(good);

  gauge.stop();
  const all = Array.from({ length: gauge.said() }, (_, i) => i + 1);
  await expect.poll(() => stored(city), { timeout: 30_000 }).toEqual(all);
});
