import { once } from 'node:events';
import { connect } from 'node:net';
import { expect, onTestFinished, test, vi } from 'vitest';
import { simulateModbus } from '../../../simulators/sensors/modbus-slave.ts';
import { kellerUnit } from '../../../simulators/sensors/modbus-units.ts';
import { VirtualClock } from '../../../simulators/virtual-clock.ts';
import { openTcp } from '../../../simulators/wires/tcp-wire.ts';

const patience = { timeout: 10_000, interval: 5 };
/** MBAP, transaction 7: unit 1, function 3, two registers from 2. */
const REQUEST = Buffer.from('000700000006010300020002', 'hex');

test('a unit that closes idle connections answers whoever connects again', async () => {
  const wire = await openTcp({ closesIdleAfterMs: 100 });
  onTestFinished(() => wire.close());
  const clock = new VirtualClock();
  const unit = kellerUnit({ unit: 1, depthM: () => 10.197162, temperatureCel: () => 12.5 });
  const stop = new AbortController();
  const running = simulateModbus({ clock, units: [unit], framing: 'tcp' }).run(wire, stop.signal);
  const { hostname, port } = new URL(wire.path);
  for (let n = 0; n < 2; n++) {
    const socket = connect(Number(port), hostname);
    const heard: Buffer[] = [];
    socket.on('data', (chunk) => heard.push(chunk));
    await once(socket, 'connect');
    socket.write(REQUEST);
    const answer = () => Buffer.concat(heard).toString('hex');
    await vi.waitFor(() => expect(answer()).toBe('0007000000070103043f800000'), patience);
    await once(socket, 'close');
  }
  stop.abort();
  await running;
});
