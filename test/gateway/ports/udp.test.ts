import { createSocket } from 'node:dgram';
import { expect, onTestFinished, test, vi } from 'vitest';
import { udp, udpPort } from '../../../gateway/ports/udp.ts';
import { freePort } from '../net/free-port.ts';
import { Heard, patience, surroundings } from './heard.ts';

const until = (condition: () => void) => vi.waitFor(condition, patience);

class Ear extends Heard {
  readonly away: string[] = [];

  turnedAway({ detail }: { readonly detail?: { readonly en: string } }): void {
    this.away.push(detail?.en ?? '');
  }
}

async function hearing(from: readonly string[], host = '127.0.0.1', to = '127.0.0.1') {
  const port = await freePort();
  const ear = new Ear();
  const stop = new AbortController();
  const running = udpPort({ name: 'nmea', listen: `${host}:${port}`, from: [...from] }, surroundings()).run(
    ear,
    stop.signal,
  );
  const sender = createSocket(to.includes(':') ? 'udp6' : 'udp4');
  onTestFinished(async () => {
    sender.close();
    stop.abort();
    await running;
  });
  await until(() => expect(ear.opens).toBe(1));
  const send = (text: string) => new Promise<void>((resolve) => sender.send(text, port, to, () => resolve()));
  return { ear, send };
}

test('a datagram is whole lines, whether or not its last has an end', async () => {
  const { ear, send } = await hearing(['127.0.0.1']);
  for (const datagram of ['a\r\n', 'b', 'c\nd', 'e\r']) {
    const { length } = ear.text;
    await send(datagram);
    await until(() => expect(ear.text.length).toBeGreaterThan(length));
  }
  expect(ear.text).toBe('a\r\nb\r\nc\nd\r\ne\r');
});

test.each([
  ['127.0.0.1', '127.0.0.1'],
  ['0:0:0:0:0:0:0:1', '::1'],
  ['::1%lo', '::1'],
  ['::FFFF:127.0.0.1', '127.0.0.1'],
])('at an address of IPv6, %s is heard however it is written', async (from, to) => {
  const { ear, send } = await hearing([from], '[::]', to);
  await send('a\n');
  await until(() => expect([ear.text, ear.away]).toEqual(['a\n', []]));
});

test('who is not named is not heard, and is said', async () => {
  const { ear, send } = await hearing(['192.0.2.1']);
  await send('a\n');
  await until(() => expect(ear.away).toEqual(['a datagram from 127.0.0.1, which is not in from']));
  expect(ear.text).toBe('');
});

test('beyond loopback its senders are named', () => {
  const faults = (settings: { listen: string; from?: string[]; trustLocal?: boolean }) =>
    udp.check?.({ name: 'u', type: 'udp', from: [], trustLocal: false, ...settings }, [], []) ?? [];
  expect(faults({ listen: '0.0.0.0:10110' }).map(({ severity }) => severity)).toEqual(['fault']);
  expect(faults({ listen: '0.0.0.0:10110', from: ['192.168.1.2'] }).map(({ severity }) => severity)).toEqual(['note']);
  expect(faults({ listen: '127.0.0.1:10110', trustLocal: true })).toEqual([]);
});
