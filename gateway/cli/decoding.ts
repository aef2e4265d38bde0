/**
 * Runs a device type over what was recorded of a device.
 *
 * The times of a recording that has a clock (recording/) are those that the readings get. Plain bytes have none: readings are dated by the
 * run, which says nothing of their time.
 */
import type { Decoder, DeviceType, Frame, Framer, Step } from '../../devices/device-type.ts';
import type { Moment } from '../../shared/clock.ts';
import { readingToJson } from '../../shared/reading.ts';
import { listed, type Text } from '../../shared/text.ts';
import { fileName } from '../config/case.ts';
import { entriesOf } from '../config/schema-walk.ts';
import type { Direction, Recorded } from '../recording/recorded.ts';
import type { Terminal } from './terminal.ts';
import { say } from './words/decode.ts';

export class Decoding {
  readonly type: DeviceType;
  readonly #makeFramer: () => Framer;
  readonly #decoder: Decoder;
  readonly #terminal: Terminal;
  /** By direction: bytes of two directions make no frame together. */
  readonly #framers = new Map<Direction, Framer>();
  readonly #rubbish = new Map<string, { count: number; detail?: Text | string | undefined }>();

  #bytes = 0;
  #readings = 0;
  #began: number | undefined;
  #recorded: Moment | undefined;

  constructor(
    type: DeviceType,
    { framer, decoder }: { readonly framer: () => Framer; readonly decoder: Decoder },
    terminal: Terminal,
  ) {
    this.type = type;
    this.#makeFramer = framer;
    this.#decoder = decoder;
    this.#terminal = terminal;
  }

  /** `hasClock`: `at` is a moment of a clock that was right. */
  record({ at, direction, bytes }: Recorded, hasClock: boolean): void {
    if (hasClock) {
      this.#began ??= at;
      const monotonic = Math.max(this.#recorded?.monotonic ?? 0, at - this.#began);
      this.#recorded = { wall: Math.round(at), monotonic, synchronised: true };
    }
    this.#bytes += bytes.length;
    this.#frames(this.#framer(direction).push(bytes));
  }

  bytes(chunk: Uint8Array): void {
    this.#bytes += chunk.length;
    this.#frames(this.#framer().push(chunk));
  }

  /** One frame a line, with blanks between digits if you like; empty lines and comments (#) are skipped. */
  hexLine(line: string): void {
    const digits = line.replace(/\s+/g, '');
    if (digits === '' || digits.startsWith('#')) return;
    this.#bytes += digits.length / 2;
    if (digits.length % 2 !== 0 || /[^0-9a-fA-F]/.test(digits)) {
      this.#note('malformed', say.noHexLine());
      return;
    }
    const framer = this.#framer();
    this.#frames([...framer.push(Buffer.from(digits, 'hex')), ...framer.end()]);
  }

  /** Why nothing came of it, if there was something and no reading came. */
  end(): Text | undefined {
    for (const framer of this.#framers.values()) this.#frames(framer.end());
    this.#take(this.#decoder.end?.(this.#moment()));
    for (const [code, { count, detail }] of this.#rubbish) {
      this.#terminal.printError(
        detail === undefined ? say.rubbish({ code, count }) : say.rubbishWithFirst({ code, count, detail }),
      );
    }
    if (this.#bytes === 0 || this.#readings > 0) return undefined;
    const options = listed(namesOf(this.type));
    return say.nothingDecoded({ bytes: Math.ceil(this.#bytes), type: this.type.name, options });
  }

  #framer(direction: Direction = 'from-device'): Framer {
    const framer = this.#framers.get(direction) ?? this.#makeFramer();
    this.#framers.set(direction, framer);
    return framer;
  }

  #frames(frames: readonly Frame[]): void {
    for (const frame of frames) {
      if (frame.ok) this.#take(this.#decoder.decode(frame.bytes, this.#moment()));
      else this.#count({ rubbish: [frame] });
    }
  }

  #take(step: Step | undefined): void {
    if (step === undefined) return;
    this.#readings += step.readings?.length ?? 0;
    for (const reading of step.readings ?? []) this.#terminal.writeJson(JSON.stringify(readingToJson(reading)));
    this.#count(step);
  }

  #count({ rubbish = [] }: Step): void {
    for (const { code, detail } of rubbish) this.#note(code, detail);
  }

  #note(code: string, detail: Text | string | undefined): void {
    const seen = this.#rubbish.get(code);
    this.#rubbish.set(code, { count: (seen?.count ?? 0) + 1, detail: seen?.detail ?? detail });
  }

  #moment(): Moment {
    return this.#recorded ?? { wall: Date.now(), monotonic: performance.now(), synchronised: false };
  }
}

/** Its options, as they are written. */
export function namesOf(type: DeviceType): string[] {
  return Object.entries(entriesOf(type.options)).map(([key, entry]) => fileName(key, entry));
}
