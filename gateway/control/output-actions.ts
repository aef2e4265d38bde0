/** What the command line and the console may ask of outputs on the spot. */
import * as v from 'valibot';
import { MachimoriError } from '../../shared/errors.ts';
import { id } from '../../shared/setting.ts';
import type { StatusSources } from '../status/sources.ts';
import { suggestedName } from '../words/suggestion.ts';
import { type Act, count, json, parse } from './messages.ts';
import { say } from './words.ts';

export interface OutputSources {
  /** Absent if no gateway runs. */
  readonly switchboard?: StatusSources['outputs'] & {
    test(name: string, ms: number): boolean;
    silence(name: string): boolean;
  };
}

const maxTestMs = 600_000;

export const OUTPUT_ACTIONS: Readonly<Record<string, Act<OutputSources>>> = {
  /** An object: each output's `OutputState` by its name; null if no gateway runs. */
  'list-outputs'(parameters, { switchboard }) {
    parse(v.strictObject({}), parameters);
    return json(switchboard === undefined ? null : Object.fromEntries(switchboard.states));
  },

  /** `{}`: it is on for so long whatever alarms stand. */
  'test-output'(parameters, { switchboard }) {
    const { output, ms } = parse(v.strictObject({ output: id, ms: v.pipe(count, v.maxValue(maxTestMs)) }), parameters);
    if (switchboard?.test(output, ms) === true) return json({});
    throw noOutput(output, switchboard);
  },

  /** `{}`: off until a further alarm is raised, also a test. */
  'silence-output'(parameters, { switchboard }) {
    const { output } = parse(v.strictObject({ output: id }), parameters);
    if (switchboard?.silence(output) === true) return json({});
    throw noOutput(output, switchboard);
  },
};

function noOutput(on: string, switchboard: OutputSources['switchboard']): MachimoriError {
  const known = [...(switchboard?.states.keys() ?? [])];
  return new MachimoriError('no-output', { what: say.noOutput(), on, hint: suggestedName(on, known, say.addOutput()) });
}
