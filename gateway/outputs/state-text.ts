/** How an output stands, in words. */
import type { Text } from '../../shared/text.ts';
import type { OutputState } from './switchboard.ts';
import { say } from './words.ts';

export function stateText(output: string, { isOn, why, isSilenced }: OutputState): Text {
  if (!isOn) return (isSilenced ? say.silenced : say.off)({ output });
  if (why === undefined || why === 'test') return say.onForTest({ output });
  return 'text' in why ? say.shows({ output, text: why.text }) : say.onFor({ output, ...why });
}
