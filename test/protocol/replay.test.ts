/** Random ways through the model, taken with real buffers, real files and the real receiving half. */
import { cpSync, existsSync, rmSync } from 'node:fs';
import { expect, test } from 'vitest';
import type { ReadingBuffer } from '../../gateway/buffer/buffer.ts';
import { answers, digestOf } from '../../gateway/buffer/digest.ts';
import type { Outgoing } from '../../gateway/buffer/outgoing.ts';
import { decodeReceipt, type Receipt as RealReceipt } from '../../shared/feed/receipt.ts';
import { type Receiving, receiveBatch } from '../../shared/feed/receive.ts';
import { Random } from '../../simulators/random.ts';
import { BufferRig, idsOf, level, takeAll } from '../gateway/buffer/buffer-rig.ts';
import {
  type Event,
  idOf,
  initial,
  type Message,
  type Receipt,
  type Scenario,
  show,
  showReceipt,
  stepsOf,
} from './model.ts';

const WALKS = 40;
const maxSteps = 30;

const scenario: Scenario = {
  left: { restart: 2, save: 2, 'roll-back': 2, clone: 1 },
  maxReadings: 6,
  keepsDigests: true,
  refuses: [3],
};

/** A number of the model, as the buffer writes it. */
const nameOf = (epoch: number) => epoch.toString(16).padStart(16, '0');
const epochOf = (name: string) => Number.parseInt(name, 16);

class Replay {
  readonly #rig = new BufferRig({ batchReadings: 1 });
  readonly #boxes: ReadingBuffer[] = [];
  readonly #inFlight: Map<string, Outgoing>[] = [];
  readonly #bytes = new Map<string, Uint8Array>();
  readonly #receipts = new Map<string, RealReceipt>();
  readonly stored: unknown[] = [];
  readonly #known = new Map<string, string>();
  #epochs = 0;
  #readings = 0;

  constructor() {
    this.#open(0);
  }

  async take(event: Event): Promise<void> {
    if (event.what === 'arrive') return this.#arrive(event.message);
    const { at } = event;
    if (event.what === 'seal') await this.#rig.put(this.#box(at), [level(++this.#readings)]);
    else if (event.what === 'send') this.#send(at, event.message);
    else if (event.what === 'answer') await this.#answer(at, event.receipt);
    else if (event.what === 'save') copy(this.#file(at), `${this.#rig.file}-saved`);
    else {
      this.#boxes[at]?.close();
      if (event.what !== 'restart') copy(`${this.#rig.file}-saved`, this.#file(at));
      this.#open(at);
    }
  }

  waiting(at: number): string[] {
    return [...this.#box(at).waiting('city')].map((outgoing) => show(messageOf(outgoing))).sort();
  }

  receipts(): string[] {
    return [...this.#receipts.keys()].sort();
  }

  #open(at: number): void {
    const drawEpoch = () => nameOf(++this.#epochs);
    this.#boxes[at] = this.#rig.open({ file: this.#file(at), drawEpoch });
    this.#inFlight[at] = new Map();
  }

  #send(at: number, message: Message): void {
    for (const outgoing of takeAll(this.#box(at))) {
      if (idOf(messageOf(outgoing)) !== idOf(message)) this.#box(at).release('city', outgoing);
      else {
        this.#inFlight[at]?.set(idOf(message), outgoing);
        if (outgoing.kind === 'batch') this.#bytes.set(show(message), outgoing.batch.bytes);
      }
    }
  }

  async #arrive(message: Message): Promise<void> {
    const bytes = this.#bytes.get(show(message));
    if (bytes === undefined) throw new Error(`${show(message)} was never sent`);
    const receiving: Receiving = {
      decompress: (body) => body,
      check: ({ values }) => (scenario.refuses.includes(Number(values.level)) ? 'not ours' : undefined),
      store: {
        storeBatch: ({ epoch, number, digest }, readings) => {
          const id = `${epoch} ${number}`;
          const known = this.#known.get(id);
          if (known !== undefined) return known === digest ? 'repeated' : 'conflict';
          this.#known.set(id, digest);
          this.stored.push(...readings.map(({ values }) => values.level));
          return 'stored';
        },
        storeGap: () => {},
      },
    };
    const receipt = decodeReceipt(await receiveBatch(bytes, receiving));
    expect(receipt.digest).toBe(digestOf(bytes));
    const { epoch, number, reading } = message;
    const outcome = receipt.refused.length > 0 ? 'refused' : receipt.outcome;
    if (outcome === 'unreadable') throw new Error(receipt.reason);
    this.#receipts.set(showReceipt({ kind: 'batch', epoch, number, outcome, digest: reading }), receipt);
  }

  async #answer(at: number, receipt: Receipt): Promise<void> {
    const real = this.#receipts.get(showReceipt(receipt));
    const outgoing = this.#inFlight[at]?.get(idOf(receipt));
    if (real === undefined) throw new Error(`${showReceipt(receipt)} was never given`);
    if (outgoing?.kind !== 'batch' || !answers(real, outgoing.batch.bytes)) return;
    this.#inFlight[at]?.delete(idOf(receipt));
    this.#box(at).settle('city', outgoing, real);
    await this.#rig.clock.advance(60_000); // until the receipt is committed (answered.ts)
  }

  #box(at: number): ReadingBuffer {
    const box = this.#boxes[at];
    if (box === undefined) throw new Error(`there is no box ${at}`);
    return box;
  }

  #file(at: number): string {
    return `${this.#rig.file}-${at}`;
  }

  end(): void {
    this.#rig.end();
  }
}

function copy(from: string, to: string): void {
  for (const suffix of ['', '-wal', '-shm']) {
    rmSync(`${to}${suffix}`, { force: true });
    if (suffix !== '-shm' && existsSync(`${from}${suffix}`)) cpSync(`${from}${suffix}`, `${to}${suffix}`);
  }
}

function messageOf(outgoing: Outgoing): Message {
  const { epoch, number } = outgoing.kind === 'batch' ? outgoing.batch : outgoing.gap;
  return { kind: outgoing.kind, epoch: epochOf(epoch), number, reading: Number(idsOf(outgoing)[0]) };
}

test('what the model does, buffers and receivers do', async () => {
  let answered = 0;
  for (let seed = 1; seed <= WALKS; seed++) {
    const random = new Random(seed);
    const replay = new Replay();
    let state = initial(scenario);
    const way: Event[] = [];
    for (let n = 0; n < maxSteps; n++) {
      const steps = [...stepsOf(state, scenario)];
      const step = steps[random.int(0, steps.length - 1)];
      if (step === undefined) break;
      way.push(step.event);
      if (step.event.what === 'answer' && step.next !== state) answered++;
      await replay.take(step.event);
      state = step.next;
      const where = `seed ${seed}: ${JSON.stringify(way)}`;
      for (const [at, box] of state.boxes.entries())
        expect(replay.waiting(at), where).toEqual(box.waiting.map(show).sort());
      expect(replay.receipts(), where).toEqual(state.receipts.map(showReceipt).sort());
      expect(replay.stored.toSorted(), where).toEqual(state.city.stored);
    }
    replay.end();
  }
  expect(answered).toBeGreaterThan(30);
}, 120_000);
