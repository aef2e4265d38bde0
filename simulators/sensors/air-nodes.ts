/** The nodes of a private LoRa network: what each sends, how often, and how well a modem receives it. */
import type { Clock } from '../../shared/clock.ts';
import type { ReadingKind } from '../../shared/reading.ts';
import type { FaultBoard } from '../fault-board.ts';
import type { Random } from '../random.ts';
import { beats, type Sent, type Simulator, Tally } from '../simulator.ts';

export interface AirNode {
  readonly kind: ReadingKind;
  readonly periodMs: number;
  /** What it sends, by seconds since the start. */
  readonly payload: (seconds: number) => Uint8Array;
  /** Typical signal at the modem, dBm and dB. */
  readonly rssi: number;
  readonly snr: number;
}

/** A packet as a modem receives it. */
export interface Heard {
  readonly data: Uint8Array;
  readonly rssi: number;
  readonly snr: number;
}

export class AirNodes<Node extends AirNode> {
  readonly #clock: Clock;
  readonly #random: Random;
  readonly #all = new Tally();
  readonly #tallies: ReadonlyMap<Node, Tally>;

  constructor({ clock, random, nodes }: { clock: Clock; random: Random; nodes: readonly Node[] }) {
    this.#clock = clock;
    this.#random = random;
    this.#tallies = new Map(nodes.map((node) => [node, new Tally()]));
  }

  get sent(): Sent {
    return this.#all.sent;
  }

  /** What was received from the first node of this kind. */
  sentBy(isMeant: (node: Node) => boolean): Sent {
    return [...this.#tallies].find(([node]) => isMeant(node))?.[1].sent ?? new Map();
  }

  /** Sends until the signal aborts; counts the packets that `print` reports as sent. */
  async run(print: (heard: Heard, node: Node) => boolean, signal: AbortSignal): Promise<void> {
    await Promise.all([...this.#tallies].map(([node, tally]) => this.#runNode(node, tally, print, signal)));
  }

  async #runNode(
    node: Node,
    tally: Tally,
    print: (heard: Heard, node: Node) => boolean,
    signal: AbortSignal,
  ): Promise<void> {
    for await (const seconds of beats(this.#clock, node.periodMs, signal)) {
      const rssi = Math.round(this.#random.normal(node.rssi, 2));
      const snr = Math.round(this.#random.normal(node.snr, 1));
      if (!print({ data: node.payload(seconds), rssi, snr }, node)) continue;
      this.#all.count(node.kind);
      tally.count(node.kind);
    }
  }
}

/** A node without an address: its packets begin with these bytes, in hexadecimal. */
export interface PrefixedNode extends AirNode {
  readonly prefix: string;
}

export function withPrefix(node: PrefixedNode, data: Uint8Array): Uint8Array {
  return Uint8Array.of(...Buffer.from(node.prefix, 'hex'), ...data);
}

/** A modem whose nodes have no addresses. */
export interface PrivateLoraModem extends Simulator {
  /** What the node with this prefix has sent. */
  sentBy(prefix: string): Sent;
}

export interface PrivateLoraOptions {
  readonly clock: Clock;
  readonly random: Random;
  readonly nodes: readonly PrefixedNode[];
  readonly faults?: FaultBoard;
}

export function hexOf(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex').toUpperCase();
}
