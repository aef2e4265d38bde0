/**
 * A box as a broker sees it, with little behind it, so that thousands fit into a process: it connects as a gateway does (last will, clean
 * session; receipts, operators' list, orders and its own birth; then birth and status), says its status every 30 s, and sends a
 * batch whenever a reading has waited for `batch-age`. Each batch is kept until its receipt and sent again after half a minute.
 */
import { createHash, randomBytes } from 'node:crypto';
import { connect, type Socket } from 'node:net';
import { generate, type Packet, type Parser, parser } from 'mqtt-packet';
import { compress } from '../../gateway/buffer/compress.ts';
import { encodeBatch, encodeBody } from '../../shared/feed/batch.ts';
import { encodeBirth, encodeStatus } from '../../shared/feed/birth.ts';
import { decodeReceipt } from '../../shared/feed/receipt.ts';
import { formatTopic, type Message } from '../../shared/feed/topics.ts';
import type { Spent, Tally } from './tally.ts';

const statusEveryMs = 30_000;
const keepAliveMs = 30_000;
/** Two readings a minute, which do not fall into the same batch. */
const batchEveryMs = 30_000;
/** Of a gateway: `receipt-timeout`. */
const givesUpAfterMs = 30_000;
/** The default of `reconnect-within`. */
const reconnectWithinMs = 10_000;
const SUBSCRIPTIONS: readonly Message[] = ['receipt', 'operators', 'command', 'birth'];

interface Waiting {
  readonly bytes: Uint8Array;
  readonly sealedAt: number;
  sentAt: number;
}

export class Box {
  readonly #origin: { readonly tenant: string; readonly gateway: string };
  readonly #port: number;
  readonly #tally: Tally;
  readonly #epoch = randomBytes(8).toString('hex');
  readonly #waiting = new Map<number, Waiting>();
  readonly #parser: () => Parser;
  #socket: Socket | undefined;
  #isOn = false;
  #isConnected = false;
  #isBorn = false;
  #connectAt = 0;
  #statusAt = 0;
  #batchAt = 0;
  #sentAt = 0;
  #number = 0;
  #messageId = 0;
  #bornWith = 0;

  constructor(number: number, port: number, tally: Tally) {
    this.#origin = { tenant: `town-${number % 40}`, gateway: `box-${number}` };
    this.#port = port;
    this.#tally = tally;
    this.#parser = () => parser({ protocolVersion: 4 });
  }

  get isConnected(): boolean {
    return this.#isConnected;
  }

  get isBorn(): boolean {
    return this.#isBorn;
  }

