/** What AT-command modems share: lines in, lines out, and a power supply that can fail. */
import type { Clock } from '../../shared/clock.ts';
import { ascii } from '../simulator.ts';
import type { Wire } from '../wires/wire.ts';
import { AirNodes, type Heard, type PrivateLoraModem, type PrivateLoraOptions, withPrefix } from './air-nodes.ts';

/** Lines that end in LF, without it. `tooLong` stands for a line longer than `maxBytes`. */
export function commandLines(maxBytes: number, tooLong: string): (bytes: Uint8Array) => readonly string[] {
  let held = '';
  return (bytes) => {
    const lines = (held + Buffer.from(bytes).toString('latin1')).split('\n');
    held = lines.pop() ?? '';
    if (held.length > maxBytes) held = tooLong.padEnd(maxBytes + 1, ' ');
    return lines;
  };
}

/** Answers what is written until the returned function is called. */
export function answerCommands(wire: Wire, answer: (bytes: Uint8Array) => readonly string[]): () => void {
  return wire.onBytes((bytes) => {
    for (const line of answer(bytes)) wire.write(ascii(`${line}\r\n`));
  });
}

/** Calls `cycle` at each of these seconds, counted from now. */
async function failPower(
  { clock, atS = [], signal }: { clock: Clock; atS?: readonly number[] | undefined; signal: AbortSignal },
  cycle: () => void,
): Promise<void> {
  const startedAt = clock.moment().monotonic;
  for (const seconds of atS.toSorted((a, b) => a - b)) {
    await clock.sleep(Math.max(0, startedAt + seconds * 1000 - clock.moment().monotonic), signal);
    if (signal.aborted) return;
    cycle();
  }
}

/** The module of a modem, on its wire. */
export interface AtModule {
  /** Begins after its power came: at the start, and after each power cycle. */
  start(): void;
  answer(line: string): readonly string[];
  /** Prints a packet. False if it does not receive, or if the packet was lost on the wire. */
  hear(heard: Heard): boolean;
}

/** A modem with nodes that have no addresses. */
export function privateLoraModem(
  {
    type,
    maxCommandBytes,
    ...options
  }: PrivateLoraOptions & { readonly type: string; readonly maxCommandBytes: number },
  moduleOn: (wire: Wire) => AtModule,
): PrivateLoraModem {
  const { clock, faults } = options;
  const air = new AirNodes(options);
  return {
    type,
    sent: air.sent,
    sentBy: (prefix) => air.sentBy((node) => node.prefix === prefix),
    async run(wire, signal) {
      const module = moduleOn(wire);
      const lines = commandLines(maxCommandBytes, 'too long');
      const stopListening = answerCommands(wire, (bytes) => lines(bytes).flatMap((line) => module.answer(line)));
      module.start();
      await Promise.all([
        air.run((heard, node) => module.hear({ ...heard, data: withPrefix(node, heard.data) }), signal),
        failPower({ clock, atS: faults?.powerCyclesAtS, signal }, () => module.start()),
      ]);
      stopListening();
    },
  };
}
