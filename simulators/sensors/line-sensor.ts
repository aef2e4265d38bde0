/** A sensor that prints one line per reading, text or JSON. Each line counts as one reading of its kind. */
import type { Clock } from '../../shared/clock.ts';
import type { ReadingKind } from '../../shared/reading.ts';
import { FaultBoard, type FaultKind } from '../fault-board.ts';
import { beats, type Simulator, Tally } from '../simulator.ts';
import { FROZEN, freezing } from './measuring-faults.ts';
import { say } from './words.ts';

export interface LineSensorOptions {
  readonly clock: Clock;
  /** What it prints, by seconds since the start, without the line end. */
  readonly line: (seconds: number) => string;
  readonly kind?: ReadingKind;
  readonly periodMs?: number;
  readonly faults?: FaultBoard;
}

export const LINE_SENSOR_FAULTS: readonly FaultKind[] = [FROZEN, { name: 'empty', meaning: say.emptyLine() }];

export function simulateLineSensor(options: LineSensorOptions): Simulator {
  const { clock, line, kind = 'measurement', periodMs = 1000 } = options;
  const { faults = new FaultBoard(LINE_SENSOR_FAULTS) } = options;
  const printed = freezing(faults, line);
  const tally = new Tally();
  return {
    type: 'line',
    sent: tally.sent,
    async run(wire, signal) {
      for await (const seconds of beats(clock, periodMs, signal)) {
        const isEmpty = faults.get('empty') !== undefined;
        const isWhole = wire.write(new TextEncoder().encode(isEmpty ? '\r\n' : `${printed(seconds)}\r\n`));
        if (isWhole && !isEmpty) tally.count(kind);
      }
    },
  };
}

/** A weather station's line, `T=21.5 H=60 P=1013.2`: degrees Celsius, percent, hectopascal. */
export function weatherLine(weather: { temperatureCel: number; humidityPercent: number; pressureHpa: number }): string {
  const { temperatureCel, humidityPercent, pressureHpa } = weather;
  return `T=${temperatureCel.toFixed(1)} H=${humidityPercent.toFixed(0)} P=${pressureHpa.toFixed(1)}`;
}
