/** An alarm on a quantity, by the same words for a device and at a hub. */
import * as v from 'valibot';
import { number, oneOf, setting, text } from '../../shared/setting.ts';
import { say } from './setting-words.ts';

export const ThresholdSettings = v.strictObject({
  alarm: setting(text, say.alarm()),
  quantity: setting(text, say.alarmQuantity()),
  when: v.optional(setting(oneOf(['above', 'below']), say.when())),
  raise: setting(number, say.raise()),
  clear: setting(number, say.clear()),
});
