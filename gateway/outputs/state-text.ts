/** How an output stands, in words. */
import type { Text } from '../../shared/text.ts';
import type { OutputState } from './switchboard.ts';
import { say } from './words.ts';

export function stateText(output: string, { isOn, why, isSilenced }: OutputState): Text {
  if (!isOn) return (isSilenced ? say.silenced : say.off)({ output });
  return why === undefined || why === 'test' ? say.onForTest({ output }) : say.onFor({ output, ...why });
}
