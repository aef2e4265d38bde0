/**
 * `e220`: EBYTE E220-900T22S(JP) LoRa module in normal mode, with private LoRa nodes that send Cayenne LPP.
 *
 * Source: EBYTE, E220-900T22S(JP) data sheet: operating modes, register control, REG3 bit 7 (each packet is followed by a
 * byte: RSSI in dBm plus 256). It does not measure SNR. The module needs no command to receive and keeps its registers
 * when the power fails; configuration mode can set them once (`registers`, `E220Registers`).
 *
 * The module puts nothing between packets, so silence or a known length must separate them:
 * - without `frameBytes`, a packet is everything until the line is silent for `gap`. Packets closer together than that, or a
 *   gateway that stalls within one, spoil those packets; a recording, which has no times, is one packet.
 * - with `frameBytes`, a packet ends with its last byte; an incomplete one after the silence is "truncated".
 * Nothing in a packet proves that it is whole, so give a node that matters a prefix. Bound: `maxPacketBytes`; more bytes
 * without an end are "too-long".
 */
import type { Moment } from '../../shared/clock.ts';
import {
  type ConfiguredDevice,
  type Decoder,
  type DeviceType,
  type Frame,
  type Framer,
  type Rubbish,
  rubbishStep,
  type Step,
} from '../device-type.ts';
import { PROFILE_KINDS } from '../profile/kinds.ts';
import { type E220Options, e220Options, maxDataBytes } from './e220-options.ts';
import { e220Signature } from './e220-packets.ts';
import { E220Registers, type RegistersStep } from './e220-registers.ts';
import { nodeUnits } from './lora-node.ts';
import { PrefixedNodes } from './prefixed-nodes.ts';
import { say } from './words.ts';

/** With the RSSI byte. */
const maxPacketBytes = maxDataBytes + 1;
const NO_BYTES = new Uint8Array(0);

export const e220: DeviceType<typeof e220Options> = {
  name: 'e220',
  summary: say.summaryE220(),
  kinds: PROFILE_KINDS,
  options: e220Options,
  maxDevicesPerPort: 1_000,
  units: nodeUnits,
  signature: e220Signature,
  framer: () => new PieceFramer(),
  decoder: (nodes) => new E220Decoder(nodes),
};

/** Passes bytes on as they come: the decoder assembles packets, since a framer has no clock. Holds nothing. */
class PieceFramer implements Framer {
  readonly maxFrameBytes = maxPacketBytes;

  push(bytes: Uint8Array): readonly Frame[] {
    const frames: Frame[] = [];
    for (let at = 0; at < bytes.length; at += maxPacketBytes) {
      frames.push({ ok: true, bytes: bytes.slice(at, at + maxPacketBytes) });
    }
    return frames;
  }

  end(): readonly Frame[] {
    return [];
  }
}

class E220Decoder implements Decoder {
  readonly #nodes: PrefixedNodes;
  readonly #registers: E220Registers;
  readonly #gapMs: number;
  readonly #hasRssiByte: boolean;
  /** Bytes of a whole packet, if known. */
  readonly #packetBytes: number | undefined;
  #held = NO_BYTES;
  /** When the last held byte came. */
  #heldAt: Moment | undefined;

  constructor(nodes: readonly ConfiguredDevice<E220Options>[]) {
    const first = nodes[0]?.options;
    const frameBytes = nodes.find(({ options }) => options.frameBytes !== undefined)?.options.frameBytes;
    this.#nodes = new PrefixedNodes(nodes);
    this.#registers = new E220Registers(nodes.find(({ options }) => options.registers)?.options.registers);
    this.#gapMs = first?.gapMs ?? 0;
    this.#hasRssiByte = first?.rssiByte ?? false;
    this.#packetBytes = frameBytes === undefined ? undefined : frameBytes + (this.#hasRssiByte ? 1 : 0);
  }

  opened(at: Moment): Step {
    this.#held = NO_BYTES;
    this.#heldAt = undefined;
    return toStep(this.#registers.opened(at.monotonic), NO_BYTES);
  }

  dueAt(): number {
    return Math.min(this.#gapAt, this.#registers.dueAt);
  }

  due(at: Moment): Step {
    if (at.monotonic >= this.#gapAt) return this.#finish();
    return toStep(this.#registers.due(at.monotonic), NO_BYTES);
  }

  decode(piece: Uint8Array, at: Moment): Step {
    const steps = at.monotonic >= this.#gapAt ? [this.#finish()] : [];
    for (let from = 0; from < piece.length; ) {
      const size = this.#isAsking ? maxPacketBytes : (this.#packetBytes ?? maxPacketBytes);
      if (this.#held.length >= size) steps.push(this.#overflow());
      const taken = piece.subarray(from, from + size - this.#held.length);
      from += taken.length;
      this.#held = Uint8Array.of(...this.#held, ...taken);
      this.#heldAt = at;
      if (this.#held.length === this.#packetBytes && !this.#isAsking) steps.push(this.#finish());
    }
    return joined(steps);
  }

  end(): Step {
    return this.#finish();
  }

  get #gapAt(): number {
    return this.#heldAt ? this.#heldAt.monotonic + this.#gapMs : Number.POSITIVE_INFINITY;
  }

  /** An awaited answer has another length than a packet, so silence ends it. */
  get #isAsking(): boolean {
    return this.#registers.dueAt !== Number.POSITIVE_INFINITY;
  }

  #take(): Uint8Array {
    const bytes = this.#held;
    this.#held = NO_BYTES;
    this.#heldAt = undefined;
    return bytes;
  }

  #overflow(): Step {
    return rubbishStep('too-long', this.#take(), say.overflow());
  }

  /** Nothing more will come for the held bytes. */
  #finish(): Step {
    const at = this.#heldAt;
    const packet = this.#take();
    if (!at) return {};
    const answered = this.#registers.answer(packet, at.monotonic);
    if (answered) return toStep(answered, packet);
    if (this.#packetBytes !== undefined && packet.length !== this.#packetBytes) {
      const detail = say.partOfPacket({ given: packet.length, expected: this.#packetBytes });
      return rubbishStep('truncated', packet, detail);
    }
    if (!this.#hasRssiByte) return this.#nodes.receive(packet, { signal: {}, frame: packet, at });
    const rssi = (packet.at(-1) ?? 0) - 256;
    return this.#nodes.receive(packet.subarray(0, -1), { signal: { rssi }, frame: packet, at });
  }
}

function toStep({ write, trouble }: RegistersStep, bytes: Uint8Array): Step {
  return { ...(write && { write: [write] }), ...(trouble && { rubbish: [{ ...trouble, bytes }] }) };
}

function joined(steps: readonly Step[]): Step {
  const rubbish: readonly Rubbish[] = steps.flatMap((step) => step.rubbish ?? []);
  const readings = steps.flatMap((step) => step.readings ?? []);
  const write = steps.flatMap((step) => step.write ?? []);
  return {
    ...(readings.length > 0 && { readings }),
    ...(rubbish.length > 0 && { rubbish }),
    ...(write.length > 0 && { write }),
  };
}
