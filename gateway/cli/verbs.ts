/** Every verb of the command line, in the order of the help. Only their words: the code of each is loaded when it is used. */
import { type Verb, verb } from './verb.ts';
import { CARRY_VERBS } from './verbs/carry.ts';
import { DECODE_VERBS } from './verbs/decode.ts';
import { GATEWAY_VERBS } from './verbs/gateway.ts';
import { LORAWAN_VERBS } from './verbs/lorawan.ts';
import { SIMULATE_VERBS } from './verbs/simulate.ts';
import { say } from './words/general.ts';

export const completionArguments = {
  shell: { shown: 'shell', meaning: say.completionShell(), known: ['bash', 'zsh', 'fish'] },
} as const;
const completion = verb({
  name: 'completion',
  summary: say.completion(),
  arguments: completionArguments,
  notes: [say.completionBash(), say.completionZsh(), say.completionFish()],
  load: async () => (await import('./completion.ts')).completion,
});

export const VERBS: readonly Verb[] = [
  ...GATEWAY_VERBS,
  ...LORAWAN_VERBS,
  ...CARRY_VERBS,
  ...DECODE_VERBS,
  ...SIMULATE_VERBS,
  completion,
];
