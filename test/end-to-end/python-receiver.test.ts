/** The example in docs/examples is a whole receiver: what Debian packages it needs, it says itself. */
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { Broker } from '../gateway/net/broker.ts';
import { temporaryFolder } from '../gateway/temporary-folder.ts';
import { repositoryRoot } from '../repository-root.ts';
import { machimori } from './machimori.ts';

const PYTHON = '/usr/bin/python3';
const canRun = spawnSync(PYTHON, ['-c', 'import brotli, cbor2, paho.mqtt.client']).status === 0;
if (!canRun && process.env.CI !== 'true') {
  console.warn('Skipped: apt-get install python3 python3-brotli python3-cbor2 python3-paho-mqtt');
}

test.skipIf(!canRun && process.env.CI !== 'true')(
  'the example receiver in Python does all that docs/feed.md asks',
  async () => {
    const broker = await Broker.open();
    const folder = temporaryFolder();
    const receiver = spawn(PYTHON, [
      join(repositoryRoot, 'docs/examples/receiver.py'),
      '127.0.0.1',
      String(broker.port),
      join(folder, 'city.sqlite'),
    ]);
    onTestFinished(async () => {
      receiver.kill();
      await once(receiver, 'exit');
    });
    let complaints = '';
    receiver.stderr.on('data', (text: Buffer) => {
      complaints += text;
    });
    await once(receiver.stdout, 'data');
    const { code, out } = await machimori(folder, 'test-receiver', broker.url);
    expect(out).not.toMatch(/WRONG|missing/);
    expect({ code, complaints }).toEqual({ code: 0, complaints: '' });
  },
  120_000,
);
