/** The live table of a rig: what each device senses, has sent, and has wrong with it. It fits its terminal. */
import type { Text } from '../../../shared/text.ts';
import type { RigEvent } from '../../../simulators/rig/timeline.ts';
import { sumOf } from '../../rig/counts.ts';
import type { Rig } from '../../rig/open-rig.ts';
import { type DeviceState, stateOf } from '../../rig/rig-state.ts';
import { cut, padded, width } from '../../words/layout.ts';
import type { Line, Terminal } from '../terminal.ts';
import { say } from '../words/rig.ts';

/** Title, heading, the line of what is left out, and the line for the cursor. */
const otherLines = 4;

export function rigTable(rig: Rig, { language, screenColumns, rows = Number.POSITIVE_INFINITY }: Terminal): Line[] {
  const { devices, stored, faults, seconds } = stateOf(rig);
  const title = say.title({
    name: rig.plan.rig.name,
    now: Math.round(seconds),
    all: rig.plan.rig.durationMs / 1000,
    stored: sumOf(Object.values(stored)),
  });
  const broken = Object.entries(faults).map(([name, list]) => ({
    text: `${name}: ${list.join(', ')}`,
    colour: 'red' as const,
  }));
  const room = Math.max(1, rows - otherLines - broken.length);
  const shown = [...devices].sort((a, b) => Number(b.faults.length > 0) - Number(a.faults.length > 0)).slice(0, room);
  const left = devices.length - shown.length;
  const heading = [say.deviceColumn(), say.sentColumn(), say.faultsColumn(), say.sensesColumn()].map(
    (text) => text[language],
  );
  const cells = shown.map((device) => [device.id, String(device.sent), device.faults.join(', '), sensesOf(device)]);
  const widths = [0, 1, 2].map((i) => Math.max(...[heading, ...cells].map((row) => width(row[i] ?? ''))));
  const lineOf = (row: readonly string[]) =>
    [...row.slice(0, 3).map((cell, i) => padded(cell, widths[i] ?? 0)), row[3] ?? ''].join('  ');
  const lines: Line[] = [
    { text: title[language] },
    ...broken,
    { text: lineOf(heading) },
    ...cells.map((row, i) => ({
      text: lineOf(row),
      colour: (shown[i]?.faults.length ?? 0) > 0 ? ('red' as const) : undefined,
    })),
    ...(left > 0 ? [{ text: say.more({ count: left })[language] }] : []),
  ];
  return lines.map(({ text, colour }) => ({ text: cut(text, screenColumns), colour }));
}

/** "level 1.234*": an asterisk if somebody has set it. */
function sensesOf({ senses, set }: DeviceState): string {
  return Object.entries(senses)
    .map(
      ([name, value]) => `${name} ${value === null ? '–' : Number(value.toFixed(3))}${set.includes(name) ? '*' : ''}`,
    )
    .join('  ');
}

/** What the timeline did, told as it happens where there is no table. */
export class EventLines {
  readonly #rig: Rig;
  readonly #terminal: Terminal;
  #told = 0;

  constructor(rig: Rig, terminal: Terminal) {
    this.#rig = rig;
    this.#terminal = terminal;
  }

  tell(): void {
    for (const event of this.#rig.events.slice(this.#told)) this.#terminal.printError(eventText(event));
    this.#told = this.#rig.events.length;
  }
}

function eventText({ atS, action, phase, why }: RigEvent): Text {
  const at = atS.toFixed(1);
  const what =
    action.kind === 'fault'
      ? say.faultOn({ fault: action.fault, on: action.on })
      : action.kind === 'gateway'
        ? say.gatewayDid({ action: action.action })
        : say.setTo({
            values: action.values.map(({ device, quantity, value }) => `${device}.${quantity} = ${value}`).join(', '),
          });
  if (phase === 'failed') return say.failed({ at, what, why: why ?? '' });
  return phase === 'ends' ? say.ends({ at, what }) : say.begins({ at, what });
}
