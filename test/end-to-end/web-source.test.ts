/** A prefecture's pages through a real gateway that is killed: each reading reaches the city OS once, and the status says what is wrong. */
import { expect, onTestFinished, test, vi } from 'vitest';
import { WebSource } from '../../simulators/web-source/web-source.ts';
import { feedCity, gatewayProcess } from './started.ts';

const patience = { timeout: 60_000, interval: 100 };
const minute = 60_000;

test('a prefecture’s pages become readings, each once, whatever the server does and however often the gateway is killed', async () => {
  const source = await WebSource.open();
  const city = await feedCity();
  const page = (path: string) => `url = "${source.origin}${path}"\nevery = "1s"\ncontact = "bousai@city.example.jp"`;
  const gateway = gatewayProcess(`
    gateway = { id = "gw", tenant = "city" }
    status = { enabled = false }
    clock = { synchronised = "always" }
    buffer = { batch-age = "1s", commit-within = "0s" }
    [[port]]
    name = "levels"
    type = "web"
    ${page('/river.html')}
    [[port]]
    name = "series"
    type = "web"
    ${page('/series.json')}
    [[port]]
    name = "rain"
    type = "web"
    ${page('/river.csv')}
    [[device]]
    id = "hikichi"
    type = "web-table"
    port = "levels"
    profile = "levels"
    row = "引地橋"
    [[device]]
    id = "shin"
    type = "web-table"
    port = "levels"
    profile = "levels"
    row = "新川"
    [[device]]
    id = "hikichi-series"
    type = "web-table"
    port = "series"
    profile = { format = "json", time = { from = "/t" }, fields = [{ from = "/h", quantity = "level", unit = "m" }] }
    [[device]]
    id = "shin-rain"
    type = "web-table"
    port = "rain"
    row = "新川"
    profile = { format = "csv", row-key = "観測所", time = { from = "観測時刻" }, fields = [{ from = "雨量(mm)", quantity = "rain", unit = "m", scale = 0.001 }] }
    [[profile]]
    name = "levels"
    format = "html"
    kind = "water-level"
    row-key = "観測所"
    time = { from = "観測時刻" }
    fields = [{ from = "水位(m)", quantity = "level", unit = "m" }]
    [[destination]]
    name = "city"
    type = "city-os"
    url = "${city.url}"
  `);
  onTestFinished(() => source.close());
  const begin = Math.floor(Date.now() / minute) * minute - 60 * minute;
  const observed = (i: number) => {
    source.observe('引地橋', { at: begin + i * minute, level: 1 + i / 100 });
    source.observe('新川', { at: begin + i * minute, level: i === 1 ? undefined : -i / 100, rain: i });
  };
  const stored = () =>
    [...city.readings()].map(({ device, observedAt, values }) => {
      const [value] = Object.values(values);
      return `${device} ${(observedAt - begin) / minute} ${value}`;
    });
  const until = (...all: string[]) => vi.waitFor(() => expect(stored()).toEqual(expect.arrayContaining(all)), patience);
  const problems = async () => (await gateway.status()).problems;
  const untilProblem = (expected: RegExp) =>
    vi.waitFor(async () => expect((await problems()).map(({ en }) => en).join('\n')).toMatch(expected), patience);

  observed(0);
  await gateway.start();
  await until('hikichi 0 1', 'shin 0 0', 'hikichi-series 0 1', 'shin-rain 0 0');
  await gateway.end('SIGKILL');
  for (const i of [1, 2]) observed(i);
  await gateway.start();
  await until('hikichi 2 1.02', 'hikichi-series 1 1.01', 'hikichi-series 2 1.02', 'shin-rain 2 0.002');

  source.fault = 'renamed';
  observed(3);
  await untilProblem(
    /hikichi is not as its profile says \(the column 水位\(m\) is not there; there are now: 観測所, 観測時刻, 現在水位, 雨量\(mm\)\)/,
  );
  source.fault = 'busy';
  source.retryAfterS = 2;
  await untilProblem(/port levels \(.*\/river\.html\) cannot be fetched \(the server answers with the status 429\)/);
  await gateway.end('SIGKILL');
  source.fault = undefined;
  await gateway.start();
  await until('hikichi 3 1.03', 'shin 3 -0.03', 'hikichi-series 3 1.03', 'shin-rain 3 0.003');
  await vi.waitFor(async () => expect(await problems()).toEqual([]), patience);

  const birth = city.cityOs.status().find(({ gateway }) => gateway === 'gw')?.birth;
  expect(birth?.devices.find(({ id }) => id === 'shin')?.source).toBe(`${source.origin}/river.html`);
  expect(new Set(stored()).size).toBe(stored().length);
  expect(stored().filter((each) => each.startsWith('shin 1'))).toEqual([]); // it was out of order
  expect(source.mostAtOnce).toBe(1);
  expect(source.asked.some(({ status }) => status === 304)).toBe(true);
}, 180_000);
