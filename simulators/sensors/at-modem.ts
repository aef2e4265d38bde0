/** What AT-command modems share: lines in, lines out, and a power supply that can fail. */
import { FaultBoard, type FaultKind } from '../fault-board.ts';
import { ascii } from '../simulator.ts';
import type { Wire } from '../wires/wire.ts';
import { AirNodes, type Heard, type PrivateLoraModem, type PrivateLoraOptions, withPrefix } from './air-nodes.ts';
import { say } from './words.ts';

export const AT_MODEM_FAULTS: readonly FaultKind[] = [
  { name: 'power-cycle', meaning: say.powerCycle(), isMomentary: true },
  { name: 'deaf', meaning: say.deafModem() },
  { name: 'busy', meaning: say.busy() },
];

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

/** How a modem talks. */
export interface Talk {
  /** Into lines. */
  cut(bytes: Uint8Array): readonly string[];
  answer(line: string): readonly string[];
  /** Its power has come back. */
  start(): void;
  /** What it answers when it is busy. */
  readonly busy: string;
}

/** Answers what is written, as far as its faults let it, until the returned function is called. */
export function answerCommands(wire: Wire, faults: FaultBoard, { cut, answer, start, busy }: Talk): () => void {
  const endings = [
    wire.onBytes((bytes) => {
      if (faults.get('deaf')) return;
      for (const line of cut(bytes)) {
        const isRefused = faults.get('busy') && line.trim() !== '';
        for (const said of isRefused ? [busy] : answer(line)) wire.write(ascii(`${said}\r\n`));
      }
    }),
    faults.onStruck(({ kind: { name } }) => {
      if (name === 'power-cycle') start();
    }),
  ];
  return () => {
    for (const end of endings) end();
  };
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
    busy,
    ...options
  }: PrivateLoraOptions & { readonly type: string; readonly maxCommandBytes: number; readonly busy: string },
  moduleOn: (wire: Wire) => AtModule,
): PrivateLoraModem {
  const { faults = new FaultBoard(AT_MODEM_FAULTS) } = options;
  const air = new AirNodes(options);
  return {
    type,
    sent: air.sent,
    sentBy: (prefix) => air.sentBy((node) => node.prefix === prefix),
    async run(wire, signal) {
      const module = moduleOn(wire);
      const stopListening = answerCommands(wire, faults, {
        cut: commandLines(maxCommandBytes, 'too long'),
        answer: (line) => module.answer(line),
        start: () => module.start(),
        busy,
      });
      module.start();
      await air.run((heard, node) => {
        return !faults.get('deaf') && module.hear({ ...heard, data: withPrefix(node, heard.data) });
      }, signal);
      stopListening();
    },
  };
}
