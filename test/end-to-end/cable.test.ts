/** A rig at one end of a cable and a gateway at the other: two pseudo-terminals that socat joins stand in for a null-modem cable. */
import { type ChildProcess, execFileSync, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { tomlOf } from '../../gateway/config/toml.ts';
import { openCity } from '../../gateway/rig/open-city.ts';
import { openRig } from '../../gateway/rig/open-rig.ts';
import { temporaryFolder } from '../gateway/temporary-folder.ts';
import { planOf } from '../simulators/rig/plans.ts';
import { Command } from './recorder.ts';
import { start } from './started.ts';

const patience = { timeout: 30_000, interval: 20 };
const isSocatMissing = spawnSync('socat', ['-V']).error !== undefined && process.env.CI !== 'true';
if (isSocatMissing) console.warn('Skipped: no socat here. Install it with: apt-get install socat');

class Cable {
  readonly near: string;
  readonly far: string;
  #socat: ChildProcess | undefined;

  constructor(folder: string) {
    [this.near, this.far] = [join(folder, 'near'), join(folder, 'far')];
  }

  async plugIn(): Promise<void> {
    this.#socat = spawn(
      'socat',
      [this.near, this.far].map((link) => `pty,raw,echo=0,link=${link}`),
    );
    await once(this.#socat, 'spawn');
    await expect.poll(() => existsSync(this.near) && existsSync(this.far), patience).toBe(true);
  }

  /** Both device files vanish, as those of a USB adapter that is pulled. */
  async pull(): Promise<void> {
    const socat = this.#socat;
    this.#socat = undefined;
    if (socat === undefined) return;
    const gone = once(socat, 'exit');
    socat.kill();
    await gone;
    await expect.poll(() => existsSync(this.near) || existsSync(this.far), patience).toBe(false);
  }
}

/** The far end's rig and the near end's gateway, neither of which knows of the other. */
async function cabled(wire = '') {
  const folder = temporaryFolder();
  const cable = new Cable(folder);
  await cable.plugIn();
  onTestFinished(() => cable.pull());
  const plan = planOf(
    `[[wire]]\nname = "cable"\ntype = "serial"\npath = "${cable.far}"\n${wire}\n[[device]]\nid = "gauge"\ntype = "maxbotix"\nwire = "cable"\nlevel = 1.5`,
    join(folder, 'rig'),
  );
  const rig = await openRig(plan);
  onTestFinished(() => rig.close());
  return { folder, cable, rig };
}

describe.skipIf(isSocatMissing)('over a cable', () => {
  test('a gateway stores what the rig says, also after the cable was pulled and found again', async () => {
    const { folder, cable, rig } = await cabled();
    const city = await openCity({ kind: 'feed' });
    onTestFinished(() => city.close());
    const sender = { tenant: 'toyama', gateway: 'gateway-01', folder };
    const config = tomlOf({
      gateway: { id: sender.gateway, tenant: sender.tenant },
      buffer: { batchAge: '1s' },
      clock: { synchronised: 'always' },
      status: { enabled: false },
      port: [{ name: 'cable', type: 'serial', path: cable.near }],
      device: [{ id: 'gauge', type: 'maxbotix', port: 'cable', mountingHeightM: 4.5 }],
      destination: [city.destination(sender)],
    });
    start(folder, config);
    await rig.start();
    const stored = () => city.counts().get('gauge')?.get('water-level') ?? 0;
    await expect.poll(stored, patience).toBeGreaterThan(3);
    await cable.pull();
    await expect.poll(() => rig.bench.isOpen, patience).toBe(false);
    const before = rig.observer.sentBy('gauge');
    await rig.pass(500);
    expect(rig.observer.sentBy('gauge')).toBe(before);
    await cable.plugIn();
    await expect.poll(() => rig.bench.isOpen, patience).toBe(true);
    const then = stored();
    await expect.poll(stored, patience).toBeGreaterThan(then + 3);
    for (const { values, quality } of city.readings()) expect([values.level, quality]).toEqual([1.5, undefined]);
    expect([city.duplicates(), city.missing()]).toEqual([0, 0]);
    expect(stored()).toBeLessThanOrEqual(rig.observer.sentBy('gauge'));
  }, 120_000);

  test("the port has the speed, the parity and the stop bits of the rig's file", async () => {
    const { cable } = await cabled('baud = 19200\ndata-bits = 7\nparity = "odd"\nstop-bits = 2');
    const set = execFileSync('stty', ['-a', '-F', cable.far], { encoding: 'utf8' });
    expect(set).toMatch(/speed 19200 baud/);
    // A pseudo-terminal keeps eight bits and no parity whatever it is set to (Linux, pty_set_termios), but says which parity it would be.
    expect(set).toMatch(/ parodd /);
    expect(set).toMatch(/ cstopb /);
  });

  test('two rigs, one at each end, hear each other', async () => {
    const { cable, rig, folder } = await cabled();
    const heard: string[] = [];
    const other = await openRig(
      planOf(
        `[[wire]]\nname = "near"\ntype = "serial"\npath = "${cable.near}"\n[[device]]\nid = "counter"\ntype = "people-counter"\nwire = "near"\nperiod = "100ms"`,
        join(folder, 'other'),
      ),
      {
        tap: (_, direction, bytes) =>
          void (direction === 'to-device' && heard.push(Buffer.from(bytes).toString('latin1'))),
      },
    );
    onTestFinished(() => other.close());
    await Promise.all([rig.start(), other.start()]);
    await expect.poll(() => heard.join(''), patience).toMatch(/R3000\rR3000\r/);
  });

  test('what there is no cable for is told before anything is said', async () => {
    const plan = planOf(
      '[[wire]]\nname = "cable"\ntype = "serial"\npath = "/dev/serial/by-id/none"\n[[device]]\nid = "gauge"\ntype = "maxbotix"\nwire = "cable"',
      temporaryFolder(),
    );
    await expect(openRig(plan)).rejects.toMatchObject({ code: 'serial-unavailable', on: '/dev/serial/by-id/none' });
  });

  test('a rig that runs from the command line goes on when its cable is back', async () => {
    const folder = temporaryFolder();
    const cable = new Cable(folder);
    await cable.plugIn();
    onTestFinished(() => cable.pull());
    const file = join(folder, 'rig.toml');
    writeFileSync(
      file,
      `[[wire]]\nname = "cable"\ntype = "serial"\npath = "${cable.far}"\n[[device]]\nid = "gauge"\ntype = "maxbotix"\nwire = "cable"`,
    );
    const rig = new Command(folder, 'rig', 'run', file, '--seconds', '600');
    await expect.poll(() => rig.err, patience).toContain('600');
    await cable.pull();
    await cable.plugIn();
    const heard: Buffer[] = [];
    const reader = spawn('socat', ['-u', `${cable.near},raw,echo=0`, '-']);
    onTestFinished(() => void reader.kill());
    reader.stdout.on('data', (bytes: Buffer) => heard.push(bytes));
    await expect.poll(() => Buffer.concat(heard).toString('latin1'), patience).toMatch(/(R\d{4}\r){3}/);
    expect(await rig.end('SIGINT')).toBe(1);
  }, 90_000);
});
