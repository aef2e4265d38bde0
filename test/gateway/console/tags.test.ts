/** Whose tag was seen is nobody's business at the console: neither live, nor asked, nor among what was refused, nor in the audit. */
import { expect, test } from 'vitest';
import { withoutSecrets } from '../../../gateway/console/audit.ts';
import { stored, takeAll } from '../buffer/buffer-rig.ts';
import { openConsole, until } from './console-rig.ts';

test.each(['suzuki', 'sato'])('%s sees that a tag was seen, but not whose', async (user) => {
  const { all, clock, signIn, act, raw } = await openConsole();
  const { port } = all;
  const values = { tag: 'grandmother-7', rssi: -71, count: 1, firstAt: 0, lastAt: 0 };
  const taken = all.rig.intake.take(
    { readings: [{ device: 'gauge-01', kind: 'sighting', observedAt: clock.moment().wall, values }] },
    { port, at: clock.moment(), ownTime: false, awaited: true },
  );
  await Promise.all([taken, clock.advance(1_000)]);
  const buffer = all.from.buffer;
  buffer.sealOpen();
  for (const outgoing of takeAll(buffer)) {
    buffer.settle('city', outgoing, stored(outgoing, [{ index: 0, reason: 'no such place' }]));
  }
  await clock.advance(10_000);
  const signed = await signIn(user);
  const status = await act('status', signed);
  expect(status.text).toContain('"rssi":-71');
  const refused = await act('list-refused', signed);
  expect(refused.text).toContain('no such place');
  const socket = raw();
  let live = '';
  socket.on('data', (bytes) => {
    live += bytes.toString();
  });
  socket.write(`GET /live HTTP/1.1\r\nhost: localhost\r\ncookie: ${signed.cookie}\r\n\r\n`);
  await until(() => expect(live).toContain('"rssi":-71'));
  expect(`${status.text}${refused.text}${live}`).not.toContain('grandmother');
});

test('neither is it in the audit of a change, nor is the text of a file', () => {
  const tags = [{ name: 'grandmother-7', id: 'ibeacon:f7826da6' }];
  const kept = withoutSecrets({
    changes: [
      { set: 'device.detector-01.tags', value: tags },
      { add: 'device', settings: { id: 'detector-02', tags } },
      { set: 'destination.city.password', value: 'grandmother' },
      { set: 'port.bus.baud', value: 9600 },
    ],
    text: '# grandmother',
  });
  expect(JSON.stringify(kept)).not.toContain('grandmother');
  expect(JSON.stringify(kept)).toContain('9600');
});
