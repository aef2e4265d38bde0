import { expect, onTestFinished, test } from 'vitest';
import { GatewayProcess, MAIN } from '../../gateway/rig/gateway-process.ts';
import { freePort } from '../gateway/net/free-port.ts';
import { gaugeConfig, until } from './started.ts';

/** Something in the program's process that warns, as Node itself does of a leak. */
const warns = "process.on('SIGWINCH', () => process.emitWarning('Possible leak', 'MaxListenersExceededWarning'))";

test('a warning of Node.js is a line of the log like any other', async () => {
  const gateway = new GatewayProcess({
    config: gaugeConfig('g-1', await freePort(), 'mqtt://127.0.0.1:1', { buffer: '', destination: '' }),
    command: [process.execPath, '--import', `data:text/javascript,${warns}`, MAIN, 'run', 'gateway.toml'],
  });
  onTestFinished(() => gateway.close());
  await gateway.start();
  await until(() => expect(gateway.log.text).toContain('The gateway runs'));
  process.kill(gateway.pid, 'SIGWINCH');
  await until(() => expect(gateway.log.text).toContain('Possible leak'));
  await gateway.stop();
  const lines = gateway.log.text.trim().split('\n');
  expect(lines.map((line) => JSON.parse(line))).toContainEqual(
    expect.objectContaining({ level: 'warn', warning: 'MaxListenersExceededWarning', why: 'Possible leak' }),
  );
});
