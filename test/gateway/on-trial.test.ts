/** A release on trial says that it is well once it does what the one before did. */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { keepStanding, type OnTrial, provesItself } from '../../gateway/on-trial.ts';
import { sources } from './status/status-rig.ts';
import { temporaryFolder } from './temporary-folder.ts';

const TOKEN = '0123456789abcdef';

function box({ version = '0.2.0' } = {}) {
  const { rig, from, port, forwarder } = sources();
  const releases = temporaryFolder();
  const dataDirectory = join(releases, 'data');
  mkdirSync(dataDirectory);
  forwarder.stats.lastReceiptAt = 1;
  keepStanding({ releases, dataDirectory, log: rig.rig.log, sources: () => from });
  writeFileSync(join(releases, 'trial'), `version=0.2.0\nprevious=0.1.0\ntoken=${TOKEN}\nstarts=1\n`);
  delete forwarder.stats.lastReceiptAt;
  const end = new AbortController();
  onTestFinished(() => end.abort());
  const on: OnTrial = { releases, dataDirectory, version, log: rig.rig.log, sources: () => from };
  const healthy = () => {
    const file = join(dataDirectory, 'healthy');
    return existsSync(file) ? readFileSync(file, 'utf8') : undefined;
  };
  return { rig, port, forwarder, healthy, on, begin: () => provesItself(on, end.signal), end };
}

test('it is well when what was open is open and who gave receipts gives one again', async () => {
  const { rig, port, forwarder, healthy, begin } = box();
  port.state = 'closed';
  forwarder.stats.state = 'disconnected';
  const done = begin();
  await rig.clock.advance(3_000);
  expect(healthy()).toBeUndefined();
  forwarder.stats.state = 'connected';
  port.state = 'open';
  await rig.clock.advance(3_000);
  expect(healthy()).toBeUndefined();
  forwarder.stats.lastReceiptAt = 2;
  await rig.clock.advance(3_000);
  await done;
  expect(healthy()).toBe(TOKEN);
});

test('a site where nothing waits has nothing to answer for, after two minutes', async () => {
  const { rig, healthy, begin } = box();
  const done = begin();
  await rig.clock.advance(115_000);
  expect(healthy()).toBeUndefined();
  await rig.clock.advance(10_000);
  await done;
  expect(healthy()).toBe(TOKEN);
});

test('it is not well while a port that was open is not, however long that takes', async () => {
  const { rig, port, forwarder, healthy, begin } = box();
  port.state = 'closed';
  forwarder.stats.lastReceiptAt = 2;
  void begin();
  await rig.clock.advance(600_000);
  expect(healthy()).toBeUndefined();
});

test('another release than the one on trial says nothing', async () => {
  const { forwarder, healthy, begin } = box({ version: '0.1.0' });
  forwarder.stats.lastReceiptAt = 2;
  await begin();
  expect(healthy()).toBeUndefined();
});
