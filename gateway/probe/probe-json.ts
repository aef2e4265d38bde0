/** What a probe found, for programs. */
import { readingToJson } from '../../shared/reading.ts';
import type { Outcome } from './hunt.ts';
import { hexDigits } from './sample.ts';
import type { Table } from './tables.ts';

export function probeJson(port: string, outcome: Outcome, tables: readonly Table[]): object {
  const { setting, candidates, units, framing, heard, isPersonal } = outcome;
  return {
    port,
    isRecognised: candidates.length > 0,
    ...setting,
    candidates: candidates.map(({ rubbish, readings, isFinal: _, isAnswer: __, units: _units, ...candidate }) => ({
      ...candidate,
      rubbish: Object.fromEntries(rubbish),
      readings: readings.map(readingToJson),
    })),
    ...(units !== undefined && {
      framing,
      units: units.map(({ unit, identity, fits, functions }) => ({
        unit,
        ...(identity !== undefined && { identity }),
        functions,
        profiles: fits.map(({ profile }) => profile),
      })),
    }),
    heard: heard.map(({ setting, bytes, sample }) => ({ ...setting, bytes, newest: hexDigits(sample) })),
    isWithheld: isPersonal,
    tables,
  };
}