  /** Of the batches that wait, those sealed before then. */
  waitingSince(at: number): number {
    let count = 0;
    for (const { sealedAt } of this.#waiting.values()) if (sealedAt < at) count++;
    return count;
  }

  /** The power is there, from a moment on. Its first reading is sent as soon as it is born, and then as the clock says. */
  switchOn(at: number): void {
    this.#isOn = true;
    this.#connectAt = at;
    this.#batchAt = 0;
  }

  /** As the power goes: nobody says goodbye. The batches are on its card. */
  cutOff(): void {
    this.#isOn = false;
    this.#end();
  }

  /** Does what is due. */
  look(now: number): void {
    if (!this.#isOn) return;
    if (this.#socket === undefined) {
      if (now >= this.#connectAt) this.#connect(now);
      return;
    }
    if (!this.#isBorn) {
      if (now - this.#sentAt > givesUpAfterMs) this.#end();
      return;
    }
    if (now >= this.#statusAt) this.#status(now);
    if (now >= this.#batchAt) this.#batch(now);
    for (const each of this.#waiting.values()) if (now - each.sentAt > givesUpAfterMs) this.#sendAgain(each, now);
    if (now - this.#sentAt > keepAliveMs) this.#send({ cmd: 'pingreq' }, 'keepAlive', now);
  }

  #connect(now: number): void {
    const socket = connect({ host: '127.0.0.1', port: this.#port, noDelay: true });
    const incoming = this.#parser();
    this.#socket = socket;
    this.#sentAt = now;
    incoming.on('packet', (packet: Packet) => this.#hear(packet));
    socket.on('connect', () => this.#hello());
    socket.on('data', (chunk: Buffer) => incoming.parse(chunk));
    socket.on('error', () => {}); // "close" follows
    socket.on('close', () => {
      if (this.#socket === socket) this.#end();
    });
  }

  #end(): void {
    this.#socket?.resetAndDestroy();
    if (this.#isOn && this.#socket !== undefined) this.#tally.closed++;
    this.#socket = undefined;
    this.#isConnected = false;
    this.#isBorn = false;
    this.#connectAt = Date.now() + Math.random() * reconnectWithinMs;
  }

  #hello(): void {
    const { gateway } = this.#origin;
    const payload = Buffer.from(encodeStatus({ gateway, state: 'offline', epoch: this.#epoch }));
    const will = { topic: this.#topic('status'), payload, qos: 1 as const, retain: true };
    const clientId = `machimori-${this.#origin.tenant}-${gateway}-city`;
    this.#send(
      {
        cmd: 'connect',
        protocolId: 'MQTT',
        protocolVersion: 4,
        clean: true,
        clientId,
        keepalive: keepAliveMs / 1_000,
        will,
      },
      'connection',
    );
  }

  #hear(packet: Packet): void {
    const spent = this.#tally.spent[this.#kindOf(packet)];
    spent.inBytes += (packet.length ?? 0) + (packet.length !== undefined && packet.length > 127 ? 3 : 2);
    spent.inPackets++;
    if (packet.cmd === 'connack') this.#subscribe(0);
    else if (packet.cmd === 'suback') this.#subscribe(packet.messageId ?? 0);
    else if (packet.cmd === 'puback' && packet.messageId === this.#bornWith) this.#born();
    else if (packet.cmd === 'publish' && packet.topic.endsWith('/receipt')) this.#receipted(packet.payload as Buffer); // mqtt-packet makes a Buffer of what came
  }

  #kindOf(packet: Packet): keyof Tally['spent'] {
    if (packet.cmd === 'pingresp') return 'keepAlive';
    if (!this.#isBorn) return 'connection';
    if (packet.cmd === 'publish') return packet.topic.endsWith('/receipt') ? 'batch' : 'connection';
    return packet.messageId !== undefined && packet.messageId % 2 === 0 ? 'status' : 'batch';
  }

  /** One after another, as a gateway does it. */
  #subscribe(index: number): void {
    this.#isConnected = true;
    const message = SUBSCRIPTIONS[index];
    if (message === undefined) {
      this.#announce();
      return;
    }
    this.#send(
      { cmd: 'subscribe', messageId: index + 1, subscriptions: [{ topic: this.#topic(message), qos: 0 }] },
      'connection',
    );
  }

  #announce(): void {
    const { tenant, gateway } = this.#origin;
    const devices = [
      {
        ...{ id: `gauge-${gateway}`, type: 'maxbotix', kinds: ['water-level'], units: { level: 'm' } },
        place: { lat: 34.34, lon: 134.05, name: 'Bridge' },
      },
    ];
    const birth = encodeBirth({ gateway, tenant, software: 'fleet', epoch: this.#epoch, at: Date.now(), devices });
    this.#bornWith = this.#publish('birth', birth, 'connection', true);
  }

  #born(): void {
    if (this.#isBorn) return;
    this.#isBorn = true;
    const now = Date.now();
    this.#status(now);
    for (const each of this.#waiting.values()) this.#sendAgain(each, now);
    if (this.#batchAt === 0) {
      this.#batch(now);
      this.#batchAt = now + Math.random() * batchEveryMs;
    }
    this.#statusAt = now + statusEveryMs;
  }

  #status(now: number): void {
    this.#statusAt = now + statusEveryMs;
    const { gateway } = this.#origin;
    const waiting = { routine: this.#waiting.size, urgent: 0 };
    const silent = { count: 0, devices: [] };
    const about = {
      gateway,
      state: 'online',
      epoch: this.#epoch,
      at: now,
      sealed: this.#number,
      problems: [],
    } as const;
    this.#publish('status', encodeStatus({ ...about, waiting, silent, clockSynchronised: true }), 'status', true);
  }

  #batch(now: number): void {
    this.#batchAt = now + batchEveryMs;
    const { gateway } = this.#origin;
    const level = Math.round(1_500 + 500 * Math.sin(now / 6e5)) / 1_000;
    const reading = {
      device: `gauge-${gateway}`,
      kind: 'water-level',
      observedAt: now - 10_000,
      values: { level },
    } as const;
    const { body, doubts } = encodeBody('columns', [reading]);
    const number = ++this.#number;
    const about = { gateway, epoch: this.#epoch, number, lane: 'routine', count: 1, doubts } as const;
    const bytes = encodeBatch({ ...about, encoding: 'columns', compression: 'brotli' }, compress(body, 'brotli'));
    this.#tally.sealed++;
    const waiting = { bytes, sealedAt: now, sentAt: now };
    this.#waiting.set(number, waiting);
    this.#publish('batch', bytes, 'batch');
  }

  #sendAgain(each: Waiting, now: number): void {
    each.sentAt = now;
    this.#tally.sentAgain++;
    this.#publish('batch', each.bytes, 'batch');
  }

  #receipted(payload: Uint8Array): void {
    const { number, outcome, digest } = decodeReceipt(payload);
    const waiting = this.#waiting.get(number);
    if (waiting === undefined || outcome !== 'stored' || digest !== digestOf(waiting.bytes)) return;
    this.#waiting.delete(number);
    this.#tally.receipts++;
    this.#tally.receiptMs.push(Date.now() - waiting.sentAt);
  }

  /** The number of its message: even for a status, so that its PUBACK is told from a batch's. */
  #publish(message: Message, payload: Uint8Array, kind: keyof Tally['spent'], retain = false): number {
    this.#messageId = (this.#messageId + 2) % 60_000;
    const messageId = 100 + this.#messageId + (kind === 'status' ? 0 : 1);
    this.#send(
      {
        cmd: 'publish',
        topic: this.#topic(message),
        payload: Buffer.from(payload),
        qos: 1,
        retain,
        dup: false,
        messageId,
      },
      kind,
    );
    return messageId;
  }

  #send(packet: Packet, kind: keyof Tally['spent'], now = Date.now()): void {
    const bytes = generate(packet);
    const spent: Spent = this.#tally.spent[kind];
    spent.outBytes += bytes.length;
    spent.outPackets++;
    this.#sentAt = now;
    this.#socket?.write(bytes);
  }

  #topic(message: Message): string {
    return formatTopic({ ...this.#origin, message });
  }
}

function digestOf(message: Uint8Array): string {
  return createHash('sha256').update(message).digest('hex').slice(0, 16);
}
