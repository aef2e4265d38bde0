/** A real gateway with its console, real pseudo-terminals, and a stand-in for the city OS: what a technician meets on site. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished } from 'vitest';
import { accountsFileOf } from '../../../gateway/config/console-accounts.ts';
import { SystemClock } from '../../../gateway/machine/system-clock.ts';
import type { SerialLine } from '../../../gateway/ports/serial-lines.ts';
import { KeptLog } from '../../../gateway/rig/kept-log.ts';
import type { Supervised } from '../../../gateway/supervise.ts';
import { realSurroundings } from '../../../gateway/surroundings.ts';
import type { CityOs } from '../../../simulators/city-os/city-os.ts';
import { simulateMaxbotix } from '../../../simulators/sensors/maxbotix.ts';
import { simulateModbus } from '../../../simulators/sensors/modbus-slave.ts';
import { kellerUnit } from '../../../simulators/sensors/modbus-units.ts';
import type { Simulator } from '../../../simulators/simulator.ts';
import { openPty } from '../../../simulators/wires/pty-wire.ts';
import type { Wire } from '../../../simulators/wires/wire.ts';
import { feedCity, supervised } from '../../end-to-end/started.ts';
import { accountLine, PASSWORD } from '../console/console-rig.ts';
import { freePort } from '../net/free-port.ts';
import { temporaryFolder } from '../temporary-folder.ts';

const clock = new SystemClock('always');

export interface Box {
  readonly url: string;
  readonly folder: string;
  readonly city: CityOs;
  readonly log: KeptLog;
  readonly supervised: Supervised;
  config(): string;
  signIn(user?: string): Promise<Act>;
}

export interface Answered {
  readonly status: number;
  /** Each line of the answer. */
  readonly lines: readonly Record<string, unknown>[];
}
export type Act = (action: string, parameters?: object) => Promise<Answered>;

/** A gauge that is configured already, on a port "river". */
export function configuredGauge(path: string): string {
  return `[[port]]
name = "river"
type = "serial"
path = "${path}"
[[device]]
id = "gauge-01"
type = "maxbotix"
port = "river"
mounting-height-m = 6.5`;
}

/** `more`: of its configuration. `lines`: that udev knows. */
export async function openBox({
  more = '',
  destination = '',
  lines = [],
  pageFolder,
}: {
  readonly more?: string;
  readonly destination?: string;
  readonly lines?: readonly SerialLine[];
  readonly pageFolder?: string;
} = {}): Promise<Box> {
  const folder = temporaryFolder();
  const port = await freePort();
  const { cityOs: city } = await feedCity();
  const file = join(folder, 'gateway.toml');
  writeFileSync(
    file,
    `[gateway]
id = "hikichi-01"
tenant = "fujisawa"
data-directory = "."
[buffer]
batch-age = "200ms"
commit-within = "0ms"
[clock]
synchronised = "always"
[status]
enabled = false
[console]
enabled = true
listen = "127.0.0.1:${port}"
tiles = ""
[[destination]]
name = "city"
type = "city-os"
url = "${city.url}"
reconnect-within = "200ms"
${destination}
${more}`,
  );
  mkdirSync(folder, { recursive: true });
  const accounts = (await accountLine('suzuki', 'technician')) + (await accountLine('sato', 'viewer'));
  writeFileSync(accountsFileOf(folder), accounts, { mode: 0o600 });
  const surroundings = {
    ...realSurroundings(),
    serialLines: async () => lines,
    ...(pageFolder !== undefined && { consolePage: pageFolder }),
  };
  const log = new KeptLog();
  const gateway = supervised(folder, { log, surroundings });
  const url = `http://127.0.0.1:${port}`;
  const answers = () =>
    fetch(`${url}/session`).then(
      ({ status }) => status,
      () => 0,
    );
  await expect.poll(answers, { timeout: 20_000 }).toBe(401);
  return {
    url,
    folder,
    city,
    log,
    supervised: gateway,
    config: () => readFileSync(file, 'utf8'),
    signIn: (user) => signIn(url, user),
  };
}

async function signIn(url: string, user = 'suzuki'): Promise<Act> {
  const { headers } = await fetch(`${url}/session`, {
    method: 'POST',
    body: JSON.stringify({ user, password: PASSWORD }),
  });
  const cookie = headers.get('set-cookie')?.split(';')[0] ?? '';
  const { csrf } = (await (await fetch(`${url}/session`, { headers: { cookie } })).json()) as { csrf: string };
  return async (action, parameters = {}) => {
    const response = await fetch(`${url}/do/${action}`, {
      method: 'POST',
      headers: { cookie, 'x-csrf': csrf },
      body: JSON.stringify(parameters),
    });
    const text = await response.text();
    return {
      status: response.status,
      lines: text
        .split('\n')
        .filter((line) => line !== '')
        .map((line) => JSON.parse(line)),
    };
  };
}

/** A pseudo-terminal with something at its other end. */
export async function plugIn(simulator?: Simulator): Promise<Wire> {
  const wire = await openPty({ link: join(temporaryFolder(), 'line') });
  const stop = new AbortController();
  const running = simulator?.run(wire, stop.signal);
  onTestFinished(async () => {
    stop.abort();
    await running;
    await wire.close();
  });
  return wire;
}

export const gauge = (distanceM = 1.234) => simulateMaxbotix({ clock, distanceM: () => distanceM });
export const pressureProbe = (unit = 1) =>
  simulateModbus({ clock, units: [kellerUnit({ unit, depthM: () => 2, temperatureCel: () => 11 })] });

/** A hunt followed to its end, as the page follows it. */
export async function hunted(act: Act, line: string): Promise<Record<string, unknown>> {
  const begun = await act('begin-probe', { line });
  const { id } = begun.lines[0] ?? {};
  if (begun.status !== 200) return begun.lines[0] ?? {};
  let standing: Record<string, unknown> = {};
  await expect
    .poll(
      async () => {
        standing = (await act('probe-progress', { id })).lines[0] ?? {};
        return standing.does;
      },
      { timeout: 50_000, interval: 200 },
    )
    .toBe('over');
  return standing;
}
