/** What the console may ask of the past. */
import * as v from 'valibot';
import { MachimoriError } from '../../shared/errors.ts';
import { type HistoryAnswer, maxHistoryPoints, maxHistoryQuantities } from '../../shared/history-answer.ts';
import { READING_BOUNDS } from '../../shared/reading.ts';
import { deviceId } from '../../shared/setting.ts';
import type { Activity } from '../intake/activity.ts';
import { type Act, badRequest, count, json, noDevice, parse } from './messages.ts';
import { say } from './words.ts';

export interface HistorySources {
  /** Absent if the console is not enabled, or no gateway runs. */
  readonly history?: { ask(question: v.InferOutput<typeof asking>): Promise<HistoryAnswer> };
  readonly activity?: Activity;
}

const asking = v.strictObject({
  device: deviceId,
  quantities: v.pipe(
    v.array(v.pipe(v.string(), v.maxLength(READING_BOUNDS.maxNameLength))),
    v.minLength(1),
    v.maxLength(maxHistoryQuantities),
  ),
  /** Epoch ms; `to` is not included. */
  from: count,
  to: count,
  maxPoints: v.pipe(count, v.minValue(1), v.maxValue(maxHistoryPoints)),
});

export const HISTORY_ACTIONS: Readonly<Record<string, Act<HistorySources>>> = {
  /** A `HistoryAnswer`: how quantities of a device went. Where people and vehicles were is not in it. */
  async history(parameters, { history, activity }) {
    const asked = parse(asking, parameters);
    if (asked.to <= asked.from) throw badRequest(say.emptyTime());
    if (history === undefined || activity === undefined) {
      throw new MachimoriError('no-gateway', {
        what: say.noHistory(),
        on: say.theGateway(),
        hint: say.enableConsole(),
      });
    }
    if (activity.devices.has(asked.device)) return json(await history.ask(asked));
    throw noDevice(asked.device, [...activity.devices.keys()]);
  },
};
