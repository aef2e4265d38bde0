/** An alarm on a quantity, by the same words for a device and at a hub. */
import * as v from 'valibot';
import { filled, number, oneOf, setting } from '../../shared/setting.ts';
import { say } from './setting-words.ts';

export const ThresholdSettings = v.strictObject({
  alarm: setting(filled, say.alarm()),
  quantity: setting(filled, say.alarmQuantity()),
  when: v.optional(setting(oneOf(['above', 'below']), say.when())),
  raise: setting(number, say.raise()),
  clear: setting(number, say.clear()),
});
