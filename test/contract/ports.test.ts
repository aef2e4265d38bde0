/** What every type of port promises, whatever it talks to. */
import * as v from 'valibot';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { withUnits } from '../../gateway/config/case.ts';
import { entriesOf } from '../../gateway/config/schema-walk.ts';
import { PORT_TYPES } from '../../gateway/ports/catalogue.ts';
import type {
  DocumentReceiver,
  FeedReceiver,
  MessageReceiver,
  OpenPort,
  PortType,
  Receiver,
} from '../../gateway/ports/port.ts';
import type { RadioReceiver, Reception } from '../../gateway/ports/radio.ts';
import type { Origin } from '../../shared/feed/topics.ts';
import { meaningOf } from '../../shared/setting.ts';
import type { Text } from '../../shared/text.ts';
import { patience, surroundings } from '../gateway/ports/heard.ts';
import { isPostgresMissing } from '../postgres/postgres.ts';
import { PORT_SAMPLES } from './port-samples.ts';

/** Takes whatever a port of any shape hands over, as numbers in the order in which they came. */
class Ear implements Receiver, MessageReceiver, RadioReceiver, FeedReceiver, DocumentReceiver {
  readonly whys: Text[] = [];
  opens = 0;
  rubbishes = 0;
  #text = '';
  readonly #frames: number[] = [];

  get numbers(): readonly number[] {
    return [...[...this.#text.matchAll(/<(\d+)>/g)].map(([, number]) => Number(number)), ...this.#frames];
  }

  opened(): void {
    this.opens++;
  }

  closed(why: Text): void {
    this.whys.push(why);
  }

  placed(): void {}
  forgotten(): void {}

  bytes(chunk: Uint8Array): void {
    this.#text += Buffer.from(chunk).toString('latin1');
  }

  async message(_topic: string, payload: Uint8Array): Promise<void> {
    this.bytes(payload);
  }

  async take(_from: Origin, _message: string, payload: Uint8Array): Promise<undefined> {
    this.bytes(payload);
  }

  async document(text: Uint8Array): Promise<void> {
    this.bytes(text);
  }

  unchanged(): void {}

  unusable(): void {
    this.rubbishes++;
  }

  heard({ bytes }: Reception): void {
    this.#frames.push(Buffer.from(bytes).readUInt32LE(9));
  }

  alive(): void {}

  rubbish(): void {
    this.rubbishes++;
  }

  rival(): void {}

  ignored(): void {}

  turnedAway(): void {}
}

function run(port: OpenPort, ear: Ear, signal: AbortSignal): Promise<void> {
  return port.shape === 'messages' ? port.run(['sensors/1'], ear, signal) : port.run(ear, signal);
}

function opened(type: PortType, settings: object): OpenPort {
  return type.open(v.parse(type.settings, { name: 'port', ...settings }), surroundings());
}

function listening(port: OpenPort) {
  const ear = new Ear();
  const stop = new AbortController();
  const running = run(port, ear, stop.signal);
  const end = async () => {
    stop.abort();
    await running;
  };
  onTestFinished(end);
  return { ear, end };
}

const until = (condition: () => void) => vi.waitFor(condition, patience);

test('every type of port has a sample here', () => {
  const names = PORT_TYPES.map(({ name }) => name);
  const isSampled = (name: string) => (name === 'archive' ? !isPostgresMissing : name !== 'bluetooth'); // no adapter is at hand
  const sampled = names.filter(isSampled);
  expect(new Set(PORT_SAMPLES.map(({ type }) => type))).toEqual(new Set(sampled));
  expect(new Set(names).size).toBe(names.length);
});

describe.each(PORT_TYPES.map((type) => [type.name, type] as const))('the settings of %s', (name, type) => {
  test('are a strict object with its name and type, and each has a meaning in both languages', () => {
    const entries = entriesOf(type.settings);
    expect(v.is(entries.type ?? v.never(), name)).toBe(true);
    expect(v.is(entries.name ?? v.never(), 'usb')).toBe(true);
    for (const [key, entry] of Object.entries(entries)) {
      expect(meaningOf(entry)?.en, key).toMatch(/^["A-Z].*[.…]$/s);
      expect(meaningOf(entry)?.ja, key).toMatch(/[。…]$/);
    }
    const strange = v.safeParse(type.settings, withUnits(type.settings, { name: 'p', type: name, strange: 1 }));
    expect(strange.success).toBe(false);
  });
});

describe.each(PORT_SAMPLES.map((sample) => [sample.title, sample] as const))('%s', (_, sample) => {
  const type = PORT_TYPES.find(({ name }) => name === sample.type);
  if (type === undefined) throw new Error(`there is no port type ${sample.type}`);

  test('opens what its row says, and has a path for the technician', async () => {
    const farEnd = await sample.open();
    await farEnd.come();
    const port = opened(type, farEnd.settings);
    expect(port.shape).toBe(type.shape);
    expect(port.path).not.toBe('');
    const { ear } = listening(port);
    await until(() => expect(ear.opens).toBe(1));
  });

  test('hands over what comes, in order', async () => {
    const farEnd = await sample.open();
    await farEnd.come();
    const { ear } = listening(opened(type, farEnd.settings));
    await until(() => expect(ear.opens).toBe(1));
    const numbers = Array.from({ length: 8 }, (_, i) => i + 1);
    for (const number of numbers) await farEnd.send(number);
    await until(() => expect(ear.numbers).toEqual(numbers));
  });

  test('says in both languages why it cannot be opened, and opens as soon as it can', async () => {
    const farEnd = await sample.open();
    const { ear } = listening(opened(type, farEnd.settings));
    await until(() => expect(ear.whys.length).toBeGreaterThan(0));
    expect(ear.opens).toBe(0);
    for (const { en, ja } of ear.whys) expect([en, ja]).not.toContain('');
    await farEnd.come();
    await until(() => expect(ear.opens).toBe(1));
    await farEnd.send(7);
    await until(() => expect(ear.numbers).toEqual([7]));
  });

  if (sample.connects) {
    test('opens again after its far end has gone, and says that it went', async () => {
      const farEnd = await sample.open();
      await farEnd.come();
      const { ear } = listening(opened(type, farEnd.settings));
      await until(() => expect(ear.opens).toBe(1));
      await farEnd.send(1);
      await until(() => expect(ear.numbers).toEqual([1]));
      await farEnd.leave?.();
      await until(() => expect(ear.whys.length).toBeGreaterThan(0));
      await farEnd.come();
      await until(() => expect(ear.opens).toBe(2));
      await farEnd.send(2);
      await until(() => expect(ear.numbers).toEqual([1, 2]));
    });
  }

  test('goes on when more comes than its bound allows', async () => {
    const farEnd = await sample.open();
    await farEnd.come();
    const { ear } = listening(opened(type, farEnd.settings));
    await until(() => expect(ear.opens).toBe(1));
    await farEnd.send(1);
    await farEnd.flood();
    await farEnd.send(2);
    await until(() => expect(ear.numbers).toEqual([1, 2]));
    expect(ear.opens).toBe(1);
  });

  test.each([0, 1, 5, 20])('ends when it is stopped %i turns after it was started', async (turns) => {
    const farEnd = await sample.open();
    await farEnd.come();
    const { end, ear } = listening(opened(type, farEnd.settings));
    for (let i = 0; i < turns; i++) await new Promise((resolve) => setImmediate(resolve));
    await end();
    const { opens } = ear;
    await new Promise((resolve) => setImmediate(resolve));
    expect(ear.opens).toBe(opens);
    expect(ear.whys).toEqual([]);
  });
});
